"""Seeded, weighted derivations of a task grammar: what is drawn from, and how likely.

`saps.corpus.generation.derivation` does the drawing.
"""

from __future__ import annotations

import random
from bisect import bisect
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache
from itertools import accumulate
from typing import NamedTuple, Protocol, TypeAlias

from saps.corpus.grammar.model import (
    BUILT_IN,
    COUNT,
    NAME,
    NAMES,
    ROOT,
    Choice,
    Grammar,
    Phrase,
    Production,
    Slot,
    Word,
)
from saps.language.simplify import apply_invocations


class Weighted(Protocol):
    @property
    def weight(self) -> float: ...


Items: TypeAlias = tuple[Word | Slot | Choice, ...]


class DeadEnd(Exception):
    """This draw cannot be finished; a new one may."""


class Urn(NamedTuple):
    """Things to draw from, with their weights added up."""

    items: tuple[Weighted, ...]
    sums: tuple[float, ...]


def urn(items: Sequence[Weighted]) -> Urn:
    return Urn(tuple(items), tuple(accumulate(item.weight for item in items)))


class Sampler:
    """A grammar, prepared for drawing derivations from it."""

    def __init__(self, grammar: Grammar) -> None:
        self.grammar = grammar
        self.type_names = {name: grammar.kind(name) for name in grammar.types}
        self.categories = {
            name: shown if grammar.library is None else name for name, shown in self.type_names.items()
        }
        """What a phrase can go on as: the nonterminal, or in a plain grammar its type."""
        self.arguments = {name for name in grammar.types if grammar.is_argument(name)}
        self.declarations = {
            (kind, asked): tuple(phrase for phrase in phrases if asked in set(phrase.slots()))
            for kind, phrases in grammar.declarations.items()
            for asked in (NAME, NAMES)
        }
        self.unnamed = {
            (kind, told, grouped): tuple(
                replace(phrase, told=False)
                for phrase in phrases
                if phrase.told == told and grouped == (COUNT in set(phrase.slots()))
            )
            for kind, phrases in grammar.unnamed.items()
            for told in (False, True)
            for grouped in (False, True)
        }
        self.introduced = {
            one.label: _introduced(one) if grammar.library is None else frozenset[str]()
            for one in grammar.all_productions()
        }
        """By production: its slots that only introduce an argument, for the rest of the sentence."""
        self._phrases: dict[tuple[int, frozenset[str]], Urn] = {}
        self._productions: dict[tuple[str, int, frozenset[str]], Urn] = {}
        self._askers = lru_cache(None)(self._find_askers)
        self._distances = lru_cache(None)(self._find_distances)
        self._steps = lru_cache(None)(self._find_steps)
        self._asking = lru_cache(None)(self._find_asking)

    # explanations draw nothing, and need none of the following

    @cached_property
    def depths(self) -> dict[str, int]:
        """By nonterminal: how many productions inside one another it needs at least."""
        return _least_depths(self.grammar)

    @cached_property
    def branches(self) -> dict[str, list[Production]]:
        """By nonterminal: the productions that have slots to fill."""
        productions = self.grammar.productions
        return {
            name: [one for one in productions.get(name, []) if not _is_leaf(one)]
            for name in self.grammar.types
        }

    @cached_property
    def least_branch(self) -> dict[str, int]:
        """By nonterminal: how deep the shallowest of these is."""
        return {
            name: min(map(self.depth, branches), default=1000) for name, branches in self.branches.items()
        }

    def depth(self, production: Production) -> int:
        """How many productions inside one another it needs at least, itself counted."""
        deepest = max((self.depths.get(slot, 1000) for slot in production.slots.values()), default=0)
        return _level(production, self.grammar) + deepest

    def phrase(self, rng: random.Random, phrases: tuple[Phrase, ...], tags: frozenset[str]) -> Phrase:
        """One of the phrases that serve the tags, by weight. The tuple must live as long as the sampler,
        which remembers what of it serves. Raises DeadEnd."""
        key = id(phrases), tags
        found = self._phrases.get(key)
        if found is None:
            found = self._phrases[key] = urn([phrase for phrase in phrases if phrase.serves(tags)])
        return _drawn(rng, found)  # type: ignore[return-value]

    def production(
        self, rng: random.Random, nonterminal: str, depth: int, tags: frozenset[str]
    ) -> Production:
        """One of the productions that fit into a depth (0: those without slots to fill). Raises DeadEnd."""
        key = nonterminal, depth, tags
        found = self._productions.get(key)
        if found is None:
            made = self.grammar.productions.get(nonterminal, [])
            if depth:
                leaves = nonterminal not in self.arguments
                fits = [one for one in made if (self.depth(one) <= depth if not _is_leaf(one) else leaves)]
            else:
                fits = list(filter(_is_leaf, made))
            found = self._productions[key] = urn(speaking(fits, tags))
        return _drawn(rng, found)  # type: ignore[return-value]

    def asking(
        self, rng: random.Random, nonterminal: str, kind: str, depth: int, tags: frozenset[str]
    ) -> Production | None:
        """As `production`, but one with a slot that an argument of a type can fill; None if there is none."""
        found = self._asking(nonterminal, kind, depth, tags)
        return _drawn(rng, found) if found.items else None  # type: ignore[return-value]

    def _find_asking(self, nonterminal: str, kind: str, depth: int, tags: frozenset[str]) -> Urn:
        filled = {name for name in self.arguments if self.type_names[name] == kind}
        asking = [one for one in self.branches[nonterminal] if filled & set(one.slots.values())]
        return urn(speaking([one for one in asking if self.depth(one) <= depth], tags))

    def step_toward(
        self, rng: random.Random, nonterminal: str, target: Production, tags: frozenset[str]
    ) -> Production:
        """A production from which the target is near. Raises DeadEnd."""
        if nonterminal == target.makes:
            return target
        return _drawn(rng, self._steps(nonterminal, target.makes, tags))  # type: ignore[return-value]

    def _find_steps(self, nonterminal: str, makes: str, tags: frozenset[str]) -> Urn:
        """The productions that lead nearer to something that `makes` names."""
        distances = self._distances(makes, tags)
        if nonterminal not in distances:
            return urn([])
        nearer = {name for name, distance in distances.items() if distance == distances[nonterminal] - 1}
        made = speaking(self.grammar.productions[nonterminal], tags)
        return urn([one for one in made if nearer & _filled(one)])

    def swallows(self, types: Iterable[str], word: str) -> bool:
        """Whether a phrase that ends in something of one of the types could go on with the word: "a" with
        "plus", "the reverse of a" with "sorted"."""
        return any(word in (words := self._continuations[kind]) or ANYTHING in words for kind in types)

    @cached_property
    def _continuations(self) -> dict[str, set[str]]:
        """By type: the words that can follow something of it in a phrase that makes the same type. In any
        register: who hears a sentence does not know how it was meant to be spoken."""
        found: dict[str, set[str]] = {kind: set() for kind in self.categories.values()}
        firsts = self._firsts()
        for production in self.grammar.all_productions():
            kind = self.categories[production.makes]
            for wording in production.wordings:
                for slot, words in _led_by_slot(wording.items, production.slots, firsts):
                    if self.categories[production.slots.get(slot, ROOT)] == kind:
                        found[kind] |= words
        return found

    def _firsts(self) -> dict[str, set[str]]:
        """By nonterminal: the words that it can start with; anything, where an argument can stand."""
        if self.grammar.library is None:
            return {}
        firsts: dict[str, set[str]] = {name: set() for name in self.grammar.types}
        for name in ("", *self.arguments, *BUILT_IN):  # "": the arguments' declarations
            firsts[name] = {ANYTHING}
        led: dict[str, set[str]] = {}
        """By nonterminal: those whose words can start with it."""
        for one in self.grammar.all_productions():
            for wording in one.wordings:
                words, slots = _starts(wording.items)
                firsts[one.makes] |= words
                for asked in (one.slots.get(slot, "") for slot in slots):
                    led.setdefault(asked, set()).add(one.makes)
        changed = set(firsts)
        while changed:
            name = changed.pop()
            for other in led.get(name, ()):
                if not firsts[name] <= firsts[other]:
                    firsts[other] |= firsts[name]
                    changed.add(other)
        return firsts

    def slot_toward(self, production: Production, target: Production, tags: frozenset[str]) -> str:
        """The slot behind which the target is nearest. Raises DeadEnd where no slot is spoken of."""
        distances = self._distances(target.makes, tags)
        bare = production.silent | production.counts
        slots = [slot for slot in production.slots if slot not in bare]
        return min(slots, key=lambda slot: distances.get(production.slots[slot], 1000))

    def _find_distances(self, makes: str, tags: frozenset[str]) -> dict[str, int]:
        """By nonterminal: productions to go through until something is asked for that `makes` names."""
        askers = self._askers(tags)
        distances, frontier = {makes: 0}, {makes}
        while frontier:
            frontier = {asker for name in frontier for asker in askers.get(name, ())} - distances.keys()
            distances |= dict.fromkeys(frontier, 1 + max(distances.values()))
        return distances

    def _find_askers(self, tags: frozenset[str]) -> dict[str, set[str]]:
        """By nonterminal: what is made by the productions that ask for it."""
        askers: dict[str, set[str]] = {}
        for production in speaking(list(self.grammar.all_productions()), tags):
            for nonterminal in _filled(production):
                askers.setdefault(nonterminal, set()).add(production.makes)
        return askers


