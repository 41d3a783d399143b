"""What comes of running a program: on a person's examples, on sample inputs to show, and on probes that tell
programs of different meaning apart."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from saps.corpus.generation.examples import Drawer
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


def behaviour(program: CompiledProgram, marks: Landmarks = NONE) -> tuple[str, ...]:
    """What a program does on the probes, which are drawn by type and around its literals and `marks`: equal
    for programs that cannot be told apart by them. Arguments that a program does not use make no difference,
    nor does the kind of an error. Empty where it fails on all of them."""
    args = {name: concrete(kind) for name, kind in program.typed.args.items()}
    marks |= landmarks_of(program.typed)
    probes = {name: _probes(name, show(kind), kind, marks) for name, kind in args.items()}
    runs = [
        observe(program, dict(zip(probes, values, strict=True)))
        for values in (zip(*probes.values(), strict=True) if args else [()])
    ]
    if all(one.error is not None for one in runs):
        return ()
    return tuple(repr(one.value) if one.error is None else "error" for one in runs)


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
