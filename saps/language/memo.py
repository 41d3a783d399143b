"""Functions that remember their results for one run, without a trace in what a program may observe."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence

from saps.language.budget import Meter
from saps.language.functions import Value


def remember(meter: Meter, function: Callable[..., Value]) -> Callable[..., Value]:
    """The function with its results remembered by exact arguments, as long as the returned function lives.

    A remembered result costs a step, and still fails where the lambda calls that it took are not left.
    """
    known: dict[Hashable, tuple[Value, int]] = {}

    def call(*values: Value) -> Value:
        key = exact(meter, values)
        found = known.get(key)
        if found is not None:
            meter.reach(found[1])
            return found[0]
        outer_peak, meter.peak = meter.peak, meter.depth
        result = function(*values)
        if key is not None:
            known[key] = result, meter.peak - meter.depth
        if outer_peak > meter.peak:
            meter.peak = outer_peak
        return result

    return call


_KEY_SIZE = 1_000
"""Elements of the arrays in a key, nested ones included; with larger arguments nothing is remembered."""

_PLAIN = (int, str, bool)
"""Kinds whose values are the same if they are equal (not so 0.0 and -0.0)."""


def exact(meter: Meter, values: Sequence[Value]) -> Hashable:
    """A key that only the very same values have: 1, 1.0 and true differ. None if there is no such key.

    The key of arrays costs steps, as comparing them does; whether they have one is found out in as many.
    """
    if len(values) == 1 and values[0].__class__ is int:
        return values[0]
    left = _room(values, _KEY_SIZE)
    meter.charge(min(_KEY_SIZE - left, _KEY_SIZE) >> 2)
    return _key(values) if left >= 0 else None


def _room(values: Sequence[Value], room: int) -> int:
    """What values leave of `room` elements; below 0 if they are larger."""
    for value in values:
        if value.__class__ is list:
            room -= len(value)
            if value and value[0].__class__ is not int and room >= 0:
                room = _room(value, room)
        elif value.__class__ is str:
            room -= len(value) >> 6
        if room < 0:
            break
    return room


def _key(values: Sequence[Value]) -> Hashable:
    kinds = set(map(type, values))
    if len(kinds) == 1 and not kinds.isdisjoint(_PLAIN):
        return (*kinds, *values)
    key: list[Hashable] = []
    for value in values:
        kind = value.__class__
        if kind in _PLAIN:
            key.append((kind, value))
        elif kind is float:
            key.append(repr(value))
        elif kind is list and (inner := _key(value)) is not None:
            key.append((kind, inner))
        else:
            return None
    return tuple(key)
