"""What AlgoLisp's functions do: the code behind the table in `primitives`.

Functions that can grow or take long get the run's Meter first and charge it. Edges follow the field's
reference interpreter (nearai/program_synthesis) without its defects. Python's ZeroDivisionError and
OverflowError are translated where the program is run; every other error is raised here as RunError.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import reduce
from itertools import pairwise
from typing import Any, TypeAlias

from saps.language.budget import Meter
from saps.language.errors import BudgetError, RunError

Value: TypeAlias = Any
"""int, float, bool, str, list of values, dict of values, or a Python function."""

Function: TypeAlias = Callable[..., Value]

_LOW, _HIGH = -(1 << 48), 1 << 48
"""Numbers between these are not looked at more closely."""

_SHORT = 256
"""Nor are strings of up to so many characters."""


# ---------------------------------------------------------------- numbers


def add(meter: Meter, a: Value, b: Value) -> Value:
    result = a + b
    return result if _LOW < result < _HIGH else meter.number(result)


def subtract(meter: Meter, a: Value, b: Value) -> Value:
    result = a - b
    return result if _LOW < result < _HIGH else meter.number(result)


def multiply(meter: Meter, a: Value, b: Value) -> Value:
    result = a * b
    return result if _LOW < result < _HIGH else meter.number(result)


def square(meter: Meter, a: Value) -> Value:
    result = a * a
    return result if result < _HIGH else meter.number(result)


def divide(meter: Meter, a: Value, b: Value) -> Value:
    if not _LOW < a < _HIGH:
        meter.charge_division(a)
    return a // b if a.__class__ is int else a / b


def remainder(meter: Meter, a: Value, b: Value) -> Value:
    if not _LOW < a < _HIGH:
        meter.charge_division(a)
    result = a % b
    return result if _LOW < result < _HIGH else meter.number(result)


def absolute(meter: Meter, a: Value) -> Value:
    return abs(a) if _LOW < a < _HIGH else meter.number(abs(a))


def power(meter: Meter, base: Value, exponent: Value) -> Value:
    if base.__class__ is int and exponent.__class__ is int and exponent > 0:
        # |base| >= 2^(bits-1), so the result has at least (bits-1)*exponent bits
        if (base.bit_length() - 1) * exponent > meter.budget.int_bits:
            meter.too_large_a_number()
        meter.charge(exponent.bit_length() >> 3)
    result = base**exponent
    if result.__class__ is complex:
        raise RunError("value", f"{_brief(base)} to the power {_brief(exponent)} is not a real number")
    return meter.number(result)


def square_root(a: Value) -> float:
    if a < 0:
        raise RunError("value", "the square root of a negative number")
    return math.sqrt(a)


def floor(a: Value) -> int:
    as_double = float(a)
    if not math.isfinite(as_double):
        raise RunError("value", f"floor of {as_double} is not an integer")
    return int(as_double)


def larger(a: Value, b: Value) -> Value:
    return b if b >= a else a


def smaller(a: Value, b: Value) -> Value:
    return a if a <= b else b


_WITNESSES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41)
"""Enough for Miller-Rabin to be exact below 3.3e24 (Sorenson & Webster 2015)."""

_SIEVED = 43 * 43
_PRIMES = frozenset(n for n in range(2, _SIEVED) if all(n % prime for prime in _WITNESSES if prime < n))
"""Below the square of the next prime, what none of these divides is prime."""


def is_prime(meter: Meter, a: Value) -> bool:
    """Whether a whole number is prime. A float with a fraction has no divisor and counts as prime above 1,
    as in the reference; beyond 3.3e24 the answer is that of Miller-Rabin with 13 bases."""
    if a.__class__ is float:
        if not math.isfinite(a):
            raise RunError("value", f"is_prime of {a}")
        if not a.is_integer():
            return bool(a > 1)
        a = int(a)
    if a < _SIEVED:
        return a in _PRIMES
    bits = a.bit_length()
    meter.charge(bits * bits * (bits + 2048) >> 17)  # a power of large numbers takes cubic time
    return all(a % prime for prime in _WITNESSES) and _passes_miller_rabin(a)


def _passes_miller_rabin(a: int) -> bool:
    twos = ((a - 1) & (1 - a)).bit_length() - 1
    for witness in _WITNESSES:
        x = pow(witness, (a - 1) >> twos, a)
        if x in (1, a - 1):
            continue
        for _ in range(twos - 1):
            x = x * x % a
            if x == a - 1:
                break
        else:
            return False
    return True


_DIGITS = bytes((code - ord("0")) % 256 for code in range(256))
"""From the codes of digits to their values."""


def digits(meter: Meter, a: Value) -> list[Value]:
    if a.__class__ is int:
        text = b"%d" % abs(a)
        meter.charge(len(text) ** 2 >> 12)  # Python's conversion is quadratic
        return meter.array(list(text.translate(_DIGITS)))
    if not math.isfinite(a):
        raise RunError("value", f"digits of {a}")
    rest = abs(a)
    found: list[Value] = []
    while not found or rest >= 1:  # the reference divides on, and a float divides truly
        found.append(rest % 10)
        rest /= 10
    return meter.array(found[::-1])


def _brief(value: Value) -> str:
    """A number in a message."""
    large = value.__class__ is int and value.bit_length() > 128
    return f"a number of {value.bit_length():,} bits" if large else str(value)


# ---------------------------------------------------------------- comparison


def _no_order(a: Value, b: Value) -> RunError:
    return RunError("type", f"{kind_of(a)} and {kind_of(b)} cannot be compared")


def kind_of(value: Value) -> str:
    """A value's kind in words."""
    if callable(value):
        return "a function"
    names = {bool: "a truth value", str: "a string", list: "an array", dict: "a dictionary"}
    return names.get(type(value), "a number")


