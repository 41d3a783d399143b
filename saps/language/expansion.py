"""Definitions written out: a program that calls the library, as plain AlgoLisp.

The arguments take the parameters' places in the body. What may not be: an argument that mentions `arg1`,
`arg2` or `self` of a lambda around the call, in a place where the body has a lambda of its own, which would
capture it. A parameter in such a place is called *closed*. One parameter of a definition may be
handed to such lambdas from outside, `(partial0 k (lambda2 (< arg1 arg2)))` for `(lambda1 (< k arg1))`: it is
not closed.

A function that the body applies to something, `(invoke1 p x)`, is written out there: `both x even positive`
is `(&& (== (% x 2) 0) (< 0 x))` and holds no lambda.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from typing import NamedTuple

from saps.language.definition import MAX_OPEN, Definition
from saps.language.errors import GrammarError, ProgramTypeError
from saps.language.primitives import LAMBDAS, PARAMETERS, PARTIALS, PRIMITIVES, SELF
from saps.language.simplify import applied
from saps.language.tree import MAX_DEPTH, TOO_DEEP, Node

_FREE = frozenset((*PARAMETERS, SELF))


class Handed(NamedTuple):
    """A parameter that the lambdas of a body can be handed, and the body in which they are."""

    name: str
    body: Node


class Plain(NamedTuple):
    """A definition's body in plain AlgoLisp, and the names of its closed parameters."""

    body: Node
    closed: frozenset[str]
    handed: Handed | None = None

    def with_values(self, values: Mapping[str, Node]) -> Node:
        """The body with values for its parameters."""
        return fill(self.body_for(values), values)

    def body_for(self, values: Mapping[str, Node]) -> Node:
        """The body that such values can be filled in."""
        handed = self.handed
        if handed is None or handed.name not in values or not mentions_lambda(values[handed.name]):
            return self.body
        return handed.body

    def handing_always(self) -> Plain | None:
        """The same with the lambdas handed what they can be, whatever it is."""
        return None if self.handed is None else Plain(self.handed.body, self.closed)


