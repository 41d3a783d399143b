"""A grammar made ready for drawing tasks from it."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Sequence
from functools import lru_cache

from saps.corpus.generation.sampler import Sampler, speaking
from saps.corpus.grammar.model import ROOT, Grammar, Production
from saps.corpus.tasks.split import surface
from saps.language.errors import ProgramTypeError
from saps.language.simplify import apply_invocations
from saps.language.tree import Node


class Source:
    """Where the tasks of some registers come from. Registers that share a grammar share it."""

    def __init__(self, grammar: Grammar) -> None:
        self.grammar = grammar
        self.sampler = Sampler(grammar)
        self.direct = _direct(grammar, self.sampler)
        programs = {(one.program, tuple(one.slots)) for one in grammar.all_productions()}
        self.basic = {_basic(program, slots, grammar) for program, slots in programs}
        """Surface forms of the programs of single productions."""
        self._spoken = lru_cache(None)(self._by_meaning)

    def aim(self, rng: random.Random, tags: frozenset[str], share: float) -> Production | None:
        """What a draw is to hold: in a `share` of them any meaning that is spoken of in that way, so that
        none is rare."""
        spoken = self._spoken(tags)
        if rng.random() >= share or not spoken:
            return None
        ways = rng.choice(spoken) if self.grammar.library is None else _by_weight(spoken, rng)
        return ways[0] if len(ways) == 1 else rng.choice(ways)

    def _by_meaning(self, tags: frozenset[str]) -> Sequence[Sequence[Production]]:
        """The ways to say each meaning."""
        ways: dict[str, list[Production]] = {}
        for one in speaking(self.direct, tags):
            ways.setdefault(self.grammar.meaning(one), []).append(one)
        return list(ways.values())

    def holds(self, production: Production) -> bool:
        """Whether it is a production of this grammar."""
        return any(one is production for one in self.grammar.productions.get(production.makes, ()))


def _by_weight(spoken: Sequence[Sequence[Production]], rng: random.Random) -> Sequence[Production]:
    """One of the meanings, those that people ask for more often first."""
    return rng.choices(spoken, [max(one.weight for one in ways) for ways in spoken])[0]


_sources: dict[int, Source] = {}


def source_of(grammar: Grammar) -> Source:
    """The source of a grammar, made once."""
    if id(grammar) not in _sources:
        _sources[id(grammar)] = Source(grammar)
    return _sources[id(grammar)]


def _direct(grammar: Grammar, sampler: Sampler) -> list[Production]:
    """The productions that draws aim at: of meanings all, in a plain grammar those that sentences ask for."""
    if grammar.library is not None:
        return [one for one in grammar.all_productions() if one.program.children]
    asked = {slot for one in grammar.productions[ROOT] for slot in one.slots.values()}
    direct = [one for name in sorted(asked) for one in sampler.branches[name]]
    return direct + [one for one in grammar.productions[ROOT] if one.program.size > 1]


def _basic(program: Node, slots: Sequence[str], grammar: Grammar) -> str:
    """The surface form of a production's program with arguments in its slots."""
    if grammar.library is not None:
        with contextlib.suppress(ProgramTypeError):  # a function that can only be called stays as it is
            program = grammar.library.expand(program, slots)
    return surface(apply_invocations(program), slots)
