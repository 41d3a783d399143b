"""JSON from outside: what is read, and what is refused in one line that names the field."""

from __future__ import annotations

import io
import math
from typing import Any

import pytest

from saps.language.errors import InputError
from saps.language.json_reader import MAX_LEVELS, MAX_LINE, decode, decode_from, decode_line, numbered_lines

READ: list[tuple[str | bytes, Any]] = [
    ('{"a": [1, 2.5, "x", true, null]}', {"a": [1, 2.5, "x", True, None]}),
    (' \n\t"x"\r\n', "x"),
    ("\ufeff[1]", [1]),
    (b"\xef\xbb\xbf[1]", [1]),
    ('"h\u00e9"'.encode(), "h\u00e9"),
    ("[Infinity, -Infinity]", [math.inf, -math.inf]),
    ('"\\ud800"', "\ud800"),
    ("9" * 4_000, int("9" * 4_000)),
    ("[" * MAX_LEVELS + "]" * MAX_LEVELS, None),
    ("[" + "[]," * 1_000 + "[]]", [[]] * 1_001),
]


@pytest.mark.parametrize(("text", "value"), READ, ids=lambda value: repr(value)[:30])
def test_read(text: str | bytes, value: Any) -> None:
    found = decode(text)
    assert value is None or found == value


REFUSED: list[tuple[str | bytes, str]] = [
    ("", "here, column 1: not JSON"),
    ("[1,\n2,,]", "here, line 2, column 3: not JSON"),
    ("[1] x", "here, column 5: the JSON value should end here"),
    ("{'a': 1}", "column 2"),
    (b'"\xe9"', "not UTF-8 text: byte 2 is 0xe9"),
    ("\ufeff{}".encode("utf-16"), "not UTF-8 text"),
    ('{"a": NaN}', "field `a`: NaN is no value"),
    ('{"input": {"a": [1, 1e400]}}', "field `input.a[1]`: 1e400 is beyond the range of a double"),
    ("-1e400", "here: -1e400 is beyond"),
    ('{"a": 1, "b": 2, "a": 1}', "field `a`: the key is there twice"),
    ('{"input": {"a": 1, "a": 2}}', "field `input.a`: the key is there twice"),
    ('{"a": [' + "9" * 5_000 + "]}", "field `a[0]`: an integer of 5,000 digits; at most 4,000 are read"),
    ("[" + "9" * 5_000 + ", x]", "not JSON"),
    ("[" + "9" * 5_000 + ", " + "[" * 20_000, "nested more than"),
    ("[" * 20_000, "nested more than"),
    ('{"a":' * 20_000 + "1" + "}" * 20_000, "nested more than"),
    ("[" * (MAX_LEVELS + 1) + "]" * (MAX_LEVELS + 1), "nested more than"),
]


@pytest.mark.parametrize(("text", "message"), REFUSED, ids=lambda value: repr(value)[:30])
def test_refused(text: str | bytes, message: str) -> None:
    with pytest.raises(InputError) as caught:
        decode(text, "here")
    assert message in caught.value.message and "\n" not in caught.value.message
    assert len(caught.value.message) < 200


def test_a_value_inside_a_text_tells_where_it_ends() -> None:
    assert decode_from("a=[1, 2] b", 2) == ([1, 2], 8)


def test_lines_are_counted_and_have_a_limit() -> None:
    long = b'"' + b"x" * (2 * MAX_LINE) + b'"\n'
    found = list(numbered_lines(io.BytesIO(b"\xef\xbb\xbf1\r\n" + long + b"\n2")))
    assert [number for number, _ in found] == [1, 2, 3, 4]
    assert len(found[1][1]) == MAX_LINE + 1, "no more than that is kept"
    with pytest.raises(InputError, match=r"line 2: a line of more than 16,777,216 bytes"):
        decode_line(found[1][1], "line 2")
    assert [decode_line(found[index][1]) for index in (0, 3)] == [1, 2]
