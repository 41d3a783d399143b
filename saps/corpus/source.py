"""A grammar made ready for drawing tasks from it."""

from __future__ import annotations

import random
from functools import lru_cache

from saps.corpus.sampler import Sampler, speaking
from saps.corpus.split import surface
from saps.corpus.synchronous import ROOT, Grammar, Production
from saps.language.simplify import apply_invocations


class Source:
    """Where the tasks of some registers come from. Registers that share a grammar share it."""

    def __init__(self, grammar: Grammar) -> None:
        self.grammar = grammar
        self.sampler = Sampler(grammar)
        asked = {slot for one in grammar.productions[ROOT] for slot in one.slots.values()}
        self.direct = [one for name in sorted(asked) for one in self.sampler.branches[name]]
        self.direct += [one for one in grammar.productions[ROOT] if one.program.size > 1]
        self.basic = {_basic(production) for production in grammar.all_productions()}
        """Surface forms of the programs of single productions."""
        self._spoken = lru_cache(None)(lambda tags: speaking(self.direct, tags))

    def aim(self, rng: random.Random, tags: frozenset[str], share: float) -> Production | None:
        """What a draw is to hold: in a `share` of them any task that is spoken of in that way, so that none
        is rare."""
        spoken = self._spoken(tags)
        return rng.choice(spoken) if rng.random() < share and spoken else None

    def holds(self, production: Production) -> bool:
        """Whether it is a production of this grammar."""
        return any(one is production for one in self.grammar.productions.get(production.makes, ()))


def _basic(production: Production) -> str:
    """The surface form of a production's program with arguments in its slots."""
    return surface(apply_invocations(production.program), production.slots)
