"""Of programs with the same meaning one is shown."""

from __future__ import annotations

import pytest

from saps.language.compiler import compile_program
from saps.language.parser import parse
from saps.language.type_system import INT, TypeVariable
from saps.language.typecheck import check
from saps.search.trials import Candidate, better
from tests.search.models import READER


def candidate(program: str, score: float, query: int = 0) -> Candidate:
    (reading,) = READER.readings("the sum of a", {"a": INT}, TypeVariable())
    return Candidate(compile_program(check(parse(program), {"a": INT})), score, reading, query=query)


@pytest.mark.parametrize(
    ("other", "score", "query", "shown"),
    [
        ("(square a)", -2.0, 0, "(square a)"),  # shorter, and nearly as probable
        ("(square a)", -3.0, 0, "(pow a 2)"),  # less probable by far
        ("(square a)", -2.0, 1, "(pow a 2)"),  # of another reading of the sentence
        ("(* a (* 1 a))", -2.0, 0, "(pow a 2)"),  # longer
        ("(* a a)", -0.5, 0, "(* a a)"),  # as long, and more probable
    ],
)
def test_the_shorter_of_nearly_equals_is_shown_with_the_better_score(
    other: str, score: float, query: int, shown: str
) -> None:
    first, second = candidate("(pow a 2)", -1.0), candidate(other, score, query)
    for found in (better(first, second), better(second, first)):
        assert found.program == parse(shown) and found.score == max(-1.0, score)
