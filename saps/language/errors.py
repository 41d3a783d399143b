"""Every error that saps raises on purpose.

    SapsError                  a sentence for the user; the command line catches this root, exit code 2
    |- SourceError             a fault in a text the user wrote, with its place
    |  |- ProgramSyntaxError     a program that cannot be read              kind `syntax`
    |  |- ProgramTypeError       a program whose types do not fit           kind `type`
    |  |- UnknownNameError       a program that uses a name nobody defined  kind `unknown-name`
    |  `- GrammarError           a task grammar that cannot be used
    |- RunError                a program failed while running; `kind` says how
    |  `- BudgetError            it would need more steps, size or depth than allowed
    `- InputError              a file, value or option that cannot be used  kind `input`
       |- CheckpointError        a checkpoint folder that cannot be used
       `- RecipeError            a training recipe that cannot be used

`kind` is the word that `saps run` reports; RunError lists those of running programs.
"""

from __future__ import annotations

import json
from typing import Any

from saps.language.printable import escaped
from saps.language.tree import Span


def shorten(text: str, width: int = 60) -> str:
    """The text, cut to `width` characters: messages are one line whatever they quote."""
    return text if len(text) <= width else text[: width - 3] + "..."


def quote(value: Any, width: int = 60) -> str:
    """A value as JSON, cut to `width` characters; no more of it is looked at than is shown."""
    if isinstance(value, str):
        value = value[: width + 1]
    text = ""
    try:
        for part in json.JSONEncoder(default=repr).iterencode(value):
            text += part
            if len(text) > width:
                break
    except ValueError:  # Python does not write integers of more than 4,300 digits
        text += "a number too long to show"
    return shorten(text, width)


class SapsError(Exception):
    """Root of all errors meant for the user. `str(error)` is one sentence without a final newline."""

    kind: str = "input"

    @property
    def message(self) -> str:
        """What was wrong, in one line."""
        return str(self.args[0]) if self.args else type(self).__name__


class SourceError(SapsError):
    """A fault at a place in a text that the user wrote.

    `source` is the whole text and `span` the faulty part; both are None where the program did not come
    from a text (a tree built in Python).
    """

    def __init__(self, message: str, source: str | None = None, span: Span | None = None) -> None:
        super().__init__(message)
        self.source = source
        self.span = span

    @property
    def place(self) -> tuple[int, int] | None:
        """Line and column of the fault, both from 1; None where there is no text."""
        if self.source is None or self.span is None:
            return None
        before = self.source[: self.span.start]
        return before.count("\n") + 1, self.span.start - (before.rfind("\n") + 1) + 1

    def caret(self, width: int = 100) -> str:
        """The faulty line with a caret under the fault (cut to about `width` characters); may be empty."""
        place = self.place
        if place is None or self.source is None or self.span is None:
            return ""
        line_number, column = place
        line = self.source.split("\n")[line_number - 1].expandtabs(1)
        start = max(0, column - 1 - width // 2)
        shown = line[start : start + width]
        before = escaped(shown[: column - 1 - start])
        marked = escaped(shown[column - 1 - start :][: max(0, self.span.end - self.span.start)])
        return f"{escaped(shown)}\n{' ' * len(before)}{'^' * max(1, len(marked))}"

    def __str__(self) -> str:
        place = self.place
        return self.message if place is None else f"line {place[0]}, column {place[1]}: {self.message}"


class ProgramSyntaxError(SourceError):
    """The program's text or nested list cannot be read."""

    kind = "syntax"


class ProgramTypeError(SourceError):
    """The program's types do not fit together."""

    kind = "type"


class UnknownNameError(SourceError):
    """The program uses a name that is neither the language's, an argument, nor bound by a lambda."""

    kind = "unknown-name"


class GrammarError(SourceError):
    """A task grammar (`.scfg`) that cannot be used."""


class RunError(SapsError):
    """A well-typed program failed on these inputs; `kind` is type, index, empty, zero-division, value or
    budget."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class BudgetError(RunError):
    """Running on would need more than the budget allows; `limit` names what was met: steps, size, range
    or depth."""

    def __init__(self, limit: str, message: str) -> None:
        super().__init__("budget", message)
        self.limit = limit


class InputError(SapsError):
    """A file, a value or an option that cannot be used."""


class CheckpointError(InputError):
    """A checkpoint folder that is incomplete, damaged or of another kind."""


class RecipeError(InputError):
    """A training recipe that cannot be used."""