def _drawn(rng: random.Random, found: Urn) -> Weighted:
    items, sums = found
    if not items:
        raise DeadEnd
    return items[0] if len(items) == 1 else items[bisect(sums, rng.random() * sums[-1], 0, len(items) - 1)]


def _is_leaf(production: Production) -> bool:
    return BUILT_IN.keys() >= set(production.slots.values())


def _filled(production: Production) -> set[str]:
    """What its slots ask for where more than an argument can stand."""
    bare = production.silent | production.counts
    return {asked for slot, asked in production.slots.items() if slot not in bare}


def _level(production: Production, grammar: Grammar) -> int:
    """How much deeper a production makes a task: not at all where it says a meaning in another form."""
    same = grammar.library is not None and production.program.size == 1 and production.slots
    return 0 if same else 1


def _introduced(production: Production) -> frozenset[str]:
    """The slots that its program makes nothing of: "given <xs> and a number <k> ,"."""
    if production.program.symbol != "lambda1":
        return frozenset()
    used = {node.symbol for node in apply_invocations(production.program)}
    return frozenset(production.slots.keys() - used)


def speaking(productions: Sequence[Production], tags: frozenset[str]) -> list[Production]:
    """The productions that have a wording for the tags."""
    return [one for one in productions if any(wording.serves(tags) for wording in one.wordings)]


