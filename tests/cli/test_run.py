"""`saps run`: the limits of a run, and lines of a batch that mean harm."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from saps.cli.main import invoke
from tests.language.large import balanced, grown, shared

COUNT = "(invoke1 (lambda1 (if (<= arg1 0) 0 (+ 1 (self (- arg1 1))))) a)"
RAISED: list[tuple[str, str, str]] = [
    # a program that needs more with a=3000, the option that allows it, and its outcome
    (COUNT, "--max-depth=4000", "3000"),
    ("(len (range 0 a))", "--max-range=3000", "3000"),
    (
        "(len (map (range 0 900) (lambda1 (map (range 0 (/ a 6)) (partial0 arg1 +)))))",
        "--steps=3000000",
        "900",
    ),
]


@pytest.mark.parametrize(("program", "option", "outcome"), RAISED, ids=[row[1] for row in RAISED])
def test_limits_can_be_raised(
    program: str, option: str, outcome: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert invoke(["run", program, "a=3000"]) == 1
    told = capsys.readouterr().err
    assert told.startswith("error: budget: ")
    assert told.endswith(f"; {option.split('=')[0]} allows more\n")
    assert invoke(["run", program, "a=3000", option]) == 0
    assert capsys.readouterr().out == f"{outcome}\n"
    lines = tmp_path / "lines.jsonl"
    lines.write_text(json.dumps({"program": program, "input": {"a": 3000}}))
    assert invoke(["run", "--batch", str(lines), option]) == 0
    assert json.loads(capsys.readouterr().out) == {"value": int(outcome)}


def test_limits_are_documented(capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(["run", "--help"]) == 0
    told = capsys.readouterr().out
    assert all(text in told for text in ("--max-range", "--max-depth", "--steps", "1000", "110", "600000"))


@pytest.mark.parametrize(
    "option", ["--max-depth=10001", "--max-depth=0", "--max-range=100000000", "--steps=-1"]
)
def test_limits_that_the_host_cannot_serve(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(["run", COUNT, "a=3", option]) == 2
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert option.split("=")[0] in told


HARM: list[tuple[Any, dict[str, Any], str]] = [
    (f"(invoke1 {balanced(8, 'abs')} a)", {"a": -7}, "value"),
    (f"(map {shared(2)} (lambda1 {grown(16)}))", {}, "budget"),
    (f"(map (range 0 1000) (lambda1 {grown(16)}))", {}, "budget"),
    ("(+" + " 1" * 20_000 + ")", {}, "syntax"),
    ('"' + "z" * 1_000_000 + '"', {}, "syntax"),
    ("(+ 1 " + "9" * 4_301 + ")", {}, "syntax"),
    (["+", "1", "9" * 4_301], {}, "syntax"),
    (["f", ["g", "z" * 1_000_000]], {}, "syntax"),
    ("(pow 10 a)", {"a": 4_300}, "budget"),
    ("(+ a 1)", {"a": [[[[[[[[[[[1]]]]]]]]]]]}, "input"),
    ("(+ 1 1)", {}, "value"),
]


def test_each_line_of_a_batch_gets_its_answer(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = tmp_path / "lines.jsonl"
    lines.write_text(
        "".join(json.dumps({"program": program, "input": values}) + "\n" for program, values, _ in HARM)
    )
    assert invoke(["run", "--batch", str(lines)]) == 0
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert ["value" if "value" in one else one["error"]["kind"] for one in answers] == [
        kind for *_, kind in HARM
    ]
    assert all(len(json.dumps(one)) < 300 for one in answers)