def equal(meter: Meter, a: Value, b: Value) -> bool:
    kind = a.__class__
    if kind is str:  # most of what programs on strings do; the same charge as `walk` takes
        meter.left -= (len(a) >> 8) + 1
        if meter.left < 0:
            meter.exhausted()
    elif kind is list or kind is dict:
        meter.walk(a)
    return bool(a == b)


def unequal(meter: Meter, a: Value, b: Value) -> bool:
    meter.walk(a)
    return bool(a != b)


def less(meter: Meter, a: Value, b: Value) -> bool:
    meter.walk(a)
    try:
        return bool(a < b)
    except TypeError:
        raise _no_order(a, b) from None


def greater(meter: Meter, a: Value, b: Value) -> bool:
    meter.walk(a)
    try:
        return bool(a > b)
    except TypeError:
        raise _no_order(a, b) from None


def at_most(meter: Meter, a: Value, b: Value) -> bool:
    meter.walk(a)
    try:
        return bool(a <= b)
    except TypeError:
        raise _no_order(a, b) from None


def at_least(meter: Meter, a: Value, b: Value) -> bool:
    meter.walk(a)
    try:
        return bool(a >= b)
    except TypeError:
        raise _no_order(a, b) from None


# ---------------------------------------------------------------- functions


def choose(test: bool, then: Value, otherwise: Value) -> Value:
    """`if` as a value: both alternatives have been evaluated already."""
    return then if test else otherwise


def invoke(function: Function, value: Value) -> Value:
    return function(value)


FUNCTION_COST = 75
"""Steps that making a function takes."""


def fix_first(meter: Meter, value: Value, function: Function) -> Function:
    meter.charge(FUNCTION_COST)
    return lambda *rest: function(value, *rest)


def fix_second(meter: Meter, value: Value, function: Function) -> Function:
    meter.charge(FUNCTION_COST)
    return lambda one, *rest: function(one, value, *rest)


def fix_third(meter: Meter, value: Value, function: Function) -> Function:
    meter.charge(FUNCTION_COST)
    return lambda one, two, *rest: function(one, two, value, *rest)


def combine(meter: Meter, outer: Function, inner: Function) -> Function:
    meter.charge(FUNCTION_COST)
    return lambda *values: outer(inner(*values))


# ---------------------------------------------------------------- arrays


def _no_position(value: Value) -> RunError:
    """Positions are whole; floats are refused even where they are whole, as in the reference."""
    return RunError("value", f"a position must be a whole number, not {_brief(value)}")


def map_(meter: Meter, elements: list[Value], function: Function) -> list[Value]:
    return list(map(function, meter.each(elements, 1)))


