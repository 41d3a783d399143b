"""Which symbols may stand in a hole of a partial program, by the types inferred so far.

A partial tree's types live in shared variables; what it has bound is a chain of bindings that is put in place
while the tree is looked at and taken back afterwards. So partial trees share everything they have in common.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeAlias

from saps.language.library import Library
from saps.language.primitives import LAMBDAS, PARAMETERS, PRIMITIVES, SELF
from saps.language.type_system import (
    NIL,
    Scheme,
    Type,
    TypeConstructor,
    TypeVariable,
    parameter_types,
    prune,
    show,
    undo,
    unify,
)
from saps.language.typecheck import Binder, Scope, enter, literal
from saps.text.placeholders import TYPES, is_letter

Bindings: TypeAlias = "tuple[Bindings, tuple[tuple[TypeVariable, Type], ...]] | None"
"""What a partial tree has bound: what its parent had, then its own."""


class Hole(NamedTuple):
    """A place still to be filled: its type, what is bound there, whose argument it is and next to what."""

    type: Type
    scope: Scope
    parent: int
    """Symbol id of the parent; the root id for the whole program."""
    row: int
    """The decoder's row of the parent."""
    left_sibling: int
    """Symbol id of the left sibling; the root id for the first child."""
    left_row: int
    """The decoder's row of the left sibling; the root's for the first child."""
    rank: int = 0
    """How many left siblings it has."""
    parent_rank: int = 0
    """How many its parent has."""


class Placement(NamedTuple):
    """What follows from filling a hole: the holes of its arguments, and a type that must turn out to have an
    order (it may not be known yet)."""

    children: list[tuple[Type, Scope]]
    ordered: Type | None = None


class Rules:
    """The typing of a decoder vocabulary; `symbols[i]` and `arities[i]` describe entry i. Names of `library`
    are its definitions."""

    def __init__(
        self, symbols: Sequence[str], arities: Sequence[int], library: Library | None = None
    ) -> None:
        self.symbols, self.arities = symbols, arities
        self.library = Library(()) if library is None else library
        self.letters: dict[str, int] = {}
        self.scoped: list[int] = []
        self.literals: dict[str, int] = {}
        self.fixed: list[int] = []
        for index, symbol in enumerate(symbols):
            if symbol in TYPES:
                self.literals[symbol] = index
            elif is_letter(symbol):
                self.letters[symbol] = index
            elif symbol in PARAMETERS or symbol == SELF:
                self.scoped.append(index)
            else:
                self.fixed.append(index)
        self._cache: dict[str, list[int]] = {}

    def everywhere(self, kind: Type) -> list[int]:
        """Entries that fit a type in any scope: primitives, constants, lambdas."""
        key = show(kind)
        known = self._cache.get(key)
        if known is None:
            trail: list[TypeVariable] = []
            known = []
            fits: dict[Scheme, bool] = {}
            for index in self.fixed:
                symbol, arity = self.symbols[index], self.arities[index]
                if symbol in self.library:
                    # by its type alone, which thousands of definitions share a few hundred of
                    scheme = self.library[symbol].scheme(arity)
                    if scheme not in fits:
                        fits[scheme] = unify(kind, scheme.instantiate()[1], trail)
                    fitting = fits[scheme]
                else:
                    fitting = self.place(index, kind, {}, {}, trail) is not None
                if fitting:
                    known.append(index)
                undo(trail)
            self._cache[key] = known
        return known

    def legal(self, hole: Hole, args: Mapping[int, Type], literals: Sequence[int]) -> Sequence[int]:
        """Entries that may stand in the hole. `args` are the sentence's arguments (entry to type), `literals`
        the entries of its placeholders."""
        found = list(self.everywhere(hole.type))
        trail: list[TypeVariable] = []
        bound = [index for index in self.scoped if self.symbols[index] in hole.scope] if hole.scope else ()
        for index in (*bound, *args, *literals):
            if self.place(index, hole.type, hole.scope, args, trail) is not None:
                found.append(index)
            undo(trail)
        return found

    def place(
        self, index: int, kind: Type, scope: Scope, args: Mapping[int, Type], trail: list[TypeVariable]
    ) -> Placement | None:
        """Put an entry where `kind` is asked for; None if it does not fit. Binds variables, noting them in
        `trail`."""
        symbol, arity = self.symbols[index], self.arities[index]
        primitive = PRIMITIVES.get(symbol)
        ordered = primitive is not None and primitive.ordered
        if arity == 0:
            found = self._leaf(index, symbol, scope, args)
            if found is None or not unify(kind, found, trail) or (index in args and not is_value(found)):
                return None
            return Placement([], _first_parameter(found) if ordered else None)
        if symbol in LAMBDAS:
            binder = Binder(LAMBDAS[symbol], 0)
            fits = unify(kind, binder.type, trail)
            return Placement([(binder.result, enter(scope, binder))]) if fits else None
        if symbol in self.library:
            return self._meaning(symbol, arity, kind, scope, trail)
        params, result = self._callee(symbol, scope)
        if len(params) != arity or not unify(kind, result, trail):
            return None
        return Placement([(param, scope) for param in params], params[0] if ordered else None)

    def _meaning(
        self, name: str, given: int, kind: Type, scope: Scope, trail: list[TypeVariable]
    ) -> Placement | None:
        """A definition, called. What stands under a lambda of its own sees nothing of the lambdas around."""
        params, result = self.library[name].scheme(given).instantiate()
        if not unify(kind, result, trail):
            return None
        closed = self.library.closed(name, given)
        if closed is None:
            return None
        return Placement([(param, {} if place in closed else scope) for place, param in enumerate(params)])

    def _callee(self, symbol: str, scope: Scope) -> tuple[Sequence[Type], Type]:
        """Parameters and result of a called function; no parameters where it is not bound here."""
        if symbol in PRIMITIVES:
            return PRIMITIVES[symbol].scheme.instantiate()
        # what nobody knows, of another version's vocabulary or a damaged one, is nowhere bound
        bound = scope.get(SELF) if symbol == SELF else None
        if bound is None:
            return (), NIL
        whole = prune(bound.type)
        assert isinstance(whole, TypeConstructor)
        return tuple(parameter_types(whole.args[0])), whole.args[1]

    def _leaf(self, index: int, symbol: str, scope: Scope, args: Mapping[int, Type]) -> Type | None:
        if index in args:
            return args[index]
        if symbol in TYPES:
            return TYPES[symbol]
        bound = scope.get(symbol)
        if bound is not None:
            return bound.type
        if symbol in PRIMITIVES:
            return PRIMITIVES[symbol].scheme.as_value()
        if symbol in self.library:
            return self.library[symbol].scheme(0).instantiate()[1]
        constant = None if symbol in PARAMETERS or symbol == SELF or symbol in LAMBDAS else literal(symbol)
        return None if constant is None else constant.type


