"""Which words of a sentence are names of arguments: `price` in "multiply price by quantity", not in "the
price of each of the items".

A logistic regression on the word, its neighbours and its shape, fitted to sentences of which it is known. It
says how probable a reading is before the model has looked at it.
"""

from __future__ import annotations

import json
import math
import random
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

from saps.language.errors import InputError
from saps.resources import name_weights

_RARE = 4
"""Words that occur as often or less are like words that were never met."""
_EPOCHS = 6
_RATE = 0.15
_DECAY = 1e-6
"""Of a weight, each time that it is changed."""
_LEAST = 0.1
"""Weights that are nearer to 0 are not kept."""
_NEW = "<new>"
_HIDDEN = 0.3
"""Share of the places where a word is taken for a new one, so that its neighbours decide."""

Named = tuple[Sequence[str], Collection[str]]
"""A sentence's words, and those of them that are names."""


def is_candidate(word: str) -> bool:
    """Whether a word can be a telling name at all."""
    return len(word) > 1 and word.isidentifier()


class NameModel:
    """The probabilities that words are names."""

    def __init__(self, weights: Mapping[str, float]) -> None:
        self.weights = weights

    def probability(self, words: Sequence[str], word: str) -> float:
        """That `word`, which occurs in `words`, is a name: where it stands so most plainly."""
        known = self.weights.keys()
        places = [index for index, one in enumerate(words) if one == word]
        return max(_sigmoid(self._sum(_features(words, index, known))) for index in places)

    def _sum(self, features: Iterable[str]) -> float:
        return sum(self.weights.get(feature, 0.0) for feature in features)

    @classmethod
    def fitted(cls, sentences: Iterable[Named], seed: int = 0) -> NameModel:
        """By stochastic gradient descent on the logistic loss; the mean of the weights after each step."""
        found = list(sentences)
        counts = Counter(word for words, _ in found for word in words)
        known = {f"word {word}" for word, count in counts.items() if count > _RARE}
        weights: defaultdict[str, float] = defaultdict(float)
        late: defaultdict[str, float] = defaultdict(float)
        """What is missing from each weight's sum over the steps, for those before it was changed."""
        rng, steps = random.Random(seed), 0
        for epoch in range(_EPOCHS):
            rng.shuffle(found)
            rate = _RATE * (1 - epoch / _EPOCHS)
            for words, names in found:
                for index, word in enumerate(words):
                    if not is_candidate(word):
                        continue
                    features = _features(words, index, known if rng.random() > _HIDDEN else ())
                    error = (word in names) - _sigmoid(sum(weights[one] for one in features))
                    for one in features:
                        change = rate * error - _DECAY * weights[one]
                        weights[one] += change
                        late[one] += steps * change
                    steps += 1
        means = {one: weight - late[one] / max(1, steps) for one, weight in sorted(weights.items())}
        return cls({one: round(weight, 2) for one, weight in means.items() if abs(weight) >= _LEAST})

    @classmethod
    def read(cls, path: Path) -> NameModel:
        """Raises InputError where the file is none of `write`."""
        try:
            weights = json.loads(path.read_text(encoding="utf-8"))
            return cls({str(one): float(weight) for one, weight in weights.items()})
        except (OSError, ValueError, AttributeError, TypeError) as error:
            raise InputError(f"{path}: no weights of names: {error}") from None

    def to_json(self) -> str:
        """What `read` reads, a line for each weight."""
        return json.dumps(self.weights, ensure_ascii=False, indent=0) + "\n"


@cache
def name_model() -> NameModel:
    """The one that ships with saps."""
    return NameModel.read(name_weights())


def _features(words: Sequence[str], index: int, known: Collection[str]) -> list[str]:
    word = words[index]
    own = f"word {word}"
    near = [words[at] if 0 <= at < len(words) else "" for at in (index - 2, index - 1, index + 1, index + 2)]
    found = ["bias", own if own in known else f"word {_NEW}", f"ends {word[-2:]}"]
    places = ("2 before", "before", "behind", "2 behind")
    found += [f"{place} {one}" for place, one in zip(places, near, strict=True)]
    found.append(f"around {near[1]} {near[2]}")
    if words.count(word) > 1:
        found.append("again")
    if not word.isalpha():
        found.append("signs")
    return found


def _sigmoid(value: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, value))))