ANYTHING = ""
"""Stands for any word where a slot follows."""


_ANY = frozenset((ANYTHING,))

Firsts: TypeAlias = Mapping[str, set[str]]


def _led_by_slot(items: Items, slots: Mapping[str, str], firsts: Firsts) -> Iterator[tuple[str, set[str]]]:
    """The slots that a phrase can start with, each with the words that can follow it."""
    if not items or isinstance(items[0], Word):
        return
    first, *rest = items
    if isinstance(first, Slot):
        words, leading = _starts(rest)
        yield first.name, words.union(*(firsts.get(slots.get(name, ""), _ANY) for name in leading))
    elif isinstance(first, Choice):
        for option in first.options:
            yield from _led_by_slot((*option.items, *rest), slots, firsts)


def _starts(items: Iterable[Word | Slot | Choice]) -> tuple[set[str], set[str]]:
    """The words, and the slots, that a phrase can start with."""
    words: set[str] = set()
    slots: set[str] = set()
    for item in items:
        if isinstance(item, Word):
            words.add(item.text)
            return words, slots
        if isinstance(item, Slot):
            slots.add(item.name)
            return words, slots
        parts = [_starts(option.items) for option in item.options]
        words = words.union(*(part[0] for part in parts))
        slots = slots.union(*(part[1] for part in parts))
        if not any(map(_may_be_empty, item.options)):
            return words, slots
    return words, slots


def _may_be_empty(phrase: Phrase) -> bool:
    return all(isinstance(item, Choice) and any(map(_may_be_empty, item.options)) for item in phrase.items)


def _least_depths(grammar: Grammar) -> dict[str, int]:
    """How many productions inside one another each nonterminal needs at least."""
    depths = {name: 0 for name in grammar.types if name in BUILT_IN or grammar.is_argument(name)}
    while True:
        before = dict(depths)
        for production in grammar.all_productions():
            needed = [depths.get(slot) for slot in production.slots.values()]
            if None not in needed:
                depth = _level(production, grammar) + max(
                    (depth for depth in needed if depth is not None), default=0
                )
                depths[production.makes] = min(depth, depths.get(production.makes, depth))
        if depths == before:
            return depths
