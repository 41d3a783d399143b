"""What users type: `NAME=JSON`, `NAME:TYPE`, examples such as `a=[1,2] b=3 -> 5`."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from typing import Any

from saps.application.requests import Example, check_names, data_type
from saps.language.errors import InputError
from saps.language.json_reader import decode, decode_from
from saps.language.printable import shortened
from saps.language.type_system import Type

_FORMS = '; expected 3, 2.5, true, "text", [1, 2] or the like'


def typed_text(text: str, what: str) -> str:
    """A text from the command line. Raises InputError where it was not UTF-8: Python hands the bytes on as
    halves of surrogate pairs."""
    if half := re.search("[\ud800-\udfff]", text):
        raise InputError(f"{what} is not UTF-8 text (at character {half.start() + 1:,})")
    return text


def parse_json(text: str, where: str) -> Any:
    """A JSON value from the command line; `inf` and `-inf` are numbers. Raises InputError."""
    if text.strip() in ("inf", "-inf"):
        return text.strip()
    try:
        return decode(typed_text(text, where))
    except InputError as error:
        raise InputError(f"{where}: {shortened(repr(text), 60)}: {error.message}{_FORMS}") from None


def assignment(text: str) -> tuple[str, Any]:
    """`NAME=JSON`. Raises InputError."""
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise InputError(f"{shortened(repr(text), 60)}: expected NAME=JSON, such as a=[1,2]")
    return name.strip(), parse_json(value, f"the value of {name.strip()}")


def assignments(texts: Sequence[str], columns: Container[str] = ()) -> dict[str, Any]:
    """`NAME=JSON` texts, each name once; where there are `columns`, NAME=COLUMN is a `Column`. Raises
    InputError."""
    found: dict[str, Any] = {}
    for text in texts:
        name, _, value = (part.strip() for part in text.partition("="))
        if value in columns:
            value = Column(typed_text(value, "a column"))
        else:
            name, value = assignment(text)
        if name in found:
            raise InputError(f"{name} has a value already")
        found[name] = value
    return found


class Column(str):
    """The name of a table's column."""

    __slots__ = ()


def parse_args(args: Sequence[str] | None) -> dict[str, Type] | None:
    """`--arg NAME:TYPE` options as a signature; None where there are none.

    Raises InputError for an option of another form, an unknown type, a name twice or not allowed.
    """
    if not args:
        return None
    found: dict[str, Type] = {}
    for arg in args:
        name, colon, kind = arg.partition(":")
        name = name.strip()
        if not colon or not name:
            raise InputError(f"--arg {arg!r}: expected NAME:TYPE, such as a:int[]")
        if name in found:
            raise InputError(f"--arg {arg!r}: the argument {name!r} is given twice")
        found[name] = data_type(kind.strip(), f"--arg {arg!r}")
    return check_names(found)


_NAME = re.compile(r"\s*([^\W\d]\w*)\s*=\s*")
_ARROW = re.compile(r"\s*->\s*")
_SPACE = re.compile(r"[\s,]*")
_INFINITY = re.compile(r"-?inf\b")


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


def parse_inputs(text: str, names: Sequence[str]) -> dict[str, Any]:
    """`a=[1,2] b=3`, or values alone in the order of the names: `[1,2] 3`. Raises InputError."""
    if _NAME.match(text) is not None:
        return dict(parse_example(f"{text} -> 0").inputs)
    values, position = [], 0
    while (start := _SPACE.match(text, position)) is not None and start.end() < len(text):
        value, position = _value(text, start.end())
        values.append(value)
    if len(values) != len(names):
        raise InputError(f"expected {len(names)} values, for {', '.join(names) or 'no arguments'}")
    return dict(zip(names, values, strict=True))


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
