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
from collections.abc import Callable, Iterator
from typing import TypeAlias

from saps.language.errors import InputError


class TypeConstructor:
    """A type built from a constructor name and its argument types: `int`, `array<int>`, ..."""

    __slots__ = ("args", "ground", "name")

    def __init__(self, name: str, args: tuple[Type, ...] = ()) -> None:
        self.name = name
        self.args = args
        self.ground: bool = all(arg.__class__ is TypeConstructor and arg.ground for arg in args)  # type: ignore[union-attr]

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
    while kind.__class__ is TypeVariable:
        ref = kind.ref  # type: ignore[union-attr]
        if ref is None:
            return kind
        kind = ref
    return kind


def unify(left: Type, right: Type, trail: list[TypeVariable]) -> bool:
    """Make two types equal by binding variables; False if that cannot be.

    Bound variables are appended to `trail`, also on failure: `undo` takes them back.
    """
    left, right = prune(left), prune(right)
    if left is right:
        return True
    if left.__class__ is TypeVariable:
        return _bind(left, right, trail)  # type: ignore[arg-type]
    if right.__class__ is TypeVariable:
        return _bind(right, left, trail)  # type: ignore[arg-type]
    assert isinstance(left, TypeConstructor) and isinstance(right, TypeConstructor)
    if left.name != right.name:
        return False
    for first, second in zip(left.args, right.args, strict=True):
        if first is not second and not unify(first, second, trail):
            return False
    return True


def _bind(variable: TypeVariable, kind: Type, trail: list[TypeVariable]) -> bool:
    if kind.__class__ is TypeConstructor and not kind.ground and occurs(variable, kind):  # type: ignore[union-attr]
        return False
    variable.ref = kind
    trail.append(variable)
    return True


def undo(trail: list[TypeVariable], length: int = 0) -> None:
    """Unbind the variables that were bound since the trail had this length."""
    while len(trail) > length:
        trail.pop().ref = None


def occurs(variable: TypeVariable, kind: Type) -> bool:
    """Whether a variable is part of a type, which then would be infinite."""
    kind = prune(kind)
    if isinstance(kind, TypeVariable):
        return kind is variable
    return not kind.ground and any(occurs(variable, arg) for arg in kind.args)


def resolve(kind: Type, default: Callable[[TypeVariable], Type] = lambda variable: variable) -> Type:
    """The type with all bound variables replaced; free ones become `default(variable)`."""
    kind = prune(kind)
    if isinstance(kind, TypeVariable):
        return default(kind)
    if kind.ground:
        return kind
    return TypeConstructor(kind.name, tuple(resolve(arg, default) for arg in kind.args))


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


def free_variables(kind: Type) -> Iterator[TypeVariable]:
    """The unbound variables of a type, in order of appearance, with repetitions."""
    kind = prune(kind)
    if isinstance(kind, TypeVariable):
        yield kind
    elif not kind.ground:
        for arg in kind.args:
            yield from free_variables(arg)


# ---------------------------------------------------------------- writing and reading types


def show(kind: Type, names: dict[TypeVariable, str] | None = None) -> str:
    """A type as people write it: `int[]`, `dict<int,bool>`, `(int A -> A)`. `names` keeps variables' letters
    the same over several calls."""
    names = {} if names is None else names
    kind = prune(kind)
    if isinstance(kind, TypeVariable):
        return names.setdefault(kind, "TUVWXYZ"[len(names)] if len(names) < 7 else f"T{len(names)}")
    if kind.name == "array":
        return f"{show(kind.args[0], names)}[]"
    if kind.name == "func":
        return f"({_show_chain(kind.args[0], names)}-> {show(kind.args[1], names)})"
    if kind.name == "cons":
        return _show_chain(kind, names).strip()
    if kind.args:
        return f"{kind.name}<{','.join(show(arg, names) for arg in kind.args)}>"
    return kind.name


