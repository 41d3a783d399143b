"""A new task, taught by a line: the README's steps, one after the other, from the shipped checkpoint."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from saps.cli.main import invoke
from saps.resources import default_checkpoint

MINE = """\
include "meanings.scfg"
say furlongs(x: int) -> int => (* 8 x)
  noun furlongs in <x> miles
  np <x> miles in furlongs
"""


@pytest.mark.slow
def test_a_task_is_taught_by_a_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    grammar, corpus, run = tmp_path / "my.scfg", tmp_path / "corpus", tmp_path / "run"
    grammar.write_text(MINE)

    assert invoke(["data", "show", "--production", "furlongs", "--grammar", str(grammar), "--json"]) == 0
    shown = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert shown and all(any("furlongs" in node for node in task["nodes"]) for task in shown)

    made = ["--grammar", str(grammar), "--production", "furlongs", "--size", "120", "--jobs", "1"]
    assert invoke(["data", "generate", str(corpus), *made]) == 0

    start = str(default_checkpoint())
    taught = [
        "--recipe",
        "taught",
        "--set",
        "train.epochs=5",
        "--set",
        "batches.positions=500",
        "--out",
        str(run),
        "--threads",
        "1",
    ]
    assert invoke(["train", "--data", str(corpus), "--init-from", start, *taught]) == 0
    capsys.readouterr()

    for sentence in ("the furlongs in b miles", "b miles in furlongs"):
        assert invoke(["synthesize", sentence, "--checkpoint", str(run / "checkpoint"), "--json"]) == 0
        said = capsys.readouterr()
        assert json.loads(said.out)["program"] == "(* 8 b)"
        assert "not known" not in said.err and "was ignored" not in said.err  # the new words are known now
