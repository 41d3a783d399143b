"""What comes of running a program: on a person's examples, on sample inputs to show, and on probes that tell
programs of different meaning apart."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from saps.corpus.examples import Drawer, draw_inputs
from saps.language.compiler import CompiledProgram
from saps.language.errors import RunError
from saps.language.functions import Value
from saps.language.type_system import Type, concrete, show
from saps.language.values import agrees

SAMPLES = 3
"""Sample inputs shown where no examples are given."""

_PROBES = 16
"""Inputs on which programs must agree to count as the same; half of them small, so that values coincide."""


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
    """Outcomes on inputs drawn by type, the same for the same signature; errors only if nothing else came."""
    args = {name: concrete(kind) for name, kind in program.typed.args.items()}
    rng = random.Random(repr(sorted(args)))
    good: list[Outcome] = []
    bad: list[Outcome] = []
    for _ in range(10 * count):
        outcome = observe(program, draw_inputs(args, rng))
        (good if outcome.error is None else bad).append(outcome)
        if len(good) == count:
            break
    return tuple([*good, *bad][:count])


def behaviour(program: CompiledProgram) -> tuple[str, ...] | None:
    """What a program does on the probes: equal for programs that cannot be told apart by them. Arguments that
    a program does not use make no difference. None where it fails on all of them."""
    args = {name: concrete(kind) for name, kind in program.typed.args.items()}
    probes = {name: _probes(name, show(kind), kind) for name, kind in args.items()}
    runs = [
        observe(program, {name: values[index] for name, values in probes.items()})
        for index in range(_PROBES if args else 1)
    ]
    if all(one.error is not None for one in runs):
        return None
    return tuple(repr(one.value) if one.error is None else one.error.kind for one in runs)


@lru_cache(maxsize=1_000)
def _probes(name: str, written: str, kind: Type) -> list[Any]:
    """An argument's values, which depend on its name and type alone."""
    drawer = Drawer(random.Random(f"{name} {written}"))
    values = []
    for index in range(_PROBES):
        drawer.scale = 1.0 if index % 2 else 0.0
        values.append(drawer.value(kind))
    return values
