"""Inputs around the literals of programs: whether a limit is 57 or 58 shows near 57 alone."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from saps.corpus.generation.examples import draw_inputs
from saps.language.type_system import Type
from saps.language.typecheck import TypedProgram, literal

_USUAL = range(9)
"""Numbers that inputs drawn by type hold anyway."""

_LONGEST = 200
"""Elements or characters that an input is given for a landmark's sake."""


class Landmarks(NamedTuple):
    """Numbers and texts near which programs may change what they do."""

    numbers: tuple[int, ...] = ()
    texts: tuple[str, ...] = ()

    def __or__(self, other: Landmarks) -> Landmarks:
        return Landmarks(_sorted(self.numbers + other.numbers), _sorted(self.texts + other.texts))


NONE = Landmarks()


def landmarks(symbols: Iterable[str]) -> Landmarks:
    """The literals among symbols, those aside that any input is near."""
    constants = [literal(symbol) for symbol in symbols]
    values = [constant.value for constant in constants if constant is not None]
    numbers = [int(value) for value in values if _is_number(value) and value not in _USUAL]
    return Landmarks(_sorted(numbers), _sorted(value for value in values if isinstance(value, str) and value))


def landmarks_of(*programs: TypedProgram) -> Landmarks:
    return landmarks(node.symbol for program in programs for node in program.node if not node.children)


def _is_number(value: Any) -> bool:
    return value.__class__ is int or (value.__class__ is float and math.isfinite(value))


def _sorted(values: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(sorted(set(values)))


def draws(
    args: Mapping[str, Type], marks: Landmarks, rng: random.Random, count: int
) -> Iterator[dict[str, Any]]:
    """`count` inputs drawn by type, then as many near the landmarks, if there are any: the shortest first."""
    for _ in range(count):
        yield draw_inputs(args, rng)
    drawn = [draw_inputs(args, rng) for _ in range(count if marks != NONE else 0)]
    yield from sorted(
        ({name: near(value, marks, rng) for name, value in inputs.items()} for inputs in drawn),
        key=lambda inputs: len(repr(inputs)),
    )


def near(value: Any, marks: Landmarks, rng: random.Random) -> Any:
    """A value of the same type near the landmarks; what they say nothing about stays as it is."""
    if value.__class__ is list:
        return _of_length([near(item, marks, rng) for item in value], marks, rng)
    if rng.random() < 0.25:
        return value
    if value.__class__ is int and marks.numbers:
        return _near_number(rng.choice(marks.numbers), rng)
    if value.__class__ is str:
        text = _near_text(value, rng.choice(marks.texts), rng) if marks.texts else value
        return _of_length(text, marks, rng)
    return value


def _near_number(mark: int, rng: random.Random) -> int:
    """At the mark or next to it, on its way, a multiple or a fraction of it."""
    span = 2 * abs(mark)
    ways = (
        mark + rng.choice((-1, 0, 1)),
        rng.randint(-span if mark < 0 else 0, span),
        mark * rng.randint(2, 4),
        mark // rng.randint(2, 5),
    )
    return rng.choice(ways)


def _near_text(text: str, mark: str, rng: random.Random) -> str:
    """The mark alone, or before, behind or within the text, or between several."""
    cut = rng.randint(0, len(text))
    first, last = text[:cut], text[cut:]
    return rng.choice(
        (mark, mark + text, text + mark, first + mark + last, mark.join((text, last, first, text)))
    )


def _of_length(value: Any, marks: Landmarks, rng: random.Random) -> Any:
    """Now and then as long as a landmark, or one longer or shorter, by coming again and again."""
    lengths = [mark for mark in marks.numbers if 0 < mark < _LONGEST]
    if not lengths or not value or rng.random() < 0.6:
        return value
    length = rng.choice(lengths) + rng.choice((-1, 0, 1))
    return (value * (length // len(value) + 1))[:length]
