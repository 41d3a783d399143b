"""Wordings made up as they are spoken: one phrase of many, its choices drawn."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

from saps.corpus.generation.sampler import Sampler
from saps.corpus.grammar.model import Phrase, Slot, Word


class Mention(str):
    """A word of the sentence that names an argument (the word `a` may also be an article)."""

    __slots__ = ()


class Realizer:
    """Draws wordings for one sentence. `tags` may grow while it comes into being."""

    def __init__(self, sampler: Sampler, rng: random.Random, tags: frozenset[str]) -> None:
        self.sampler, self.rng, self.tags = sampler, rng, tags

    def choose(self, phrases: tuple[Phrase, ...]) -> Phrase:
        """One of the grammar's or the sampler's phrases, by weight. Raises DeadEnd where none serves."""
        return self.sampler.phrase(self.rng, phrases, self.tags)

    def usable(self, phrases: Sequence[Phrase]) -> list[Phrase]:
        """Those that serve."""
        return [phrase for phrase in phrases if phrase.serves(self.tags)]

    def flatten(self, phrase: Phrase) -> list[Word | Slot]:
        """The phrase with its choices made."""
        flat: list[Word | Slot] = []
        for item in phrase.items:
            if isinstance(item, Word | Slot):
                flat.append(item)
            else:
                flat += self.flatten(self.choose(item.options))
        return flat

    def plain(self, phrase: Phrase, slots: Mapping[str, Sequence[str]]) -> list[str]:
        """The words of a phrase with others in its slots."""
        words: list[str] = []
        for item in self.flatten(phrase):
            words += [item.text] if isinstance(item, Word) else slots[item.name]
        return words


def joined(pieces: Sequence[Sequence[str]]) -> list[str]:
    """`x`, `x and y`, `x , y and z`."""
    words: list[str] = []
    for index, piece in enumerate(pieces):
        if index:
            words.append("and" if index == len(pieces) - 1 else ",")
        words += piece
    return words
