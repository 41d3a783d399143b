"""Probes and samples lie around the literals of programs."""

from __future__ import annotations

import random

import pytest

from saps.language.compiler import CompiledProgram, compile_program
from saps.language.parser import parse
from saps.language.type_system import parse_type
from saps.language.typecheck import check
from saps.search.landmarks import NONE, Landmarks, landmarks, landmarks_of, near
from saps.search.outcomes import behaviour, sample


def program(text: str) -> CompiledProgram:
    return compile_program(check(parse(text)))


def test_literals_are_landmarks_unless_any_input_is_near() -> None:
    found = landmarks(["+", "5", "57", "-3", "0.5", '"k"', '""', "inf", "true", "a"])
    assert found == Landmarks((-3, 0, 57), ("k",)), "a fraction counts as the number below"
    assert landmarks(["filter", "a", "0", "2"]) == NONE
    assert found | Landmarks((57, 90)) == Landmarks((*sorted({*found.numbers, 90}),), ("k",))


def test_values_near_landmarks_keep_their_types() -> None:
    rng, marks = random.Random(0), Landmarks((57,), ("kite",))
    numbers = {near(3, marks, rng) for _ in range(300)}
    assert {3, 56, 57, 58} <= numbers and any(number > 57 and number % 57 == 0 for number in numbers)
    texts = {near("dog", marks, rng) for _ in range(300)}
    assert {"kite", "kitedog", "dogkite", "dog"} <= texts and any(len(text) in (56, 57, 58) for text in texts)
    lengths = {len(near([1, 2], marks, rng)) for _ in range(100)}
    assert 2 in lengths and lengths & {56, 57, 58}
    assert near([True, {}], marks, rng)[0] is True
    assert near("dog", NONE, rng) == "dog"


@pytest.mark.parametrize("limit", [5, 57, 5_000])
@pytest.mark.parametrize("text", ["(> a {})", "(> (len a) {})", "(filter a (partial1 {} >))", "(% a {})"])
def test_probes_reach_the_literal_whatever_it_is(text: str, limit: int) -> None:
    if "len" in text and limit > 200:
        return  # no input is that long
    assert len(set(behaviour(program(text.format(limit))))) > 1
    assert len({repr(one.value) for one in sample(program(text.format(limit)))}) > 1


@pytest.mark.parametrize(
    ("left", "right"),
    [("(> a 57)", "(> a 60)"), ('(== s "zebra")', '(== s "violin")'), ("(< a 57)", "(<= a 57)")],
)
def test_probes_tell_literals_apart(left: str, right: str) -> None:
    ours, theirs = program(left), program(right)
    marks = landmarks_of(ours.typed, theirs.typed)
    assert behaviour(ours, marks) != behaviour(theirs, marks)


def test_samples_are_of_different_inputs_and_one_where_nothing_is_used() -> None:
    shown = sample(program("(is_prime n)"))
    assert len({repr(one.inputs) for one in shown}) == 3 and {one.value for one in shown} == {True, False}
    assert [one.value for one in sample(program("(* 17 17)"))] == [289]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("(== (square c) (+ (square a) (square b)))", "int int int"),
        ("(&& (== a b) (== b c))", "int int int"),
        ("(< (* a b) 0)", "int int"),
        ("(== a (square b))", "int int"),
        (
            "(== (reverse (map (range 0 (strlen a)) (partial1 a str_index))) "
            "(map (range 0 (strlen b)) (partial1 b str_index)))",
            "string string",
        ),
        ("(== (sort (digits a)) (sort (digits b)))", "int int"),
        ("(== (reverse a) b)", "int[] int[]"),
        ("(== (sort a) (sort b))", "int[] int[]"),
        ("(== (reduce a 0 +) b)", "int[] int"),
    ],
)
def test_what_is_seldom_true_is_true_of_a_probe(text: str, kinds: str) -> None:
    args = dict(zip("abc", map(parse_type, kinds.split()), strict=False))
    assert set(behaviour(compile_program(check(parse(text), args)))) == {"True", "False"}
