"""A grammar of meanings as it is written, before forms are derived and types put in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from saps.language.tree import Node
from saps.language.type_system import Type


@dataclass(frozen=True, slots=True)
class Word:
    text: str


@dataclass(frozen=True, slots=True)
class Macro:
    """`{elements}`: one of a list of words, which may depend on the types at hand."""

    name: str


@dataclass(frozen=True, slots=True)
class Slot:
    """`<xs>`, `<p:things>`, `<f:imp(it)>`: a parameter, the form that it is said in, and what a verb's object
    is called there."""

    name: str
    form: str | None = None
    object: Choice | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    options: tuple[Phrase, ...]


Item: TypeAlias = Word | Macro | Slot | Choice


@dataclass(frozen=True, slots=True)
class Phrase:
    """Items in a row, with a weight and the registers that it is used in (none: all)."""

    items: tuple[Item, ...]
    weight: float = 1.0
    registers: frozenset[str] = frozenset()
    told: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One wording of a meaning, in the form or part of speech that stands in front of it."""

    form: str
    phrase: Phrase
    number: int


@dataclass(frozen=True, slots=True)
class Say:
    """How a meaning is said. `params` are in the meaning's order, with their types; `silent` ones are
    introduced and not spoken of by the wordings."""

    name: str
    params: tuple[tuple[str, Type], ...]
    result: Type | None
    """None for a whole sentence of any type."""
    program: Node | None
    """What is meant, over the parameters; None for the definition or primitive of that name."""
    silent: frozenset[str]
    weight: float
    lines: tuple[Line, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Form:
    """How a form is made of others of the same meaning: `form pred.pl (T -> bool)`."""

    name: str
    type: Type
    phrases: tuple[Phrase, ...]
    line: int


@dataclass(slots=True)
class Source:
    """All that the files say of meanings. `words` are by name, then by type (None: of any type)."""

    says: list[Say] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)
    words: dict[str, dict[str | None, tuple[Phrase, ...]]] = field(default_factory=dict)
