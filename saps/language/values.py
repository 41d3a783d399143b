"""Values at the border: JSON to values of a type, values to JSON, and the type that a value has.

Infinity is the string "inf" or "-inf" where a number is expected ("nan" on the way out), in task files the
number `Infinity`; a dictionary is `{"dict": [[key, value], ...]}`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from saps.language.budget import DEFAULT_BUDGET
from saps.language.errors import InputError, quote
from saps.language.functions import Value
from saps.language.type_system import (
    BOOL,
    INT,
    MAX_TYPE_DEPTH,
    STRING,
    TYPE_TOO_DEEP,
    Type,
    TypeConstructor,
    TypeVariable,
    array,
    dictionary,
    prune,
    show,
    unify,
)

_INFINITIES = {"inf": math.inf, "-inf": -math.inf}


def is_infinity(value: Any) -> bool:
    """Whether a JSON value is how infinity is spelt; where no number is expected it is a string."""
    return isinstance(value, str) and value in _INFINITIES


def read(value: Any, kind: Type, where: str = "the value") -> Value:
    """Check a JSON value against a type and turn it into a run-time value.

    A type that is still open takes any value. `where` names the value in messages. Raises InputError.
    """
    kind = prune(kind)
    if isinstance(kind, TypeVariable):
        return read(value, type_of(value, where), where)
    reader = _READERS.get(kind.name)
    if reader is None:
        raise InputError(f"{where}: a value of type {show(kind)} cannot be given from outside")
    return reader(value, kind, where)


def _wrong(value: Any, kind: Type, where: str) -> InputError:
    return InputError(f"{where}: expected {show(kind)}, found {quote(value)}")


def _read_int(value: Any, kind: TypeConstructor, where: str) -> Value:
    if is_infinity(value):
        return _INFINITIES[value]
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
        raise _wrong(value, kind, where)
    if isinstance(value, int) and value.bit_length() > DEFAULT_BUDGET.int_bits:
        raise InputError(f"{where}: an integer of more than {DEFAULT_BUDGET.int_bits:,} bits")
    return value


def _read_plain(python: type) -> Any:
    def reader(value: Any, kind: TypeConstructor, where: str) -> Value:
        if not isinstance(value, python):
            raise _wrong(value, kind, where)
        return value

    return reader


def _read_array(value: Any, kind: TypeConstructor, where: str) -> Value:
    if not isinstance(value, list):
        raise _wrong(value, kind, where)
    return [read(item, kind.args[0], f"{where}[{index}]") for index, item in enumerate(value)]


def _read_dict(value: Any, kind: TypeConstructor, where: str) -> Value:
    pairs = value.get("dict") if isinstance(value, dict) and len(value) == 1 else None
    if not isinstance(pairs, list) or not all(isinstance(pair, list) and len(pair) == 2 for pair in pairs):
        raise _wrong(value, kind, where)
    found = {}
    for key, item in pairs:
        read_key = read(key, kind.args[0], f"a key of {where}")
        if isinstance(read_key, list | dict):
            raise InputError(f"{where}: an array or a dictionary cannot be a key")
        if read_key in found:
            raise InputError(f"{where}: the key {quote(key)} is there twice")
        found[read_key] = read(item, kind.args[1], f"{where}[{quote(key)}]")
    return found


_READERS = {
    "int": _read_int,
    "bool": _read_plain(bool),
    "string": _read_plain(str),
    "array": _read_array,
    "dict": _read_dict,
}


def type_of(value: Any, where: str = "the value", depth: int = 0, output: bool = False) -> Type:
    """The type of a JSON value; the elements' type of an empty array stays open. Raises InputError.

    Of an `output`, "inf", "-inf" and "nan" are open as well: they may be numbers or words.
    """
    if output and (is_infinity(value) or value == "nan"):
        return TypeVariable()
    if isinstance(value, bool):
        return BOOL
    if isinstance(value, int | float):
        return INT
    if isinstance(value, str):
        return STRING
    if depth >= MAX_TYPE_DEPTH and isinstance(value, list | dict):
        raise InputError(f"{where}: {TYPE_TOO_DEEP}")
    if isinstance(value, list):
        return array(_common(value, f"{where}[...]", depth, output))
    if isinstance(value, dict) and isinstance(value.get("dict"), list):
        pairs = [pair for pair in value["dict"] if isinstance(pair, list) and len(pair) == 2]
        keys, values = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
        key_type = _common(keys, f"the keys of {where}", depth, output)
        return dictionary(key_type, _common(values, f"{where}[...]", depth, output))
    raise InputError(
        f"{where}: expected a number, true or false, a string, an array or a dictionary as "
        f'{{"dict": [[key, value], ...]}}, found {quote(value)}'
    )


def type_shown(outputs: Sequence[Any]) -> Type:
    """The type that outputs have in common, as JSON; a variable where they show none, or different ones."""
    try:
        return _common(list(outputs), "the outputs", 0, output=True)
    except InputError:
        return TypeVariable()


def _common(values: list[Any], where: str, depth: int, output: bool) -> Type:
    if any(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
        values = [0 if is_infinity(value) else value for value in values]
    kind: Type = TypeVariable()
    for value in values:
        found = type_of(value, where, depth + 1, output)
        if not unify(kind, found, []):
            raise InputError(
                f"{where}: an array holds values of one type, found {show(kind)} and {show(found)}"
            )
    return kind


def read_inputs(inputs: Mapping[str, Any], args: Mapping[str, Type]) -> dict[str, Value]:
    """Check named JSON values against a signature. Raises InputError naming a missing or surplus argument."""
    for name in inputs:
        if name not in args:
            known = f"the arguments are {', '.join(args)}" if args else "there are none"
            raise InputError(f"unknown argument {name!r}; {known}")
    for name, kind in args.items():
        if name not in inputs:
            raise InputError(f"no value for the argument {name!r} of type {show(kind)}")
    return {name: read(inputs[name], kind, f"argument {name!r}") for name, kind in args.items()}


def to_json(value: Value, infinite: Callable[[float], Any] = str) -> Any:
    """A run-time value as JSON. Raises InputError for a function, which has no JSON form.

    `infinite` spells what is no finite number: `str` as the command line does, `float` as task files do.
    """
    if value.__class__ is list:
        return [to_json(item, infinite) for item in value]
    if value.__class__ is float:
        return value if math.isfinite(value) else infinite(value)
    if value.__class__ is dict:
        return {"dict": [[to_json(key, infinite), to_json(item, infinite)] for key, item in value.items()]}
    if value is None or callable(value):
        raise InputError("the result is a function, which cannot be shown; apply it with invoke1")
    return value


def same(left: Value, right: Value) -> bool:
    """Whether two outcomes are the same: equal, and of the same kinds (1 is not true, 1 is not 1.0)."""
    if left.__class__ is not right.__class__:
        return False
    if left.__class__ is list:
        return len(left) == len(right) and all(map(same, left, right))
    if left.__class__ is dict:
        keys = {key: key for key in right}
        return left.keys() == right.keys() and all(
            same(key, keys[key]) and same(value, right[key]) for key, value in left.items()
        )
    return bool(left == right) or (left.__class__ is float and math.isnan(left) and math.isnan(right))


def agrees(value: Value, expected: Any) -> bool:
    """Whether a run's value is the expected JSON value, infinity spelt in either way; whole numbers and
    floats are compared by value."""
    try:
        return _alike(to_json(value, float), expected)
    except InputError:
        return False  # a function


def _alike(left: Any, right: Any) -> bool:
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(_alike, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(_alike(left[key], right[key]) for key in left)
    if isinstance(left, float) and not math.isfinite(left):
        return isinstance(right, float | str) and str(right) == str(left)
    return isinstance(left, bool) == isinstance(right, bool) and bool(left == right)


def spelt_out(value: Any) -> Any:
    """A JSON value of a task file as the command line has it: numbers that are not finite as strings."""
    if isinstance(value, list | tuple):
        return [spelt_out(item) for item in value]
    if isinstance(value, dict):
        return {key: spelt_out(item) for key, item in value.items()}
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value


def holds_nan(value: Any) -> bool:
    """Whether a number in it is none: infinity less infinity, say."""
    if isinstance(value, list):
        return any(map(holds_nan, value))
    return isinstance(value, float) and math.isnan(value)
