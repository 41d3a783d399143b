"""Values from JSON and back."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

from saps.language.errors import InputError
from saps.language.type_system import (
    BOOL,
    INT,
    MAX_TYPE_DEPTH,
    Type,
    TypeVariable,
    levels,
    parse_type,
    show,
)
from saps.language.values import agrees, read, read_inputs, same, spelt_out, to_json, type_of, type_shown

READ: list[tuple[str, Any, Any]] = [
    ("int", 3, 3),
    ("int", 0.5, 0.5),
    ("int", "inf", math.inf),
    ("int", "-inf", -math.inf),
    ("bool", True, True),
    ("string", "inf", "inf"),
    ("int[]", [1, "inf"], [1, math.inf]),
    ("int[][]", [[], [1]], [[], [1]]),
    ("dict<string,int[]>", {"dict": [["a", [1]], ["b", []]]}, {"a": [1], "b": []}),
]


@pytest.mark.parametrize(("kind", "value", "expected"), READ)
def test_read(kind: str, value: Any, expected: Any) -> None:
    found = read(value, parse_type(kind))
    assert same(found, expected)
    assert same(read(json.loads(json.dumps(to_json(found))), parse_type(kind)), found)


WRONG: list[tuple[str, Any, str]] = [
    ("int", True, "argument 'a': expected int, found true"),
    ("int", "3", "expected int"),
    ("int", None, "expected int, found null"),
    ("int", math.nan, "argument 'a': expected int, found NaN"),
    ("int", 10**4_300, "argument 'a': an integer of more than 14,000 bits"),
    ("int[]", [1, 10**9_000], "argument 'a'[1]: an integer of more than 14,000 bits"),
    ("string", [10**9_000], "expected string, found a number too long to show"),
    ("bool", 1, "expected bool, found 1"),
    ("string", ["a"], "expected string"),
    ("int[]", 3, "expected int[], found 3"),
    ("int[]", [1, "a"], "argument 'a'[1]: expected int, found \"a\""),
    ("int[]", ["x" * 99] * 9, "..."),
    ("dict<int,int>", [[1, 2]], "expected dict<int,int>"),
    ("dict<int,int>", {"dict": [[1, 2, 3]]}, "expected dict<int,int>"),
    ("dict<int[],int>", {"dict": [[[1], 2]]}, "cannot be a key"),
    ("(int -> int)", 3, "a value of type (int -> int) cannot be given from outside"),
]


@pytest.mark.parametrize(("kind", "value", "message"), WRONG, ids=range(len(WRONG)))
def test_wrong_values_are_named(kind: str, value: Any, message: str) -> None:
    with pytest.raises(InputError) as caught:
        read_inputs({"a": value}, {"a": parse_type(kind)})
    assert message in str(caught.value)
    assert len(str(caught.value)) < 200


def test_missing_and_surplus_arguments_are_named() -> None:
    with pytest.raises(InputError, match="no value for the argument 'b' of type bool"):
        read_inputs({"a": 1}, {"a": INT, "b": BOOL})
    with pytest.raises(InputError, match="unknown argument 'c'; the arguments are a"):
        read_inputs({"a": 1, "c": 1}, {"a": INT})
    with pytest.raises(InputError, match="unknown argument 'c'; there are none"):
        read_inputs({"c": 1}, {})


TYPES: list[tuple[Any, str]] = [
    (1, "int"),
    (0.5, "int"),
    (True, "bool"),
    ("inf", "string"),
    ([], "T[]"),
    ([[], [1]], "int[][]"),
    (["inf", 1], "int[]"),
    ([1, "-inf"], "int[]"),
    (["a", "inf"], "string[]"),
    ({"dict": []}, "dict<T,U>"),
    ({"dict": [["a", 1]]}, "dict<string,int>"),
]


@pytest.mark.parametrize(("value", "kind"), TYPES)
def test_the_type_of_a_value(value: Any, kind: str) -> None:
    assert show(type_of(value)) == kind


@pytest.mark.parametrize(
    ("outputs", "kind"),
    [
        ([1, 2], "int"),
        ([True], "bool"),
        (["inf", 3], "int"),
        (["nan"], "T"),
        (["inf", "a"], "string"),
        ([["-inf"], []], "T[]"),
        ([["inf", "b"]], "string[]"),
        ([[["inf"]], [[2]]], "int[][]"),
        ([1, "a"], "T"),
        ([], "T"),
        ([None], "T"),
    ],
)
def test_the_type_that_outputs_show(outputs: list[Any], kind: str) -> None:
    assert show(type_shown(outputs)) == kind


def test_a_type_still_open_takes_any_value() -> None:
    open_type: Type = TypeVariable()
    assert same(read(["inf", 1], open_type), [math.inf, 1])


def nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


def test_the_deepest_value() -> None:
    assert levels(type_of(nested(MAX_TYPE_DEPTH))) == MAX_TYPE_DEPTH
    for value in (nested(MAX_TYPE_DEPTH + 1), [nested(MAX_TYPE_DEPTH)], {"dict": [[1, nested(10)]]}):
        with pytest.raises(InputError, match="a type of more than 10 levels"):
            type_of(value)


@pytest.mark.parametrize(
    "value", [None, {"a": 1}, {"dict": 3}, {}, [1, "a"], [[1], 2], [1, [2]], [None], nested(500), (1, 2), 1j]
)
def test_values_of_no_type(value: Any) -> None:
    with pytest.raises(InputError):
        type_of(value)


OUT: list[tuple[Any, Any]] = [
    (math.inf, "inf"),
    (-math.inf, "-inf"),
    (math.nan, "nan"),
    ([1, [True, "a"]], [1, [True, "a"]]),
    ({1: [math.inf]}, {"dict": [[1, ["inf"]]]}),
]


@pytest.mark.parametrize(("value", "expected"), OUT)
def test_to_json(value: Any, expected: Any) -> None:
    assert to_json(value) == expected


@pytest.mark.parametrize("value", [len, [len], None])
def test_functions_have_no_json(value: Any) -> None:
    with pytest.raises(InputError, match="apply it with invoke1"):
        to_json(value)


SAME: list[tuple[Any, Any, bool]] = [
    (1, 1, True),
    (1, 1.0, False),
    (1, True, False),
    (math.nan, math.nan, True),
    ([1, 2], [1, 2], True),
    ([1], [1.0], False),
    ([1], [1, 2], False),
    ({1: 2}, {1: 2}, True),
    ({1: 2}, {1: 2.0}, False),
    ({1: 2}, {2: 2}, False),
    ({1: 2}, {1.0: 2}, False),
    ({True: 2}, {1: 2}, False),
    ("1", 1, False),
]


@pytest.mark.parametrize(("left", "right", "expected"), SAME)
def test_same(left: Any, right: Any, expected: bool) -> None:
    assert same(left, right) is expected
    assert same(right, left) is expected


@pytest.mark.parametrize(
    ("value", "expected", "right"),
    [
        (math.inf, math.inf, True),  # as task files have it
        (math.inf, "inf", True),  # as the command line has it
        (-math.inf, "-inf", True),
        (-math.inf, math.inf, False),
        (math.inf, 10**400, False),
        (3, math.inf, False),
        ([1, -math.inf], [1, -math.inf], True),
        ({1: math.inf}, {"dict": [[1, math.inf]]}, True),
        ("inf", "inf", True),
        ("inf", math.inf, False),
        (math.nan, math.nan, True),
        (math.nan, "nan", True),
        (math.nan, math.inf, False),
        (2, 2.0, True),
        (1, True, False),
    ],
)
def test_agrees(value: Any, expected: Any, right: bool) -> None:
    assert agrees(value, expected) is right


def test_task_files_spell_infinity_as_a_number() -> None:
    value = [1, -math.inf, {"a": math.inf}]
    written = to_json(value, float)
    assert json.dumps(written) == '[1, -Infinity, {"dict": [["a", Infinity]]}]'
    assert spelt_out(written) == to_json(value) == [1, "-inf", {"dict": [["a", "inf"]]}]