class Expander:
    """Writes out the calls of some definitions."""

    def __init__(self, definitions: Mapping[str, Definition]) -> None:
        self.definitions = definitions
        self._plain: dict[str, Plain] = {}
        self._open: set[str] = set()
        """Definitions whose bodies are being written out."""

    def plain(self, definition: Definition) -> Plain:
        """A definition's body written out. Raises GrammarError where it is defined by itself."""
        found = self._plain.get(definition.name)
        if found is None:
            if definition.name in self._open:
                raise GrammarError(f"`{definition.name}` is defined by itself")
            names = [name for name, _ in definition.params]
            self._open.add(definition.name)
            try:
                body = self.expand(definition.body, names)
            finally:
                self._open.discard(definition.name)
            closed = _under_lambdas(body, frozenset(names))
            values = (name for name, kind in definition.params if name in closed and "->" not in kind)
            handed = next((name for name in values if _can_be_handed(body, name)), None)
            found = Plain(body, closed)
            if handed is not None:
                found = Plain(body, closed - {handed}, Handed(handed, _handing(body, handed)))
            self._plain[definition.name] = found
        return found

    def closed(self, definition: Definition, given: int) -> frozenset[int] | None:
        """Which of so many given arguments may not mention `arg1`, `arg2` or `self` of a lambda around the
        call; None where it cannot be written out at all."""
        if not definition.takes(given):
            return None
        names = [name for name, _ in definition.params]
        left, rest = names[: len(names) - given], names[len(names) - given :]
        plain = self.plain(definition)
        closed = plain.closed
        values = {name: Node(name) for name in rest}
        if left and _partial(plain.body, left, values) is None:
            if not closed.isdisjoint(left):
                return None
            if handed_in(plain, left, values) is None:
                closed = closed | set(rest)
        return frozenset(place for place, name in enumerate(rest) if name in closed)

    def expand(self, program: Node, arguments: Container[str] = frozenset()) -> Node:
        """The program in plain AlgoLisp. `arguments` are names that stand for themselves, where alone.

        Raises ProgramTypeError for a call that cannot be written out, and for what nests too deeply then.
        """
        definition = self.definitions.get(program.symbol)
        if not program.children:
            if definition is None or program.symbol in arguments:
                return program
            return self.apply(definition, (), program)
        children = [self.expand(child, arguments) for child in program.children]
        if definition is not None:
            return _held(self.apply(definition, children, program), program)
        if all(new is old for new, old in zip(children, program.children, strict=True)):
            return program
        return _held(Node(program.symbol, children, program.span), program)

    def directed(self, program: Node, arguments: Container[str] = frozenset()) -> Node:
        """The program with `(f k)` for `(partial1 k f)`, where `f` is a definition and `k` a constant or an
        argument: the same function, which expands otherwise, in the spelling that folding prefers."""
        children = [self.directed(child, arguments) for child in program.children]
        if program.symbol == "partial1" and len(children) == 2 and not any(one.children for one in children):
            given, function = children
            definition = None if function.symbol in arguments else self.definitions.get(function.symbol)
            is_of_two = (
                definition is not None and definition.arity == 2 and self.closed(definition, 1) is not None
            )
            if is_of_two and given.symbol not in _FREE:
                return Node(function.symbol, [given], program.span)
        if all(new is old for new, old in zip(children, program.children, strict=True)):
            return program
        return Node(program.symbol, children, program.span)

    def apply(self, definition: Definition, given: Sequence[Node], call: Node | None = None) -> Node:
        """A definition with plain programs for its last parameters, written out; `call` is where, for errors.

        Raises ProgramTypeError where the number of arguments does not fit, or a lambda would capture one.
        """
        if not definition.takes(len(given)):
            raise _error(call, wrong_count(definition, len(given)))
        plain = self.plain(definition)
        names = [name for name, _ in definition.params]
        left, values = (
            names[: len(names) - len(given)],
            dict(zip(names[len(names) - len(given) :], given, strict=True)),
        )
        captured = [name for name, value in values.items() if name in plain.closed and mentions_lambda(value)]
        if captured:
            raise _error(call, capture(definition, captured[0]))
        found = written_out(plain, left, values)
        if found is None:
            raise _error(
                call, f"`{definition.name}` with {len(given)} arguments cannot be written as a function"
            )
        return found


def _held(program: Node, call: Node) -> Node:
    """The program, if it nests no more than one may."""
    if program.depth > MAX_DEPTH:
        raise _error(call, f"{TOO_DEEP} in plain AlgoLisp")
    return program


def written_out(plain: Plain, left: list[str], values: dict[str, Node]) -> Node | None:
    """A body with values for its last parameters, a function of those that are left; None where it cannot be
    written as one."""
    if not left:
        return plain.with_values(values)
    return _partial(plain.body_for(values), left, values) or _function(plain, left, values)


def _function(plain: Plain, left: list[str], values: dict[str, Node]) -> Node | None:
    """The body as a lambda over the parameters that are left; None where it cannot be."""
    if not plain.closed.isdisjoint(left):
        return None
    if not any(map(mentions_lambda, values.values())):
        opened = dict(zip(left, map(Node, PARAMETERS), strict=False))
        return Node(f"lambda{len(left)}", [plain.with_values(opened | values)])
    return handed_in(plain, left, values)


def handed_in(plain: Plain, left: list[str], values: dict[str, Node]) -> Node | None:
    """The body as a function of one parameter whose other one is worked out where the arguments of the lambda
    around it are known; None where it cannot be."""
    if not len(left) == len(values) == 1 or not plain.closed.isdisjoint((*left, *values)):
        return None
    ((name, value),) = values.items()
    inner = plain.with_values({left[0]: Node("arg1"), name: Node("arg2")})
    return Node("partial1", [value, Node("lambda2", [inner])])


