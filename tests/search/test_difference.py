"""The smallest input on which programs differ."""

from __future__ import annotations

import pytest

from saps.language.compiler import CompiledProgram, compile_program
from saps.language.parser import parse
from saps.language.typecheck import check
from saps.search.difference import difference, smaller_values
from saps.search.outcomes import behaviour


def program(text: str) -> CompiledProgram:
    return compile_program(check(parse(text)))


@pytest.mark.parametrize(
    ("left", "right", "inputs"),
    [
        ("(head a)", "(reduce a 0 +)", {"a": [0, 1]}),
        ("(reduce a 0 +)", "(reduce a 0 max)", {"a": [1, 1]}),
        ("(+ a b)", "(- a b)", {"a": 0, "b": 1}),
        ("(filter a is_prime)", "(tail a)", {"a": [2]}),
        ("(str_concat s t)", "(str_concat t s)", None),
        ("(> (len a) 3)", "(> (len a) 4)", {"a": [0, 0, 0, 0]}),
        ("(+ a b)", "(+ b a)", None),
    ],
)
def test_the_smallest_input(left: str, right: str, inputs: dict[str, object] | None) -> None:
    found = difference(program(left), program(right))
    if left.startswith("(str_concat"):
        assert found is not None and sum(len(text) for text in found.inputs.values()) == 2
        return
    assert (None if found is None else dict(found.inputs)) == inputs
    assert found is None or found.clear


def test_an_error_counts_as_a_difference_where_nothing_else_is_one() -> None:
    found = difference(program("(/ a b)"), program("(floor (/ a b))"))
    assert found is None or not found.clear
    found = difference(program("(if (== b 0) 0 (/ a b))"), program("(/ a b)"))
    assert found is not None and not found.clear and found.inputs["b"] == 0


def test_arguments_of_other_types_are_no_common_ground() -> None:
    assert difference(program("(len (sort a))"), program("(strlen a)")) is None


def test_values_become_smaller_and_end() -> None:
    value: object = [[30, -7], "ab cd", True, {3: 4}]
    for _ in range(1_000):
        value = next(smaller_values(value), None)
        if value is None:
            return
    pytest.fail("never ends")


def test_behaviour_tells_programs_apart() -> None:
    assert behaviour(program("(reduce a 0 +)")) == behaviour(program("(reduce (reverse a) 0 +)"))
    assert behaviour(program("(reduce a 0 +)")) != behaviour(program("(reduce a 0 max)"))
    assert behaviour(program("(contains a b)")) != behaviour(program("(contains a (+ b 1))"))
    assert not behaviour(program("(deref a 1000)"))
