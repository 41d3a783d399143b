"""Examples of a program: inputs drawn by type, outputs by running it."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from saps.corpus.generation.reaching import Run, put_near_constants, reaching
from saps.corpus.tasks.task import Task, Test
from saps.language.budget import Budget
from saps.language.compiler import CompiledProgram, compile_program
from saps.language.errors import InputError, RunError
from saps.language.type_system import Type, TypeConstructor, concrete, levels
from saps.language.typecheck import check
from saps.language.values import holds_nan, to_json

TESTS = 10
_DEEP = 4
_TRIES = 40
SMALL_BUDGET = Budget(steps=100_000, string_length=2_000, array_length=2_000, int_bits=256)
"""Examples are for people and files: runs with larger values are no good ones."""

WORDS = """
    apple river stone light music green table horse bread cloud dream eagle flame grape house
    island jacket kite lemon mountain night ocean piano queen rabbit sugar tiger uncle violet
    water yellow zebra level noon radar civic anna bob eve abc aaa zz hello world cat dog sun
    moon a i to be on tree book fish bird Paris Tokyo NASA Hello b2b 42 2024
""".split()
"""What strings are made of; among them palindromes, single letters, capitals and digits."""


SENTENCES = (
    "The quick brown fox jumps over the lazy dog",
    "Pack my box with five dozen liquor jugs.",
    "A man, a plan, a canal: Panama",
    "  two  spaces ",
)
"""Pangrams, a palindrome but for its signs, spaces at both ends."""


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
        if self.rng.random() < 0.04:
            return int(self.rng.random() * 10_000)
        return self.small()

    def small(self) -> int:
        return self.rng.choice(self.smalls)

    @property
    def smalls(self) -> range:
        return range(31 if self.scale > 0.5 else 9)

    def truth(self, kind: TypeConstructor) -> bool:
        return self.rng.random() < 0.5

    def string(self, kind: TypeConstructor) -> str:
        if self.rng.random() < 0.03:
            return self.rng.choice(("", "", *SENTENCES))
        words = [self.rng.choice(WORDS) for _ in range(self.rng.choice((1, 1, 2, 3, 4)))]
        return " ".join(words)

    def character(self, kind: TypeConstructor) -> str:
        return self.rng.choice(self.rng.choice(WORDS) if self.rng.random() < 0.9 else " ,.-")

    def amount(self, kind: TypeConstructor) -> int:
        return self.rng.randint(1, 5 if self.scale < 0.5 else 12)

    def array(self, kind: TypeConstructor) -> list[Any]:
        element = kind.args[0]
        assert isinstance(element, TypeConstructor)
        if element.name == "string":
            return [self.rng.choice(WORDS) for _ in range(self.rng.randint(2, 8))]
        if self.rng.random() < 0.03:
            return []
        if element.name in ("array", "dict"):
            return [self.value(element) for _ in range(self.few(1, 4, element))]
        count = self.rng.randint(2, 20 if self.scale > 0.5 else 5)
        if element.name != "int":
            return [self.value(element) for _ in range(count)]
        return self.shaped(self.rng.choices(self.smalls, k=count))

    def shaped(self, values: list[int]) -> list[int]:
        """Now and then an array with a property that chance alone would hardly give."""
        roll = self.rng.random()
        if roll < 0.08:
            return sorted(values)
        if roll < 0.13:
            return values + values[::-1]
        if roll < 0.15:
            return [values[0]] * len(values)
        if roll < 0.22:
            return [value - 15 for value in values]
        return values

    def dictionary(self, kind: TypeConstructor) -> dict[Any, Any]:
        key, item = kind.args
        return {self.value(key): self.value(item) for _ in range(self.few(0, 5, item))}

    def few(self, least: int, most: int, kind: Type) -> int:
        """How many values of a type to put into another; of deep ones a single one, so that their number does
        not grow with the depth."""
        return 1 if levels(kind) > _DEEP else self.rng.randint(least, most)


_DRAWERS: dict[str, Callable[[Drawer, TypeConstructor], Any]] = {
    "int": Drawer.number,
    "bool": Drawer.truth,
    "string": Drawer.string,
    "character": Drawer.character,
    "amount": Drawer.amount,
    "array": Drawer.array,
    "dict": Drawer.dictionary,
}


def values_of(kind: str, of_type: Type) -> Type:
    """What values to draw of an argument that a grammar declares so: `character string` of one character."""
    narrower = kind.partition(" ")[0]
    return TypeConstructor(narrower) if narrower in _DRAWERS else of_type


def draw_inputs(args: Mapping[str, Type], rng: random.Random) -> dict[str, Any]:
    """One value for each argument."""
    drawer = Drawer(rng)
    drawer.scale = 1.0 if rng.random() < 0.6 else 0.3
    values = {name: drawer.value(concrete(kind)) for name, kind in args.items()}
    if rng.random() < 0.25:
        _share(values, rng)
    return values


def _share(values: dict[str, Any], rng: random.Random) -> None:
    """Let values have to do with one another, as questions about them need: a number is an element of an
    array or a position in it, a string a part of another, an array much the same as another."""
    arrays = [value for value in values.values() if isinstance(value, list) and value]
    strings = [value for value in values.values() if isinstance(value, str)]
    for name, value in values.items():
        if type(value) is int and arrays:
            array = rng.choice(arrays)
            element = rng.choice(array)
            is_number = type(element) is int and rng.random() < 0.6
            values[name] = element if is_number else rng.randrange(len(array))
        elif isinstance(value, str) and (arrays or strings):
            pool = [item for array in arrays for item in array if isinstance(item, str)]
            texts = [other for other in strings if other is not value]
            pool += list("".join(texts)) if len(value) == 1 else [_part_of(text, rng) for text in texts]
            values[name] = rng.choice(pool) if pool and rng.random() < 0.7 else value
        elif isinstance(value, list) and rng.random() < 0.5:
            kind = type(value[0]) if value else None
            others = [array for array in arrays if array is not value and type(array[0]) is kind]
            values[name] = _variant(rng.choice(others), rng) if others else value


def _part_of(text: str, rng: random.Random) -> str:
    """The text itself, its letters in another order, a word or a letter of it."""
    roll = rng.random()
    if roll < 0.2 or not text.strip():
        return text
    if roll < 0.3:
        return "".join(rng.sample(text, len(text)))
    return rng.choice(text.split()) if roll < 0.5 else rng.choice(text)


def _variant(array: list[Any], rng: random.Random) -> list[Any]:
    """The array itself, its elements in another order, its beginning, or some of its elements."""
    roll = rng.random()
    if roll < 0.3:
        return list(array)
    if roll < 0.5:
        return rng.sample(array, len(array))
    if roll < 0.7:
        return array[: rng.randint(1, len(array))]
    return [item for item in array if rng.random() < 0.6]


def run_examples(
    program: CompiledProgram,
    args: Mapping[str, Type],
    rng: random.Random,
    count: int = TESTS,
    parts: int = 0,
    draw: Callable[[Mapping[str, Type], random.Random], dict[str, Any]] = draw_inputs,
) -> list[tuple[dict[str, Any], Any]] | None:
    """`count` inputs, as `draw` gives them, with their outputs. None where the program fails on most inputs,
    or gives the same output on all of them.

    Where that many `parts` of the program are watched, the runs come to all of them. Raises Unreached.
    """
    found: list[Run] = []
    seen: dict[str, int] = {}
    spare: list[Run] = []
    reached: set[int] = set()
    for tries in range(2 * _TRIES):
        if (len(found) >= count and len(reached) == parts) or (tries >= 15 and not found):
            break
        if tries >= _TRIES and (len(reached) == parts or len(found) + len(spare) < count or len(seen) < 2):
            break
        inputs = draw(args, rng)
        if tries >= _TRIES:
            put_near_constants(inputs, program.typed.node, rng)
        program.reached.clear()
        try:
            output = program.run(inputs, budget=SMALL_BUDGET)
        except RunError:
            continue
        if holds_nan(output):
            continue
        key = repr(output)
        seen[key] = seen.get(key, 0) + 1
        run = Run(inputs, output, frozenset(program.reached))
        # outputs that come up again and again make room for others for a while
        (found if seen[key] <= 3 else spare).append(run)
        reached |= run.reached
    runs = found + spare
    if len(runs) < count or len(seen) < 2:
        return None
    return [(run.inputs, run.output) for run in reaching(runs, count, parts)]


def outputs_json(pairs: Sequence[tuple[dict[str, Any], Any]]) -> list[tuple[dict[str, Any], Any]]:
    """Inputs and outputs as JSON values of a task file. Raises InputError where the output is a function."""
    return [
        ({name: to_json(value, float) for name, value in inputs.items()}, to_json(output, float))
        for inputs, output in pairs
    ]


def with_tests(task: Task, count: int) -> Task | None:
    """The task with `count` tests, its own and then drawn ones, always the same. None where its program fails
    on most inputs, or gives the same output on all."""
    if len(task.tests) >= count:
        return replace(task, tests=task.tests[:count])
    kinds = task.arg_types()
    compiled = compile_program(check(task.program, kinds))
    drawn = run_examples(compiled, kinds, random.Random(str(task.program)))
    if drawn is None:
        return None
    tests = [*task.tests, *(Test(*pair) for pair in outputs_json(drawn))]
    return replace(task, tests=tuple(tests[:count]))
