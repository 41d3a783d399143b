"""The field's measures, on answers made by hand."""

from __future__ import annotations

import pytest

from saps.corpus.task import Task, Test
from saps.evaluation.metrics import Result, grouped, judge, summarize
from saps.language.compiler import compile_program
from saps.language.parser import parse
from saps.language.type_system import TypeVariable
from saps.language.typecheck import check
from saps.search.beam import Query
from saps.search.readings import Reading
from saps.search.translator import Answer, Candidate, Request
from saps.text.placeholders import Placeholders

TASK = Task(
    text=("sum",),
    program=parse("(reduce a 0 +)"),
    args={"a": "int[]"},
    return_type="int",
    tests=tuple(Test({"a": values}, sum(values)) for values in ([], [1], [2, 3], [4, 0])),
    tags=("terse",),
)


READING = Reading(Query((), {}, (), TypeVariable()), Placeholders({}, {}), 0.0, ("sum",), (), ())


def answer(*programs: str) -> Answer:
    """An answer with these programs, the best first."""
    compiled = [compile_program(check(parse(program))) for program in programs]
    candidates = tuple(Candidate(one, -1.0 - rank, READING) for rank, one in enumerate(compiled))
    return Answer(Request("sum"), candidates, None, tried=len(programs), nodes=10)


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
    for nothing, kind in (
        (None, "the sentence could not be read"),
        (answer(), "no program was found"),
    ):
        result = judge(TASK, nothing)
        assert (result.exact, result.passed, result.tests, result.typed, result.right) == (
            *(False, 0, 4),
            *(False, False),
        )
        assert result.failure is not None and result.failure.kind == kind


def test_the_oracle_sees_programs_that_are_ranked_lower() -> None:
    found = answer("(reduce a 0 max)", "(head a)", "(reduce (reverse a) 0 +)")
    seen = {best: judge(TASK, found, best=best) for best in (2, 3)}
    assert (seen[2].oracle, seen[3].oracle) == (False, True)
    assert not seen[3].right and seen[3].failure is not None
    assert seen[3].failure.kind == "right program ranked lower"
    assert seen[3].failure.difference == "a=[2, 3] gives 3, expected 5"


def test_tests_that_guide_do_not_count() -> None:
    assert judge(TASK, answer("(reduce a 0 max)"), guides=3).right
    assert judge(TASK, answer("(reduce a 0 max)"), guides=2).passed == 1


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
