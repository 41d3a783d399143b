"""The smallest input on which two programs differ, to show a person what is at stake.

Inputs are drawn, some of them around the programs' literals; those that tell the programs apart are made
smaller, a step at a time, as long as they still do. A difference between two values counts for more than one
between a value and an error.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from saps.language.compiler import CompiledProgram
from saps.language.functions import Value
from saps.language.type_system import Type, concrete, unify
from saps.language.values import same
from saps.search.landmarks import draws, landmarks_of
from saps.search.outcomes import Outcome, observe

_DRAWS = 60
_SHRINKS = 400
_SHRUNK = 5
"""Differences that are made small; the smallest of them is shown."""


class Difference(NamedTuple):
    """Two programs' outcomes on the same inputs."""

    left: Outcome
    right: Outcome

    @property
    def inputs(self) -> Mapping[str, Value]:
        return self.left.inputs

    @property
    def clear(self) -> bool:
        """Whether both are values."""
        return self.left.error is None and self.right.error is None


def difference(left: CompiledProgram, right: CompiledProgram) -> Difference | None:
    """A smallest input on which the programs differ. None where none was found, or where they take their
    arguments for different things."""
    args = _common(left.typed.args, right.typed.args)
    if args is None:
        return None
    inputs = draws(args, landmarks_of(left.typed, right.typed), random.Random(0), _DRAWS)
    drawn = (_compare(left, right, one) for one in inputs)
    found = sorted([one for one in drawn if one is not None], key=lambda one: not one.clear)
    shrunk = [_shrunk(left, right, one) for one in found[:_SHRUNK]]
    return min(shrunk, key=lambda one: (not one.clear, len(repr(one.inputs))), default=None)


def _common(left: Mapping[str, Type], right: Mapping[str, Type]) -> dict[str, Type] | None:
    """The arguments of both, with concrete types; None if an argument is of two types."""
    for name in left.keys() & right.keys():
        if not unify(left[name], right[name], []):
            return None
    return {name: concrete(kind) for name, kind in {**left, **right}.items()}


def _compare(left: CompiledProgram, right: CompiledProgram, inputs: Mapping[str, Value]) -> Difference | None:
    found = Difference(observe(left, inputs), observe(right, inputs))
    if found.clear:
        return None if same(found.left.value, found.right.value) else found
    return None if found.left.error is not None and found.right.error is not None else found


def _shrunk(left: CompiledProgram, right: CompiledProgram, found: Difference) -> Difference:
    """The difference on an input that cannot be made smaller by one step."""
    for _ in range(_SHRINKS):
        smaller = (_compare(left, right, inputs) for inputs in _smaller_inputs(found.inputs))
        better = next((one for one in smaller if one is not None and one.clear >= found.clear), None)
        if better is None:
            break
        found = better
    return found


def _smaller_inputs(inputs: Mapping[str, Value]) -> Iterator[dict[str, Value]]:
    for name, value in inputs.items():
        for smaller in smaller_values(value):
            yield {**inputs, name: smaller}


def smaller_values(value: Value) -> Iterator[Value]:
    """Values a step smaller, the smallest first. A chain of such steps always ends."""
    yield from _SMALLER.get(value.__class__, _none)(value)


def _none(value: Any) -> Iterator[Value]:
    yield from ()


def _smaller_number(value: Any) -> Iterator[Value]:
    if value.__class__ is int:
        for smaller in dict.fromkeys((0, abs(value), abs(value) // 2, abs(value) - 1)):
            if smaller != value and (smaller == -value or 0 <= smaller < abs(value)):
                yield smaller


def _smaller_truth(value: bool) -> Iterator[Value]:
    if value:
        yield False


def _smaller_sequence(value: Any) -> Iterator[Value]:
    if len(value) > 3:
        yield value[: len(value) // 2]
        yield value[len(value) // 2 :]
    for index in range(len(value)):
        yield value[:index] + value[index + 1 :]


def _smaller_array(value: list[Any]) -> Iterator[Value]:
    yield from _smaller_sequence(value)
    for index, item in enumerate(value):
        for smaller in smaller_values(item):
            yield [*value[:index], smaller, *value[index + 1 :]]


def _smaller_string(value: str) -> Iterator[Value]:
    yield from _smaller_sequence(value)
    for index, letter in enumerate(value):
        if letter not in "a ":
            yield value[:index] + "a" + value[index + 1 :]


def _smaller_dictionary(value: dict[Any, Any]) -> Iterator[Value]:
    for key in value:
        yield {other: item for other, item in value.items() if other != key}


_SMALLER: dict[type, Callable[[Any], Iterator[Value]]] = {
    int: _smaller_number,
    bool: _smaller_truth,
    list: _smaller_array,
    str: _smaller_string,
    dict: _smaller_dictionary,
}
