"""Examples on the command line and in batches: `a=[1,2] b=3 -> 5`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from saps.cli.output import typed_text
from saps.cli.signature import check_names
from saps.language.errors import InputError
from saps.language.json_reader import decode_from
from saps.language.printable import shortened
from saps.language.type_system import Type, TypeVariable, show, unify
from saps.language.values import is_infinity, read, read_inputs, type_of

_NAME = re.compile(r"\s*([^\W\d]\w*)\s*=\s*")
_ARROW = re.compile(r"\s*->\s*")
_INFINITY = re.compile(r"-?inf\b")


class Example(NamedTuple):
    """Input values by name and the output, as JSON."""

    inputs: dict[str, Any]
    output: Any


def parse_example(text: str) -> Example:
    """Read `NAME=JSON ... -> JSON`. Raises InputError with the column of the fault."""
    typed_text(text, f"example {shortened(repr(text), 60)}")
    inputs: dict[str, Any] = {}
    position = 0
    while (match := _NAME.match(text, position)) is not None:
        if match[1] in inputs:
            raise _fault(text, match.start(1), f"{match[1]!r} has a value already")
        inputs[match[1]], position = _value(text, match.end())
    arrow = _ARROW.match(text, position)
    if arrow is None:
        raise _fault(text, position, "expected NAME=JSON or -> and the output")
    output, position = _value(text, arrow.end())
    if text[position:].strip():
        raise _fault(text, position, "the example should end here")
    if not inputs:
        raise _fault(text, 0, "the example has no inputs")
    return Example(check_names(inputs), output)


def _value(text: str, position: int) -> tuple[Any, int]:
    infinity = _INFINITY.match(text, position)
    if infinity is not None:
        return infinity[0], infinity.end()
    try:
        return decode_from(text, position)
    except InputError as error:
        what = f'expected a JSON value such as 3, true, "text" or [1, 2]; {error.message}'
        raise _fault(text, position, what) from None


def _fault(text: str, position: int, message: str) -> InputError:
    where = f"example {shortened(repr(text), 300)}, column {position + 1}"
    return InputError(f"{where}: {message}; an example is 'a=[1,2] b=3 -> 5'")


def examples_from_json(value: Any) -> list[Example]:
    """A batch line's `examples`. Raises InputError."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise InputError("field `examples`: expected a list")
    found = []
    for index, item in enumerate(value):
        if not isinstance(item, dict) or not isinstance(item.get("input"), dict) or "output" not in item:
            raise InputError(
                f'field `examples`[{index}]: expected {{"input": {{name: value}}, "output": value}}'
            )
        found.append(Example(check_names(item["input"]), item["output"]))
    return found


def signature(
    examples: Sequence[Example], args: Mapping[str, Type] | None
) -> tuple[dict[str, Type] | None, Type]:
    """The arguments and the return type that the examples show; the arguments are those given, if any are.

    Raises InputError where examples disagree with each other or with the arguments.
    """
    result: Type = TypeVariable()
    if not examples:
        return None if args is None else dict(args), result
    found: dict[str, Type] = (
        {name: TypeVariable() for name in examples[0].inputs} if args is None else dict(args)
    )
    for number, example in enumerate(examples, 1):
        _unite(result, example.output, f"example {number}: the output", output=True)
        if example.inputs.keys() != found.keys() and args is None:
            raise InputError(f"example {number} has other arguments than example 1")
        if args is None:
            for name, value in example.inputs.items():
                _unite(found[name], value, f"example {number}: argument {name!r}")
    for number, example in enumerate(examples, 1):
        if is_infinity(example.output):
            read(example.output, result, f"example {number}: the output")
    return found, result


def _unite(kind: Type, value: Any, where: str, output: bool = False) -> None:
    shown = show(kind)
    if not unify(kind, type_of(value, where, output=output), []):
        raise InputError(f"{where} is {show(type_of(value))}, but {shown} in the examples before")


def read_examples(examples: Sequence[Example], args: Mapping[str, Type]) -> list[tuple[dict[str, Any], Any]]:
    """The examples with their inputs as run-time values. Raises InputError naming example and argument."""
    read = []
    for number, example in enumerate(examples, 1):
        try:
            read.append((read_inputs(example.inputs, args), example.output))
        except InputError as error:
            raise InputError(f"example {number}: {error.message}") from None
    return read
