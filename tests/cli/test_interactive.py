"""A person picks between programs by what they do."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace

import pytest

from saps.application.contract import answer_json
from saps.cli.interactive import settle
from saps.language.printer import to_text
from saps.search.problem import Effort
from saps.search.translator import Answer, Request
from tests.search.test_translator import SUM, trials

PROGRAMS = ("(reduce a 0 +)", -0.5), ("(reduce a 0 max)", -0.7), ("(reduce a 1 *)", -0.9)


class Asked:
    """Answers as a translator does whose model knows three programs, and keeps what it was asked."""

    def __init__(self) -> None:
        self.requests: list[Request] = []

    def answer(self, requests: Sequence[Request], effort: Effort, top: int) -> list[Answer]:
        self.requests += requests
        return [found(request) for request in requests]


def found(request: Request) -> Answer:
    judge = trials(request, *PROGRAMS)
    return Answer(request, tuple(judge.ranked()), None, judge.tried, 0)


@pytest.mark.parametrize(
    ("typed", "program", "questions"),
    [
        ("\n", "(reduce a 0 +)", 1),
        ("", "(reduce a 0 +)", 1),  # the end of the input
        ("b\n\n", "(reduce a 0 max)", 2),
        ("x\n= 3,\nB\n\n", "(reduce a 0 max)", 2),
        ("a\n\n", "(reduce a 0 +)", 1),
        ("2\n\n", "(reduce a 0 max)", 2),
    ],
)
def test_each_choice_is_an_example_of_the_next_search(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    typed: str,
    program: str,
    questions: int,
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    asked = Asked()
    answer = settle(asked, found(SUM), Effort(), top=1)  # type: ignore[arg-type]
    said = capsys.readouterr()
    assert said.out == ""
    assert answer.best is not None and to_text(answer.best.program) == program
    assert said.err.count("  A  ") == questions and "     the sum of a\n" in said.err
    assert ("'x' is no choice" in said.err) == ("x" in typed)
    assert [len(request.examples) for request in asked.requests] == list(range(1, len(asked.requests) + 1))


def test_a_dispute_is_told_as_json() -> None:
    told = answer_json(found(SUM), top=1, least=None)
    assert told["program"] == "(reduce a 0 +)"
    assert told["dispute"] == {
        "program": "(reduce a 0 max)",
        "input": {"a": [1, 1]},
        "gives": {"value": 2},
        "instead": {"value": 1},
    }
    shown = replace(SUM, examples=[({"a": [1, 2]}, 3)])
    assert answer_json(found(shown), top=1, least=None)["dispute"] is None
