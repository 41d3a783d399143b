"""The field's measures, on answers made by hand."""

from __future__ import annotations

import pytest

from saps.corpus.task import Task, Test
from saps.evaluation.metrics import Result, grouped, judge, summarize
from saps.language.parser import parse
from saps.language.typecheck import check
from saps.search.translator import Candidate

TASK = Task(
    text=("sum",),
    program=parse("(reduce a 0 +)"),
    args={"a": "int[]"},
    return_type="int",
    tests=tuple(Test({"a": values}, sum(values)) for values in ([], [1], [2, 3], [4, 0])),
    tags=("terse",),
)


def answer(program: str) -> Candidate:
    node = parse(program)
    return Candidate(node, check(node), -1.0)


@pytest.mark.parametrize(
    ("program", "exact", "passed"),
    [
        ("(reduce a 0 +)", True, 4),
        ("(reduce (reverse a) 0 +)", False, 4),
        ("(reduce a 0 max)", False, 3),
        ("(head a)", False, 2),
        ('(reduce (str_split a " ") 0 (lambda2 arg1))', False, 0),
        ("(+ a 1)", False, 0),
        ("(reduce b 0 +)", False, 0),
    ],
)
def test_an_answer_is_judged(program: str, exact: bool, passed: int) -> None:
    result = judge(TASK, answer(program))
    assert (result.exact, result.passed, result.tests, result.typed) == (exact, passed, 4, True)
    assert (result.register, result.depth) == ("terse", 2)


def test_no_answer_is_wrong() -> None:
    assert judge(TASK, None) == Result(False, 0, 4, False, 2, "terse")


def test_measures() -> None:
    results = [
        Result(True, 4, 4, True, 2, "terse"),
        Result(False, 4, 4, True, 3, "terse"),
        Result(False, 2, 4, True, 3, "algolisp"),
        Result(False, 0, 0, False, 3, "algolisp"),
    ]
    summary = summarize(results)
    assert (summary.exact_match, summary.accuracy, summary.half_accuracy, summary.well_typed) == (
        0.25,
        0.5,
        0.75,
        0.75,
    )
    assert {depth: part.tasks for depth, part in grouped(results, lambda result: result.depth).items()} == {
        2: 1,
        3: 3,
    }
    assert summarize([]).tasks == 0
