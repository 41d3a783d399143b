"""From a typed program to Python's syntax tree.

Each expression becomes code with a kind (`saps.language.python.kinds`). A function becomes what it makes of
its arguments' code, so that a lambda that is applied leaves no trace; where a function is a value, Python's
lambda. What a definition's `py` line says of it stands for its calls; primitives have a table.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TypeAlias

from saps.language.definition import Definition
from saps.language.primitives import Constant, Primitive
from saps.language.python.applications import apply
from saps.language.python.definitions import define
from saps.language.python.failures import can_fail, least
from saps.language.python.idioms import idiomatic
from saps.language.python.kinds import (
    BOOL,
    FLOAT,
    FUNCTION,
    INTEGER,
    NUMBER,
    STR,
    Kind,
    annotation,
    element,
    parameter_kinds,
)
from saps.language.python.naming import TAKEN, Names, named, python_name
from saps.language.python.primitives import primitive
from saps.language.python.recursions import Loop, recur
from saps.language.python.syntax import Code, arguments, bound, call, function, is_simple, used
from saps.language.python.templates import filled
from saps.language.tree import Node
from saps.language.type_system import TypeConstructor, prune
from saps.language.typecheck import Argument, Binder, Parameter, Recursion, Typed

Part: TypeAlias = Typed | Code
"""An argument of a call: still to be written, or written already."""


_LONG = 75
"""Characters of what is worked out for each element of something."""


class Emitter:
    """Writes one program. `functions` are those that its code defines, `locals` what stands before it."""

    def __init__(self, given: Sequence[tuple[str, Kind]]) -> None:
        self.arguments = {name: Code(ast.Name(python_name(name)), kind) for name, kind in given}
        self.names = Names(frozenset(map(python_name, self.arguments)) | TAKEN)
        self.values: dict[tuple[Binder, int], Code] = {}
        self.loops: dict[Binder, Loop] = {}
        self.kinds: dict[str, Kind] = {}
        """Of the values of names that stand in code."""
        self.lows: dict[str, int] = {}
        """Names of whole numbers, and what they are at least."""
        self.functions: list[ast.FunctionDef] = []
        self.written: dict[tuple[Node, tuple[Kind, ...]], Loop] = {}
        """Recursions that need nothing of what is around them."""
        self.locals: list[tuple[str, ast.expr]] = []
        """Values that are worked out once, before the expression."""
        self.lazily = 0
        """Branches and bodies around this place: what stands there is not worked out in any case."""

    def code(self, part: Part) -> Code:
        if isinstance(part, Code):
            return part
        meaning = part.meaning
        match meaning:
            case Argument():
                return self.arguments[meaning.name]
            case Constant():
                return _constant(meaning)
            case Parameter():
                return self.values[meaning.binder, meaning.index]
        if self.is_function(part):
            return Code(self.as_lambda(part), FUNCTION)
        if isinstance(meaning, Recursion):
            return recur(self, meaning, [self.code(child) for child in part.children])
        if isinstance(meaning, Definition):
            return define(self, meaning, part.children, part)
        assert isinstance(meaning, Primitive)
        return primitive(self, meaning.name, part.children, part)

    def is_function(self, part: Typed) -> bool:
        kind = prune(part.type)
        return isinstance(kind, TypeConstructor) and kind.name == "func"

    def as_lambda(self, one: Typed) -> ast.expr:
        """A function as a value, of which nobody knows what numbers it will be given."""
        kinds = parameter_kinds(one.type, NUMBER)
        names = [self.names.fresh("x") for _ in kinds]
        self.kinds.update(zip(names, kinds, strict=True))
        made = self.apply(one, [Code(ast.Name(n), k) for n, k in zip(names, kinds, strict=True)])
        return ast.Lambda(arguments(names), made.expression)

    def apply(self, function: Typed, given: Sequence[Part], now: bool = False) -> Code:
        """The code of a function's body with its arguments in place; `now` where it is called just here."""
        return apply(self, function, given, now)

    def put(self, template: str, given: Sequence[Part]) -> ast.expr:
        """A template over a, b, c."""
        values = {name: self.code(part).expression for name, part in zip("abc", given, strict=False)}
        return filled(template, values, {}, self.names)

    @contextmanager
    def lazy(self) -> Iterator[None]:
        """What is written meanwhile may never be worked out, or many times."""
        self.lazily += 1
        yield
        self.lazily -= 1

    # ------------------------------------------------------------ names

    def fresh(self, kind: Kind) -> str:
        name = self.names.fresh(named(kind))
        self.kinds[name] = kind
        return name

    def known(self) -> frozenset[str]:
        """The names that mean the same wherever they stand."""
        own = {python_name(name) for name in self.arguments} | {name for name, _ in self.locals}
        return TAKEN | own | {one.name for one in self.functions} | {one.name for one in self.loops.values()}

    def handed(self, codes: Sequence[ast.AST]) -> dict[str, str]:
        """Names that code takes from around it, with their annotations."""
        free = used(codes).keys() - self.known() - set(bound(codes))
        return {
            name: annotation(self.kinds[name]) if name in self.kinds else "Any"
            for name in used(codes)
            if name in free
        }

    def define_function(
        self, wanted: str, given: Sequence[tuple[str, Code]], body: Sequence[ast.stmt], result: Kind
    ) -> Code:
        """A call of a function of its own, with what it takes and what it uses from around it."""
        own = [(name, annotation(code.kind)) for name, code in given]
        rest = self.handed(body)
        params = dict(own) | {name: kind for name, kind in rest.items() if name not in dict(own)}
        name = self.names.fresh(wanted)
        self.functions.append(function(name, list(params.items()), body, result))
        others = [ast.Name(one) for one in params if one not in dict(own)]
        return Code(call(name, *(code.expression for _, code in given), *others), result)

    def short(self, code: Code, given: Sequence[tuple[str, Code]] = ()) -> Code:
        """A call of a function of its own, where code is too long to stand inside of something."""
        written = code.expression
        if len(ast.unparse(written)) <= _LONG or len(ast.unparse(idiomatic(written))) <= _LONG:
            return code
        return self.define_function("f", given, [ast.Return(written)], code.kind)

    def once(self, code: Code, any_: bool = False) -> Code:
        """What would be worked out for each element, or fail for none, by a name that stands for it; what
        costs nothing only if `any_`."""
        expression = code.expression
        loops = any(isinstance(node, ast.Call) for node in ast.walk(expression))
        worth = any_ or loops or can_fail(expression)
        if is_simple(expression) or self.lazily or not worth or self.handed([expression]):
            return code
        name = self.names.fresh("value")
        self.kinds[name] = code.kind
        self.locals.append((name, expression))
        return Code(ast.Name(name), code.kind)

    def each(self, items: Code) -> str:
        """A name for the elements of a list."""
        name = self.fresh(element(items.kind))
        match items.expression:
            case ast.Call(ast.Name("list"), [ast.Call(ast.Name("range"), bounds)]):
                low = least(bounds[0], self.lows) if len(bounds) > 1 else 0
                if low is not None:
                    self.lows[name] = low
        return name

    def is_natural(self, code: Code) -> bool:
        """Whether a number is surely whole and not negative."""
        low = least(code.expression, self.lows)
        return code.kind == INTEGER and low is not None and low >= 0

    def copy(self) -> Emitter:
        """Another one at the same place, whose work leaves no trace."""
        other = Emitter([])
        other.arguments, other.values = self.arguments, dict(self.values)
        other.loops = {binder: loop.copy() for binder, loop in self.loops.items()}
        other.names, other.lows, other.kinds = Names(self.names.taken), dict(self.lows), dict(self.kinds)
        other.functions, other.locals = list(self.functions), list(self.locals)
        other.lazily = 1
        return other


def _constant(constant: Constant) -> Code:
    value = constant.value
    if value == math.inf:
        return Code(ast.Attribute(ast.Name("math"), "inf"), FLOAT)
    kinds = {bool: BOOL, int: INTEGER, float: FLOAT, str: STR}
    code: ast.expr = ast.Constant(value)
    if type(value) in (int, float) and value < 0:
        code = ast.UnaryOp(ast.USub(), ast.Constant(-value))
    return Code(code, kinds.get(type(value), FUNCTION))
