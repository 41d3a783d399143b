"""How much each task can be said in different ways.

Counted over the grammar, not drawn: the phrases that a production makes are the sum over its wordings of
the product over their choices and slots. Two ways that happen to give the same words count twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from saps.corpus.generation.registers import Register
from saps.corpus.generation.sampler import Sampler
from saps.corpus.grammar.model import BUILT_IN, TOLD, Choice, Grammar, Phrase, Slot


@dataclass(frozen=True, slots=True)
class Family:
    """A meaning, or a production of a plain grammar, and how many phrases say it: its slots filled by
    arguments, and by other tasks whose slots are filled by arguments."""

    label: str
    alone: int
    nested: int


def families(grammar: Grammar, register: Register) -> list[Family]:
    """All that the register speaks of, in the grammar's order."""
    count = _Counter(grammar, frozenset((*register.styles, register.name, TOLD)))
    ways: dict[str, list[str]] = {}
    for one in grammar.all_productions():
        ways.setdefault(grammar.meaning(one), []).append(one.label)
    found = [
        Family(
            meaning,
            sum(count.production(label, 1) for label in labels),
            sum(count.production(label, 2) for label in labels),
        )
        for meaning, labels in ways.items()
    ]
    return [family for family in found if family.alone]


class _Counter:
    def __init__(self, grammar: Grammar, tags: frozenset[str]) -> None:
        self.grammar, self.tags, self.sampler = grammar, tags, Sampler(grammar)
        self.labels = {one.label: one for one in grammar.all_productions()}
        self.production = cache(self._production)
        self.nonterminal = cache(self._nonterminal)

    def _production(self, label: str, depth: int) -> int:
        production = self.labels[label]
        return self.phrases(production.wordings, production.slots, depth)

    def phrases(self, phrases: Sequence[Phrase], slots: Mapping[str, str], depth: int) -> int:
        return sum(self.phrase(phrase, slots, depth) for phrase in phrases if phrase.serves(self.tags))

    def phrase(self, phrase: Phrase, slots: Mapping[str, str], depth: int) -> int:
        """Ways to say a phrase; slots that only an argument's name fills count once."""
        ways, named = 1, phrase.repeated()
        for item in phrase.items:
            if isinstance(item, Choice):
                ways *= self.phrases(item.options, slots, depth)
            elif isinstance(item, Slot) and item.name in slots and item.name not in named:
                ways *= self.nonterminal(slots[item.name], depth - 1)
        return ways

    def _nonterminal(self, name: str, depth: int) -> int:
        """Ways to fill a slot: an argument or a built-in counts once, however it is called."""
        if name in BUILT_IN:
            return 1
        mentions = self.grammar.mentions.get(self.grammar.kind(name), ())
        ways = max(1, self.phrases(mentions, {}, 0)) if self.grammar.is_argument(name) else 0
        made = self.grammar.productions.get(name, [])
        if depth > 0:
            ways += sum(self.production(one.label, depth) for one in made if name not in one.slots.values())
        elif not ways:  # what cannot be an argument is a task however deep: one that soon comes to an end
            least = min(map(self.sampler.depth, made))
            ways += sum(self.production(one.label, depth) for one in made if self.sampler.depth(one) == least)
        return ways
