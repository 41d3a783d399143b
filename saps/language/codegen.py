"""Typed program -> the source of one Python function.

Loops over arrays become comprehensions with the function written out in place, so that most symbols cost one
bytecode instruction or one call. Three things need a `def` ahead of the expression: a lambda that calls
itself or is used as a value, an expression that a lambda around it does not change (computed once,
`invariants`), and one nested deeper than Python's parser allows.

Python's loop variables are shared by all functions made in a loop, while AlgoLisp's lambdas keep what they
saw. Hence the rule: the body of a lambda that makes functions is a `def` of its own.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from types import MethodType
from typing import Any, NamedTuple

from saps.language.errors import BudgetError
from saps.language.functions import FUNCTION_COST, Value
from saps.language.invariants import invariants
from saps.language.memo import remember
from saps.language.primitives import PARTIALS, PRIMITIVES, Constant, Metered, Operator, Primitive
from saps.language.type_system import Type, TypeConstructor, parameter_types, prune
from saps.language.typecheck import Argument, Binder, Parameter, Recursion, Typed, TypedProgram

_MAX_NESTING = 24
"""Levels of expression written into one another before a function is made of the rest (Python's parser
stops at 200 brackets; one level of a program opens up to five)."""

_MAX_INDENT = 90
"""Levels of functions inside functions (Python stops at 100)."""

GLOBALS: dict[str, Any] = {
    "__builtins__": {},
    "inf": math.inf,
    "nan": math.nan,
    "bound": MethodType,
    "remember": remember,
    **{primitive.code.function.__name__: primitive.code.function for primitive in PRIMITIVES.values()},
}


class Source(NamedTuple):
    """A generated program: the text of its function, and whether running it calls function values."""

    text: str
    recursive: bool


def generate(typed: TypedProgram, watched: Mapping[int, int] | None = None) -> Source:
    """The Python source of a program, a function `program(m, a0, a1, ...)` of the meter and the arguments.

    It calls `reach(number)` where it comes to a `watched` part (`fallible.fallible_parts`).
    """
    params = "".join(f", a{index}" for index in range(len(typed.args)))
    body = _Body(level=0, counted=False, indent=1)
    writer = _Writer(body, invariants(typed.root) if typed.nested_loops else {}, watched or {})
    result = writer.expression(typed.root, body, 0)
    text = "\n".join([f"def program(m{params}):", *body.lines, f" return {result}\n"])
    return Source(text, recursive=writer.calls > 0)


class _Body:
    """A Python function being written: the lines ahead of its result.

    `level` counts the lambdas around; `counted` tells that one of them counts its calls (`Meter.enter`);
    `indent` is the depth of Python's blocks.
    """

    __slots__ = ("counted", "indent", "level", "lines")

    def __init__(self, level: int, counted: bool, indent: int) -> None:
        if indent > _MAX_INDENT:
            raise BudgetError("depth", f"more than {_MAX_INDENT} functions defined inside one another")
        self.level, self.counted, self.indent = level, counted, indent
        self.lines: list[str] = []

    def add(self, line: str) -> None:
        self.lines.append(" " * self.indent + line)

    def define(self, name: str, params: Sequence[str], inner: _Body, result: str) -> None:
        self.add(f"def {name}({', '.join(params)}):")
        self.lines += inner.lines
        self.add(f" return {result}")


_Bound = list[tuple[str, str]]
"""Names bound ahead of an expression, with the expressions that they stand for."""


class _Writer:
    """Writes expressions. `names` holds the Python names of the lambdas' parameters and of `self`, `bodies`
    the function being written of each lambda around by its level, `calls` counts the calls of functions
    that may count lambda calls, `made` the functions made."""

    def __init__(self, body: _Body, invariant: dict[int, int], watched: Mapping[int, int]) -> None:
        self.count = 0
        self.calls = 0
        self.made = 0
        self.names: dict[tuple[Binder, int], str] = {}
        self.bodies: dict[int, _Body] = {0: body}
        self.invariant = invariant
        self.watched = watched

    def fresh(self, letter: str) -> str:
        self.count += 1
        return f"{letter}{self.count}"

    # ------------------------------------------------------------ expressions

    def expression(self, typed: Typed, body: _Body, nesting: int) -> str:
        meaning = typed.meaning
        if not typed.children:
            if isinstance(meaning, Argument):
                return f"a{meaning.index}"
            if isinstance(meaning, Constant):
                return _literal(meaning.value)
            if isinstance(meaning, Parameter):
                return self.names[meaning.binder, meaning.index]
            if isinstance(meaning, Recursion):
                self.calls += 1
                return self.names[meaning.binder, -1]
            assert isinstance(meaning, Primitive)
            number = self.watched.get(id(typed))
            return _function(meaning) if number is None else f"watch({number}, {_function(meaning)})"
        if self.invariant.get(id(typed), body.level) < body.level:
            return self.hoist(typed, body)
        if nesting > _MAX_NESTING:
            return self.spill(typed, body, body)
        if isinstance(meaning, Binder):
            return self.define(typed, body)
        if isinstance(meaning, Recursion):
            self.calls += 1
            return f"{self.names[meaning.binder, -1]}({self.arguments(typed, body, nesting)})"
        assert isinstance(meaning, Primitive)
        special = _SPECIAL.get(meaning.name)
        if special is not None:
            return special(self, typed, body, nesting)
        written = [self.expression(child, body, nesting + 1) for child in typed.children]
        scalars = meaning.scalar is not None and all(_is_scalar(child.type) for child in typed.children)
        return _call(meaning, written, scalars)

    def arguments(self, typed: Typed, body: _Body, nesting: int) -> str:
        return ", ".join([self.expression(child, body, nesting + 1) for child in typed.children])

    def part(self, typed: Typed, body: _Body, nesting: int) -> str:
        """An expression that a run may not reach: a branch, or the body of a lambda."""
        written = self.expression(typed, body, nesting)
        return self.marked(typed, written) if typed.children else written

    def marked(self, typed: Typed, written: str) -> str:
        """What is written for an expression, telling that it is reached where it is watched."""
        number = self.watched.get(id(typed))
        return written if number is None else f"(reach({number}) or {written})"

    def spill(self, typed: Typed, body: _Body, target: _Body) -> str:
        """An expression of `body` as a function ahead of `target`, still evaluated only where it stands."""
        name = self.fresh("t")
        inner = _Body(target.level, body.counted, target.indent + 1)
        result = self.expression(typed, inner, 0)
        target.define(name, (), inner, result)
        return f"{name}()"

    def hoist(self, typed: Typed, body: _Body) -> str:
        """An expression that a lambda around it does not change, as a function that remembers its result."""
        target = self.bodies[self.invariant[id(typed)]]
        call = self.spill(typed, body, target)
        self.made += 1
        target.add(f"{call[:-2]} = remember(m, {call[:-2]})")
        return call

    # ------------------------------------------------------------ applying functions

    def apply(self, function: Typed, args: Sequence[str], body: _Body, nesting: int, bound: _Bound) -> str:
        """The function applied to arguments (Python expressions).

        What must be evaluated once, ahead of a loop around this, is put into `bound`.
        """
        meaning = function.meaning
        if isinstance(meaning, Binder):
            return self.inline(function, meaning, args, body, nesting)
        if isinstance(meaning, Primitive) and not function.children:
            return self.marked(function, _call(meaning, args, _takes_scalars(function)))
        if isinstance(meaning, Primitive) and nesting + _links(function) <= _MAX_NESTING:
            if meaning.name in PARTIALS:
                place = PARTIALS[meaning.name]
                fixed = self.once(function.children[0], body, nesting, bound)
                args = [*args[:place], fixed, *args[place:]]
                return self.apply(function.children[1], args, body, nesting + 1, bound)
            if meaning.name == "combine":
                outer, inner = function.children
                ahead: tuple[_Bound, _Bound] = ([], [])
                result = self.apply(inner, args, body, nesting + 1 + _links(outer), ahead[1])
                result = self.apply(outer, [result], body, nesting + 1, ahead[0])
                bound += ahead[0] + ahead[1]
                return result
        self.calls += 1
        return f"{self.once(function, body, nesting, bound)}({', '.join(args)})"

    def once(self, typed: Typed, body: _Body, nesting: int, bound: _Bound) -> str:
        """An expression that can be repeated: the expression itself if it is a name or a literal, else a name
        bound to it."""
        written = self.expression(typed, body, nesting + 1)
        if written.isalnum() or isinstance(typed.meaning, Constant):
            return written
        name = self.fresh("b")
        bound.append((name, written))
        return name

    def inline(self, function: Typed, binder: Binder, args: Sequence[str], body: _Body, nesting: int) -> str:
        """A lambda applied where it is written. It is spelt out in place unless it needs a `def`."""
        if binder.self_uses:
            return f"{self.define(function, body)}({', '.join(args)})"
        names = [arg if arg.isalnum() else self.fresh("v") for arg in args]
        inner = self.enter(binder, names, body, body.counted)
        calls = self.calls
        result = self.part(function.children[0], inner, nesting + 1)
        if body.counted or self.calls > calls:
            result = f"m.leave(m.enter(0) or {result})"
        local = {name: arg for name, arg in zip(names, args, strict=True) if name[0] in "vb"}
        if inner.lines:
            name = self.fresh("g")
            body.define(name, tuple(local), inner, result)
            return f"{name}({', '.join(local.values())})"
        return _let([(name, arg) for name, arg in local.items() if name != arg], result)

    def define(self, function: Typed, body: _Body) -> str:
        """A lambda as a `def` that counts its calls and, where it calls itself more than once, remembers
        their results. Returns its name."""
        binder = function.meaning
        assert isinstance(binder, Binder)
        name = self.fresh("f")
        params = [self.fresh("v") for _ in range(binder.arity)]
        self.names[binder, -1] = name
        inner = self.enter(binder, params, body, True)
        made = self.made
        result = self.part(function.children[0], inner, 0)
        cost = self.cost(function, made)
        body.define(name, params, inner, f"m.leave(m.enter({cost}) or {result})")
        self.made += 1
        if binder.self_uses > 1:
            body.add(f"{name} = remember(m, {name})")
        self.calls += 1
        return name

    def cost(self, function: Typed, made: int) -> int:
        """Steps of a call of this function: its symbols, and what it makes of functions (beyond `made`)."""
        return function.node.size + (self.made - made) * FUNCTION_COST

    def enter(self, binder: Binder, params: Sequence[str], body: _Body, counted: bool) -> _Body:
        """Begin the body of a lambda inside `body`."""
        self.names.update({(binder, index): param for index, param in enumerate(params)})
        inner = self.bodies[binder.level] = _Body(binder.level, counted, body.indent + 1)
        return inner

    # ------------------------------------------------------------ special forms

    def if_(self, typed: Typed, body: _Body, nesting: int) -> str:
        test = self.expression(typed.children[0], body, nesting + 1)
        then, otherwise = [self.part(child, body, nesting + 1) for child in typed.children[1:]]
        return f"({then} if {test} else {otherwise})"

    def invoke(self, typed: Typed, body: _Body, nesting: int) -> str:
        function, argument = typed.children
        bound: _Bound = []
        value = self.expression(argument, body, nesting + 1 + _links(function))
        result = self.apply(function, [value], body, nesting + 1, bound)
        return _let(bound, result)

    def map(self, typed: Typed, body: _Body, nesting: int) -> str:
        return self.comprehension(typed, body, nesting, "[{result} {loop}]")

    def filter(self, typed: Typed, body: _Body, nesting: int) -> str:
        return self.comprehension(typed, body, nesting, "[{element} {loop} if {result}]")

    def comprehension(self, typed: Typed, body: _Body, nesting: int, template: str) -> str:
        array, function = typed.children
        if not _spelt_out(function):
            return self.loop(typed, body, nesting)
        bound: _Bound = []
        element = self.fresh("v")
        elements = self.expression(array, body, nesting + 2)
        made = self.made
        result = self.apply(function, [element], body, nesting + 2, bound)
        if bound:  # the array first, as it stands first
            bound.insert(0, (self.fresh("b"), elements))
            elements = bound[0][0]
        ahead = "".join([f"for {name} in [{value}] " for name, value in bound])
        loop = f"{ahead}for {element} in m.each({elements}, {self.cost(function, made)})"
        return template.format(result=result, element=element, loop=loop)

    def reduce(self, typed: Typed, body: _Body, nesting: int) -> str:
        array, start, function = typed.children
        if not _spelt_out(function):
            return self.loop(typed, body, nesting)
        bound: _Bound = []
        params = [self.fresh("v"), self.fresh("v")]
        written = [self.expression(child, body, nesting + 2) for child in (array, start)]
        made = self.made
        result = self.apply(function, params, body, nesting + 3, bound)
        step = _let(bound, f"(lambda {', '.join(params)}: {result})")
        return f"reduce_(m, {', '.join(written)}, {step}, {self.cost(function, made)})"

    def loop(self, typed: Typed, body: _Body, nesting: int) -> str:
        """A loop with a function that has a name."""
        function = typed.children[-1]
        if function.children or not isinstance(function.meaning, Primitive):
            self.calls += 1
        assert isinstance(typed.meaning, Primitive)
        return _call(typed.meaning, [self.expression(child, body, nesting + 1) for child in typed.children])


_SPECIAL: dict[str, Callable[[_Writer, Typed, _Body, int], str]] = {
    "if": _Writer.if_,
    "invoke1": _Writer.invoke,
    "map": _Writer.map,
    "filter": _Writer.filter,
    "reduce": _Writer.reduce,
}


def _spelt_out(function: Typed) -> bool:
    """Whether a loop writes this function out in place."""
    if isinstance(function.meaning, Binder):
        return not function.meaning.self_uses
    return bool(function.children) and function.node.symbol in ("combine", *PARTIALS)


def _links(function: Typed) -> int:
    """Calls that are written into one another where a function is applied."""
    symbol = function.node.symbol if function.children else ""
    if symbol == "combine":
        return sum(map(_links, function.children))
    return 1 + _links(function.children[1]) if symbol in PARTIALS else 1


def _call(primitive: Primitive, args: Sequence[str], scalars: bool = False) -> str:
    code = primitive.code
    if scalars and primitive.scalar:
        return primitive.scalar.format(*args)
    if isinstance(code, Operator):
        return code.template.format(*args)
    meter = "m, " if isinstance(code, Metered) else ""
    return f"{code.function.__name__}({meter}{', '.join(args)})"


def _function(primitive: Primitive) -> str:
    """A primitive as a value."""
    name = primitive.code.function.__name__
    return f"bound({name}, m)" if isinstance(primitive.code, Metered) else name


def _is_scalar(kind: Type) -> bool:
    kind = prune(kind)
    return isinstance(kind, TypeConstructor) and kind.name in ("int", "bool")


def _takes_scalars(function: Typed) -> bool:
    kind = prune(function.type)
    return isinstance(kind, TypeConstructor) and all(map(_is_scalar, parameter_types(kind.args[0])))


def _literal(value: Value) -> str:
    text = repr(value)
    return f"({text})" if text.startswith("-") else text


def _let(bound: _Bound, result: str) -> str:
    if not bound:
        return result
    names, values = zip(*bound, strict=True)
    return f"(lambda {', '.join(names)}: {result})({', '.join(values)})"
