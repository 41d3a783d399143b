"""Paths as users name them: those that no file can have, and those that end in no name."""

from __future__ import annotations

from pathlib import Path

import pytest

from saps.training.checkpoint import Checkpoint, save_checkpoint
from tests.cli.said import Run
from tests.search.models import SYMBOLS, TOKENIZER, model

LONG = "x" * 300


@pytest.mark.parametrize(
    "args",
    [
        ["run", "--batch", LONG],
        ["synthesize", "--batch", LONG],
        ["synthesize", "sum of a", "--checkpoint", LONG],
        ["data", "stats", LONG],
        ["data", "show", LONG],
        ["data", "clean", LONG, "out"],
        ["data", "generate", LONG],
        ["data", "families", "--grammar", LONG],
        ["data", "families", "--grammar", "missing.scfg"],
        ["eval", "--data", LONG],
        ["train", "--data", LONG],
        ["train", "--recipe", LONG],
        ["train", "--recipe", f"{LONG}.toml"],
        ["train", "--resume", "--out", LONG],
        ["plot", LONG],
    ],
    ids=lambda args: " ".join(args)[:40],
)
def test_a_name_that_no_file_can_have_is_one_line(
    saps: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, args: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    said = saps(*args)
    assert said.code == 2 and said.out == ""
    assert "internal error" not in said.err and said.err.count("\n") == 1
    assert any(arg[:200] in said.err for arg in args[1:])
    assert not [one for one in tmp_path.rglob("*") if one.is_file()]


def test_a_checkpoint_may_be_where_one_stands(
    saps: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_checkpoint(tmp_path / "model", Checkpoint(model(0), SYMBOLS, TOKENIZER.model))
    monkeypatch.chdir(tmp_path / "model")
    for folder in (".", "", "../model"):
        said = saps("synthesize", "the sum of a", "--checkpoint", folder, "--beam", "1", "--json")
        assert said.code in (0, 1) and said.out, said.err


@pytest.mark.parametrize("out", [".", "", "..", "/"])
def test_a_folder_that_is_there_is_not_written_to(saps: Run, out: str) -> None:
    for args in (["data", "generate", out], ["data", "clean", "x", out], ["train", "--out", out]):
        said = saps(*args)
        assert said.code == 2 and "exist" in said.err and said.err.count("\n") == 1
