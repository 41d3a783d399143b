"""Which words of a sentence are names of arguments: `price` in "multiply price by quantity", not in "the
price of each of the items"; and what is called so, a number or a list.

The first is a logistic regression on the word, its neighbours and its shape, the second counts of types by
name, both from sentences of which it is known. The first weighs a reading before the model sees it; the
second weighs an answer, since the model reads letters in place of names and cannot know.
"""

from __future__ import annotations

import json
import math
import random
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

from saps.language.errors import InputError
from saps.language.json_reader import decode
from saps.language.primitives import is_reserved
from saps.language.type_system import Type, show
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
"""Weights and counts of a file are nearer to 0: sums of them stay numbers."""
NEW = "<new>"
"""Stands for a word that was hardly ever met."""
_HIDDEN = 0.3
"""Share of the places where a word is taken for a new one, so that its neighbours decide."""

_TYPES_RARE = 5
"""Names that occur as often or less say nothing of types."""
_PRIOR = 10.0
"""Arguments of unknown name that each name is taken to have been given to as well."""
NAMELESS = frozenset("abcdefgh")
"""Letters that people take one after another, whatever they are for."""
_LEAST_AGAINST, _MOST_AGAINST = 1.0, 4.0
"""Nats against a type that count at all, and at most: everything is called everything by somebody."""

Named = tuple[Sequence[str], Mapping[str, str]]
"""A sentence's words, and those of them that are names, with their types as written."""


def is_candidate(word: str) -> bool:
    """Whether a word can be a telling name at all: no letter, sign or word of the language."""
    return len(word) > 1 and word.isidentifier() and not is_reserved(word)


def named_words(sentence: str, args: Mapping[str, str]) -> Named | None:
    """The words of a sentence and those that are names of its arguments; None where it cannot be read, or
    names only some of them: who else is meant is not known."""
    try:
        words = normalize(without_examples(sentence)[0])
    except InputError:
        return None
    names = {name.lower(): kind for name, kind in args.items()}
    said = {name: kind for name, kind in names.items() if name in words}
    return (words, said) if len(said) in (len(names), 0) else None


class NameModel:
    """The probabilities that words are names, and of which types."""

    def __init__(self, weights: Mapping[str, float], types: Mapping[str, Mapping[str, int]]) -> None:
        self.weights, self.types = weights, types
        """Weights by feature, and by name how many arguments of which type are called so."""
        self._all = Counter[str]()
        for counts in types.values():
            self._all.update(counts)

    def probability(self, words: Sequence[str], word: str) -> float:
        """That `word`, which has to occur in `words`, is a name, where it stands so most plainly; between 0
        and 1, never either."""
        known = self.weights.keys()
        places = [index for index, one in enumerate(words) if one == word]
        return max(_sigmoid(self._sum(_features(words, index, known))) for index in places)

    def against(self, name: str, kind: Type) -> float:
        """Nats that speak against a type for what is called so: by how much more some other type is told by
        the name, log P(type | name) / P(type)."""
        counts, whole = self._counts(name), self._all.total()
        if not counts:
            return 0.0
        told = {one: (counts.get(one, 0) * whole / every + _PRIOR) for one, every in self._all.items()}
        fitting = [told[one] for one in _fitting(show(kind), told)]
        against = math.log(max(told.values()) / max(fitting)) if fitting else 0.0
        return min(_MOST_AGAINST, against) if against > _LEAST_AGAINST else 0.0

    def _counts(self, name: str) -> Mapping[str, int]:
        """How many arguments of which type are called so; nothing where that says nothing."""
        word = name.lower()
        return {} if word in NAMELESS else self.types.get(word, {})

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
        types: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for _, named in found:
            for name, kind in named.items():
                types[name][kind] += 1
        telling = {name: counts for name, counts in sorted(types.items()) if counts.total() > _TYPES_RARE}
        return cls({one: round(weight, 2) for one, weight in means.items() if one in kept}, telling)

    @classmethod
    def read(cls, path: Path) -> NameModel:
        """Raises InputError where the file cannot be read, or holds other than `to_json` writes."""
        try:
            document = decode(path.read_bytes(), str(path))
        except OSError as error:
            raise InputError(f"{path}: {error.strerror}") from None
        weights, types = (
            document.get(key) if isinstance(document, dict) else None for key in ("words", "types")
        )
        if not isinstance(weights, dict) or not weights or not all(map(_is_weight, weights.values())):
            raise InputError(f"{path}: expected `words`, an object of features, each with its weight")
        if not isinstance(types, dict) or not all(map(_are_counts, types.values())):
            raise InputError(f"{path}: expected `types`, an object of names, each with its types' counts")
        return cls(weights, types)

    def to_json(self) -> str:
        """A file's text for `read`."""
        types = {name: dict(counts) for name, counts in self.types.items()}
        return json.dumps({"words": self.weights, "types": types}, ensure_ascii=False, indent=0) + "\n"


@cache
def name_model() -> NameModel:
    """The one that ships with saps."""
    return NameModel.read(name_weights())


def _fitting(shown: str, kinds: Iterable[str]) -> list[str]:
    """Those of the types that a type may be, `T` in it standing for any."""
    pattern = re.compile(re.sub("[A-Z]", ".+", re.escape(shown)))
    return [kind for kind in kinds if pattern.fullmatch(kind)]


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


def _are_counts(value: object) -> bool:
    return isinstance(value, dict) and all(
        type(count) is int and 0 < count < _GREATEST for count in value.values()
    )


def _sigmoid(value: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, value))))
