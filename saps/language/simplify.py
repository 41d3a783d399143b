"""Writing out function applications that need no function: `(invoke1 is_prime a)` is `(is_prime a)`."""

from __future__ import annotations

from collections.abc import Sequence

from saps.language.primitives import LAMBDAS, PARAMETERS, PARTIALS, PRIMITIVES, SELF
from saps.language.tree import Node


def apply_invocations(node: Node) -> Node:
    """The program with every `(invoke1 f x)` written out whose function is known and calls nothing twice.

    The program means the same: a lambda is only written out if it does not call itself and its argument is a
    single symbol or used once, outside of loops' and inner lambdas' bodies.
    """
    if not node.children:
        return node
    children = [apply_invocations(child) for child in node.children]
    if node.symbol == "invoke1":
        written = applied(children[0], [children[1]])
        if written is not None:
            return written
    if all(new is old for new, old in zip(children, node.children, strict=True)):
        return node
    return Node(node.symbol, children)


def applied(function: Node, args: Sequence[Node]) -> Node | None:
    """The function applied to the arguments, without invoke1; None if that cannot be written."""
    symbol = function.symbol
    if not function.children:
        primitive = PRIMITIVES.get(symbol)
        known = primitive is not None and primitive.scheme.arity == len(args)
        return Node(symbol, args) if known else None
    if symbol in PARTIALS:
        fixed, inner = function.children
        place = PARTIALS[symbol]
        return applied(inner, [*args[:place], fixed, *args[place:]]) if place <= len(args) else None
    if symbol == "combine":
        outer, inner = function.children
        middle = applied(inner, args)
        return None if middle is None else applied(outer, [middle])
    if LAMBDAS.get(symbol) == len(args):
        return _written_out(function.children[0], dict(zip(PARAMETERS, args, strict=False)))
    return None


def _written_out(body: Node, args: dict[str, Node]) -> Node | None:
    """The body of a lambda with its own parameters replaced."""
    uses = dict.fromkeys((*args, SELF), 0)
    _count(body, uses, frozenset())
    if uses[SELF] or any(uses[name] > 1 and arg.children for name, arg in args.items()):
        return None
    return _replaced(body, args)


def _count(body: Node, uses: dict[str, int], hidden: frozenset[str]) -> None:
    """Count the uses of a lambda's own parameters. `hidden` are those of lambdas inside; a parameter that is
    used within one counts as the lambda's own name, since nothing else can be put there."""
    if body.symbol in uses and body.symbol not in hidden:
        uses[SELF if hidden else body.symbol] += 1
    if body.symbol in LAMBDAS:
        hidden = hidden | {SELF, "arg1"} | ({"arg2"} if LAMBDAS[body.symbol] == 2 else set())
    for child in body.children:
        _count(child, uses, hidden)


def _replaced(body: Node, args: dict[str, Node]) -> Node:
    if not body.children:
        return args.get(body.symbol, body)
    if body.symbol in LAMBDAS:
        return body
    return Node(body.symbol, [_replaced(child, args) for child in body.children])
