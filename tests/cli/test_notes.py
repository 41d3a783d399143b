"""What commands say besides their answer: doubts, what would help, progress, nothing to work on."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.said import Run


def test_doubts_are_told_beside_the_answer(saps: Run) -> None:
    said = saps("synthesize", "sum of a", "--example", "b=[1] -> 3", "--min-confidence", "0")
    assert "b: int[]" in said.out  # whatever it makes of them
    assert "the sentence speaks of 'a', which is no argument" in said.err
    args = [part for name in "abc" for part in ("--arg", f"{name}:int")]
    said = saps("synthesize", "sum of a, b and c", *args, "--min-confidence", "0")
    assert said.out.splitlines()[0].count("+") == 2 and "does not use" not in said.err


def test_a_refusal_shows_its_best_guess_and_what_would_help(saps: Run) -> None:
    said = saps("synthesize", "how long is s", "--min-confidence", "0.999")
    assert said.code == 1 and said.out == ""
    assert re.search(r"no answer: the best guess is right with a probability of 0\.\d\d\n  \(\w", said.err)
    for help_ in ("--arg s:string", "--example 's=", "--min-confidence 0"):
        assert help_ in said.err


@pytest.mark.slow
def test_work_that_takes_its_time_shows_at_once_that_it_goes_on(
    saps: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    said = saps("data", "generate", str(tmp_path / "corpus"), "--size", "20", "--jobs", "1")
    assert said.err.index("reading the grammar") < said.err.index("20 of 20 tasks")


def test_advice_names_files_that_exist(saps: Run, tmp_path: Path) -> None:
    missing = saps("data", "stats", str(tmp_path / "missing"))
    assert missing.code == 2 and f"saps data generate {tmp_path / 'missing'}" in missing.err
    file = saps("data", "stats", str(tmp_path / "missing.jsonl"))
    assert file.code == 2 and "saps data generate" not in file.err
