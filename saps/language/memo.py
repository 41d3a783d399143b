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
        key = exact(values)
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


def exact(values: Sequence[Value]) -> Hashable:
    """A key that only the very same values have: 1, 1.0 and true differ. None if there is no such key."""
    if len(values) == 1 and values[0].__class__ is int:
        return values[0]
    key: list[Hashable] = []
    for value in values:
        kind = value.__class__
        if kind is int or kind is str or kind is bool:
            key.append((kind, value))
        elif kind is float:
            key.append(repr(value))
        elif kind is list and len(value) <= 100:
            inner = exact(value)
            if inner is None:
                return None
            key.append((kind, inner))
        else:
            return None
    return tuple(key)
