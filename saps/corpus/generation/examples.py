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
from saps.language.values import holds_nan, read_inputs, to_json

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

_FORMS = """
    1011 100 -17 305 3.50 101101 a,b,,c x=1;y=2 anna@example.com (a+b)*(c-d) [x](y){z} 2024-05-17 12:30
    /home/anna/notes.txt snake_case camelCase wow!! #1 50% aabbb
""".split()
"""Numbers of other bases, lists with separators, addresses, brackets, dates, paths, names in programs."""

_TELLING = tuple(
    map(int, "-1 1 4 6 8 16 28 36 49 64 81 100 120 121 125 128 153 256 360 496 1000 1221 2000 2024".split())
)
"""Numbers with a property that chance alone would hardly give: squares, cubes, powers of two, factorials,
palindromes, perfect and narcissistic ones, leap years."""

_SIDES = (3, 4, 5), (5, 12, 13), (6, 8, 10), (2, 2, 2), (5, 5, 6), (7, 7, 7), (30, 60, 90), (60, 60, 60)
"""What three numbers may be together: sides of right-angled, equilateral and isosceles triangles, angles."""


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
        roll = self.rng.random()
        if roll < 0.04:
            return int(self.rng.random() * 10_000)
        return self.rng.choice(_TELLING) if roll < 0.1 else self.small()

    def small(self) -> int:
        return self.rng.choice(self.smalls)

    @property
    def smalls(self) -> range:
        return range(31 if self.scale > 0.5 else 9)

    def truth(self, kind: TypeConstructor) -> bool:
        return self.rng.random() < 0.5

    def string(self, kind: TypeConstructor) -> str:
        roll = self.rng.random()
        if roll < 0.03:
            return self.rng.choice(("", "", *SENTENCES))
        if roll < 0.08:
            return self.rng.choice(_FORMS)
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
        if roll < 0.25:
            return sorted(values, reverse=True)
        if roll < 0.28:
            return list(range(values[0], values[0] + len(values)))
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


def draw_inputs(args: Mapping[str, Type], rng: random.Random, shared: float = 0.4) -> dict[str, Any]:
    """One value for each argument; `shared` is the chance that they have to do with one another."""
    drawer = Drawer(rng)
    drawer.scale = 1.0 if rng.random() < 0.6 else 0.3
    values = {name: drawer.value(concrete(kind)) for name, kind in args.items()}
    if rng.random() < shared:
        _share(values, rng)
    return values


def _share(values: dict[str, Any], rng: random.Random) -> None:
    """Let values have to do with one another, as questions about them need: a number is an element of an
    array, a position in it or another number's double, a string a part of another or the same backwards, an
    array much the same as another."""
    numbers = [name for name, value in values.items() if type(value) is int]
    if len(numbers) == 3 and rng.random() < 0.5:
        values |= zip(numbers, _together(rng), strict=True)
        return
    for name, value in values.items():
        others = [other for key, other in values.items() if key != name]
        if type(value) is int:
            values[name] = _number_of(others, value, rng)
        elif isinstance(value, str):
            values[name] = _string_of(others, value, rng)
        elif isinstance(value, list) and rng.random() < 0.5:
            kind = type(value[0]) if value else None
            arrays = [one for one in others if isinstance(one, list) and one and type(one[0]) is kind]
            values[name] = _variant(rng.choice(arrays), rng) if arrays else value


def _together(rng: random.Random) -> list[int]:
    sides = rng.choice(_SIDES)
    return rng.sample(sides, len(sides))


def _number_of(others: Sequence[Any], value: int, rng: random.Random) -> int:
    """An element of an array among `others`, a position in one, its length or sum; something of a number."""
    arrays = [other for other in others if isinstance(other, list) and other]
    if arrays:
        array = rng.choice(arrays)
        elements = [item for item in array if type(item) is int]
        roll = rng.random()
        if elements and roll < 0.5:
            return rng.choice(elements)
        if elements and roll < 0.6:
            return sum(elements)
        return len(array) if roll < 0.7 else rng.randrange(len(array))
    numbers = [other for other in others if type(other) is int]
    if numbers and rng.random() < 0.6:
        one, two = rng.choice(numbers), rng.choice(numbers)
        return rng.choice((one, one, -one, one + 1, one - 1, 2 * one, one + two, one * two, one * one))
    return value


def _string_of(others: Sequence[Any], value: str, rng: random.Random) -> str:
    """A string of an array among `others`, a part of another string, the same in another order."""
    pool = [item for other in others if isinstance(other, list) for item in other if isinstance(item, str)]
    texts = [other for other in others if isinstance(other, str)]
    pool += list("".join(texts)) if len(value) == 1 else [_part_of(text, rng) for text in texts]
    return rng.choice(pool) if pool and rng.random() < 0.7 else value


def _part_of(text: str, rng: random.Random) -> str:
    """The text itself, turned round, rotated, in other cases, its letters in another order, its beginning or
    end, a word or a letter of it."""
    roll = rng.random()
    if roll < 0.15 or not text.strip():
        return text
    cut = rng.randint(1, len(text))
    ways = text[::-1], text[cut:] + text[:cut], text.swapcase(), "".join(rng.sample(text, len(text)))
    if roll < 0.35:
        return rng.choice(ways)
    if roll < 0.5:
        return rng.choice((text[:cut], text[-cut:]))
    return rng.choice(text.split()) if roll < 0.65 else rng.choice(text)


def _variant(array: list[Any], rng: random.Random) -> list[Any]:
    """The array itself, turned round, rotated, its elements in another order, its beginning, or some of its
    elements."""
    roll = rng.random()
    cut = rng.randint(1, len(array))
    if roll < 0.2:
        return list(array)
    if roll < 0.4:
        return array[::-1] if roll < 0.32 else array[cut:] + array[:cut]
    if roll < 0.55:
        return rng.sample(array, len(array))
    if roll < 0.75:
        return array[:cut]
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
    """The task with `count` tests, its own and then drawn ones, always the same: half of these near its own,
    which know what the program is about. None where its program fails on most inputs, or gives the same
    output on all."""
    if len(task.tests) >= count:
        return replace(task, tests=task.tests[:count])
    kinds = task.arg_types()
    own = [read_inputs(test.input, kinds) for test in task.tests]
    first = iter(own)

    def draw(args: Mapping[str, Type], rng: random.Random) -> dict[str, Any]:
        inputs = next(first, None)
        if inputs is not None:
            return inputs
        beside = bool(own and args) and rng.random() < 0.5
        return _beside(rng.choice(own), rng) if beside else draw_inputs(args, rng)

    compiled = compile_program(check(task.program, kinds))
    drawn = run_examples(compiled, kinds, random.Random(str(task.program)), count, draw=draw)
    if drawn is None:
        return None
    new = [pair for pair in drawn if not any(pair[0] is inputs for inputs in own)]
    tests = [*task.tests, *(Test(*pair) for pair in outputs_json(new))]
    return replace(task, tests=tuple(tests[:count]))


def _beside(inputs: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    """The inputs with one of them a little different."""
    name = rng.choice(list(inputs))
    value = inputs[name]
    if type(value) is bool:
        value = not value
    elif type(value) is int:
        value += rng.choice((-2, -1, 1, 2, 10))
    elif isinstance(value, str) and value:
        value = _part_of(value, rng)
    elif isinstance(value, list) and value:
        value = _variant(value, rng)
    return inputs | {name: value}
