"""Types of a whole program, worked out by unification (Hindley-Milner without let).

`check` turns a program tree into a typed program, in which every symbol is resolved: to a primitive, a
constant, an argument, or a parameter of the lambda that binds it. Free names become arguments, unless the
arguments are given.
"""

from __future__ import annotations

import contextlib
import difflib
import json
import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, TypeAlias

from saps.language.definition import Definition
from saps.language.errors import (
    InputError,
    ProgramSyntaxError,
    ProgramTypeError,
    UnknownNameError,
    shorten,
)
from saps.language.expansion import wrong_count
from saps.language.primitives import (
    CONSTANTS,
    LAMBDAS,
    LOOPS,
    PARAMETERS,
    PRIMITIVES,
    SELF,
    Constant,
    Primitive,
    is_reserved,
)
from saps.language.tree import MAX_DEPTH, MAX_DIGITS, MAX_SYMBOLS, TOO_DEEP, TOO_LARGE, Node, to_text
from saps.language.type_system import (
    INT,
    MAX_TYPE_DEPTH,
    STRING,
    TYPE_TOO_DEEP,
    Type,
    TypeConstructor,
    TypeVariable,
    function,
    levels,
    parameter_types,
    parse_type,
    prune,
    resolve,
    show,
    undo,
    unify,
)

if TYPE_CHECKING:
    from saps.language.library import Library


class Argument:
    """An argument of the program."""

    __slots__ = ("index", "name", "type")

    def __init__(self, name: str, index: int, kind: Type) -> None:
        self.name, self.index, self.type = name, index, kind


class Binder:
    """A lambda: what `arg1`, `arg2` and `self` refer to inside it. `level` counts the lambdas around it and
    itself."""

    __slots__ = ("arity", "level", "params", "result", "self_uses", "type")

    def __init__(self, arity: int, level: int) -> None:
        self.arity, self.level = arity, level
        self.params: tuple[Type, ...] = tuple(TypeVariable() for _ in range(arity))
        self.result: Type = TypeVariable()
        self.type = function(self.params, self.result)
        self.self_uses = 0


class Parameter:
    """`arg1` or `arg2` of a lambda."""

    __slots__ = ("binder", "index", "type")

    def __init__(self, binder: Binder, index: int) -> None:
        self.binder, self.index, self.type = binder, index, binder.params[index]


class Recursion:
    """`self` of a lambda."""

    __slots__ = ("binder", "type")

    def __init__(self, binder: Binder) -> None:
        self.binder, self.type = binder, binder.type


Meaning: TypeAlias = Primitive | Constant | Argument | Binder | Parameter | Recursion | Definition
Scope: TypeAlias = Mapping[str, Parameter | Recursion]


class Typed:
    """A node of a typed program: the symbol's meaning, the type of the whole expression, the arguments."""

    __slots__ = ("children", "meaning", "node", "type")

    def __init__(self, node: Node, meaning: Meaning, kind: Type, children: tuple[Typed, ...]) -> None:
        self.node, self.meaning, self.type, self.children = node, meaning, kind, children


class TypedProgram:
    """A program with its signature. `args` is in the signature's order; types may still hold variables.

    `nested_loops` tells whether a lambda holds a loop or a recursion, which may be worth computing once.
    """

    __slots__ = ("args", "nested_loops", "node", "return_type", "root")

    def __init__(
        self, node: Node, root: Typed, args: dict[str, Type], return_type: Type, nested_loops: bool
    ) -> None:
        self.node, self.root, self.args, self.return_type = node, root, args, return_type
        self.nested_loops = nested_loops

    def types(self) -> tuple[dict[str, str], str]:
        """The arguments' types and the return type as they are written, each type variable by one letter."""
        names: dict[TypeVariable, str] = {}
        args = {name: show(kind, names) for name, kind in self.args.items()}
        return args, show(self.return_type, names)

    def signature(self) -> str:
        """`a: int[], b: int -> int`."""
        args, result = self.types()
        return f"{', '.join(f'{name}: {kind}' for name, kind in args.items())} -> {result}".strip()