def filter_(meter: Meter, elements: list[Value], function: Function) -> list[Value]:
    return list(filter(function, meter.each(elements, 1)))


def reduce_(meter: Meter, elements: list[Value], start: Value, function: Function, cost: int = 1) -> Value:
    return reduce(function, meter.each(elements, cost), start)


def range_(meter: Meter, low: Value, high: Value) -> list[int]:
    low, high = int(low), int(high)
    if high <= low:
        return []
    length = high - low
    if length > meter.budget.range_length:
        raise BudgetError("range", f"a range of more than {meter.budget.range_length:,} numbers")
    if length > meter.budget.array_length:
        meter.hold("an array", length, meter.budget.array_length, "elements")
    meter.charge(length if high < _HIGH else length * (high.bit_length() >> 5))
    return list(range(low, high))


def new_array(kind: Value) -> list[Value]:
    return []


def head(elements: list[Value]) -> Value:
    if not elements:
        raise RunError("empty", "head of an empty array")
    return elements[0]


def tail(meter: Meter, elements: list[Value]) -> list[Value]:
    return meter.array(elements[1:])


def element_at(elements: list[Value], index: Value) -> Value:
    if index.__class__ is not int:
        raise _no_position(index)
    if 0 <= index < len(elements):
        return elements[index]
    raise RunError("index", f"position {_brief(index)} of an array of length {len(elements)}")


def slice_(meter: Meter, elements: list[Value], low: Value, high: Value) -> list[Value]:
    if low <= 0:
        low = 0
    elif low.__class__ is not int:
        raise _no_position(low)
    if high.__class__ is not int:
        raise _no_position(high)
    return meter.array(elements[low:high])


def append(meter: Meter, elements: list[Value], element: Value) -> list[Value]:
    return meter.array([*elements, element])


def sort(meter: Meter, elements: list[Value]) -> list[Value]:
    before = meter.left
    meter.walk(elements)
    meter.charge((before - meter.left) * len(elements).bit_length())
    return meter.array(sorted(elements))


def reverse(meter: Meter, elements: list[Value]) -> list[Value]:
    return meter.array(elements[::-1])


def contains(meter: Meter, elements: list[Value], element: Value) -> bool:
    meter.walk(elements)
    return element in elements


def is_sorted(meter: Meter, elements: list[Value]) -> bool:
    meter.charge(len(elements))
    return all(a <= b for a, b in pairwise(elements))


def is_sorted_helper(meter: Meter, first: Value, elements: list[Value]) -> bool:
    return is_sorted(meter, elements) and (not elements or bool(first <= elements[0]))


# ---------------------------------------------------------------- strings


def character_at(index: Value, text: str) -> str:
    # cut toward zero, as the reference does here and nowhere else
    place = index if index.__class__ is int else int(index)
    size = len(text)
    if -size <= place < size:
        return text[place]
    raise RunError("index", f"position {_brief(index)} of a string of length {size}")


def concatenate(meter: Meter, a: str, b: str) -> str:
    return meter.string(a + b)


def first_string(meter: Meter, a: str, b: str) -> str:
    if len(a) > _SHORT:
        meter.walk(a)
    return min(a, b)


def last_string(meter: Meter, a: str, b: str) -> str:
    if len(a) > _SHORT:
        meter.walk(a)
    return max(a, b)


def split(meter: Meter, text: str, delimiter: str) -> list[str]:
    if not delimiter:
        raise RunError("value", "str_split with an empty delimiter")
    meter.charge(len(text))
    return meter.array([piece for piece in text.split(delimiter) if piece])


# ---------------------------------------------------------------- dictionaries


def new_dictionary(key_kind: Value, value_kind: Value) -> dict[Value, Value]:
    return {}


def insert(meter: Meter, dictionary: dict[Value, Value], key: Value, value: Value) -> dict[Value, Value]:
    if key.__class__ in (list, dict):
        raise RunError("value", "an array or a dictionary cannot be a key")
    meter.charge(4 * len(dictionary) + 4)
    meter.walk(key)
    return {**dictionary, key: value}


def keys(meter: Meter, dictionary: dict[Value, Value]) -> list[Value]:
    return sort(meter, list(dictionary))
