"""Types, type schemes and unification.

A type is a constructor applied to types, or a variable. Functions are `func<parameters, result>` where the
parameters are a chain `cons<A, cons<B, nil>>`; a variable may stand for the rest of a chain. With that,
`partial0` (drop the first parameter of any function) and `combine` (keep all parameters of the second
function) are ordinary Hindley-Milner schemes and need no rule of their own:

    partial0   A (A R... -> C) -> (R... -> C)
    combine    (B -> C) (R... -> B) -> (R... -> C)

`int` is AlgoLisp's number: floats appear at run time only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache, cached_property
from typing import Any, ClassVar, TypeAlias

from saps.language.errors import InputError, shorten


class TypeConstructor:
    """A type built from a constructor name and its argument types: `int`, `array<int>`, ...

    `ground` tells that it holds no variables at all.
    """

    __slots__ = ("args", "ground", "name")

    ref: ClassVar[None] = None
    """A type that is no variable stands for itself (see `prune`)."""

    def __init__(self, name: str, args: tuple[Type, ...] = ()) -> None:
        self.name = name
        self.args = args
        self.ground: bool = all(isinstance(arg, TypeConstructor) and arg.ground for arg in args)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TypeConstructor) and self.name == other.name and self.args == other.args

    def __hash__(self) -> int:
        return hash((self.name, self.args))

    def __repr__(self) -> str:
        return f"Type({show(self)})"


class TypeVariable:
    """A type not yet known; `ref` is what it was found to be. Equal only to itself."""

    __slots__ = ("ref",)

    def __init__(self) -> None:
        self.ref: Type | None = None

    def __repr__(self) -> str:
        return f"Type({show(self)})"


Type: TypeAlias = TypeConstructor | TypeVariable

INT = TypeConstructor("int")
BOOL = TypeConstructor("bool")
STRING = TypeConstructor("string")
NIL = TypeConstructor("nil")


def array(element: Type) -> TypeConstructor:
    return TypeConstructor("array", (element,))


def dictionary(key: Type, value: Type) -> TypeConstructor:
    return TypeConstructor("dict", (key, value))


def parameters(types: tuple[Type, ...], rest: Type = NIL) -> Type:
    """The parameter chain of a function, `rest` standing for further ones."""
    for kind in reversed(types):
        rest = TypeConstructor("cons", (kind, rest))
    return rest


def function(params: tuple[Type, ...], result: Type) -> TypeConstructor:
    return TypeConstructor("func", (parameters(params), result))


INT_ARRAY = array(INT)
STRING_ARRAY = array(STRING)
INT_MATRIX = array(INT_ARRAY)


def prune(kind: Type) -> Type:
    """The type that stands behind a chain of bound variables."""
    ref = kind.ref
    while ref is not None:
        kind, ref = ref, ref.ref
    return kind


MAX_TYPE_DEPTH = 10
"""Levels (see `levels`) of the types that values from outside can have. The published dataset has one."""

TYPE_TOO_DEEP = f"a type of more than {MAX_TYPE_DEPTH} levels"

_MAX_PARTS = 1_000
"""Parts of a type that are looked at. Types are shared graphs, which may be exponentially large as trees."""

_MAX_LEVELS = 100


def unify(left: Type, right: Type, trail: list[TypeVariable]) -> bool:
    """Make two types equal by binding variables; False if that cannot be (or the types are monstrous).

    Bound variables are appended to `trail`, also on failure: `undo` takes them back.
    """
    left, right = prune(left), prune(right)
    if left is right:
        return True
    if isinstance(left, TypeVariable):
        return _bind(left, right, trail)
    if isinstance(right, TypeVariable):
        return _bind(right, left, trail)
    if left.name != right.name:
        return False
    if left.ground and right.ground:
        return left.args == right.args
    return _unify_parts(list(zip(left.args, right.args, strict=True)), trail)


def _unify_parts(pairs: list[tuple[Type, Type]], trail: list[TypeVariable]) -> bool:
    for _ in range(_MAX_PARTS):
        if not pairs:
            return True
        left, right = pairs.pop()
        left, right = prune(left), prune(right)
        if left is right:
            continue
        if isinstance(left, TypeVariable):
            if not _bind(left, right, trail):
                return False
        elif isinstance(right, TypeVariable):
            if not _bind(right, left, trail):
                return False
        elif left.name != right.name:
            return False
        elif not (left.ground and right.ground):
            pairs += zip(left.args, right.args, strict=True)
        elif left.args != right.args:
            return False
    return False


def _bind(variable: TypeVariable, kind: Type, trail: list[TypeVariable]) -> bool:
    if isinstance(kind, TypeConstructor) and not kind.ground and occurs(variable, kind):
        return False
    variable.ref = kind
    trail.append(variable)
    return True


def undo(trail: list[TypeVariable], length: int = 0) -> None:
    """Unbind the variables that were bound since the trail had this length."""
    while len(trail) > length:
        trail.pop().ref = None


def occurs(variable: TypeVariable, kind: Type) -> bool:
    """Whether a variable is part of a type, which then would be infinite. A monstrous type counts as such."""
    parts = [kind]
    for _ in range(_MAX_PARTS):
        if not parts:
            return False
        part = prune(parts.pop())
        if part is variable:
            return True
        if isinstance(part, TypeConstructor) and not part.ground:
            parts += part.args
    return True


def resolve(kind: Type, default: Callable[[TypeVariable], Type] = lambda variable: variable) -> Type:
    """The type with all bound variables replaced; free ones become `default(variable)`.

    Raises InputError for a monstrous type.
    """
    kind = prune(kind)
    if isinstance(kind, TypeConstructor) and kind.ground:
        return kind
    return _resolve(kind, default, {}, 0)[0]


def _resolve(
    kind: Type, default: Callable[[TypeVariable], Type], known: dict[int, tuple[Type, int]], depth: int
) -> tuple[Type, int]:
    """The resolved type and the number of its parts. `known` holds them by the id of the open type."""
    kind = prune(kind)
    if isinstance(kind, TypeVariable):
        return default(kind), 1
    if kind.ground:
        return kind, 1
    if id(kind) not in known:
        parts = [_resolve(arg, default, known, depth + 1) for arg in kind.args] if depth < _MAX_LEVELS else []
        size = 1 + sum(size for _, size in parts)
        if size > _MAX_PARTS or not parts:
            raise InputError(f"a type of more than {_MAX_PARTS:,} parts or {_MAX_LEVELS} levels")
        known[id(kind)] = TypeConstructor(kind.name, tuple(part for part, _ in parts)), size
    return known[id(kind)]


def concrete(kind: Type) -> Type:
    """The type with whatever is still open taken to be `int`, and open parameter chains closed."""
    kind = prune(kind)
    if isinstance(kind, TypeVariable):
        return INT
    if kind.name in ("func", "cons"):
        head, rest = kind.args
        if kind.name == "func":
            return TypeConstructor("func", (_closed(head), concrete(rest)))
    return kind if kind.ground else TypeConstructor(kind.name, tuple(concrete(arg) for arg in kind.args))


def _closed(chain: Type) -> Type:
    return parameters(tuple(concrete(kind) for kind in parameter_types(chain)))


def parameter_types(chain: Type) -> Iterator[Type]:
    """The parameters of a chain from the left; an open rest is left out."""
    chain = prune(chain)
    while isinstance(chain, TypeConstructor) and chain.name == "cons":
        yield prune(chain.args[0])
        chain = prune(chain.args[1])


def chain_end(chain: Type) -> Type:
    """What stands behind the parameters of a chain: NIL, or the variable for further ones."""
    chain = prune(chain)
    while isinstance(chain, TypeConstructor) and chain.name == "cons":
        chain = prune(chain.args[1])
    return chain


def levels(kind: Type) -> int:
    """How deep arrays, dictionaries and functions stand in one another: 0 for `int`, 2 for `int[][]`."""
    kind = prune(kind)
    if isinstance(kind, TypeVariable) or not kind.args:
        return 0
    parts = (*parameter_types(kind.args[0]), kind.args[1]) if kind.name == "func" else kind.args
    return 1 + max(map(levels, parts))


def free_variables(kind: Type) -> Iterator[TypeVariable]:
    """The unbound variables of a type, in order of appearance, with repetitions."""
    kind = prune(kind)
    if isinstance(kind, TypeVariable):
        yield kind
    elif not kind.ground:
        for arg in kind.args:
            yield from free_variables(arg)


# ---------------------------------------------------------------- writing and reading types


def show(kind: Type, names: dict[TypeVariable, str] | None = None, levels: int = 6) -> str:
    """A type as people write it: `int[]`, `dict<int,bool>`, `(int A -> A)`. `names` keeps variables' letters
    the same over several calls; what lies deeper than `levels` is written `...`."""
    names = {} if names is None else names
    kind = prune(kind)
    if isinstance(kind, TypeVariable):
        return names.setdefault(kind, "TUVWXYZ"[len(names)] if len(names) < 7 else f"T{len(names)}")
    if levels == 0 and kind.args:
        return "..."
    if kind.name == "array":
        return f"{show(kind.args[0], names, levels - 1)}[]"
    if kind.name == "func":
        shown = [show(param, names, levels - 1) + " " for param in parameter_types(kind.args[0])]
        rest = chain_end(kind.args[0])
        if isinstance(rest, TypeVariable):
            shown.append(f"{show(rest, names)}... ")
        return f"({''.join(shown)}-> {show(kind.args[1], names, levels - 1)})"
    if kind.args:
        return f"{kind.name}<{','.join([show(arg, names, levels - 1) for arg in kind.args])}>"
    return kind.name


_TOKEN = re.compile(r"\s*(\.\.\.|\[\]|->|[<>(),]|[A-Za-z_]+)")
_NAMED: dict[str, tuple[str, int]] = {
    "int": ("int", 0),
    "bool": ("bool", 0),
    "string": ("string", 0),
    "dict": ("dict", 2),
    "type": ("type", 1),
}
_SCALARS = {"int": INT, "bool": BOOL, "string": STRING}


def parse_type(text: str, variables: dict[str, TypeVariable] | None = None) -> Type:
    """Read a type: `int`, `bool`, `string`, `T[]`, `dict<K,V>`, `(A B -> C)`.

    Single capital letters are type variables where `variables` (name to variable, filled in) is given.
    Raises InputError with what was expected, and for more than MAX_TYPE_DEPTH levels.
    """
    tokens: list[str] = []
    position = 0
    while position < len(text.rstrip()):
        match = _TOKEN.match(text, position)
        if match is None:
            raise _unknown_type(text)
        tokens.append(match[1])
        position = match.end()
    reader = _TypeReader(text, tokens, variables)
    kind = reader.type(0)
    if reader.tokens:
        raise _unknown_type(text)
    return kind


def _unknown_type(text: str) -> InputError:
    return InputError(
        f"unknown type {shorten(text)!r}; expected int, bool, string, a type followed by [] (int[], "
        "string[], int[][]) or dict<K,V>"
    )


class _TypeReader:
    def __init__(self, text: str, tokens: list[str], variables: dict[str, TypeVariable] | None) -> None:
        self.text, self.tokens, self.variables = text, tokens[::-1], variables

    def take(self, *expected: str) -> str:
        if not self.tokens or (expected and self.tokens[-1] not in expected):
            raise _unknown_type(self.text)
        return self.tokens.pop()

    def type(self, around: int) -> Type:
        """The next type, which stands inside `around` others."""
        self.hold(around)
        token = self.take()
        kind = self.function(around + 1) if token == "(" else self.named(token, around + 1)
        while self.tokens and self.tokens[-1] == "[]":
            self.take()
            kind = array(kind)
            self.hold(around + levels(kind))
        return kind

    def hold(self, depth: int) -> None:
        if depth > MAX_TYPE_DEPTH:
            raise InputError(f"{TYPE_TOO_DEEP}: {shorten(self.text)!r}")

    def named(self, token: str, around: int) -> Type:
        if token in _SCALARS:
            return _SCALARS[token]
        if token in _NAMED:
            name, count = _NAMED[token]
            args = []
            for index in range(count):
                self.take("<" if index == 0 else ",")
                args.append(self.type(around))
            self.take(">")
            return TypeConstructor(name, tuple(args))
        if self.variables is not None and len(token) == 1 and token.isupper():
            return self.variables.setdefault(token, TypeVariable())
        raise _unknown_type(self.text)

    def function(self, around: int) -> Type:
        params: list[Type] = []
        rest: Type = NIL
        while self.tokens and self.tokens[-1] != "->":
            params.append(self.type(around))
            if self.tokens and self.tokens[-1] == "...":
                self.take()
                rest = params.pop()
        self.take("->")
        result = self.type(around)
        self.take(")")
        return TypeConstructor("func", (parameters(tuple(params), rest), result))


class Scheme:
    """A type with its variables generalised: each use gets fresh ones.

    `text` lists the parameter types and, behind the last arrow, the result: `A[] (A -> B) -> B[]`.

    Checking a program mostly consists of this, so a scheme is turned into a Python expression that builds it,
    when it is first asked for.
    """

    def __init__(self, text: str) -> None:
        names: dict[str, TypeVariable] = {}
        whole = parse_type(f"({text})", names)
        assert isinstance(whole, TypeConstructor)
        self.text = text
        self.params = tuple(parameter_types(whole.args[0]))
        self.result = whole.args[1]
        self.arity = len(self.params)
        self.monomorphic = not names
        self._whole, self._names = whole, names

    def instantiate(self) -> tuple[tuple[Type, ...], Type]:
        """Parameter types and result with fresh variables."""
        if self.monomorphic:
            return self.params, self.result
        return self._parts()

    def as_value(self) -> TypeConstructor:
        """The function type with fresh variables, for a primitive passed as a value."""
        return self._general()

    @cached_property
    def _parts(self) -> Callable[[], tuple[tuple[Type, ...], Type]]:
        return self._builder(
            lambda build: f"(({''.join(build(kind) + ', ' for kind in self.params)}), {build(self.result)})"
        )

    @cached_property
    def _general(self) -> Callable[[], TypeConstructor]:
        return self._builder(lambda build: build(self._whole))

    def _builder(self, expression: Callable[[Callable[[Type], str]], str]) -> Callable[[], Any]:
        written = {variable: name for name, variable in self._names.items()}
        constants: dict[str, Type] = {}
        return _builder(expression(lambda kind: _build(kind, written, constants)), self._names, constants)


@cache
def scheme(text: str) -> Scheme:
    """The scheme of a text; thousands of functions share a few hundred."""
    return Scheme(text)


def _build(kind: Type, names: dict[TypeVariable, str], constants: dict[str, Type]) -> str:
    """The Python expression that builds a type; ground parts are built once, as `constants`."""
    if isinstance(kind, TypeVariable):
        return names[kind]
    if kind.ground:
        name = f"k{len(constants)}"
        constants[name] = kind
        return name
    args = "".join(_build(arg, names, constants) + ", " for arg in kind.args)
    return f"open_type({kind.name!r}, ({args}))"


def _builder(expression: str, names: Iterable[str], constants: dict[str, Type]) -> Callable[[], Any]:
    fresh = ", ".join("TypeVariable()" for _ in names)
    source = f"lambda: (lambda {', '.join(names)}: {expression})({fresh})"
    known = {"open_type": _open_type, "TypeVariable": TypeVariable, **constants}
    builder: Callable[[], Any] = eval(source, known)
    return builder


def _open_type(name: str, args: tuple[Type, ...]) -> TypeConstructor:
    """A type that holds variables, without looking for them."""
    kind = TypeConstructor.__new__(TypeConstructor)
    kind.name, kind.args, kind.ground = name, args, False
    return kind