def enter(scope: Scope, binder: Binder) -> Scope:
    """What is bound inside a lambda: its parameters and `self` hide outer ones of the same name."""
    inner: dict[str, Parameter | Recursion] = dict(scope)
    for name, index in PARAMETERS.items():
        if index < binder.arity:
            inner[name] = Parameter(binder, index)
    inner[SELF] = Recursion(binder)
    return inner


_NAME = re.compile(r"[^\W\d]\w*")
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_TYPE = re.compile(r"(int|bool|string|dict<.*>)(\[\])*")


def literal(symbol: str) -> Constant | None:
    """The constant that a symbol spells: one of the table's, another number, string or type; else None.

    Raises InputError for a type that does not exist.
    """
    known = CONSTANTS.get(symbol)
    if known is not None:
        return known
    if symbol[:1] == '"':
        with contextlib.suppress(json.JSONDecodeError):
            return Constant(json.loads(symbol), STRING)
    elif _NUMBER.fullmatch(symbol) and len(symbol) <= MAX_DIGITS:
        return Constant(int(symbol) if symbol.lstrip("+-").isdigit() else float(symbol), INT)
    elif _TYPE.fullmatch(symbol):
        return Constant(None, TypeConstructor("type", (parse_type(symbol),)))
    return None


def check(
    node: Node,
    args: Mapping[str, Type] | None = None,
    source: str | None = None,
    *,
    loose: bool = False,
    library: Library | None = None,
) -> TypedProgram:
    """Type a program.

    With `args` (name to type, in the signature's order) no other free name is allowed; without, free names
    become arguments in order of appearance. `source` is the text that spans refer to, for messages. `loose`
    lets through what has a meaning only at run time (`Primitive.loose`). A program that calls `library` is
    checked as it stands, and again written out; what is returned is plain AlgoLisp.

    Raises ProgramTypeError, UnknownNameError for a name that nothing defines, and ProgramSyntaxError for a
    tree beyond MAX_DEPTH or MAX_SYMBOLS.
    """
    if node.depth > MAX_DEPTH or node.size > MAX_SYMBOLS:
        raise ProgramSyntaxError(TOO_DEEP if node.depth > MAX_DEPTH else TOO_LARGE, source, node.span)
    typed = _Checker(args, source, loose, library).program(node)
    if library is None:
        return typed
    try:
        plain = library.expand(node, typed.args)
    except ProgramTypeError as error:
        raise ProgramTypeError(error.message, source, error.span) from None
    return typed if plain is node else check(plain, typed.args, source, loose=loose)


def typed_calls(node: Node, args: Mapping[str, Type], library: Library) -> TypedProgram:
    """As `check`, but calls of the library stay calls: what it gives is to be read, not to be run."""
    return _Checker(args, None, False, library).program(node)