class NoRules(Rules):
    """Anything may stand anywhere: what a model says when nothing keeps it to well-typed programs.

    The measures of the literature are of such answers; so are all answers of a decoder of sequences.
    """

    def legal(self, hole: Hole, args: Mapping[int, Type], literals: Sequence[int]) -> Sequence[int]:
        return range(len(self.symbols))

    def place(
        self, index: int, kind: Type, scope: Scope, args: Mapping[int, Type], trail: list[TypeVariable]
    ) -> Placement:
        return Placement([(kind, scope)] * self.arities[index])


_SCALARS = ("int", "bool", "string")


def is_ground(kind: Type) -> bool:
    """Whether a type is known for good."""
    return isinstance(kind, TypeConstructor) and kind.ground


def is_value(kind: Type) -> bool:
    """Whether a type can be an argument's or a program's (no function, no type), as far as it is known."""
    kind = prune(kind)
    return (
        isinstance(kind, TypeVariable)
        or kind.name in _SCALARS
        or (kind.name in ("array", "dict") and all(map(is_value, kind.args)))
    )


def has_order(kind: Type) -> bool:
    """Whether values of a type can be compared, as far as it is known."""
    kind = prune(kind)
    while isinstance(kind, TypeConstructor) and kind.name == "array":
        kind = prune(kind.args[0])
    return isinstance(kind, TypeVariable) or kind.name in _SCALARS


def _first_parameter(kind: Type) -> Type:
    kind = prune(kind)
    assert isinstance(kind, TypeConstructor)
    return next(iter(parameter_types(kind.args[0])))


def apply(bindings: Bindings) -> list[TypeVariable]:
    """Put a partial tree's bindings in place; `undo` on the result takes them back."""
    trail: list[TypeVariable] = []
    while bindings is not None:
        bindings, own = bindings
        for variable, kind in own:
            variable.ref = kind
            trail.append(variable)
    return trail


def taken(trail: Sequence[TypeVariable]) -> tuple[tuple[TypeVariable, Type], ...]:
    """The bindings that a trail noted."""
    return tuple((variable, variable.ref) for variable in trail if variable.ref is not None)
