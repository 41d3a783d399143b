"""Whatever a primitive is given, its time and its memory are in proportion to the steps that it charges."""

from __future__ import annotations

import itertools
import time
import tracemalloc
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from saps.language.budget import Budget, Meter
from saps.language.errors import RunError, quote
from saps.language.memo import exact
from saps.language.primitives import PRIMITIVES, Metered
from saps.language.type_system import Type, TypeVariable, prune

MANY = 5_000
BUDGET = Budget(steps=10**12, range_length=MANY)
BIG = (1 << 13_990) - 1
TEXT = "ab " * (MANY // 3)
ROW = list(range(1_000, 1_100))

TURNS = 200
"""Turns of a plain loop that a step may take."""
BYTES = 200
"""Memory that a step may take."""
END = 10_000
"""Steps that an error stands for, since it ends the run."""


def heavy(kind: Type) -> list[Any]:
    """Values of a type that take as much as they can in one way or another."""
    kind = prune(kind)
    if isinstance(kind, TypeVariable):
        return [BIG, TEXT, [ROW] * 100, ["z" * 1_000 + str(i) for i in range(50)], {TEXT: [TEXT]}]
    if kind.name == "int":
        return [-1, MANY, BIG, 1e300]
    if kind.name == "string":
        return ["", " ", TEXT, "ab" * MANY + "c"]
    if kind.name == "array":
        return [[], list(range(MANY)), *([element] * 100 for element in heavy(kind.args[0]))]
    if kind.name == "dict":
        return [{}, dict.fromkeys(range(MANY), 1), {str(i) * 1_000: 1 for i in range(100)}]
    return [{"bool": True, "func": lambda *values: values[0]}.get(kind.name)]


def copied(value: Any) -> Any:
    """An equal value that shares nothing, so that comparing the two takes as long as it can."""
    if isinstance(value, list):
        return [copied(item) for item in value]
    if isinstance(value, dict):
        return {copied(key): copied(item) for key, item in value.items()}
    if isinstance(value, str):
        return value[:1] + value[1:]
    return value + 1 - 1 if value.__class__ is int else value


def arguments(name: str) -> Iterator[tuple[Any, ...]]:
    (first, *others), _ = PRIMITIVES[name].loose.instantiate()
    yield from itertools.product(heavy(first), *(map(copied, heavy(other)) for other in others))


def charged(call: Callable[[Meter], Any]) -> int:
    """The steps that a call takes."""
    meter = Meter(BUDGET)
    end = 50
    try:
        call(meter)
    except (RunError, ArithmeticError, TypeError, ValueError, AttributeError):
        end = END
    return end + BUDGET.steps - meter.left


def seconds(action: Callable[[], Any], rounds: int = 5) -> float:
    """The least time that an action took this process."""
    best = float("inf")
    for _ in range(rounds):
        begun = time.process_time()
        action()
        best = min(best, time.process_time() - begun)
    return best


def hold_to_its_steps(call: Callable[[Meter], Any], what: str) -> None:
    steps = charged(call)
    turn = seconds(lambda: [None for _ in range(1_000)]) / 1_000
    allowed = TURNS * turn * steps
    assert seconds(lambda: charged(call), 1) < allowed or seconds(lambda: charged(call)) < allowed, what
    tracemalloc.start()
    try:
        charged(call)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < BYTES * steps, what


@pytest.mark.parametrize("name", PRIMITIVES)
def test_primitives(name: str) -> None:
    code = PRIMITIVES[name].code

    def hold(values: tuple[Any, ...]) -> None:
        hold_to_its_steps(
            lambda meter: code.function(*([meter] if isinstance(code, Metered) else []), *values),
            f"{name} of {[quote(value, 30) for value in values]}",
        )

    for values in arguments(name):
        hold(values)


def test_large_primes() -> None:
    hold_to_its_steps(lambda meter: PRIMITIVES["is_prime"].code.function(meter, (1 << 1_279) - 1), "a prime")


@pytest.mark.parametrize("value", heavy(TypeVariable()), ids=lambda value: value.__class__.__name__)
@pytest.mark.parametrize("times", [1, 100])
def test_remembering_and_results(value: Any, times: int) -> None:
    def hold(one: Any) -> None:
        hold_to_its_steps(lambda meter: hash(exact(meter, (one, 1))), "a key")
        hold_to_its_steps(lambda meter: meter.result(one), "a result")
        hold_to_its_steps(lambda meter: meter.walk(one) if times == 1 else None, "a walk")

    for one in (value, [value] * times, [[value] * times] * times, [[[value] * times] * times] * times):
        hold(one)
