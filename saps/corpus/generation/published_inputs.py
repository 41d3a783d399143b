"""Inputs as the published files hold them: numbers from 0 to 30, arrays of 5 to 20 of them, words of
lower-case letters.

The benchmark register draws its tests from here alone, so that they stay the same whatever other inputs are
drawn elsewhere.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from typing import Any

from saps.language.errors import InputError
from saps.language.type_system import Type, concrete, show

_NUMBERS = range(31)
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_FEW_LETTERS = "abc"
"""What a third of the words are made of, so that letters come up again."""


def published_inputs(args: Mapping[str, Type], rng: random.Random) -> dict[str, Any]:
    """One value for each argument. Raises InputError for a type that the published signatures do not have."""
    values: dict[str, Any] = {}
    for name, kind in args.items():
        shown = show(concrete(kind))
        if shown not in _DRAWN:
            raise InputError(f"the published tasks have no arguments of type {shown}")
        values[name] = _DRAWN[shown](rng)
    for name, value in values.items():
        others = [other for key, other in values.items() if key != name and other]
        if others and rng.random() < 0.4:
            values[name] = _related(value, rng.choice(others), rng)
    return values


def _number(rng: random.Random) -> int:
    return rng.choice(_NUMBERS) if rng.random() < 0.95 else rng.randrange(10_000)


def _numbers(rng: random.Random) -> list[int]:
    """Now and then with a property that chance alone would hardly give."""
    values = [rng.choice(_NUMBERS) for _ in range(rng.randint(5, 20))]
    roll = rng.random()
    if roll < 0.05:
        return sorted(values)
    if roll < 0.10:
        half = values[: len(values) // 2]
        return half + half[::-1]
    if roll < 0.12:
        return values[:1] * len(values)
    if roll < 0.17:
        return [value - 15 for value in values]
    return values


def _word(rng: random.Random) -> str:
    letters = _FEW_LETTERS if rng.random() < 0.35 else _LETTERS
    word = "".join(rng.choice(letters) for _ in range(rng.randint(1, 7)))
    return word + word[::-1] if rng.random() < 0.08 else word


def _string(rng: random.Random) -> str:
    """One letter, or a few words."""
    if rng.random() < 0.2:
        return rng.choice(_LETTERS)
    return " ".join(_word(rng) for _ in range(rng.choice((1, 1, 2, 3, 4))))


def _strings(rng: random.Random) -> list[str]:
    return [_word(rng) for _ in range(rng.randint(5, 12))]


_DRAWN: dict[str, Callable[[random.Random], Any]] = {
    "int": _number,
    "int[]": _numbers,
    "string": _string,
    "string[]": _strings,
}


def _related(value: Any, other: Any, rng: random.Random) -> Any:
    """In place of `value` one that has to do with the `other`, where there is such a one: an element of it or
    a position in it, a letter or a word of it, an array much the same."""
    if isinstance(value, int) and isinstance(other, list):
        element = rng.choice(other)
        place = rng.randrange(len(other))
        return element if isinstance(element, int) and rng.random() < 0.6 else place
    if isinstance(value, int) and isinstance(other, str):
        return rng.randrange(len(other))
    if isinstance(value, str) and isinstance(other, str):
        word = rng.choice(other.split())
        return rng.choice((rng.choice(word), word, other[: rng.randint(1, len(other))], other))
    if isinstance(value, str) and isinstance(other, list) and isinstance(other[0], str):
        word = rng.choice(other)
        return rng.choice((word, word[0], word[-1]))
    if isinstance(value, list) and isinstance(other, list) and type(value[0]) is type(other[0]):
        return _much_the_same(other, rng)
    return value


def _much_the_same(array: list[Any], rng: random.Random) -> list[Any]:
    roll = rng.random()
    if roll < 0.2:
        return list(array)
    if roll < 0.4:
        return array[: rng.randint(1, len(array))]
    return [rng.choice(array) for _ in array]
