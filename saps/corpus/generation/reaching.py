"""Runs of a program that come to all of its parts, so that none of them can hide that it always fails."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from typing import Any, NamedTuple

from saps.language.errors import SapsError
from saps.language.tree import Node


class Unreached(SapsError):
    """No run came to a part of the program that could fail."""


class Run(NamedTuple):
    """A run of a program that gave a value."""

    inputs: dict[str, Any]
    output: Any
    reached: frozenset[int]
    """The watched parts that it came to (`saps.language.fallible`)."""


def reaching(runs: Sequence[Run], count: int, parts: int) -> list[Run]:
    """`count` of the runs, in their order, that come to all `parts`, the first runs where they may be.

    Raises Unreached where there are none such.
    """
    reached: set[int] = set()
    needed = []
    for index, run in enumerate(runs):
        if not reached >= run.reached:
            needed.append(index)
            reached |= run.reached
    if len(reached) < parts or len(needed) > count:
        raise Unreached("no run came to a part of the program that could fail")
    others = (index for index in range(len(runs)) if index not in needed)
    return [runs[index] for index in sorted([*needed, *others][:count])]


def put_near_constants(inputs: dict[str, Any], program: Node, rng: random.Random) -> None:
    """Changes a number, a string, or one in an array to one near the program's own constants: there its tests
    decide otherwise."""
    numbers, strings = _constants(program)
    name = rng.choice(list(inputs))
    value = inputs[name]
    if isinstance(value, list) and value:
        place = rng.randrange(len(value))
        inputs[name] = [*value[:place], _near(value[place], numbers, strings, rng), *value[place + 1 :]]
    else:
        inputs[name] = _near(value, numbers, strings, rng)


def _constants(program: Node) -> tuple[list[int], list[str]]:
    symbols = {node.symbol for node in program if not node.children}
    numbers = sorted(int(symbol) for symbol in symbols if symbol.removeprefix("-").isdecimal())
    strings = sorted(json.loads(symbol) for symbol in symbols if symbol.startswith('"'))
    return numbers, strings


def _near(value: Any, numbers: list[int], strings: list[str], rng: random.Random) -> Any:
    if type(value) is int and numbers:
        return rng.choice(numbers) + rng.choice((-1, 0, 0, 1))
    if type(value) is str and strings:
        constant = rng.choice(strings)
        return rng.choice((constant, constant + value, value + constant))
    return value
