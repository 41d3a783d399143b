"""The task grammar: paired productions of English and AlgoLisp, loaded from a `.scfg` file.

A production makes a value of its nonterminal's type: its program side is an AlgoLisp expression over the
production's slots, its English side a set of wordings in which each slot stands once, or, where
it is an argument's, as often as the sentence speaks of it. Every program side is type-checked when the file
is loaded.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from saps.language.errors import GrammarError
from saps.language.library import Library
from saps.language.tree import Node, Span
from saps.language.type_system import INT, STRING, Type, resolve, show

BUILT_IN: dict[str, Type] = {"integer": INT, "quoted": STRING, "letter": STRING, "symbol": STRING}
"""Nonterminals that are filled without productions: a number in digits, a string in quotes, a bare letter, a
letter, digit or sign in quotes."""

TOLD = "told"
"""The tag of sentences that introduce their arguments."""

ANY = "any"
"""The type of nonterminals whose value may have any type (`type sentence = any`)."""

ROOT = "sentence"
"""The nonterminal that a task starts from."""

ARGS = "args"
"""The slot that stands for the arguments' declarations."""

BY_NAME = "name "
"""What nonterminals begin with in which an argument stands by its name alone."""

NAME, NAMES, COUNT, VALUE = "name", "names", "count", "value"
"""Slots of `declare`, `mention`, `remark` and `define`."""

COUNTS = ("one", "two", "three", "four", "five", "six")
"""How many names there are, in words, from one up; of more, it is told in digits."""


@dataclass(frozen=True, slots=True)
class Word:
    text: str


@dataclass(frozen=True, slots=True)
class Slot:
    name: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several phrases; `options` may hold an empty one."""

    options: tuple[Phrase, ...]


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words, slots and choices in a row, with the weight and the registers it is used in (none: all).

    `told`: only in sentences that introduce their arguments.
    """

    items: tuple[Word | Slot | Choice, ...]
    weight: float = 1.0
    registers: frozenset[str] = frozenset()
    told: bool = False

    def serves(self, tags: frozenset[str]) -> bool:
        """Whether it may be used in a sentence of these tags: styles, register, and TOLD."""
        return (not self.registers or not self.registers.isdisjoint(tags)) and (not self.told or TOLD in tags)

    def slots(self) -> Iterator[str]:
        """Names of the slots in the phrase, one of each choice's options being looked at."""
        for item in self.items:
            if isinstance(item, Slot):
                yield item.name
            elif isinstance(item, Choice):
                yield from item.options[0].slots()

    def repeated(self) -> set[str]:
        """Names of the slots that stand more than once: what fills them has to be an argument."""
        names = list(self.slots())
        return {name for name in names if names.count(name) > 1}


@dataclass(frozen=True, slots=True)
class Production:
    """One task: its name, what it makes, its slots (name to nonterminal), program and wordings."""

    name: str
    makes: str
    slots: dict[str, str]
    program: Node
    wordings: tuple[Phrase, ...]
    line: int
    weight: float = 1.0
    silent: frozenset[str] = frozenset()
    """Slots that no wording holds: arguments that are introduced, and spoken of as "it"."""
    counts: frozenset[str] = frozenset()
    """Slots for numbers that are said barely, in digits or by a name alone: "i have <x> apples"."""

    @property
    def label(self) -> str:
        """The name that is unique in a grammar, `numbers.reversed`."""
        return f"{self.makes}.{self.name}"


@dataclass(slots=True)
class Grammar:
    """A loaded task grammar."""

    types: dict[str, Type | None] = field(default_factory=lambda: dict(BUILT_IN))
    """Nonterminal to type; None for ANY."""
    productions: dict[str, list[Production]] = field(default_factory=dict)
    """By what they make."""
    declarations: dict[str, tuple[Phrase, ...]] = field(default_factory=dict)
    """By the shown type: how an argument of that type is introduced."""
    mentions: dict[str, tuple[Phrase, ...]] = field(default_factory=dict)
    """By the shown type: how an argument is spoken of later; by its name alone where nothing is said."""
    remarks: dict[str, tuple[Phrase, ...]] = field(default_factory=dict)
    """By the shown type: what people add of an argument at the end, which changes nothing of the task."""
    unnamed: dict[str, tuple[Phrase, ...]] = field(default_factory=dict)
    """By the shown type: how an argument is spoken of that has no name; `told` where it was introduced."""
    narrower: dict[str, str] = field(default_factory=dict)
    """Nonterminal to its type, of arguments that are told apart from others of that type: characters."""
    definitions: tuple[Phrase, ...] = ()
    introductions: tuple[Phrase, ...] = ()
    """What may stand in front of a sentence that does not introduce its arguments otherwise."""
    names: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """By the shown type: telling names of arguments."""
    words: dict[str, tuple[Phrase, ...]] = field(default_factory=dict)
    """Lists of phrases by their name."""
    library: Library | None = None
    """What the programs may call; None for a grammar in plain AlgoLisp."""
    slips: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Word to how it is mistyped."""

    def all_productions(self) -> Iterator[Production]:
        for productions in self.productions.values():
            yield from productions

    def find(self, name: str) -> Production:
        """The production of that name or label. Raises GrammarError naming the nearest one."""
        for production in self.all_productions():
            if name in (production.name, production.label):
                return production
        known = [
            label for production in self.all_productions() for label in (production.name, production.label)
        ]
        raise GrammarError(f"no production is called {name!r}{nearest(name, known)}")

    def named(self, name: str) -> list[Production]:
        """All ways to say what is called so. Raises GrammarError naming the nearest one."""
        found = [one for one in self.all_productions() if self.meaning(one) == name]
        return found or [self.find(name)]

    def meaning(self, production: Production) -> str:
        """What the ways of saying one thing have in common; in a plain grammar each production is its own."""
        return production.label if self.library is None else production.name.rstrip("'")

    def is_argument(self, nonterminal: str) -> bool:
        """Whether an argument of the program can stand where the nonterminal is asked for."""
        kind = self.types[nonterminal]
        if self.library is not None and not nonterminal.startswith(("np ", BY_NAME)):
            return nonterminal in self.narrower
        return kind is not None and nonterminal not in BUILT_IN and show(kind) in self.declarations

    def kind(self, nonterminal: str) -> str:
        """How the kind of an argument that can stand there is written: its type, mostly."""
        kind = self.types[nonterminal]
        if nonterminal in self.narrower:
            return nonterminal
        return "any" if kind is None else show(resolve(kind))

    def registers(self) -> set[str]:
        """All registers that some wording is tagged with."""
        return set(
            _registers(phrase for production in self.all_productions() for phrase in production.wordings)
        )


def _registers(phrases: Iterable[Phrase]) -> Iterator[str]:
    for phrase in phrases:
        yield from phrase.registers
        for item in phrase.items:
            if isinstance(item, Choice):
                yield from _registers(item.options)


def nearest(word: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(word, list(known), n=1)
    return f", did you mean {close[0]!r}?" if close else ""


def grammar_error(message: str, text: str, start: int, end: int | None = None) -> GrammarError:
    return GrammarError(message, text, Span(start, start + 1 if end is None else end))
