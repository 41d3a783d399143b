"""The field's measures, on answers made by hand."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from saps.corpus.tasks.task import Task, Test
from saps.evaluation.metrics import Result, called, grouped, interval, judge, summarize
from saps.language.compiler import compile_program
from saps.language.parser import parse
from saps.language.printer import to_text
from saps.language.type_system import TypeVariable
from saps.language.typecheck import check
from saps.search.outcomes import run
from saps.search.translator import Answer, Candidate, Request
from tests.search.models import READER

TASK = Task(
    text=("sum",),
    program=parse("(reduce a 0 +)"),
    args={"a": "int[]"},
    return_type="int",
    tests=tuple(Test({"a": values}, sum(values)) for values in ([], [1], [2, 3], [4, 0])),
    tags=("terse",),
)


def answer(*programs: str, guides: int = 0) -> Answer:
    """An answer with the programs as candidates, the tests being examples where there are guides."""
    examples = [(test.input, test.output) for test in TASK.tests[:guides]]
    (reading,) = READER.readings("sum", {}, TypeVariable())
    compiled = [compile_program(check(parse(program))) for program in programs]
    found = tuple(Candidate(one, -1.0, reading, run(one, examples)) for one in compiled)
    return Answer(Request("sum", None, examples), found, 0.5, len(found), 9)


@pytest.mark.parametrize(
    ("program", "exact", "passed", "kind"),
    [
        ("(reduce a 0 +)", True, 4, None),
        ("(reduce (reverse a) 0 +)", False, 4, None),
        ("(reduce a 0 max)", False, 3, "right shape, wrong symbol"),
        ("(head a)", False, 2, "error when run: empty"),
        ("(len a)", False, 2, "too short"),
        ("(reduce (tail a) 0 +)", False, 1, "too long"),
        ('(reduce (str_split a " ") 0 (lambda2 arg1))', False, 0, "arguments of other types"),
        ("(reduce b 0 +)", False, 0, "arguments of other types"),
    ],
)
def test_an_answer_is_judged(program: str, exact: bool, passed: int, kind: str | None) -> None:
    result = judge(TASK, answer(program))
    assert (result.exact, result.passed, result.tests, result.typed) == (exact, passed, 4, True)
    assert (result.register, result.depth) == ("terse", 2)
    assert (result.failure and result.failure.kind) == kind
    assert result.right is result.oracle is (kind is None)


def test_infinite_outputs_are_compared() -> None:
    tests = (Test({"a": []}, -math.inf), Test({"a": [2, math.inf]}, math.inf), Test({"a": [2]}, 2))
    task = replace(TASK, program=parse("(reduce a (- 0 inf) max)"), tests=tests)
    result = judge(task, answer("(reduce a (- 0 inf) max)"))
    assert (result.right, result.passed) == (True, 3)


def test_no_answer_is_wrong() -> None:
    result = judge(TASK, None)
    assert (result.typed, result.right, result.passed, result.tests) == (False, False, 0, 4)
    assert result.failure is not None and result.failure.kind == "the sentence could not be read"


def test_tests_that_guide_do_not_count() -> None:
    result = judge(TASK, answer("(reduce a 0 max)", guides=2), guides=2)
    assert (result.passed, result.tests, result.right) == (1, 2, False)
    failure = judge(TASK, answer("(head a)", guides=2), guides=2).failure
    assert failure is not None and failure.kind == "no program passes the examples"


def test_a_task_without_tests_to_decide_is_not_right() -> None:
    result = judge(TASK, answer("(reduce a 0 +)"), guides=4)
    assert (result.tests, result.right, result.oracle) == (0, False, False)


def test_the_oracle_sees_further_down() -> None:
    result = judge(TASK, answer("(len a)", "(reduce a 0 +)"), best=2)
    assert result.oracle and not result.right
    assert result.failure is not None and result.failure.kind == "right program ranked lower"
    assert result.failure.difference == "a=[2, 3] gives 2, expected 5"
    assert not judge(TASK, answer("(len a)", "(reduce a 0 +)"), best=1).oracle


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


def test_sure_answers_are_counted_apart() -> None:
    results = [
        Result(True, 1, 1, True, 2, "terse", confidence=0.95, tried=3, seconds=0.5),
        Result(False, 0, 1, True, 2, "terse", confidence=0.92, tried=1, seconds=0.1),
        Result(False, 0, 1, True, 2, "terse", confidence=0.2),
        Result(True, 1, 1, True, 2, "terse", confidence=None),
    ]
    summary = summarize(results)
    assert (summary.sure, summary.sure_right) == (0.5, 0.5)
    assert (summary.programs_tried, summary.milliseconds) == (1.0, 150.0)


@pytest.mark.parametrize(
    ("program", "names", "known"),
    [
        ("(- a b)", ["price", "discount"], "(- price discount)"),
        ("(- b a)", ["price", "discount"], "(- discount price)"),
        ("(- a b)", ["a", "b"], "(- a b)"),
        ("(- a b)", ["a", "c"], "(- a b)"),
        ("(len a)", ["words", "limit"], "(len a)"),
        ("(len older)", ["ages"], "(len older)"),
    ],
)
def test_what_a_sentence_does_not_name_is_known_by_position(
    program: str, names: list[str], known: str
) -> None:
    assert to_text(called(check(parse(program)), names)) == known


@pytest.mark.parametrize(
    ("right", "count", "low", "high"),
    [(0, 10, 0.0, 0.2775), (5, 10, 0.2366, 0.7634), (10, 10, 0.7225, 1.0), (9236, 10000, 0.9182, 0.9287)],
)
def test_the_interval_of_a_share(right: int, count: int, low: float, high: float) -> None:
    assert interval(right / count, count)[0] >= 0.0 and interval(0.0, 1_000)[0] == 0.0
    assert interval(right / count, count) == pytest.approx((low, high), abs=1e-4)