class _Checker:
    def __init__(
        self, args: Mapping[str, Type] | None, source: str | None, loose: bool, library: Library | None
    ) -> None:
        self.library = library
        self.open = args is None
        self.loose = loose
        self.source = source
        self.args = {
            name: Argument(name, index, kind) for index, (name, kind) in enumerate((args or {}).items())
        }
        self.trail: list[TypeVariable] = []
        self.ordered: list[tuple[Node, Type]] = []
        self.nested_loops = False

    def program(self, node: Node) -> TypedProgram:
        root = self.infer(node, {}, None)
        for place, kind in self.ordered:
            self.require_order(place, kind)
        try:
            result = resolve(root.type)
            args = {name: resolve(argument.type) for name, argument in self.args.items()}
        except InputError as error:
            raise self.error(node, f"the program needs {error.message}") from None
        for name, kind in args.items():
            if levels(kind) > MAX_TYPE_DEPTH:
                raise self.error(node, f"the program needs an argument `{name}` of {TYPE_TOO_DEEP}")
        if isinstance(result, TypeConstructor) and result.name == "type":
            raise self.error(node, f"`{to_text(node)}` is a type, not a value")
        return TypedProgram(node, root, args, result, self.nested_loops)

    def infer(self, node: Node, scope: Scope, expected: Type | None) -> Typed:
        """Type one expression; `expected` only helps a lambda to know its parameters early."""
        symbol, children = node.symbol, node.children
        if not children:
            meaning, kind = self.leaf(node, scope, expected)
            return Typed(node, meaning, kind, ())
        primitive = PRIMITIVES.get(symbol)
        if primitive is not None:
            scheme = primitive.loose if self.loose else primitive.scheme
            params, result = scheme.instantiate()
            meaning = primitive
            if primitive.ordered and not self.loose:
                self.ordered.append((node, params[0]))
            if scope and symbol in LOOPS:
                self.nested_loops = True
        elif symbol in LAMBDAS:
            return self.lambda_(node, scope, expected)
        elif self.library is not None and symbol in self.library:
            meaning = self.library[symbol]
            if not meaning.takes(len(children)):
                raise self.error(node, wrong_count(meaning, len(children)))
            params, result = meaning.scheme(len(children)).instantiate()
        else:
            bound = self.callee(node, scope)
            meaning = bound
            params, result = tuple(parameter_types(bound.type.args[0])), bound.type.args[1]
        if len(params) != len(children):
            raise self.error(node, f"`{symbol}` takes {_count(len(params))}, got {len(children)}")
        typed: list[Typed] = []
        trail = self.trail
        for index, child in enumerate(children):
            param = params[index]
            argument = self.infer(child, scope, param)
            typed.append(argument)
            if argument.type is not param:
                before = len(trail)
                if not unify(param, argument.type, trail):
                    undo(trail, before)
                    raise self.mismatch(node, index, param, argument)
        return Typed(node, meaning, result, tuple(typed))

    def leaf(self, node: Node, scope: Scope, expected: Type | None) -> tuple[Meaning, Type]:
        symbol = node.symbol
        bound = scope.get(symbol)
        if bound is not None:
            if bound.__class__ is Recursion:
                bound.binder.self_uses += 2  # as a value it may be called any number of times
            return bound, bound.type
        primitive = PRIMITIVES.get(symbol)
        if primitive is not None:
            kind = (primitive.loose if self.loose else primitive.scheme).as_value()
            if primitive.ordered and not self.loose:
                self.ordered.append((node, next(parameter_types(kind.args[0]))))
            return primitive, kind
        constant = self.constant(node)
        if constant is not None:
            return constant, constant.type
        argument = self.args.get(symbol)
        if argument is None and self.library is not None and symbol in self.library:
            definition = self.library[symbol]
            if definition.takes(0) and not (self.open and definition.arity and _is_data(expected)):
                return definition, _value_type(definition)
        if argument is None:
            argument = self.new_argument(node)
        return argument, argument.type

    def lambda_(self, node: Node, scope: Scope, expected: Type | None) -> Typed:
        arity = LAMBDAS[node.symbol]
        if len(node.children) != 1:
            raise self.error(node, f"`{node.symbol}` takes 1 argument, its body, got {len(node.children)}")
        outer = scope.get(SELF)
        binder = Binder(arity, outer.binder.level + 1 if outer else 1)
        if expected is not None:
            expected = prune(expected)
            if isinstance(expected, TypeConstructor) and expected.name == "func":
                for mine, theirs in zip(binder.params, parameter_types(expected.args[0]), strict=False):
                    unify(mine, theirs, self.trail)
        body = self.infer(node.children[0], enter(scope, binder), None)
        if not unify(binder.result, body.type, self.trail):
            raise self.error(
                node,
                f"the body of `{node.symbol}` gives {show(body.type)}, "
                f"where `self` is used as {show(binder.result)}",
            )
        if scope and binder.self_uses:
            self.nested_loops = True
        return Typed(node, binder, binder.type, (body,))

    def callee(self, node: Node, scope: Scope) -> Recursion:
        """What a call's function symbol means where it is no primitive: only `self` can be called so."""
        symbol = node.symbol
        bound = scope.get(symbol)
        if bound.__class__ is Recursion:
            assert isinstance(bound, Recursion)
            bound.binder.self_uses += 1
            return bound
        if symbol == SELF:
            raise self.unknown(node, "`self` has a meaning only inside lambda1 or lambda2")
        if bound is not None or symbol in self.args:
            raise self.error(
                node, f"`{symbol}` cannot stand in front of a call; write (invoke1 {symbol} value)"
            )
        if self.constant(node) is not None:
            raise self.error(node, f"`{symbol}` is not a function")
        raise self.unknown(
            node,
            f"unknown function `{symbol}`{_nearest(symbol, [*PRIMITIVES, *LAMBDAS, *(self.library or ())])}",
        )

    def constant(self, node: Node) -> Constant | None:
        """The constant that a symbol spells, if it does."""
        try:
            return literal(node.symbol)
        except InputError as error:
            raise self.error(node, error.message) from None

    def new_argument(self, node: Node) -> Argument:
        symbol = node.symbol
        if symbol in PARAMETERS or symbol == SELF:
            where = "lambda2" if symbol == "arg2" else "lambda1 or lambda2"
            raise self.unknown(node, f"`{symbol}` has a meaning only inside {where}")
        if symbol in LAMBDAS:
            raise self.error(node, f"`{symbol}` must be called with its body: ({symbol} body)")
        if not self.open or not symbol.replace("-", "_").isidentifier():
            known = [*self.args, *PRIMITIVES, *CONSTANTS]
            given = f"; the arguments are {', '.join(self.args)}" if self.args else ""
            raise self.unknown(node, f"unknown name `{symbol}`{_nearest(symbol, known)}{given}")
        argument = Argument(symbol, len(self.args), TypeVariable())
        self.args[symbol] = argument
        return argument

    def require_order(self, place: Node, kind: Type) -> None:
        kind = prune(kind)
        while isinstance(kind, TypeConstructor) and kind.name == "array":
            kind = prune(kind.args[0])
        if isinstance(kind, TypeConstructor) and kind.name in ("func", "dict", "type"):
            raise self.error(
                place, f"`{place.symbol}` compares numbers, strings, truth values or arrays, not {show(kind)}"
            )

    def mismatch(self, node: Node, index: int, expected: Type, argument: Typed) -> ProgramTypeError:
        names: dict[TypeVariable, str] = {}
        return self.error(
            argument.node,
            f"argument {index + 1} of `{node.symbol}` must be {show(expected, names)}, "
            f"found {_shorten(argument.node)} of type {show(argument.type, names)}",
        )

    def error(self, node: Node, message: str) -> ProgramTypeError:
        return ProgramTypeError(message, self.source, node.span)

    def unknown(self, node: Node, message: str) -> UnknownNameError:
        return UnknownNameError(message, self.source, node.span)


def _is_data(kind: Type | None) -> bool:
    """Whether something is asked for that is surely no function: there a free name is an argument."""
    kind = None if kind is None else prune(kind)
    return isinstance(kind, TypeConstructor) and kind.name != "func"


def _value_type(definition: Definition) -> Type:
    """The type of a definition that stands alone."""
    return definition.scheme(0).instantiate()[1]


def _shorten(node: Node) -> str:
    return f"`{shorten(to_text(node), 40)}`"


def _count(number: int) -> str:
    return f"{number} argument{'' if number == 1 else 's'}"


def _nearest(word: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f", did you mean `{close[0]}`?" if close else ""


def check_argument_names(names: Iterable[str]) -> None:
    """Raise UnknownNameError if an argument would take a name that the language uses or cannot read: the one
    rule of what an argument may be called, wherever its name comes from."""
    for name in names:
        if is_reserved(name) or not _NAME.fullmatch(name):
            reason = f"belongs to the language; {name}_ is free" if is_reserved(name) else "is not a name"
            raise UnknownNameError(f"an argument cannot be called {name!r}: it {reason}")
