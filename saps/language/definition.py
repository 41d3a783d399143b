"""A definition of the library: a named meaning with its types, its AlgoLisp body and worked examples.

A definition is used as a primitive is. Called with all its arguments it is its body; called with fewer it is
a function of its first parameters, the last ones being given:

    (divisible_by x 3)                  whether x is divisible by 3
    (filter a (divisible_by 3))         the elements that are
    (filter a even)                     `even` takes one argument, and none is given
    (reduce a 0 gcd)                    `gcd` takes two
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from saps.language.errors import InputError
from saps.language.parser import parse
from saps.language.plain import plain_program
from saps.language.tree import Node
from saps.language.type_system import Scheme, scheme

MAX_OPEN = 2
"""Parameters that a function may have left: AlgoLisp writes out functions of one and of two."""


@dataclass(frozen=True, slots=True)
class Example:
    """Inputs and what comes of them. An input is a JSON value, or a program where a function is asked for.

    `output` is a JSON value, or where `error` is set the kind of the error that running ends in.
    """

    inputs: tuple[Any, ...]
    output: Any = None
    error: str | None = None


@dataclass(frozen=True)
class Definition:
    """`params` are names with the types as written, in which a single capital letter stands for any type.

    The body and the examples are kept as text until somebody looks at them: a session uses few of many.
    """

    name: str
    params: tuple[tuple[str, str], ...]
    result: str
    source: str
    """The body as written. May call other definitions."""
    doc: str
    cases: tuple[str, ...]
    """The examples as written: `[1, 2] even -> 1`."""
    topic: str
    line: int
    python: str | None = None
    """A Python expression over the parameters that does the same (`saps.language.python`)."""

    @property
    def arity(self) -> int:
        return len(self.params)

    @property
    def signature(self) -> str:
        """`count_of(xs: T[], x: T) -> int`."""
        shown = ", ".join(f"{name}: {kind}" for name, kind in self.params)
        return f"{self.name}({shown}) -> {self.result}" if shown else f"{self.name} -> {self.result}"

    def to_text(self) -> str:
        """As a file has it."""
        cases = "".join(f"  e.g. {case}\n" for case in self.cases)
        python = "" if self.python is None else f"  py {self.python}\n"
        return f'def {self.signature} = {self.source}\n  "{self.doc}"\n{python}{cases}'

    @cached_property
    def body(self) -> Node:
        """Raises ProgramSyntaxError."""
        return plain_program(self.source) or parse(self.source)

    @cached_property
    def examples(self) -> tuple[Example, ...]:
        """Raises InputError for one that cannot be read."""
        return tuple(map(self._example, self.cases))

    def takes(self, given: int) -> bool:
        """Whether it can be called with that many arguments (0: stand alone)."""
        return max(0, self.arity - MAX_OPEN) <= given <= self.arity

    def scheme(self, given: int) -> Scheme:
        """The types of the last `given` parameters, and of what they make."""
        found = self._schemes.get(given)
        if found is None:
            kinds = [kind for _, kind in self.params]
            left = self.arity - given
            found = scheme(f"{' '.join(kinds[left:])} -> {self._made(kinds[:left])}")
            self._schemes[given] = found
        return found

    @cached_property
    def _schemes(self) -> dict[int, Scheme]:
        """By the number of arguments given, those that were asked for."""
        return {}

    def _made(self, left: list[str]) -> str:
        return f"({' '.join(left)} -> {self.result})" if left else self.result

    def _example(self, text: str) -> Example:
        try:
            inputs, rest = [], text
            for _, kind in self.params:
                value, rest = (_read_function if kind.startswith("(") else _read_value)(rest)
                inputs.append(value)
            arrow, output = rest[:2], rest[2:].strip()
            if arrow != "->":
                raise ValueError(f"`->` was expected, found {rest[:20]!r}")
            if output.startswith("error "):
                return Example(tuple(inputs), error=output.removeprefix("error ").strip())
            return Example(tuple(inputs), output=json.loads(output))
        except ValueError as error:
            expected = " ".join(kind for _, kind in self.params)
            raise InputError(
                f"cannot read the example `{text}`: {error}; expected values of {expected}, "
                "then `->` and the result or `error KIND`"
            ) from None


def _read_value(text: str) -> tuple[Any, str]:
    value, end = json.JSONDecoder().raw_decode(text)
    return value, text[end:].lstrip()


def _read_function(text: str) -> tuple[Node, str]:
    """A program up to the next blank outside of its brackets."""
    level = 0
    for end, sign in enumerate(text):
        level += (sign == "(") - (sign == ")")
        if level == 0 and sign.isspace():
            return parse(text[:end]), text[end:].lstrip()
    raise ValueError("the text ends within a function")
