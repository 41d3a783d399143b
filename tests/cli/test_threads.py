"""Threads of torch wait without spinning, whoever starts the program; what the user chose stands."""

from __future__ import annotations

import gc
import os

import pytest

from saps.cli import main


@pytest.mark.parametrize("chosen", [None, "ACTIVE"])
def test_threads_wait_passively(monkeypatch: pytest.MonkeyPatch, chosen: str | None) -> None:
    for name in ("OMP_WAIT_POLICY", "KMP_BLOCKTIME"):
        monkeypatch.setenv(name, "")  # what is set below is taken back at the end
        monkeypatch.delenv(name)
    if chosen:
        monkeypatch.setenv("OMP_WAIT_POLICY", chosen)
    seen: list[dict[str, str]] = []

    def invoke(args: list[str]) -> int:
        seen.append(dict(os.environ))
        return 0

    monkeypatch.setattr(main, "invoke", invoke)
    monkeypatch.setattr(gc, "set_threshold", lambda count: None)
    monkeypatch.setattr(gc, "freeze", lambda: None)
    with pytest.raises(SystemExit):
        main.entry()
    assert seen[0]["OMP_WAIT_POLICY"] == (chosen or "PASSIVE") and seen[0]["KMP_BLOCKTIME"] == "0"
