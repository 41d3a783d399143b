"""What code can fail, and what is known of the whole numbers in it.

What may fail has to be worked out where the program works it out, and nothing may be skipped that does.
Names are taken to be bound once, as they are while code is written.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import NamedTuple, TypeAlias

from saps.language.python.syntax import is_call

_PURE = frozenset(
    "len sum min max abs any all sorted set list str zip range enumerate reversed reduce pairwise "
    "is_prime".split()
)
"""Functions that never fail on what they are given here."""
_HARMLESS = frozenset(
    "upper lower join startswith endswith count isdigit isalpha replace swapcase fromkeys".split()
)


class Range(NamedTuple):
    """A name goes through the numbers from `low` up to, without, `stop`."""

    low: int
    stop: ast.expr


Ranges: TypeAlias = Mapping[str, Range]


def least(code: ast.expr, lows: Mapping[str, int]) -> int | None:
    """What a number is at least, where it is known."""
    match code:
        case ast.Constant(value=int(value)):
            return value
        case ast.UnaryOp(ast.USub(), ast.Constant(value=int(value))):
            return -value
        case ast.Name(id=name):
            return lows.get(name)
        case ast.Call(ast.Name("len" | "abs")):
            return 0
        case ast.Call(ast.Name("max"), [*parts], []) if len(parts) > 1:
            known = [low for low in (least(one, lows) for one in parts) if low is not None]
            return max(known, default=None)
        case ast.BinOp(left, ast.Mod(), ast.Constant(value=int(value))) if value > 0:
            return 0
        case ast.BinOp(left, ast.Sub(), ast.Constant(value=int(value))):
            low = least(left, lows)
            return None if low is None else low - value
        case ast.BinOp(left, op, right):
            one, other = least(left, lows), least(right, lows)
            if one is None or other is None:
                return None
            if isinstance(op, ast.Add):
                return one + other
            if isinstance(op, ast.Mult) and one >= 0 and other >= 0:
                return one * other
            if isinstance(op, ast.FloorDiv) and one >= 0 and other > 0:
                return 0
    return None


def ranges(code: ast.expr) -> dict[str, Range]:
    """The names that go through ranges in code."""
    found: dict[str, Range] = {}
    for node in ast.walk(code):
        match node:
            case ast.comprehension(ast.Name(name), ast.Call(ast.Name("list"), [ast.Call() as inner])):
                _add(found, name, inner)
            case ast.comprehension(ast.Name(name), ast.Call() as inner):
                _add(found, name, inner)
            case ast.comprehension(ast.Tuple([ast.Name(name), _]), ast.Call(ast.Name("enumerate"), [items])):
                found[name] = Range(0, ast.Call(ast.Name("len"), [items], []))
    return found


def _add(found: dict[str, Range], name: str, code: ast.Call) -> None:
    match code:
        case ast.Call(ast.Name("range"), [stop]):
            found[name] = Range(0, stop)
        case ast.Call(ast.Name("range"), [start, stop]):
            low = least(start, lows(found))
            if low is not None:
                found[name] = Range(low, stop)


def lows(known: Ranges) -> dict[str, int]:
    return {name: one.low for name, one in known.items()}


def can_fail(code: ast.expr, known: Ranges | None = None) -> bool:
    """Whether running it could raise an error. `known` are names of ranges around it."""
    inside = {**(known or {}), **ranges(code)}
    digits = _digits(code)
    for node in ast.walk(code):
        match node:
            case ast.Subscript(slice=ast.Slice()):
                pass
            case ast.Subscript() if not _within(node, inside):
                return True
            case ast.BinOp(_, ast.Div() | ast.FloorDiv() | ast.Mod(), divisor):
                if not (isinstance(divisor, ast.Constant) and divisor.value):
                    low = least(divisor, lows(inside))
                    if low is None or low <= 0:
                        return True
            case ast.BinOp(_, ast.Pow(), exponent):
                if not (isinstance(exponent, ast.Constant) and exponent.value):
                    return True
            case ast.Call() if _call_fails(node, digits):
                return True
    return False


def _digits(code: ast.expr) -> set[str]:
    """The names that go through the digits of a number in code."""
    found = set()
    for node in ast.walk(code):
        match node:
            case ast.comprehension(ast.Name(name), ast.Call(ast.Name("str"), [inner])) if is_call(
                inner, "abs"
            ):
                found.add(name)
    return found


def _call_fails(call: ast.Call, digits: set[str]) -> bool:
    match call:
        case ast.Call(ast.Name("min" | "max"), [one], keywords):
            filled = isinstance(one, ast.List) and not isinstance(one.elts[0], ast.Starred)
            return not filled and all(keyword.arg != "default" for keyword in keywords)
        case ast.Call(ast.Name("int"), [ast.Name(name)]):
            return name not in digits
        case ast.Call(ast.Attribute(attr="split"), [ast.Constant(value=str(sign))]):
            return not sign
        case ast.Call(ast.Attribute(ast.Name("math"), _)):
            return True
        case ast.Call(ast.Attribute(attr=method)):
            return method not in _HARMLESS
        case ast.Call(ast.Name(name)):
            return name not in _PURE
    return True


def _within(node: ast.Subscript, known: Ranges) -> bool:
    """Whether a position is surely one of the list's."""
    match node.slice:
        case ast.Name(name):
            offset = 0
        case ast.BinOp(ast.Name(name), ast.Add(), ast.Constant(value=int(offset))):
            pass
        case ast.BinOp(ast.Name(name), ast.Sub(), ast.Constant(value=int(value))):
            offset = -value
        case _:
            return False
    if name not in known or known[name].low + offset < 0:
        return False
    stop, length = known[name].stop, 0
    match stop, node.value:
        case ast.Constant(value=int(size)), ast.Constant(value=str(text)):
            return size + offset <= len(text)
        case ast.BinOp(inner, ast.Sub(), ast.Constant(value=int(less))), _:
            stop, length = inner, -less
        case ast.BinOp(inner, ast.Add(), ast.Constant(value=int(more))), _:
            stop, length = inner, more
    match stop:
        case ast.Call(ast.Name("len"), [items]):
            return offset + length <= 0 and ast.unparse(items) == ast.unparse(node.value)
    return False