def _partial(body: Node, left: list[str], values: Mapping[str, Node]) -> Node | None:
    """`(< x k)` as a function of x is `(partial1 k <)`, `(! (invoke1 p x))` is `(combine ! p)`; None where
    the body is not that simple."""
    symbols = [child.symbol if not child.children else "" for child in body.children]
    if body.symbol not in PRIMITIVES or body.symbol == "invoke1":
        return None
    if symbols == left:
        return Node(body.symbol)
    if body.symbol == "!":
        negated = body.children[0]
        known = applied_name(negated) in values and negated.children[1:] == tuple(map(Node, left))
        inner = fill(negated.children[0], values) if known else _partial(negated, left, values)
        return None if inner is None else Node("combine", [Node("!"), inner])
    if len(left) != 1 or len(symbols) != MAX_OPEN or symbols.count(left[0]) != 1:
        return None
    place = 1 - symbols.index(left[0])
    fixed = body.children[place]
    if any(part.symbol == left[0] for part in fixed):
        return None
    return Node(f"partial{place}", [fill(fixed, values), Node(body.symbol)])


def wrong_count(definition: Definition, given: int) -> str:
    least = max(0, definition.arity - MAX_OPEN)
    counts = f"{least} to {definition.arity}" if least < definition.arity else str(least)
    return f"`{definition.name}` takes {counts} arguments, got {given}"


def capture(definition: Definition, param: str) -> str:
    return (
        f"`{param}` of `{definition.name}` stands under a lambda of its definition, so what is given for it "
        "cannot use arg1, arg2 or self of a lambda around the call"
    )


def _error(call: Node | None, message: str) -> ProgramTypeError:
    return ProgramTypeError(message, None, None if call is None else call.span)


def fill(body: Node, values: Mapping[str, Node]) -> Node:
    """The body with values for its parameters; a parameter that it applies is written out where it can be."""
    if not body.children:
        return values.get(body.symbol, body)
    children = [fill(child, values) for child in body.children]
    if applied_name(body) in values:
        written = applied(children[0], children[1:])
        if written is not None:
            return written
    if all(new is old for new, old in zip(children, body.children, strict=True)):
        return body
    return Node(body.symbol, children)


def applied_name(call: Node) -> str | None:
    """`p` of `(invoke1 p x)` and of `(invoke1 (partial0 x p) y)`."""
    if call.symbol != "invoke1" or not call.children:
        return None
    function = call.children[0]
    while function.symbol in PARTIALS and function.children:
        function = function.children[1]
    return None if function.children else function.symbol


def _under_lambdas(body: Node, names: frozenset[str], inside: bool = False) -> frozenset[str]:
    """The names that stand under a lambda of the body."""
    if not body.children:
        return names & {body.symbol} if inside else frozenset()
    inside = inside or body.symbol in LAMBDAS
    return frozenset().union(*(_under_lambdas(child, names, inside) for child in body.children))


def _can_be_handed(body: Node, name: str, around: tuple[str, ...] = ()) -> bool:
    """Whether the lambdas that a parameter stands under have one argument, and none in another."""
    if not body.children:
        return body.symbol != name or around in ((), ("lambda1",))
    inside = (*around, body.symbol) if body.symbol in LAMBDAS else around
    return all(_can_be_handed(child, name, inside) for child in body.children)


def _handing(body: Node, name: str) -> Node:
    """The body with its lambdas handed the parameter that they mention."""
    if body.symbol == "lambda1" and any(part.symbol == name for part in body):
        return Node("partial0", [Node(name), Node("lambda2", [_as_second(body.children[0], name)])])
    return Node(body.symbol, [_handing(child, name) for child in body.children])


def _as_second(body: Node, name: str) -> Node:
    """The body of a lambda of one argument as that of one which takes the parameter before it."""
    if body.symbol in LAMBDAS:
        return body  # has arguments of its own
    if not body.children:
        own = {"arg1": Node("arg2"), name: Node("arg1"), SELF: Node("partial0", [Node("arg1"), Node(SELF)])}
        return own.get(body.symbol, body)
    children = [_as_second(child, name) for child in body.children]
    return Node(body.symbol, [Node("arg1"), *children] if body.symbol == SELF else children)


def mentions_lambda(program: Node, bound: frozenset[str] = frozenset()) -> bool:
    """Whether the program uses `arg1`, `arg2` or `self` of a lambda around it."""
    symbol = program.symbol
    if symbol in _FREE and symbol not in bound:
        return True
    if symbol in LAMBDAS:
        bound = bound | _FREE if LAMBDAS[symbol] == 2 else bound | {SELF, "arg1"}
    return any(mentions_lambda(child, bound) for child in program.children)
