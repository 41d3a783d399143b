"""JSON from outside -> Python values: the one place where files, batches and options are read.

What the standard reader lets through and nobody means is refused in one line that names the field: a key that
is there twice, NaN, numbers beyond what a double or saps can hold; so is nesting that would exhaust Python's
stack. `Infinity` and `-Infinity` are numbers, as the published files write them.
"""

from __future__ import annotations

import codecs
import json
import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple, Protocol

from saps.language.errors import InputError
from saps.language.tree import MAX_DEPTH, MAX_DIGITS

MAX_LINE = 1 << 24
"""Bytes of a line of JSON. A task of the published files has some 10,000."""

MAX_LEVELS = MAX_DEPTH + 50
"""Levels of a JSON value: a program as nested lists, and the objects around it."""


class _Refused(NamedTuple):
    """Stands in a value that was read for what cannot be used, so that its place can be told."""

    reason: str


class _Reader:
    """A JSON decoder that puts _Refused in place of what is not wanted. `found` tells whether it did."""

    def __init__(self, parse_int: Callable[[str], Any] | None = None) -> None:
        self.found = False
        self.decoder = json.JSONDecoder(
            object_pairs_hook=self.read_object,
            parse_float=self.read_float,
            parse_constant=self.read_constant,
            parse_int=parse_int,
        )

    def refuse(self, reason: str) -> _Refused:
        self.found = True
        return _Refused(reason)

    def read_object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        value = dict(pairs)
        if len(value) != len(pairs):
            seen: set[str] = set()
            for key, _ in pairs:
                if key in seen:
                    value[key] = self.refuse("the key is there twice")
                seen.add(key)
        return value

    def read_float(self, text: str) -> float | _Refused:
        value = float(text)
        if math.isinf(value):
            return self.refuse(f'{text[:40]} is beyond the range of a double; infinity is "inf"')
        return value

    def read_constant(self, text: str) -> float | _Refused:
        return self.refuse("NaN is no value") if text == "NaN" else float(text)


class _CarefulReader(_Reader):
    """Looks at integers as well, which costs time: only where one is known to be too long."""

    def __init__(self) -> None:
        super().__init__(self.read_int)

    def read_int(self, text: str) -> int | _Refused:
        if len(text) > MAX_DIGITS:
            return self.refuse(f"an integer of {len(text):,} digits; at most {MAX_DIGITS:,} are read")
        return int(text)


def decode(text: str | bytes, where: str = "") -> Any:
    """A JSON value; bytes are UTF-8, with or without a byte order mark.

    Raises InputError in one line, which begins with `where`.
    """
    text = decode_utf8(text, where) if isinstance(text, bytes) else text.removeprefix("\ufeff")
    value, end = decode_from(text, len(text) - len(text.lstrip(_SPACE)), where)
    if rest := text[end:].strip(_SPACE):
        raise _fault(where, text, text.index(rest, end), "the JSON value should end here")
    return value


_SPACE = " \t\r\n"


def decode_from(text: str, start: int, where: str = "") -> tuple[Any, int]:
    """The JSON value that begins at an offset of a text, and the offset behind it. Raises InputError."""
    try:
        return _scanned(_Reader(), text, start, where)
    except ValueError:  # of int(), for more digits than Python reads
        return _scanned(_CarefulReader(), text, start, where)


def _scanned(reader: _Reader, text: str, start: int, where: str) -> tuple[Any, int]:
    try:
        value, end = reader.decoder.raw_decode(text, start)
    except json.JSONDecodeError as error:
        what = error.msg[:1].lower() + error.msg[1:]
        raise _fault(where, text, error.pos, f"not JSON: {what}") from None
    except RecursionError:
        raise _too_deep(where) from None
    if reader.found:
        path, refused = next(_refused(value, ""))
        raise InputError(_join(where, f"field `{path}`" if path else "", refused.reason))
    if text.count("[", start, end) + text.count("{", start, end) > MAX_LEVELS and _levels(value) > MAX_LEVELS:
        raise _too_deep(where)
    return value, end


def decode_utf8(content: bytes, where: str = "") -> str:
    """The text, without a byte order mark. Raises InputError where it is not UTF-8."""
    try:
        return content.removeprefix(codecs.BOM_UTF8).decode()
    except UnicodeDecodeError as error:
        byte, place = error.object[error.start], error.start + 1
        raise InputError(_join(where, f"not UTF-8 text: byte {place:,} is 0x{byte:02x}")) from None


class _Stream(Protocol):
    def readline(self, size: int, /) -> bytes: ...


def numbered_lines(stream: _Stream) -> Iterator[tuple[int, bytes]]:
    """The lines of a stream, counted from 1, without the mark that some editors put in front. Of a line
    beyond MAX_LINE only as much is kept as shows that it is (see `decode_line`)."""
    number = 0
    while line := stream.readline(MAX_LINE + 1):
        number += 1
        rest = line
        while len(rest) > MAX_LINE and not rest.endswith(b"\n"):
            rest = stream.readline(MAX_LINE + 1)
        yield number, line.removeprefix(codecs.BOM_UTF8) if number == 1 else line


def decode_line(line: bytes, where: str = "") -> Any:
    """The JSON value on a line. Raises InputError in one line, which begins with `where`."""
    if len(line) > MAX_LINE:
        raise InputError(_join(where, f"a line of more than {MAX_LINE:,} bytes"))
    return decode(line, where)


def is_blank(line: bytes) -> bool:
    return not line.strip()


def _join(*parts: str) -> str:
    return ": ".join(part for part in parts if part)


def _fault(where: str, text: str, position: int, message: str) -> InputError:
    row = text.count("\n", 0, position) + 1
    column = position - (text.rfind("\n", 0, position) + 1) + 1
    place = f"column {column}" if row == 1 else f"line {row}, column {column}"
    return InputError(_join(f"{where}, {place}" if where else place, message))


def _too_deep(where: str) -> InputError:
    return InputError(_join(where, f"JSON nested more than {MAX_LEVELS} levels"))


def _levels(value: Any) -> int:
    """How deep a value nests, counted level by level: it may be too deep to recurse into."""
    levels, level = 0, [value]
    while level:
        levels += 1
        level = [item for inner in level for item in _items(inner)]
    return levels


def _items(value: Any) -> Sequence[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else ()


def _refused(value: Any, path: str) -> Iterator[tuple[str, _Refused]]:
    """What stands for faults in a value, each with its field, such as `input.a[2]`."""
    waiting = [(path, value)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, _Refused):
            yield path, value
        elif isinstance(value, dict):
            waiting += [(f"{path}.{key}" if path else key, item) for key, item in reversed(value.items())]
        elif isinstance(value, list):
            waiting += [(f"{path}[{index}]", item) for index, item in reversed([*enumerate(value)])]