def _show_chain(chain: Type, names: dict[TypeVariable, str]) -> str:
    text = "".join(f"{show(kind, names)} " for kind in parameter_types(chain))
    while isinstance(chain, TypeConstructor) and chain.name == "cons":
        chain = prune(chain.args[1])
    return text + (f"{show(chain, names)}... " if isinstance(chain, TypeVariable) else "")


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
    Raises InputError with what was expected.
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
    kind = reader.type()
    if reader.tokens:
        raise _unknown_type(text)
    return kind


def _unknown_type(text: str) -> InputError:
    return InputError(
        f"unknown type {text!r}; expected int, bool, string, a type followed by [] (int[], string[], int[][]) "
        "or dict<K,V>"
    )


class _TypeReader:
    def __init__(self, text: str, tokens: list[str], variables: dict[str, TypeVariable] | None) -> None:
        self.text, self.tokens, self.variables = text, tokens[::-1], variables

    def take(self, *expected: str) -> str:
        if not self.tokens or (expected and self.tokens[-1] not in expected):
            raise _unknown_type(self.text)
        return self.tokens.pop()

    def type(self) -> Type:
        if len(self.tokens) > 400:
            raise _unknown_type(self.text)
        token = self.take()
        kind = self.function() if token == "(" else self.named(token)
        while self.tokens and self.tokens[-1] == "[]":
            self.take()
            kind = array(kind)
        return kind

    def named(self, token: str) -> Type:
        if token in _SCALARS:
            return _SCALARS[token]
        if token in _NAMED:
            name, count = _NAMED[token]
            args = []
            for index in range(count):
                self.take("<" if index == 0 else ",")
                args.append(self.type())
            self.take(">")
            return TypeConstructor(name, tuple(args))
        if self.variables is not None and len(token) == 1 and token.isupper():
            return self.variables.setdefault(token, TypeVariable())
        raise _unknown_type(self.text)

    def function(self) -> Type:
        params: list[Type] = []
        rest: Type = NIL
        while self.tokens and self.tokens[-1] != "->":
            params.append(self.type())
            if self.tokens and self.tokens[-1] == "...":
                self.take()
                rest = params.pop()
        self.take("->")
        result = self.type()
        self.take(")")
        return TypeConstructor("func", (parameters(tuple(params), rest), result))


class Scheme:
    """A type with its variables generalised: each use gets fresh ones.

    `text` lists the parameter types and, behind the last arrow, the result: `A[] (A -> B) -> B[]`.
    """

    __slots__ = ("arity", "general", "monomorphic", "params", "result", "text", "variables")

    def __init__(self, text: str) -> None:
        names: dict[str, TypeVariable] = {}
        whole = parse_type(f"({text})", names)
        assert isinstance(whole, TypeConstructor)
        self.text = text
        self.params = tuple(parameter_types(whole.args[0]))
        self.result = whole.args[1]
        self.arity = len(self.params)
        self.variables = tuple(names.values())
        self.monomorphic = not names
        self.general: Type = whole
        """The scheme as one function type, for use as a value."""

    def instantiate(self) -> tuple[tuple[Type, ...], Type]:
        """Parameter types and result with fresh variables."""
        if self.monomorphic:
            return self.params, self.result
        fresh = {variable: TypeVariable() for variable in self.variables}
        return tuple(_rename(kind, fresh) for kind in self.params), _rename(self.result, fresh)

    def as_value(self) -> Type:
        """The function type with fresh variables, for a primitive passed as a value."""
        if self.monomorphic:
            return self.general
        return _rename(self.general, {variable: TypeVariable() for variable in self.variables})


def _rename(kind: Type, fresh: dict[TypeVariable, TypeVariable]) -> Type:
    if kind.__class__ is TypeVariable:
        return fresh[kind]  # type: ignore[index]
    if kind.ground:  # type: ignore[union-attr]
        return kind
    renamed = TypeConstructor.__new__(TypeConstructor)
    renamed.name = kind.name  # type: ignore[union-attr]
    renamed.args = tuple([_rename(arg, fresh) for arg in kind.args])  # type: ignore[union-attr]
    renamed.ground = False
    return renamed
