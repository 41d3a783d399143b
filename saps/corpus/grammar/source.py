"""A grammar of meanings as it is written, before forms are derived and types put in."""

from __future__ import annotations

from collections.abc import Iterator
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

    def parted(self, one_meaning: bool = False) -> list[Phrase]:
        """The phrase for each choice between forms of one slot: "<f:imp> *2 | {its} <f:sg>" is two phrases.
        All slots are of `one_meaning` in what is said of forms."""
        forms: dict[str, set[Slot]] = {}
        for slot in slots_of(self):
            forms.setdefault("" if one_meaning else slot.name, set()).add(slot)
        torn = {slot for slots in forms.values() if len(slots) > 1 for slot in slots}
        for place, item in enumerate(self.items):
            if isinstance(item, Choice) and any(torn.intersection(slots_of(one)) for one in item.options):
                whole = sum(one.weight for one in item.options)
                return [
                    made
                    for one in item.options
                    for made in Phrase(
                        (*self.items[:place], *one.items, *self.items[place + 1 :]),
                        self.weight * one.weight / whole,
                        one.registers or self.registers,
                        one.told or self.told,
                    ).parted(one_meaning)
                ]
        return [self]


def slots_of(phrase: Phrase) -> Iterator[Slot]:
    """All slots of a phrase, those of choices too."""
    for item in phrase.items:
        if isinstance(item, Slot):
            yield item
        elif isinstance(item, Choice):
            for option in item.options:
                yield from slots_of(option)


@dataclass(frozen=True, slots=True)
class Line:
    """One wording of a meaning, in the form or part of speech that stands in front of it."""

    form: str
    phrase: Phrase
    number: int


@dataclass(frozen=True, slots=True, eq=False)
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

    def called(self) -> Node:
        """What is meant, as a call."""
        return self.program or Node(self.name, [Node(name) for name, _ in self.params])

    @property
    def opens(self) -> bool:
        """Whether the first parameter is the first argument of what is called, and stands nowhere else."""
        first = self.params[0][0] if self.params else None
        arguments = [node.symbol for one in self.called().children[:1] for node in one]
        others = [node.symbol for one in self.called().children[1:] for node in one]
        return arguments == [first] and first not in others


@dataclass(frozen=True, slots=True, eq=False)
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

    def add(self, other: Source) -> None:
        """Puts what another one says behind what this one says."""
        self.says += other.says
        self.forms += other.forms
        for name, by_type in other.words.items():
            known = self.words.setdefault(name, {})
            for kind, phrases in by_type.items():
                known[kind] = known.get(kind, ()) + phrases
