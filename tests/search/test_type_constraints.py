"""Which symbols fit a hole."""

from __future__ import annotations

from saps.language.type_system import INT, TypeVariable, parse_type
from saps.search.type_constraints import Hole, Rules
from tests.search.models import RULES, SYMBOLS


def legal(kind: str) -> set[str]:
    hole = Hole(parse_type(kind, {}), {}, 0, 0, 0, 0)
    letters = {index: TypeVariable() for index in RULES.letters.values()}
    return {SYMBOLS.names[index] for index in RULES.legal(hole, letters, [])}


def test_a_number_is_asked_for() -> None:
    found = legal("int")
    assert {"+/2", "len/1", "0/0", "a/0", "head/1", "if/3", "invoke1/2"} <= found
    assert not {"sort/1", "+/0", '""/0', "lambda1/1", "arg1/0", "self/1", "true/0"} & found


def test_a_function_is_asked_for() -> None:
    found = legal("(int -> bool)")
    assert {"is_prime/0", "lambda1/1", "partial0/2", "combine/2"} <= found
    assert not {"square/0", "lambda2/1", "a/0", "</0"} & found


def test_a_function_that_nobody_knows_is_never_asked_for() -> None:
    rules = Rules(["is_sor|ed", "0"], [1, 0])
    assert rules.everywhere(parse_type("bool")) == []
    assert rules.everywhere(INT) == [1]


def test_placeholders_only_where_the_sentence_has_them() -> None:
    hole = Hole(INT, {}, 0, 0, 0, 0)
    assert RULES.literals["<num1>"] not in RULES.legal(hole, {}, [RULES.literals["<num0>"]])
    assert RULES.literals["<num0>"] in RULES.legal(hole, {}, [RULES.literals["<num0>"]])
