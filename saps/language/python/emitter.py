"""From a typed program to Python's syntax tree.

Each expression becomes code with a kind (`saps.language.python.kinds`). A function becomes what it makes of
its arguments' code, so that a lambda that is applied leaves no trace; where a function is a value, Python's
lambda. What a definition's `py` line says of it stands for its calls; all else comes from the table below.
"""

from __future__ import annotations

import ast
import keyword
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple, TypeAlias

from saps.language.definition import Definition
from saps.language.errors import ProgramTypeError
from saps.language.primitives import PARTIALS, Constant, Primitive
from saps.language.python.idioms import can_fail
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
    is_whole,
    joined,
    kind_of,
    list_of,
    parameter_kinds,
)
from saps.language.python.templates import Names, filled, parsed
from saps.language.tree import Node
from saps.language.type_system import TypeConstructor, prune
from saps.language.typecheck import Argument, Binder, Parameter, Recursion, Typed


class Code(NamedTuple):
    """An expression, and the kind of its value."""

    expression: ast.expr
    kind: Kind


Part: TypeAlias = "Typed | Code"
"""An argument of a call: still to be written, or written already."""

_ARITHMETIC = {"+": "a + b", "-": "a - b", "*": "a * b", "%": "a % b", "min": "min(a, b)", "max": "max(a, b)"}
_COMPARED = {name: f"a {name} b" for name in ("==", "!=", "<", ">", "<=", ">=")}
_SIMPLE: dict[str, tuple[str, Kind]] = {
    "!": ("not a", BOOL),
    "&&": ("a & b", BOOL),
    "||": ("a | b", BOOL),
    "len": ("len(a)", INTEGER),
    "strlen": ("len(a)", INTEGER),
    "sqrt": ("math.sqrt(a)", FLOAT),
    "floor": ("int(a)", INTEGER),
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

_NAMES = {"bool": "flag", "str": "s", "list": "row", "dict": "table"} | dict.fromkeys(
    ("int", "float", "number"), "x"
)


class Emitter:
    """Writes one program. `recursions` are the functions that its code defines, `locals` what stands before
    it."""

    def __init__(self, arguments: Sequence[tuple[str, Kind]]) -> None:
        self.arguments = {name: Code(ast.Name(python_name(name)), kind) for name, kind in arguments}
        self.names = Names(frozenset(map(python_name, self.arguments)) | _TAKEN)
        self.values: dict[tuple[Binder, int], Code] = {}
        self.loops: dict[Binder, _Loop] = {}
        self.naturals: set[str] = set()
        """Names of whole numbers that are not negative: positions."""
        self.recursions: list[ast.FunctionDef] = []
        self.locals: list[tuple[str, ast.expr]] = []
        """Values that are worked out once, before the expression."""
        self.lazily = 0
        """Branches and bodies around this place: what stands there is not worked out in any case."""

    # ------------------------------------------------------------ values

    def code(self, part: Part) -> Code:
        if isinstance(part, Code):
            return part
        meaning = part.meaning
        match meaning:
            case Argument():
                return self.arguments[meaning.name]
            case Constant():
                return self.constant(part, meaning)
            case Parameter():
                return self.values[meaning.binder, meaning.index]
        if self.is_function(part):
            return Code(self.as_lambda(part), FUNCTION)
        if isinstance(meaning, Recursion):
            return self.recur(meaning, [self.code(child) for child in part.children])
        if isinstance(meaning, Definition):
            return self.define(meaning, part.children, part)
        assert isinstance(meaning, Primitive)
        return self.primitive(meaning.name, part.children, part)

    def constant(self, part: Typed, constant: Constant) -> Code:
        value = constant.value
        if value == math.inf:
            return Code(ast.Attribute(ast.Name("math"), "inf"), FLOAT)
        kinds = {bool: BOOL, int: INTEGER, float: FLOAT, str: STR}
        code: ast.expr = ast.Constant(value)
        if type(value) in (int, float) and value < 0:
            code = ast.UnaryOp(ast.USub(), ast.Constant(-value))
        return Code(code, kinds.get(type(value), FUNCTION))

    def is_function(self, part: Typed) -> bool:
        kind = prune(part.type)
        return isinstance(kind, TypeConstructor) and kind.name == "func"

    def as_lambda(self, function: Typed) -> ast.expr:
        """A function as a value."""
        names = [self.names.fresh("x") for _ in range(len(parameter_kinds(function.type)))]
        kinds = parameter_kinds(function.type)
        made = self.apply(function, [Code(ast.Name(n), k) for n, k in zip(names, kinds, strict=True)])
        return ast.Lambda(_arguments(names), made.expression)

    # ------------------------------------------------------------ functions

    def apply(self, function: Typed, given: Sequence[Part]) -> Code:
        """What a function makes of its arguments."""
        meaning = function.meaning
        if isinstance(meaning, Binder):
            return self.enter(function, meaning, [self.code(one) for one in given])
        if isinstance(meaning, Definition):
            return self.define(meaning, [*given, *function.children], function)
        if isinstance(meaning, Recursion) and not function.children:
            return self.recur(meaning, [self.code(one) for one in given])
        if isinstance(meaning, Primitive):
            children = function.children
            if not children:
                return self.primitive(meaning.name, given, function)
            if meaning.name in PARTIALS:
                place, fixed = PARTIALS[meaning.name], children[0]
                first = fixed if self.is_function(fixed) else self.once(self.code(fixed))
                return self.apply(children[1], [*given[:place], first, *given[place:]])
            if meaning.name == "combine":
                return self.apply(children[0], [self.apply(children[1], given)])
            if meaning.name == "if":
                one, other = (self.apply(child, given) for child in children[1:])
                test = self.code(children[0]).expression
                return Code(ast.IfExp(test, one.expression, other.expression), joined(one.kind, other.kind))
            called = self.primitive(meaning.name, children, function).expression
        else:
            called = self.code(function).expression
        call = ast.Call(called, [self.code(one).expression for one in given], [])
        return Code(call, result_kind(function))

    def enter(self, function: Typed, binder: Binder, given: list[Code]) -> Code:
        """The body of a lambda with its arguments in place."""
        if binder.self_uses:
            return self.recursion(function, binder, given)
        body = function.children[0]
        uses = [_uses(body, binder, place) for place in range(binder.arity)]
        bound, outer = [], []
        for place, value in enumerate(given):
            simple = isinstance(value.expression, ast.Name | ast.Constant)
            if not simple and uses[place] > 1:
                name = self.names.fresh(_named(value.kind))
                bound.append((name, value.expression))
                value = Code(ast.Name(name), value.kind)
            elif not simple and uses[place] == 0 and can_fail(value.expression):
                outer.append(value.expression)
            self.values[binder, place] = value
        self.lazily += 1
        made = self.code(body)
        self.lazily -= 1
        if not bound and not outer:
            return made
        names = [name for name, _ in bound] + [self.names.fresh("_") for _ in outer]
        call = ast.Call(ast.Lambda(_arguments(names), made.expression), [*(v for _, v in bound), *outer], [])
        return Code(call, made.kind)

    def recursion(self, function: Typed, binder: Binder, given: list[Code]) -> Code:
        """A lambda that calls itself, as a function of its own; what it takes from around it is handed on.

        Written until the kinds of its parameters and of its result are those of all its calls.
        """
        loop = self.loops[binder] = _Loop(self.names.fresh("go"), [one.kind for one in given])
        loop.result = result_kind(function, INTEGER)
        around = [self.values[key] for key in _captured(function.children[0], binder)]
        own = {python_name(name) for name in self.arguments}
        loop.handed = {
            name.id: annotation(code.kind) if code.expression is name else "Any"
            for code in around
            for name in ast.walk(code.expression)
            if isinstance(name, ast.Name) and name.id not in _TAKEN | own
        }
        written = len(self.recursions)
        if self.is_function(function.children[0]):
            raise ProgramTypeError("a function that makes functions by calling itself has no Python here")
        params = [self.names.fresh(_named(kind)) for kind in loop.kinds]
        while True:
            del self.recursions[written:]
            before = loop.result, list(loop.kinds)
            for place, (param, kind) in enumerate(zip(params, loop.kinds, strict=True)):
                self.values[binder, place] = Code(ast.Name(param), kind)
            self.lazily += 1
            made = self.code(function.children[0])
            self.lazily -= 1
            loop.result = joined(loop.result, made.kind)
            if before == (loop.result, loop.kinds):
                break
        names = [*params, *loop.handed]
        self.recursions.append(
            ast.FunctionDef(
                name=loop.name,
                args=_arguments(names, [*map(annotation, loop.kinds), *loop.handed.values()]),
                body=[ast.Return(made.expression)],
                decorator_list=[],
                returns=_annotation(loop.result),
            )
        )
        return loop.call(given)

    def recur(self, meaning: Recursion, given: list[Code]) -> Code:
        loop = self.loops[meaning.binder]
        if not given:
            return Code(ast.Name(loop.name), FUNCTION)
        loop.kinds = [joined(kind, one.kind) for kind, one in zip(loop.kinds, given, strict=True)]
        return loop.call(given)

    # ------------------------------------------------------------ calls

    def define(self, definition: Definition, given: Sequence[Part], call: Typed) -> Code:
        """A definition's call, by its template."""
        assert definition.python is not None
        parts = dict(zip((name for name, _ in definition.params), given, strict=True))
        functions = {
            name: part for name, part in parts.items() if isinstance(part, Typed) and self.is_function(part)
        }
        codes = {name: self.code(part) for name, part in parts.items() if name not in functions}
        whole = all(is_whole(code.kind) for code in codes.values())
        if not (whole or _exact(definition)) or not _hashed(definition, codes.values()):
            raise Unfit(definition.name)
        whole = whole and not gives_fractions(definition.body)
        number = INTEGER if whole else NUMBER
        for part in functions.values():
            whole = whole and is_whole(self.copy().applied_kind(part, number))
        again = _looped(definition)
        codes = {name: self.once(code) if name in again else code for name, code in codes.items()}
        values = {name: code.expression for name, code in codes.items()}
        values |= {
            name: self.as_lambda(part) for name, part in functions.items() if name in _alone(definition)
        }
        applying = {name: self.applying(part, number) for name, part in functions.items()}
        made = filled(definition.python, values, applying, self.names)
        return Code(made, result_kind(call, INTEGER if whole else NUMBER))

    def applied_kind(self, function: Typed, number: Kind) -> Kind:
        """The kind of what a function makes of arguments whose numbers are `number`s."""
        kinds = parameter_kinds(function.type, number)
        return self.apply(function, [Code(ast.Name("_"), kind) for kind in kinds]).kind

    def applying(self, part: Typed, number: Kind) -> Callable[[list[ast.expr]], ast.expr]:
        """What a template's application of a function is written as."""
        kinds = parameter_kinds(part.type, number)

        def apply(args: list[ast.expr]) -> ast.expr:
            given = [Code(arg, kind) for arg, kind in zip(args, kinds, strict=True)]
            return self.apply(part, given).expression

        return apply

    def primitive(self, name: str, given: Sequence[Part], call: Typed) -> Code:
        """A call of a primitive."""
        if name in _SIMPLE:
            template, kind = _SIMPLE[name]
            return Code(self.put(template, given), kind)
        if name in _ALIKE:
            one = self.code(given[0])
            return Code(self.put(_ALIKE[name], [one]), one.kind)
        if name in _ARITHMETIC:
            one, other = map(self.code, given)
            return Code(self.put(_ARITHMETIC[name], [one, other]), joined(one.kind, other.kind))
        made: Code = getattr(self, "make_" + _METHODS[name])(given, call)
        return made

    def put(self, template: str, given: Sequence[Part]) -> ast.expr:
        values = {name: self.code(part).expression for name, part in zip("abcd", given, strict=False)}
        return filled(template, values, {}, self.names)

    def make_divide(self, given: Sequence[Part], call: Typed) -> Code:
        one, other = map(self.code, given)
        if one.kind == INTEGER:
            return Code(self.put("a // b", [one, other]), INTEGER if other.kind == INTEGER else FLOAT)
        if one.kind == FLOAT:
            return Code(self.put("a / b", [one, other]), FLOAT)
        return Code(self.put("divide(a, b)", [one, other]), NUMBER)

    def make_power(self, given: Sequence[Part], call: Typed) -> Code:
        base, exponent = map(self.code, given)
        constant = isinstance(exponent.expression, ast.Constant)
        if base.kind == exponent.kind == INTEGER and constant:  # a sign makes it a UnaryOp
            return Code(self.put("a ** b", [base, exponent]), INTEGER)
        return Code(self.put("power(a, b)", [base, exponent]), NUMBER)

    def make_square(self, given: Sequence[Part], call: Typed) -> Code:
        one = self.code(given[0])
        simple = isinstance(one.expression, ast.Name)
        return Code(self.put("a * a" if simple else "a ** 2", [one]), one.kind)

    def make_absolute(self, given: Sequence[Part], call: Typed) -> Code:
        one = self.code(given[0])
        return Code(self.put("abs(a)", [one]), one.kind)

    def make_digits(self, given: Sequence[Part], call: Typed) -> Code:
        one = self.code(given[0])
        if one.kind == INTEGER:
            return Code(self.put("[int(c) for c in str(abs(a))]", [one]), list_of(INTEGER))
        return Code(self.put("digits(a)", [one]), list_of(NUMBER))

    def make_choice(self, given: Sequence[Part], call: Typed) -> Code:
        test = self.code(given[0])
        self.lazily += 1
        one, other = map(self.code, given[1:])
        self.lazily -= 1
        made = ast.IfExp(test.expression, one.expression, other.expression)
        return Code(made, joined(one.kind, other.kind))

    def make_map(self, given: Sequence[Part], call: Typed) -> Code:
        items = self.code(given[0])
        name = self.each(items)
        made = self.on(given[1], [Code(ast.Name(name), element(items.kind))])
        return Code(ast.ListComp(made.expression, [_each(name, items)]), list_of(made.kind))

    def make_filter(self, given: Sequence[Part], call: Typed) -> Code:
        items = self.code(given[0])
        name = self.each(items)
        test = self.on(given[1], [Code(ast.Name(name), element(items.kind))]).expression
        return Code(ast.ListComp(ast.Name(name), [_each(name, items, test)]), items.kind)

    def make_reduce(self, given: Sequence[Part], call: Typed) -> Code:
        items, start = self.code(given[0]), self.code(given[1])
        kind = start.kind
        for _ in range(3):
            name = self.each(items)
            total = self.names.fresh("acc")
            made = self.on(given[2], [Code(ast.Name(total), kind), Code(ast.Name(name), element(items.kind))])
            wider = joined(kind, made.kind)
            if wider == kind:
                break
            kind = wider
        function = ast.Lambda(_arguments([total, name]), made.expression)
        call_ = ast.Call(ast.Name("reduce"), [function, items.expression, start.expression], [])
        return Code(call_, kind)

    def make_invoke(self, given: Sequence[Part], call: Typed) -> Code:
        return self.on(given[0], given[1:])

    def make_range(self, given: Sequence[Part], call: Typed) -> Code:
        bounds = [_whole(code) for code in map(self.code, given)]
        if isinstance(bounds[0], ast.Constant) and bounds[0].value == 0:
            del bounds[0]
        listed = ast.Call(ast.Name("list"), [ast.Call(ast.Name("range"), bounds, [])], [])
        return Code(listed, list_of(INTEGER))

    def make_head(self, given: Sequence[Part], call: Typed) -> Code:
        one = self.code(given[0])
        return Code(self.put("a[0]", [one]), element(one.kind))

    def make_deref(self, given: Sequence[Part], call: Typed) -> Code:
        items, place = map(self.code, given)
        return Code(
            self.put("a[b]" if self.is_natural(place) else "at(a, b)", [items, place]), element(items.kind)
        )

    def make_slice(self, given: Sequence[Part], call: Typed) -> Code:
        items, low, high = map(self.code, given)
        if isinstance(low.expression, ast.Constant) and low.kind == INTEGER:
            template = "a[:c]" if low.expression.value == 0 else "a[b:c]"
        else:
            template = "a[max(b, 0):c]"
        if not (low.kind == high.kind == INTEGER):
            template = "part(a, b, c)"
        return Code(self.put(template, [items, low, high]), items.kind)

    def make_append(self, given: Sequence[Part], call: Typed) -> Code:
        items, one = map(self.code, given)
        return Code(self.put("[*a, b]", [items, one]), joined(items.kind, list_of(one.kind)))

    def make_character(self, given: Sequence[Part], call: Typed) -> Code:
        place, text = map(self.code, given)
        return Code(self.put("b[a]", [Code(_whole(place), INTEGER), text]), STR)

    def make_split(self, given: Sequence[Part], call: Typed) -> Code:
        return Code(self.put("[piece for piece in a.split(b) if piece]", given), list_of(STR))

    def make_empty(self, given: Sequence[Part], call: Typed) -> Code:
        kind = kind_of(call.type)
        return Code(ast.parse(f"{annotation(kind)}()", mode="eval").body, kind)

    def make_insert(self, given: Sequence[Part], call: Typed) -> Code:
        known, key, value = map(self.code, given)
        kind = joined(known.kind, Kind("dict", (key.kind, value.kind)))
        return Code(self.put("{**a, b: c}", [known, key, value]), kind)

    def make_keys(self, given: Sequence[Part], call: Typed) -> Code:
        known = self.code(given[0])
        kind = element(known.kind)
        return Code(self.put("sorted(a)", [known]), list_of(kind))

    # ------------------------------------------------------------ small things

    def on(self, function: Part, given: Sequence[Part]) -> Code:
        if isinstance(function, Typed):
            return self.apply(function, given)
        return Code(ast.Call(function.expression, [self.code(one).expression for one in given], []), NUMBER)

    def once(self, code: Code) -> Code:
        """What would be worked out for each element, or fail for none, by a name that stands for it."""
        expression = code.expression
        simple = isinstance(expression, ast.Name | ast.Constant)
        loops = any(isinstance(node, ast.Call) for node in ast.walk(expression))
        known = {name for name, _ in self.locals} | {python_name(name) for name in self.arguments} | _TAKEN
        free = {node.id for node in ast.walk(expression) if isinstance(node, ast.Name)}
        bound = {
            inner.id
            for node in ast.walk(expression)
            if isinstance(node, ast.comprehension)
            for inner in ast.walk(node.target)
            if isinstance(inner, ast.Name)
        } | {
            arg.arg for node in ast.walk(expression) if isinstance(node, ast.Lambda) for arg in node.args.args
        }
        if simple or self.lazily or not (loops or can_fail(expression)) or not free - bound <= known:
            return code
        name = self.names.fresh("value")
        self.locals.append((name, expression))
        return Code(ast.Name(name), code.kind)

    def each(self, items: Code) -> str:
        """A name for the elements of a list."""
        name = self.names.fresh(_named(element(items.kind)))
        if ast.unparse(items.expression).startswith(_FROM_ZERO):
            self.naturals.add(name)
        return name

    def is_natural(self, code: Code) -> bool:
        """Whether a number is surely whole and not negative."""
        match code.expression:
            case ast.Constant(value=int()):
                return True  # a sign makes it a UnaryOp
            case ast.Name(id=name):
                return name in self.naturals
            case ast.BinOp(left=left, op=ast.Add() | ast.Mult(), right=right):
                return all(self.is_natural(Code(one, INTEGER)) for one in (left, right))
        return False

    def copy(self) -> Emitter:
        """Another one at the same place, whose work leaves no trace."""
        other = Emitter([])
        other.arguments, other.values = self.arguments, dict(self.values)
        other.loops = {
            binder: _Loop(loop.name, list(loop.kinds), loop.result, loop.handed)
            for binder, loop in self.loops.items()
        }
        other.names, other.naturals = Names(self.names.taken), set(self.naturals)
        other.lazily = 1
        return other


_FROM_ZERO = ("list(range(len(", "list(range(0", "list(range(1", "list(range(2")


class Unfit(Exception):
    """A definition's template says something else for these values; its name is the argument."""


def _exact(definition: Definition) -> bool:
    """Whether a template holds for numbers with a fraction as well: one that counts or takes digits does
    not."""
    code = definition.python or ""
    numbers = any(kind == "int" for _, kind in definition.params)
    return not numbers and not any(sign in code for sign in ("range(", "//", "str(", "math.prod"))


def _hashed(definition: Definition, given: Iterable[Code]) -> bool:
    """Whether what a template puts into a dictionary can be a key: lists cannot."""
    keyed = any(name in (definition.python or "") for name in ("fromkeys", "set("))
    return not keyed or not any(element(code.kind).parts for code in given)


@cache
def _looped(definition: Definition) -> frozenset[str]:
    """The parameters that a template looks at for each element of something."""
    inside: set[str] = set()
    for node in ast.walk(parsed(definition.python or "")):
        if isinstance(node, ast.ListComp | ast.GeneratorExp):
            parts = [node.elt, *(test for one in node.generators for test in one.ifs)]
            parts += [one.iter for one in node.generators[1:]]
            inside |= {n.id for part in parts for n in ast.walk(part) if isinstance(n, ast.Name)}
    return frozenset(inside)


@dataclass
class _Loop:
    """A function that calls itself, while it is written."""

    name: str
    kinds: list[Kind]
    result: Kind = INTEGER
    handed: dict[str, str] = field(default_factory=dict)
    """Names from around it that it takes as well, with their annotations."""

    def call(self, given: Sequence[Code]) -> Code:
        handed = [*(one.expression for one in given), *map(ast.Name, self.handed)]
        return Code(ast.Call(ast.Name(self.name), handed, []), self.result)


_FRACTIONS = frozenset(("sqrt", "pow", "inf"))


def gives_fractions(body: Node) -> bool:
    """Whether a plain program over whole numbers may give others."""
    return any(node.symbol in _FRACTIONS or _is_fraction(node.symbol) for node in body)


def _is_fraction(symbol: str) -> bool:
    return symbol.lstrip("-")[:1].isdigit() and not symbol.lstrip("-").isdigit()


@cache
def _alone(definition: Definition) -> frozenset[str]:
    """The parameters that a template hands on as values."""
    assert definition.python is not None
    code = parsed(definition.python)
    called = {id(node.func) for node in ast.walk(code) if isinstance(node, ast.Call)}
    return frozenset(n.id for n in ast.walk(code) if isinstance(n, ast.Name) and id(n) not in called)


HELPERS = frozenset(("is_prime", "divide", "power", "digits", "at", "part", "pairwise", "reduce"))
_TAKEN = (
    HELPERS
    | frozenset(keyword.kwlist)
    | frozenset(
        "math len sum min max abs any all sorted set list dict str int float bool zip range map filter "
        "enumerate reversed chr ord bin Any _".split()
    )
)

_METHODS = {
    "/": "divide", "pow": "power", "square": "square", "abs": "absolute", "digits": "digits",
    "if": "choice", "map": "map", "filter": "filter", "reduce": "reduce", "invoke1": "invoke",
    "range": "range", "head": "head", "deref": "deref", "int-deref": "deref", "slice": "slice",
    "append": "append", "str_index": "character", "str_split": "split", "array-new": "empty",
    "dict-new": "empty", "dict-insert": "insert", "dict-keys": "keys",
}  # fmt: skip


def python_name(name: str) -> str:
    """An argument's name as Python can have it."""
    return name + "_" if name in _TAKEN else name


def result_kind(call: Typed, number: Kind = NUMBER) -> Kind:
    """The kind of what a call, or a function when it is called, gives."""
    kind = prune(call.type)
    if isinstance(kind, TypeConstructor) and kind.name == "func":
        kind = kind.args[1]
    return kind_of(kind, number)


def _named(kind: Kind) -> str:
    return _NAMES.get(kind.name, "f")


def _each(name: str, items: Code, *tests: ast.expr) -> ast.comprehension:
    return ast.comprehension(ast.Name(name), items.expression, list(tests), 0)


def _whole(code: Code) -> ast.expr:
    """A number as a position or a bound: cut toward zero where it may have a fraction."""
    return code.expression if code.kind == INTEGER else ast.Call(ast.Name("int"), [code.expression], [])


def _arguments(names: Sequence[str], annotations: Sequence[str] | None = None) -> ast.arguments:
    kinds = [None] * len(names) if annotations is None else list(map(_annotation_of, annotations))
    return ast.arguments(
        posonlyargs=[],
        args=[ast.arg(name, kind) for name, kind in zip(names, kinds, strict=True)],
        kwonlyargs=[],
        kw_defaults=[],
        defaults=[],
    )


def _annotation_of(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def _annotation(kind: Kind) -> ast.expr:
    return _annotation_of(annotation(kind))


def _uses(body: Typed, binder: Binder, place: int) -> int:
    meaning = body.meaning
    own = isinstance(meaning, Parameter) and meaning.binder is binder and meaning.index == place
    return own + sum(_uses(child, binder, place) for child in body.children)


def _captured(body: Typed, binder: Binder) -> list[tuple[Binder, int]]:
    """The parameters of lambdas around one that stand in its body."""
    parts = list(_parts(body))
    inside = {binder, *(part.meaning for part in parts if isinstance(part.meaning, Binder))}
    params = [part.meaning for part in parts if isinstance(part.meaning, Parameter)]
    return list(dict.fromkeys((one.binder, one.index) for one in params if one.binder not in inside))


def _parts(typed: Typed) -> Iterator[Typed]:
    yield typed
    for child in typed.children:
        yield from _parts(child)
