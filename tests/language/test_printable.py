"""Foreign text on a terminal."""

from __future__ import annotations

import json

import pytest

from saps.language.errors import ProgramSyntaxError
from saps.language.printable import MAX_MESSAGE, escaped, shortened
from saps.language.tree import Span


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain h\u00e9 \u6f22", "plain h\u00e9 \u6f22"),
        ("two\n\tlines", "two\n\tlines"),
        ("\x1b[31mred", "\\u001b[31mred"),
        ("\x9b31m\x7f\r", "\\u009b31m\\u007f\\u000d"),
        ("\u202eturned\u2066", "\\u202eturned\\u2066"),
        ("half \ud800", "half \\ud800"),
    ],
)
def test_what_a_terminal_would_obey_is_shown_escaped(text: str, shown: str) -> None:
    assert escaped(text) == shown


@pytest.mark.parametrize("text", ["\x1b[2J", "\x9b", "\u202e", "\x7f"])
def test_json_reads_back_what_is_escaped(text: str) -> None:
    assert json.loads(escaped(json.dumps(text, ensure_ascii=False))) == text


def test_long_messages_lose_their_middle() -> None:
    text = "begin " + "x" * 60_000 + " end"
    cut = shortened(text)
    assert len(cut) < MAX_MESSAGE + 40 and cut.startswith("begin") and cut.endswith("end")
    assert "characters) ..." in cut
    assert shortened("short") == "short"


def test_the_caret_stands_under_what_is_escaped() -> None:
    source = '(+ "\x1b" b)'
    line, caret = ProgramSyntaxError("x", source, Span(7, 8)).caret().split("\n")
    assert line == '(+ "\\u001b" b)' and line[caret.index("^")] == "b" and caret.count("^") == 1
    line, caret = ProgramSyntaxError("x", source, Span(3, 6)).caret().split("\n")
    assert line[caret.index("^") :][: caret.count("^")] == '"\\u001b"'
