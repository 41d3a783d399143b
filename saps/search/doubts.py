"""What is obviously at odds between a program and what was said: reasons why it may not be what is meant."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import groupby, islice
from typing import NamedTuple

from saps.language.primitives import PRIMITIVES
from saps.language.tree import Node
from saps.language.type_system import BOOL, INT, STRING
from saps.language.typecheck import literal
from saps.search.readings import Reading


class Doubt(NamedTuple):
    """One such reason: its kind (a key of `KINDS`), and which names or literals it is about."""

    kind: str
    about: tuple[str, ...] = ()

    @property
    def message(self) -> str:
        about = self.about if self.kind == "ignored" else map(repr, self.about)
        return KINDS[self.kind].format(" and ".join(about))


_SCALARS = (INT, BOOL, STRING)

KINDS = {
    "unsaid": "the sentence does not speak of {}",
    "unknown": "the sentence speaks of {}, which is no argument",
    "unused": "the program does not use {}",
    "ignored": "the program does not use {} of the sentence",
    "closed": "the program uses no arguments: its value is always the same",
    "constant": "the program gives the same on all inputs that were tried",
    "failing": "the program has a value on none of the inputs that were tried",
}


def doubts(
    program: Node, args: Collection[str], reading: Reading, does: Iterable[str] | None
) -> Iterator[Doubt]:
    """The doubts about a program that takes `args`, as an answer to a sentence read in this way; `does` is
    its behaviour on the probes, where it was run on them."""
    if reading.unsaid and (
        reading.unknown or len(reading.unsaid) < len(args)
    ):  # else it names none: as usual
        yield Doubt("unsaid", reading.unsaid)
        if reading.unknown:
            yield Doubt("unknown", reading.unknown)
    symbols = {node.symbol for node in program}
    if unused := tuple(name for name in reading.named if name not in symbols):
        yield Doubt("unused", unused)
    used = symbols | set(_negatives(program))
    if len(args) in reading.counts:
        used.add(str(len(args)))  # "the largest of three numbers"
    if ignored := tuple(one for one in reading.placeholders.literals if one not in used):
        yield Doubt("ignored", ignored)
    if symbols.isdisjoint(args):
        said = {*reading.placeholders.literals, *reading.words}
        if reading.named or not program.children or symbols.isdisjoint(said):
            yield Doubt("closed")  # else it is about what the sentence says: "the factorial of 5"
    elif does is not None and not does:
        yield Doubt("failing")
    elif does is not None and len(list(islice(groupby(does), 2))) < 2:
        yield Doubt("constant")


def _negatives(program: Node) -> Iterator[str]:
    """The negative numbers that it spells as differences, `(- 0 7)`."""
    for node in program:
        if node.symbol == "-" and [child.symbol for child in node.children[:1]] == ["0"]:
            yield f"-{node.children[1].symbol}"


def computes_ahead(program: Node) -> bool:
    """Whether it computes from literals alone what could be written down; `(- 0 7)` is a negative number."""
    return any(
        node.children
        and not (node.symbol == "-" and node.children[0].symbol == "0")
        and all(not child.children and literal(child.symbol) is not None for child in node.children)
        and node.symbol in PRIMITIVES
        and PRIMITIVES[node.symbol].scheme.result in _SCALARS
        for node in program
    )
