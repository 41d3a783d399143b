"""Examples on the command line and in batches: `a=[1,2] b=3 -> 5`."""

from __future__ import annotations

import re
from typing import Any

from saps.application.requests import Example, check_names
from saps.cli.output import typed_text
from saps.language.errors import InputError
from saps.language.json_reader import decode_from
from saps.language.printable import shortened

_NAME = re.compile(r"\s*([^\W\d]\w*)\s*=\s*")
_ARROW = re.compile(r"\s*->\s*")
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
