"""What comes of running a program: on a person's examples, on sample inputs to show, and on probes that tell
programs of different meaning apart."""

from __future__ import annotations

import operator
import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any

from saps.corpus.generation.examples import Drawer, draw_inputs
from saps.language.compiler import CompiledProgram
from saps.language.errors import RunError
from saps.language.functions import Value
from saps.language.type_system import INT, Type, concrete, show
from saps.language.values import agrees
from saps.search.landmarks import NONE, Landmarks, draws, landmarks_of, near

SAMPLES = 3
"""Sample inputs shown where no examples are given."""

_DRAWS = 5
"""Inputs drawn for each that is shown, and as many around the program's literals."""

_PROBES = 16
"""Inputs on which programs must agree to count as the same; half of them small, so that values coincide. As
many again lie around literals, where there are any, and one at each number."""

_HASHED = 4
"""Probes that are run of every program; of those that agree on them, the others."""

_ERROR = "error"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One run of a program: the inputs, and a value or the error."""

    inputs: Mapping[str, Value]
    value: Value = None
    error: RunError | None = None
    expected: Any = None
    passed: bool | None = None
    """Whether it is the example's output; None on sample inputs."""


def run(program: CompiledProgram, examples: Sequence[tuple[Mapping[str, Value], Any]]) -> tuple[Outcome, ...]:
    """The outcomes on the examples."""
    return tuple(run_one(program, inputs, expected) for inputs, expected in examples)


def run_one(program: CompiledProgram, inputs: Mapping[str, Value], expected: Any) -> Outcome:
    """One example's outcome. An input that the program uses and the example lacks fails it."""
    try:
        value = program.run(inputs)
    except KeyError as missing:
        error = RunError("value", f"the example gives no value for {missing}")
        return Outcome(inputs, error=error, expected=expected, passed=False)
    except RunError as error:
        return Outcome(inputs, error=error, expected=expected, passed=False)
    return Outcome(inputs, value, expected=expected, passed=agrees(value, expected))


def observe(program: CompiledProgram, inputs: Mapping[str, Value]) -> Outcome:
    """The outcome on inputs of which nothing is expected."""
    try:
        return Outcome(inputs, program.run(inputs))
    except RunError as error:
        return Outcome(inputs, error=error)


def sample(program: CompiledProgram, count: int = SAMPLES) -> tuple[Outcome, ...]:
    """Outcomes on inputs drawn by type, then around the program's literals, the same for the same program:
    different values where such are found, and errors only if nothing else came. One where the
    program uses no arguments."""
    args = {name: concrete(kind) for name, kind in program.typed.args.items()}
    if args.keys().isdisjoint(node.symbol for node in program.typed.node):
        count = 1
    rng = random.Random(repr(sorted(args)))
    found: list[Outcome] = []
    met: Counter[str] = Counter()
    turns: list[tuple[bool, int]] = []
    for inputs in draws(args, landmarks_of(program.typed), rng, _DRAWS * count):
        if inputs in (one.inputs for one in found):
            continue
        outcome = observe(program, inputs)
        value = repr(outcome.value)
        # errors last, and a value after others as often as it came before
        turns.append((outcome.error is not None, met[value]))
        found.append(outcome)
        met[value] += 1
        if turns.count((False, 0)) == count:
            break
    return tuple(found[index] for index in sorted(range(len(found)), key=turns.__getitem__)[:count])


class Behaviour:
    """What a program does on probes, each of which is run when somebody asks for it: most programs differ on
    the first ones.

    Equal for programs that these probes cannot tell apart; false where the program fails on all. Arguments
    that a program does not use make no difference, nor does the kind of an error. Iterates over the values as
    Python writes them, or `error`.
    """

    __slots__ = ("_inputs", "_program", "_seen")

    def __init__(self, program: CompiledProgram, inputs: Sequence[Mapping[str, Value]]) -> None:
        self._program, self._inputs = program, inputs
        self._seen: list[str] = []

    def __iter__(self) -> Iterator[str]:
        for index, inputs in enumerate(self._inputs):
            if index == len(self._seen):
                one = observe(self._program, inputs)
                self._seen.append(_ERROR if one.error is not None else repr(one.value))
            yield self._seen[index]

    def __bool__(self) -> bool:
        return any(one != _ERROR for one in self)

    def __hash__(self) -> int:
        return hash(tuple(islice(self, _HASHED)))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Behaviour):
            return NotImplemented
        return len(self._inputs) == len(other._inputs) and all(map(operator.eq, self, other))


def behaviour(program: CompiledProgram, marks: Landmarks = NONE) -> Behaviour:
    """What a program does on probes that are drawn by type and around its literals and `marks`."""
    args = {name: concrete(kind) for name, kind in program.typed.args.items()}
    marks |= landmarks_of(program.typed)
    probes = {name: _probes(name, show(kind), kind, marks) for name, kind in args.items()}
    rows = zip(*probes.values(), strict=True) if args else [()]
    inputs = [dict(zip(probes, values, strict=True)) for values in rows]
    return Behaviour(program, [*inputs, *_related_probes(tuple(args.items()))])


@lru_cache(maxsize=1_000)
def _related_probes(args: tuple[tuple[str, Type], ...]) -> list[dict[str, Any]]:
    """Values of several arguments that have to do with one another: what asks whether a string is another one
    turned round, is false on all others."""
    if len(args) < 2:
        return []
    rng = random.Random(repr([(name, show(kind)) for name, kind in args]))
    return [draw_inputs(dict(args), rng, shared=1.0) for _ in range(_PROBES)]


@lru_cache(maxsize=1_000)
def _probes(name: str, written: str, kind: Type, marks: Landmarks) -> list[Any]:
    """An argument's values, which depend on its name and type and on the landmarks alone."""
    drawer = Drawer(random.Random(f"{name} {written}"))
    values = []
    for index in range(_PROBES):
        drawer.scale = 1.0 if index % 2 else 0.0
        values.append(drawer.value(kind))
    if marks != NONE:
        rng = random.Random(f"{name} {written} near")
        values += [near(value, marks, rng) for value in values]
        values += [mark if kind == INT else near(values[0], marks, rng) for mark in marks.numbers]
    return values
