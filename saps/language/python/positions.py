"""Elements at a position of something that is made only to be looked at: the first that fits, the largest."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence

from saps.language.python.failures import Ranges, can_fail, least, lows
from saps.language.python.syntax import call, number, used


def _first(node: ast.Subscript, known: Ranges) -> ast.expr | None:
    """`[...][0]` as `next`, which stops there: only where nothing after it can fail."""
    match node:
        case ast.Subscript(ast.ListComp(element, generators) as listed, ast.Constant(value=0)):
            if can_fail(listed, known):
                return call("next", call("iter", listed))
            return call("next", ast.GeneratorExp(element, generators))
        case ast.Subscript(ast.List([ast.Starred(listed), other]), ast.Constant(value=0)):
            if isinstance(listed, ast.ListComp) and not can_fail(listed, known):
                return call("next", ast.GeneratorExp(listed.elt, listed.generators), other)
        case ast.Subscript(ast.Call(ast.Name("list"), [items]), ast.Constant(value=0)):
            return ast.Subscript(items, number(0)) if _is_range(items) else call("next", call("iter", items))
        case ast.Subscript(ast.Call(ast.Name("list"), [items]), place) if _is_range(items):
            return None if isinstance(place, ast.Slice) else ast.Subscript(items, place)
    return None


def _is_range(code: ast.expr) -> bool:
    return isinstance(code, ast.Call) and isinstance(code.func, ast.Name) and code.func.id == "range"


def _natural(node: ast.Call, known: Ranges) -> ast.expr | None:
    """`at(a, x)` is `a[x]` where `x` is surely whole and not negative."""
    match node:
        case ast.Call(ast.Name("at"), [items, place]) if used([place]).keys() <= known.keys():
            low = least(place, lows(known))
            return None if low is None or low < 0 else ast.Subscript(items, place)
    return None


def _extreme(node: ast.Subscript, known: Ranges) -> ast.expr | None:
    """`sorted(a)[0]` is `min(a)`. Of equal ones that are told apart, by a key, it is the first in each."""
    match node:
        case ast.Subscript(ast.Call(ast.Name("sorted"), [items], keywords), place):
            turned = [keyword for keyword in keywords if keyword.arg == "reverse"]
            others = [keyword for keyword in keywords if keyword.arg != "reverse"]
            if isinstance(place, ast.Constant) and place.value == 0:
                return ast.Call(ast.Name("max" if turned else "min"), [items], others)
            if _is_minus_one(place) and not others:
                return ast.Call(ast.Name("min" if turned else "max"), [items], others)
    return None


def _backwards(node: ast.Subscript, known: Ranges) -> ast.expr | None:
    match node:
        case ast.Subscript(ast.Call(ast.Name("sorted") as function, [items], keywords), turn) if _is_turn(
            turn
        ):
            reverse = ast.keyword("reverse", ast.Constant(True))
            match items, keywords:
                case ast.Subscript(inner, inner_turn), [ast.keyword("key")] if _is_turn(inner_turn):
                    return ast.Call(function, [inner], [*keywords, reverse])
                case _, []:
                    return ast.Call(function, [items], [reverse])
        case ast.Subscript(ast.Subscript(inner, turn), again) if _is_turn(turn) and _is_turn(again):
            return inner
        case ast.Subscript(ast.Subscript(inner, turn), ast.Constant(value=int(place))) if _is_turn(turn):
            return ast.Subscript(inner, number(-place - 1))
    return None


def _is_turn(code: ast.expr) -> bool:
    return isinstance(code, ast.Slice) and ast.unparse(code) == "::-1"


def _is_minus_one(code: ast.expr) -> bool:
    return isinstance(code, ast.UnaryOp) and ast.unparse(code) == "-1"


POSITIONS: Mapping[type[ast.expr], Sequence[Callable[..., ast.expr | None]]] = {
    ast.Call: [_natural],
    ast.Subscript: [_backwards, _first, _extreme],
}
