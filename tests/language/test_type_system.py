"""Types: reading, writing, unifying."""

from __future__ import annotations

import pytest

from saps.language.errors import InputError
from saps.language.primitives import PRIMITIVES
from saps.language.type_system import (
    BOOL,
    INT,
    MAX_TYPE_DEPTH,
    STRING,
    Scheme,
    Type,
    TypeVariable,
    array,
    concrete,
    dictionary,
    free_variables,
    function,
    levels,
    occurs,
    parse_type,
    prune,
    resolve,
    show,
    undo,
    unify,
)

TEXTS = [
    "int", "bool", "string", "int[]", "string[][]", "dict<int,string[]>", "dict<int,dict<bool,int>>[]",
    "(int -> int)", "(int string[] -> bool)[]", "((int -> bool) int[] -> int[])", "(-> int)",
]  # fmt: skip


@pytest.mark.parametrize("text", TEXTS)
def test_writing_undoes_reading(text: str) -> None:
    assert show(parse_type(text)) == text
    assert parse_type(show(parse_type(text))) == parse_type(text)


@pytest.mark.parametrize(
    "text",
    ["", " ", "integer", "int[", "[]", "dict", "dict<int>", "dict<int,int", "int int", "T", "(int)", "int]",
     "é", "<", "int" + "[" * 300],
)  # fmt: skip
def test_no_types(text: str) -> None:
    with pytest.raises(InputError, match="unknown type"):
        parse_type(text)


DEEPEST = "int" + "[]" * MAX_TYPE_DEPTH


@pytest.mark.parametrize(
    "text",
    ["(" * 10_000, "dict<" * 10_000, "int" + "[]" * 10_000, f"{DEEPEST}[]", f"dict<int,{DEEPEST}>",
     f"({DEEPEST} -> int)", "dict<int," * 11 + "int" + ">" * 11, "dict<int,int[][][][][]>[][][][][]"],
)  # fmt: skip
def test_types_have_a_greatest_depth(text: str) -> None:
    with pytest.raises(InputError, match="a type of more than 10 levels: ") as caught:
        parse_type(text)
    assert len(caught.value.message) < 120


def test_the_deepest_types() -> None:
    for text in (DEEPEST, f"dict<int,{DEEPEST[:-2]}>", f"({DEEPEST[:-2]} -> int)"):
        assert levels(parse_type(text)) == MAX_TYPE_DEPTH
        assert show(parse_type(text), levels=20) == text


def test_unify_binds_and_undo_unbinds() -> None:
    left, right = TypeVariable(), TypeVariable()
    trail: list[TypeVariable] = []
    assert unify(dictionary(left, array(right)), dictionary(INT, array(STRING)), trail)
    assert resolve(dictionary(left, right)) == dictionary(INT, STRING)
    assert len(trail) == 2
    undo(trail, 1)
    assert len([kind for kind in (left, right) if prune(kind) is kind]) == 1
    undo(trail)
    assert prune(left) is left


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (INT, BOOL),
        (array(INT), INT),
        (function((INT,), INT), function((INT, INT), INT)),
        (array(INT), array(BOOL)),
    ],
)
def test_types_that_differ(left: Type, right: Type) -> None:
    assert not unify(left, right, [])


def test_no_infinite_types() -> None:
    variable = TypeVariable()
    assert occurs(variable, array(array(variable)))
    assert not unify(variable, array(variable), [])
    assert unify(variable, variable, [])


def test_a_rest_stands_for_any_parameters() -> None:
    partial0 = Scheme("A (A R... -> C) -> (R... -> C)")
    for whole, left in (("(int -> bool)", "(-> bool)"), ("(int bool string -> int)", "(bool string -> int)")):
        (first, taken), given = partial0.instantiate()
        assert unify(taken, parse_type(whole), [])
        assert prune(first) is INT
        assert show(given) == left


def test_each_use_of_a_scheme_has_its_own_variables() -> None:
    scheme = PRIMITIVES["map"].scheme
    first, second = scheme.as_value(), scheme.as_value()
    assert not set(free_variables(first)) & set(free_variables(second))
    assert show(first) == show(second) == "(T[] (T -> U) -> U[])"
    params, result = scheme.instantiate()
    names: dict[TypeVariable, str]
    assert [show(kind, names := {}) for kind in params] and names is not None
    assert unify(params[0], array(INT), [])
    assert show(result) == "T[]"


def test_concrete_types_hold_no_variables() -> None:
    variables: dict[str, TypeVariable] = {}
    open_type = parse_type("dict<A,(B C... -> A[])>", variables)
    assert show(concrete(open_type)) == "dict<int,(int -> int[])>"


def test_monstrous_types_end_in_an_error() -> None:
    small: Type = TypeVariable()
    for _ in range(60):
        small = dictionary(small, small)
    with pytest.raises(InputError, match="a type of more than"):
        resolve(small)
    other: Type = TypeVariable()
    for _ in range(60):
        other = dictionary(other, other)
    assert not unify(small, other, [])
    assert len(show(small)) < 10_000
