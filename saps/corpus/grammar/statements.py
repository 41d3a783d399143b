"""A `.scfg` file cut into statements, and the parts of a statement taken one by one from the left.

A statement begins at the start of a line; its wordings (lines with `|`) and what is indented belong to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from saps.corpus.grammar.model import grammar_error
from saps.language.errors import GrammarError


class Part(str):
    """A piece of the source that knows where it stands there (offset in characters)."""

    __slots__ = ("start",)
    start: int

    def __new__(cls, text: str, start: int) -> Part:
        part = super().__new__(cls, text)
        part.start = start
        return part

    @property
    def end(self) -> int:
        return self.start + len(self)


class Terminal(NamedTuple):
    """What a part may look like, and what it is called where something else stands there.

    The pattern takes the blanks in front of the part, too; its first group is the part itself.
    """

    pattern: re.Pattern[str]
    told: str


def terminal(pattern: str, told: str) -> Terminal:
    return Terminal(re.compile(rf"[ \t]*({pattern})"), told)


NAME = terminal(r"[A-Za-z][A-Za-z_]*", "a name")
TYPE = terminal(r"\([^)\n]*\)(\[\])*|[A-Za-z]+(<[^>\n]*>)?(\[\])*", "a type")
FILE = terminal(r'"[^"\n]*"', "a file's name in quotes")
WEIGHT = terminal(r"\*[^\s()\[\]|]*", "a weight")
TAGS = terminal(r"@[A-Za-z_]+(,[A-Za-z_]+)*", "a register")
BAR = terminal(r"\|", "`|` and a wording")
# The rest of the line; indented lines that start neither with | nor with @ go on with it.
PROGRAM = terminal(r"[^\s|@#][^\n]*(\n[ \t]+(?![|@#\s])[^\n]*)*", "a program")
END_OF_LINE = terminal(r"((#[^\n]*)?(\n|\Z)[ \t]*)+", "the end of the line")
OPEN, CLOSE, COMMA, COLON, EQUAL, DOT, ARROW = (
    terminal(re.escape(sign), f"`{sign}`") for sign in ("(", ")", ",", ":", "=", ".", "=>")
)

_BLANKS = re.compile(r"[ \t]*")
_NOTHING = re.compile(r"(\s|#[^\n]*)*")
_BEGINNING = re.compile(r"^(?=[^\s|@#])", re.MULTILINE)
_FOUND = re.compile(r"\w+|=>|.")


class Statement:
    """One statement of a source, taken from the left; `at` is how far. It begins in line `line`, from 1."""

    def __init__(self, source: str, start: int, end: int, line: int) -> None:
        self.source, self.at, self.end, self.line = source, start, end, line

    def maybe(self, wanted: Terminal) -> Part | None:
        """The next part, if it is of this kind."""
        found = wanted.pattern.match(self.source, self.at, self.end)
        if found is None:
            return None
        self.at = found.end()
        return Part(found[1], found.start(1))

    def take(self, *wanted: Terminal) -> Part:
        """The next part, which has to be of one of these kinds. Raises GrammarError."""
        for kind in wanted:
            if (part := self.maybe(kind)) is not None:
                return part
        raise self.unexpected(*(kind.told for kind in wanted))

    def some(self, wanted: Terminal) -> list[Part]:
        """One or more of a kind. Raises GrammarError."""
        found = [self.take(wanted)]
        while (part := self.maybe(wanted)) is not None:
            found.append(part)
        return found

    def here(self) -> Part:
        """The empty part in front of what comes next."""
        return Part("", _BLANKS.match(self.source, self.at).end())  # type: ignore[union-attr]

    def part(self, first: Part, behind: Part) -> Part:
        """From one part up to another one."""
        return Part(self.source[first.start : behind.start].rstrip(), first.start)

    @property
    def is_over(self) -> bool:
        return self.at >= self.end

    def unexpected(self, *wanted: str) -> GrammarError:
        """The error that something else stands here than what was wanted."""
        source, start = self.source, self.here().start
        if start == len(source):
            found, start = "the end of the file", len(source.rstrip())
        elif source[start] in "\n#":
            found, start = "the end of the line", self.at
        else:
            found = f"`{_FOUND.match(source, start)[0][:40]}`"  # type: ignore[index]
        return grammar_error(f"{found} where {' or '.join(wanted)} was expected", source, start)


def statements(source: str) -> Iterator[Statement]:
    """The statements of a file in order. Raises GrammarError for wordings in front of the first one."""
    starts = [found.start() for found in _BEGINNING.finditer(source)]
    first = starts[0] if starts else len(source)
    nothing = _NOTHING.match(source, 0, first).end()  # type: ignore[union-attr]
    if nothing < first:
        raise Statement(source, nothing, first, 1).unexpected("a statement")
    line, before = 1, 0
    for start, end in pairwise([*starts, len(source)]):
        line, before = line + source.count("\n", before, start), start
        yield Statement(source, start, end, line)
