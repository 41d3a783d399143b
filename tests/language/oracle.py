"""AlgoLisp a second time, as plainly as can be: a tree walker that the compiled programs are held against.

It shares nothing with saps but the tree. It counts lambda calls, and knows no other budget than `range`'s, so
it may take long where the compiled program ends in a budget error; `Slow` is raised after MAX_STEPS.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from functools import reduce
from typing import Any

from saps.language.tree import Node

MAX_STEPS = 20_000
MAX_DEPTH = 110


class Failure(Exception):
    """The program fails; the argument is the kind of error."""


class Slow(Exception):
    """The program takes too long to be worth comparing."""


def run(program: Node, inputs: dict[str, Any]) -> Any:
    """The value of a program, or Failure with the kind of error."""
    try:
        return _Walker().value(program, inputs)
    except ZeroDivisionError:
        raise Failure("zero-division") from None
    except (OverflowError, ValueError):
        raise Failure("value") from None
    except TypeError:
        raise Failure("type") from None


class _Walker:
    def __init__(self) -> None:
        self.steps = 0
        self.depth = 0

    def value(self, node: Node, env: dict[str, Any]) -> Any:
        self.steps += 1
        if self.steps > MAX_STEPS:
            raise Slow
        symbol, children = node.symbol, node.children
        if symbol in ("lambda1", "lambda2"):
            return self.closure(children[0], env)
        if symbol == "if" and children:
            test, then, otherwise = children
            return self.value(then if self.value(test, env) else otherwise, env)
        if symbol in ("array-new", "dict-new"):
            return [] if symbol == "array-new" else {}
        if not children:
            return env[symbol] if symbol in env else self.constant(symbol)
        function = env["self"] if symbol == "self" else FUNCTIONS[symbol]
        values = [self.value(child, env) for child in children]
        self.steps += sum(map(_size, values)) // 10
        result = function(*values)
        if type(result) is int and abs(result) > 1 << 13_000:
            raise Slow
        if type(result) is str and len(result) > 50_000:
            raise Slow
        return result

    def closure(self, body: Node, env: dict[str, Any]) -> Callable[..., Any]:
        def call(*values: Any) -> Any:
            if self.depth >= MAX_DEPTH:
                raise Failure("budget")
            self.depth += 1
            inner = {**env, "self": call, **dict(zip(("arg1", "arg2"), values, strict=False))}
            result = self.value(body, inner)
            self.depth -= 1
            return result

        return call

    def constant(self, symbol: str) -> Any:
        if symbol in FUNCTIONS:
            return FUNCTIONS[symbol]
        if symbol == "inf":
            return math.inf
        return json.loads(symbol)


def _size(value: Any) -> int:
    return len(value) + sum(map(_size, value)) if isinstance(value, list) else 0


def _divide(a: Any, b: Any) -> Any:
    return a // b if type(a) is int else a / b


def _power(a: Any, b: Any) -> Any:
    if type(a) is int and type(b) is int and b > 0 and abs(a) > 1 and b * math.log2(abs(a)) > 13_000:
        raise Slow
    result = a**b
    if isinstance(result, complex):
        raise Failure("value")
    return result


def _floor(a: Any) -> int:
    if not math.isfinite(float(a)):
        raise Failure("value")
    return int(float(a))


def _is_prime(a: Any) -> bool:
    if type(a) is float and not math.isfinite(a):
        raise Failure("value")
    if a > 1e9:
        raise Slow
    return a > 1 and all(a % divisor for divisor in range(2, math.isqrt(int(a)) + 1))


def _digits(a: Any) -> list[Any]:
    if type(a) is int:
        return [int(letter) for letter in str(abs(a))]
    if not math.isfinite(a):
        raise Failure("value")
    rest = abs(a)
    found: list[Any] = []
    while True:
        found.insert(0, rest % 10)
        rest = rest / 10
        if rest < 1:
            return found


def _range(low: Any, high: Any) -> list[int]:
    if int(high) - int(low) > 1000:
        raise Failure("budget")
    return list(range(int(low), int(high)))


def _head(elements: list[Any]) -> Any:
    if not elements:
        raise Failure("empty")
    return elements[0]


def _whole(value: Any) -> int:
    if type(value) is not int:
        raise Failure("value")
    return int(value)


def _deref(elements: list[Any], place: Any) -> Any:
    if not 0 <= _whole(place) < len(elements):
        raise Failure("index")
    return elements[place]


def _slice(elements: list[Any], low: Any, high: Any) -> list[Any]:
    low = 0 if low <= 0 else _whole(low)
    return elements[low : _whole(high)]


def _character(place: Any, text: str) -> str:
    place = int(place)
    if place < -len(text) or place >= len(text):
        raise Failure("index")
    return text[place]


def _split(text: str, delimiter: str) -> list[str]:
    return [piece for piece in text.split(delimiter) if piece]


def _insert(dictionary: dict[Any, Any], key: Any, value: Any) -> dict[Any, Any]:
    if isinstance(key, list | dict):
        raise Failure("value")
    result = dict(dictionary)
    result[key] = value
    return result


def _sorted_up(elements: list[Any]) -> bool:
    return all(elements[i] <= elements[i + 1] for i in range(len(elements) - 1))


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": _divide,
    "%": lambda a, b: a % b,
    "pow": _power,
    "sqrt": lambda a: math.sqrt(a),
    "floor": _floor,
    "square": lambda a: a * a,
    "abs": lambda a: abs(a),
    "is_prime": _is_prime,
    "min": lambda a, b: a if a <= b else b,
    "max": lambda a, b: b if b >= a else a,
    "!": lambda a: not a,
    "&&": lambda a, b: a and b,
    "||": lambda a, b: a or b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
    "if": lambda test, then, otherwise: then if test else otherwise,
    "map": lambda elements, function: [function(element) for element in elements],
    "filter": lambda elements, function: [element for element in elements if function(element)],
    "reduce": lambda elements, start, function: reduce(function, elements, start),
    "range": _range,
    "invoke1": lambda function, value: function(value),
    "partial0": lambda value, function: lambda *rest: function(value, *rest),
    "partial1": lambda value, function: lambda a, *rest: function(a, value, *rest),
    "partial2": lambda value, function: lambda a, b, *rest: function(a, b, value, *rest),
    "combine": lambda outer, inner: lambda *values: outer(inner(*values)),
    "len": len,
    "head": _head,
    "tail": lambda elements: elements[1:],
    "deref": _deref,
    "int-deref": _deref,
    "slice": _slice,
    "append": lambda elements, element: [*elements, element],
    "sort": lambda elements: sorted(elements),
    "reverse": lambda elements: list(reversed(elements)),
    "contains": lambda elements, element: any(element is other or element == other for other in elements),
    "is_sorted": _sorted_up,
    "is_sorted_helper": lambda first, elements: _sorted_up([first, *elements]),
    "digits": _digits,
    "strlen": len,
    "str_index": _character,
    "str_concat": lambda a, b: a + b,
    "str_split": _split,
    "str_min": lambda a, b: a if a <= b else b,
    "str_max": lambda a, b: b if b >= a else a,
    "dict-insert": _insert,
    "dict-keys": lambda dictionary: sorted(dictionary),
}
