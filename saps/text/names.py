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
from saps.language.json_reader import decode
from saps.language.primitives import is_reserved
from saps.resources import name_weights
from saps.text.normalize import normalize
from saps.text.spoken import without_examples

_RARE = 4
"""Words that occur as often or less are like words that were never met."""
_EPOCHS = 6
_RATE = 0.15
_DECAY = 1e-6
"""Of a weight, each time that it is changed."""
_LEAST = 0.1
"""Weights that are nearer to 0 are not kept, except those of words, which say that a word is known."""
_GREATEST = 1e6
"""Weights of a file are nearer to 0: sums of them stay numbers."""
NEW = "<new>"
"""Stands for a word that was hardly ever met."""
_HIDDEN = 0.3
"""Share of the places where a word is taken for a new one, so that its neighbours decide."""

Named = tuple[Sequence[str], Collection[str]]
"""A sentence's words, and those of them that are names."""


def is_candidate(word: str) -> bool:
    """Whether a word can be a telling name at all: no letter, sign or word of the language."""
    return len(word) > 1 and word.isidentifier() and not is_reserved(word)


def named_words(sentence: str, args: Iterable[str]) -> Named | None:
    """The words of a sentence and those that are names of its arguments; None where it cannot be read, or
    names only some of them: who else is meant is not known."""
    try:
        words = normalize(without_examples(sentence)[0])
    except InputError:
        return None
    names = {name.lower() for name in args}
    said = names.intersection(words)
    return (words, said) if said in (names, set()) else None


class NameModel:
    """The probabilities that words are names."""

    def __init__(self, weights: Mapping[str, float]) -> None:
        self.weights = weights

    def probability(self, words: Sequence[str], word: str) -> float:
        """That `word`, which has to occur in `words`, is a name, where it stands so most plainly; between 0
        and 1, never either."""
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
        kept = {one for one, weight in means.items() if abs(weight) >= _LEAST} | (known & means.keys())
        return cls({one: round(weight, 2) for one, weight in means.items() if one in kept})

    @classmethod
    def read(cls, path: Path) -> NameModel:
        """Raises InputError where the file cannot be read, or holds no weights as `to_json` writes them."""
        try:
            weights = decode(path.read_bytes(), str(path))
        except OSError as error:
            raise InputError(f"{path}: {error.strerror}") from None
        if not isinstance(weights, dict) or not weights or not all(map(_is_weight, weights.values())):
            raise InputError(f"{path}: expected an object of features, each with its weight")
        return cls(weights)

    def to_json(self) -> str:
        """A file's text for `read`, a line for each weight."""
        return json.dumps(self.weights, ensure_ascii=False, indent=0) + "\n"


@cache
def name_model() -> NameModel:
    """The one that ships with saps."""
    return NameModel.read(name_weights())


def _features(words: Sequence[str], index: int, known: Collection[str]) -> list[str]:
    word = words[index]
    own = f"word {word}"
    near = [words[at] if 0 <= at < len(words) else "" for at in (index - 2, index - 1, index + 1, index + 2)]
    found = ["bias", own if own in known else f"word {NEW}", f"ends {word[-2:]}"]
    places = ("2 before", "before", "behind", "2 behind")
    found += [f"{place} {one}" for place, one in zip(places, near, strict=True)]
    found.append(f"around {near[1]} {near[2]}")
    if words.count(word) > 1:
        found.append("again")
    if not word.isalpha():
        found.append("signs")
    return found


def _is_weight(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < _GREATEST


def _sigmoid(value: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, value))))
