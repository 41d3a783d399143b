"""Names of files next to others."""

from __future__ import annotations

from pathlib import Path

import pytest

from saps.system.beside import beside


def test_a_name_is_made_of_the_other(tmp_path: Path) -> None:
    assert beside(Path("runs/latest"), "{}-data") == Path("runs/latest-data")
    assert beside(tmp_path, ".{}.part") == tmp_path.parent / f".{tmp_path.name}.part"


def test_a_path_may_end_in_no_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    monkeypatch.chdir(inner)
    assert beside(Path(), ".{}.lock") == tmp_path / ".inner.lock"
    assert beside(Path(".."), ".{}.lock") == tmp_path.parent / f".{tmp_path.name}.lock"
    assert beside(Path("/"), ".{}.lock") == Path("/..lock")
