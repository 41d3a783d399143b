"""Reading definitions: `grammar/README.md` explains how they are written.

    def count_if(xs: T[], p: (T -> bool)) -> int = (len (filter xs p))
      "how many elements of xs p is true for"
      py sum(1 for x in xs if p(x))
      e.g. [1, 2, 3, 4] even -> 2
      e.g. [] even -> 0

Lines are only told apart here, so that hundreds of definitions cost nothing at start; bodies and examples are
read when they are used, and all of them by `saps.language.library_check`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from saps.language.definition import Definition
from saps.language.errors import GrammarError
from saps.language.primitives import is_reserved
from saps.language.tree import Span

_HEAD = re.compile(
    r"def\s+(?P<name>\w+)\s*(\((?P<params>.*)\))?\s*->\s*(?P<result>[^=]+?)\s*=\s*(?P<body>.+)"
)
_NAME = re.compile(r"[a-z][a-z0-9_]+")
_PARAM = re.compile(r"[ \t]*(?P<name>[a-z][a-z0-9_]*)[ \t]*:[ \t]*(?P<type>.+?)[ \t]*")
_BETWEEN = re.compile(r",(?=[ \t]*\w+[ \t]*:)")
_STATEMENT = re.compile(r"^def\b", re.MULTILINE)


def read_definitions(text: str, topic: str, known: dict[str, Definition]) -> None:
    """Add the definitions of a file's text to those that are `known`. Raises GrammarError with the place."""
    starts = [match.start() for match in _STATEMENT.finditer(text)]
    for line, start, _ in _lines(text[: starts[0] if starts else None], 0):
        raise _fault(
            f"line {line} of {topic}.lib: a definition was expected: def name(x: int) -> int = ...",
            text,
            start,
        )
    for start, end in pairwise([*starts, len(text)]):
        definition = _read(text, start, end, topic)
        if definition.name in known:
            other = known[definition.name]
            raise _fault(
                f"`{definition.name}` is defined in line {other.line} of {other.topic}.lib already",
                text,
                start,
            )
        known[definition.name] = definition


def _read(text: str, start: int, end: int, topic: str) -> Definition:
    """One definition: its head, further lines of its body, its documentation, its examples."""
    lines = list(_lines(text[start:end], start))
    head = _HEAD.fullmatch(lines[0][2])
    if head is None:
        raise _fault("expected def name(x: type, ...) -> type = program", text, start)
    name, body, doc, cases = head["name"], head["body"], "", []
    python = None
    if is_reserved(name):
        raise _fault(f"`{name}` belongs to the language and cannot be a definition's name", text, start)
    if not _NAME.fullmatch(name):
        raise _fault(
            f"`{name}` cannot be a definition's name; expected two small letters or more, digits and `_`",
            text,
            start,
        )
    for _, place, line in lines[1:]:
        if line.startswith("e.g."):
            cases.append(line.removeprefix("e.g.").strip())
        elif line.startswith('"') and line.endswith('"') and not doc:
            doc = line[1:-1]
        elif line.startswith("py ") and doc:
            python = line.removeprefix("py ").strip()
        elif not doc and not cases:
            body += " " + line
        else:
            raise _fault("expected an example, `e.g. inputs -> output`", text, place)
    params = tuple(_params(head["params"] or "", text, start))
    number = text.count("\n", 0, start) + 1
    return Definition(name, params, head["result"], body, doc, tuple(cases), topic, number, python)


def _params(listed: str, text: str, start: int) -> Iterator[tuple[str, str]]:
    for part in _BETWEEN.split(listed) if listed.strip() else ():
        param = _PARAM.fullmatch(part)
        if param is None:
            raise _fault(f"`{part.strip()}` is no parameter; expected name: type", text, start)
        if is_reserved(param["name"]):
            raise _fault(
                f"`{param['name']}` belongs to the language and cannot be a parameter's name", text, start
            )
        yield param["name"], param["type"]


def _lines(text: str, offset: int) -> Iterator[tuple[int, int, str]]:
    """Number from 1, place and content of the lines that are neither empty nor comments."""
    for number, line in enumerate(text.splitlines(keepends=True), 1):
        content = line.strip()
        if content and not content.startswith("#"):
            yield number, offset, content
        offset += len(line)


def _fault(message: str, text: str, start: int) -> GrammarError:
    return GrammarError(message, text, Span(start, max(start + 1, text.find("\n", start))))
