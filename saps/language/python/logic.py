"""Truth values, choices and numbers that are known when the code is written."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from saps.language.python.failures import Ranges, can_fail
from saps.language.python.syntax import call, is_call, number, same

_OPPOSITE: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
}
_COMPARED: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_COMPUTED: dict[type[ast.operator], Callable[[int, int], int]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
}
_MIRRORED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.Gt,
    ast.LtE: ast.GtE,
    ast.Gt: ast.Lt,
    ast.GtE: ast.LtE,
}
_UP, _DOWN = (ast.Lt, ast.LtE), (ast.Gt, ast.GtE)


def _negation(node: ast.UnaryOp, known: Ranges) -> ast.expr | None:
    match node:
        case ast.UnaryOp(ast.Not(), ast.Compare(left, [comparison], right)):
            opposite = _OPPOSITE.get(type(comparison))
            return None if opposite is None else ast.Compare(left, [opposite()], right)
        case ast.UnaryOp(ast.Not(), ast.UnaryOp(ast.Not(), inner)):
            return inner
        case ast.UnaryOp(ast.Not(), ast.Constant(value=bool(value))):
            return ast.Constant(not value)
    return None


def _computed(node: ast.BinOp, known: Ranges) -> ast.expr | None:
    match node:
        case ast.BinOp(one, ast.BitAnd() | ast.BitOr() as both, other) if not can_fail(other, known):
            return ast.BoolOp(ast.And() if isinstance(both, ast.BitAnd) else ast.Or(), [one, other])
        case ast.BinOp(ast.Constant(value=int(one)), sign, ast.Constant(value=int(other))):
            compute = _COMPUTED.get(type(sign))
            return None if compute is None else number(compute(one, other))
        case ast.BinOp(one, ast.Sub(), ast.Constant(value=0)):
            return one
        case ast.BinOp(ast.Constant(value=0), ast.Sub(), other):
            return ast.UnaryOp(ast.USub(), other)
    return None


def _compared(node: ast.Compare, known: Ranges) -> ast.expr | None:
    match node:
        case ast.Compare(ast.Constant(value=one), [sign], [ast.Constant(value=other)]):
            compare = _COMPARED.get(type(sign))
            return ast.Constant(compare(one, other)) if compare and type(one) is type(other) else None
        case ast.Compare(left, [ast.In() | ast.NotIn() as sign], [ast.List([only])]):
            if not isinstance(only, ast.Starred):
                return ast.Compare(left, [ast.Eq() if isinstance(sign, ast.In) else ast.NotEq()], [only])
        case ast.Compare(left, [ast.In() | ast.NotIn() as sign], [listed]) if is_call(listed, "list"):
            if isinstance(listed, ast.Call) and isinstance(listed.args[0], ast.Constant):
                return ast.Compare(left, [sign], [call("set", *listed.args)])
    return None


def _chained(node: ast.BoolOp, known: Ranges) -> ast.expr | None:
    """`a < b and b < c` is `a < b < c`; constants decide, or are left out, and brackets are."""
    decides = isinstance(node.op, ast.Or)
    inner = [_values(one, node.op) for one in node.values]
    if any(len(values) > 1 for values in inner):
        return ast.BoolOp(node.op, [value for values in inner for value in values])
    for place, (one, other) in enumerate(zip(node.values, node.values[1:], strict=False)):
        rest = node.values[:place], node.values[place + 2 :]
        match one, other:
            case ast.Constant(value=bool(value)), _:
                return _all_of(node.op, [*rest[0], one if value == decides else other, *rest[1]])
            case _, ast.Constant(value=bool(value)) if value != decides:
                return _all_of(node.op, [*rest[0], one, *rest[1]])
            case _, ast.Constant() if not can_fail(one, known):
                return _all_of(node.op, [*rest[0], other])
            case ast.Compare(), ast.Compare(middle, more, last) if not decides:
                left, signs, first = _facing(one, middle)
                if same(first[-1], middle) and _one_way([*signs, *more]):
                    chain = ast.Compare(left, [*signs, *more], [*first, *last])
                    return _all_of(node.op, [*rest[0], chain, *rest[1]])
    return None


def _values(code: ast.expr, sign: ast.boolop) -> list[ast.expr]:
    return code.values if isinstance(code, ast.BoolOp) and type(code.op) is type(sign) else [code]


def _facing(code: ast.Compare, middle: ast.expr) -> tuple[ast.expr, list[ast.cmpop], list[ast.expr]]:
    """`m >= 1` as `1 <= m`, where that brings `m` to the end."""
    match code:
        case ast.Compare(left, [sign], [right]) if type(sign) in _MIRRORED and same(left, middle):
            return right, [_MIRRORED[type(sign)]()], [left]
    return code.left, code.ops, code.comparators


def _all_of(sign: ast.boolop, values: list[ast.expr]) -> ast.expr:
    return values[0] if len(values) == 1 else ast.BoolOp(sign, values)


def _one_way(signs: list[ast.cmpop]) -> bool:
    return any(all(isinstance(sign, way) for sign in signs) for way in (_UP, _DOWN))


def _chosen(node: ast.IfExp, known: Ranges) -> ast.expr | None:
    match node:
        case ast.IfExp(ast.Constant(value=bool(value)), one, other):
            return one if value else other
        case ast.IfExp(test, one, other) if same(one, other) and not can_fail(test, known):
            return one
        case ast.IfExp(test, ast.Constant(value=bool(value)), other):
            return (
                ast.BoolOp(ast.Or(), [test, other]) if value else ast.BoolOp(ast.And(), [_not(test), other])
            )
        case ast.IfExp(test, one, ast.Constant(value=bool(value))):
            return ast.BoolOp(ast.Or(), [_not(test), one]) if value else ast.BoolOp(ast.And(), [test, one])
        case ast.IfExp(ast.Compare(left, [sign], [right]), one, other) if isinstance(sign, _UP + _DOWN):
            lower = isinstance(sign, _UP)
            if same(left, one) and same(right, other):
                return call("min" if lower else "max", right, left)
            if same(left, other) and same(right, one):
                return call("max" if lower else "min", left, right)
    return None


def _not(code: ast.expr) -> ast.expr:
    return ast.UnaryOp(ast.Not(), code)


LOGIC: Mapping[type[ast.expr], Sequence[Callable[..., ast.expr | None]]] = {
    ast.UnaryOp: [_negation],
    ast.BinOp: [_computed],
    ast.Compare: [_compared],
    ast.BoolOp: [_chained],
    ast.IfExp: [_chosen],
}
