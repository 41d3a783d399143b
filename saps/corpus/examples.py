"""Examples of a program: inputs drawn by type, outputs by running it."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from saps.language.budget import Budget
from saps.language.compiler import CompiledProgram
from saps.language.errors import InputError, RunError
from saps.language.type_system import Type, TypeConstructor, concrete
from saps.language.values import to_json

TESTS = 10
_TRIES = 40
_SMALL_BUDGET = Budget(steps=100_000, string_length=2_000, array_length=2_000, int_bits=256)
"""Examples are for people and files: runs with larger values are no good ones."""

_WORDS = """
    apple river stone light music green table horse bread cloud dream eagle flame grape house
    island jacket kite lemon mountain night ocean piano queen rabbit sugar tiger uncle violet
    water yellow zebra level noon radar civic anna bob eve abc aaa zz hello world cat dog sun
    moon a i to be on tree book fish bird
""".split()
"""What strings are made of; among them palindromes and single letters."""


class Drawer:
    """Draws values. `scale` goes from 0 (short arrays of small numbers, so that collisions happen) to 1."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.scale = 1.0

    def value(self, kind: Type) -> Any:
        """A value of a type, open types being numbers. Raises InputError for functions."""
        assert isinstance(kind, TypeConstructor)
        drawer = _DRAWERS.get(kind.name)
        if drawer is None:
            raise InputError(f"no sample values of type {kind.name}")
        return drawer(self, kind)

    def number(self, kind: TypeConstructor) -> int:
        return self.rng.randint(0, 30 if self.scale > 0.5 else 8)

    def truth(self, kind: TypeConstructor) -> bool:
        return self.rng.random() < 0.5

    def string(self, kind: TypeConstructor) -> str:
        words = [self.rng.choice(_WORDS) for _ in range(self.rng.choice((1, 1, 2, 3, 4)))]
        return " ".join(words)

    def array(self, kind: TypeConstructor) -> list[Any]:
        element = kind.args[0]
        if isinstance(element, TypeConstructor) and element.name == "string":
            return [self.rng.choice(_WORDS) for _ in range(self.rng.randint(2, 8))]
        nested = isinstance(element, TypeConstructor) and element.name == "array"
        longest = (4 if nested else 20) if self.scale > 0.5 else 5
        values = [self.value(element) for _ in range(self.rng.randint(1 if nested else 2, longest))]
        return self.shaped(values)

    def shaped(self, values: list[Any]) -> list[Any]:
        """Now and then an array with a property that chance alone would hardly give."""
        roll = self.rng.random()
        if roll < 0.08:
            return sorted(values)
        if roll < 0.13:
            return values + values[::-1]
        if roll < 0.15:
            return [values[0]] * len(values)
        if roll < 0.22 and isinstance(values[0], int):
            return [value - 15 for value in values]
        return values

    def dictionary(self, kind: TypeConstructor) -> dict[Any, Any]:
        key, item = kind.args
        return {self.value(key): self.value(item) for _ in range(self.rng.randint(0, 5))}


_DRAWERS: dict[str, Callable[[Drawer, TypeConstructor], Any]] = {
    "int": Drawer.number,
    "bool": Drawer.truth,
    "string": Drawer.string,
    "array": Drawer.array,
    "dict": Drawer.dictionary,
}


def draw_inputs(args: Mapping[str, Type], rng: random.Random) -> dict[str, Any]:
    """One value for each argument."""
    drawer = Drawer(rng)
    drawer.scale = 1.0 if rng.random() < 0.6 else 0.3
    values = {name: drawer.value(concrete(kind)) for name, kind in args.items()}
    if rng.random() < 0.25:
        _share(values, rng)
    return values


def _share(values: dict[str, Any], rng: random.Random) -> None:
    """Let a number be an element of an array, or a string a part of another, as questions about them need."""
    arrays = [value for value in values.values() if isinstance(value, list) and value]
    strings = [value for value in values.values() if isinstance(value, str)]
    for name, value in values.items():
        if type(value) is int and arrays:
            element = rng.choice(rng.choice(arrays))
            values[name] = element if type(element) is int else value
        elif isinstance(value, str) and (arrays or len(strings) > 1):
            pool = [item for array in arrays for item in array if isinstance(item, str)]
            pool += [rng.choice(other) for other in strings if other is not value]
            values[name] = rng.choice(pool) if pool and rng.random() < 0.7 else value


def run_examples(
    program: CompiledProgram, args: Mapping[str, Type], rng: random.Random, count: int = TESTS
) -> list[tuple[dict[str, Any], Any]] | None:
    """`count` inputs with their outputs. None where the program fails on most inputs, or gives the same
    output on all of them."""
    found: list[tuple[dict[str, Any], Any]] = []
    seen: dict[str, int] = {}
    spare: list[tuple[dict[str, Any], Any]] = []
    for tries in range(_TRIES):
        if len(found) == count or (tries >= 15 and not found):
            break
        inputs = draw_inputs(args, rng)
        try:
            output = program.run(inputs, budget=_SMALL_BUDGET)
        except RunError:
            continue
        key = repr(output)
        seen[key] = seen.get(key, 0) + 1
        pair = (inputs, output)
        # outputs that come up again and again make room for others for a while
        (found if seen[key] <= 3 else spare).append(pair)
    found += spare[: count - len(found)]
    if len(found) < count or len(seen) < 2:
        return None
    return found


def outputs_json(pairs: Sequence[tuple[dict[str, Any], Any]]) -> list[tuple[dict[str, Any], Any]]:
    """Inputs and outputs as JSON values. Raises InputError where the output is a function."""
    return [
        ({name: to_json(value) for name, value in inputs.items()}, to_json(output))
        for inputs, output in pairs
    ]
