"""Calls of primitives: templates for most, code for those that look at what they are given."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeAlias

from saps.language.python import containers
from saps.language.python.kinds import BOOL, FLOAT, INTEGER, NUMBER, STR, Kind, joined, list_of
from saps.language.python.reductions import as_function, is_reduce
from saps.language.python.syntax import Code, is_simple, whole
from saps.language.typecheck import Typed

if TYPE_CHECKING:
    from saps.language.python.emitter import Emitter, Part

_ARITHMETIC = {"+": "a + b", "-": "a - b", "*": "a * b", "%": "a % b", "min": "min(a, b)", "max": "max(a, b)"}
_COMPARED = {name: f"a {name} b" for name in ("==", "!=", "<", ">", "<=", ">=")}
_SIMPLE: dict[str, tuple[str, Kind]] = {
    "!": ("not a", BOOL),
    "&&": ("a & b", BOOL),
    "||": ("a | b", BOOL),
    "len": ("len(a)", INTEGER),
    "strlen": ("len(a)", INTEGER),
    "sqrt": ("math.sqrt(a)", FLOAT),
    "contains": ("b in a", BOOL),
    "is_prime": ("is_prime(a)", BOOL),
    "str_concat": ("a + b", STR),
    "str_min": ("min(a, b)", STR),
    "str_max": ("max(a, b)", STR),
    "is_sorted": ("all(x <= y for x, y in pairwise(a))", BOOL),
    "is_sorted_helper": ("all(x <= y for x, y in pairwise([a, *b]))", BOOL),
    **{name: (template, BOOL) for name, template in _COMPARED.items()},
}
"""Templates over a, b, c, with the kind of what they make."""
_ALIKE = {"tail": "a[1:]", "sort": "sorted(a)", "reverse": "a[::-1]"}
"""Templates of what gives a list as it takes it."""


def primitive(emitter: Emitter, name: str, given: Sequence[Part], call: Typed) -> Code:
    """A call of a primitive."""
    if name in _SIMPLE:
        template, kind = _SIMPLE[name]
        return Code(emitter.put(template, given), kind)
    if name in _ALIKE:
        one = emitter.code(given[0])
        return Code(emitter.put(_ALIKE[name], [one]), one.kind)
    if name in _ARITHMETIC:
        one, other = map(emitter.code, given)
        return Code(emitter.put(_ARITHMETIC[name], [one, other]), joined(one.kind, other.kind))
    return _MAKERS[name](emitter, given, call)


def _divide(emitter: Emitter, given: Sequence[Part], call: Typed) -> Code:
    one, other = map(emitter.code, given)
    if one.kind == INTEGER:
        return Code(emitter.put("a // b", [one, other]), INTEGER if other.kind == INTEGER else FLOAT)
    if one.kind == FLOAT:
        return Code(emitter.put("a / b", [one, other]), FLOAT)
    return Code(emitter.put("divide(a, b)", [one, other]), NUMBER)


def _power(emitter: Emitter, given: Sequence[Part], call: Typed) -> Code:
    base, exponent = map(emitter.code, given)
    constant = isinstance(exponent.expression, ast.Constant)
    if base.kind == exponent.kind == INTEGER and constant:  # a sign makes it a UnaryOp
        return Code(emitter.put("a ** b", [base, exponent]), INTEGER)
    return Code(emitter.put("power(a, b)", [base, exponent]), NUMBER)


def _square(emitter: Emitter, given: Sequence[Part], call: Typed) -> Code:
    one = emitter.code(given[0])
    simple = isinstance(one.expression, ast.Name)
    return Code(emitter.put("a * a" if simple else "a ** 2", [one]), one.kind)


def _absolute(emitter: Emitter, given: Sequence[Part], call: Typed) -> Code:
    one = settled(emitter, emitter.code(given[0]))
    return Code(emitter.put("abs(a)", [one]), one.kind)


def _digits(emitter: Emitter, given: Sequence[Part], call: Typed) -> Code:
    one = settled(emitter, emitter.code(given[0]))
    if one.kind == INTEGER:
        return Code(emitter.put("[int(c) for c in str(abs(a))]", [one]), list_of(INTEGER))
    return Code(emitter.put("digits(a)", [one]), list_of(NUMBER))


def _floor(emitter: Emitter, given: Sequence[Part], call: Typed) -> Code:
    return Code(whole(emitter.code(given[0])), INTEGER)


def _choice(emitter: Emitter, given: Sequence[Part], call: Typed) -> Code:
    test = emitter.code(given[0])
    with emitter.lazy():
        one, other = map(emitter.code, given[1:])
    made = ast.IfExp(test.expression, one.expression, other.expression)
    return Code(made, joined(one.kind, other.kind))


def _invoke(emitter: Emitter, given: Sequence[Part], call: Typed) -> Code:
    return containers.on(emitter, given[0], given[1:], now=True)


def settled(emitter: Emitter, code: Code) -> Code:
    """Code for `abs`, whose own type mypy would take for that of a reduce in it."""
    expression = code.expression
    if isinstance(expression, ast.IfExp):
        one, other = (
            settled(emitter, Code(part, code.kind)) for part in (expression.body, expression.orelse)
        )
        return Code(ast.IfExp(expression.test, one.expression, other.expression), code.kind)
    if not is_reduce(expression):
        return code
    named = emitter.once(code)
    return named if is_simple(named.expression) else as_function(emitter, expression)


Maker: TypeAlias = "Callable[[Emitter, Sequence[Part], Typed], Code]"

_MAKERS: dict[str, Maker] = {
    "/": _divide, "pow": _power, "square": _square, "abs": _absolute, "digits": _digits, "floor": _floor,
    "if": _choice, "invoke1": _invoke, **containers.MAKERS,
}  # fmt: skip
