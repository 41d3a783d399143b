"""Writing out function applications that need no function: `(invoke1 is_prime a)` is `(is_prime a)`."""

from __future__ import annotations

from saps.language.primitives import LAMBDAS, PARTIALS, PRIMITIVES, SELF
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


def applied(function: Node, args: list[Node]) -> Node | None:
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
    if symbol == "lambda1" and len(args) == 1:
        return _written_out(function.children[0], args[0])
    return None


def _written_out(body: Node, argument: Node) -> Node | None:
    """The body of a `lambda1` with its own `arg1` replaced."""
    uses = _count(body)
    if uses is None or (uses > 1 and argument.children):
        return None
    return _replace(body, argument)


def _count(body: Node) -> int | None:
    """How often the body uses its own `arg1`; None if it uses `self`."""
    if body.symbol == SELF:
        return None
    if body.symbol in LAMBDAS:
        # inside, arg1 and self are the inner lambda's own
        return 0
    total = int(body.symbol == "arg1")
    for child in body.children:
        count = _count(child)
        if count is None:
            return None
        total += count
    return total


def _replace(body: Node, argument: Node) -> Node:
    if body.symbol == "arg1" and not body.children:
        return argument
    if body.symbol in LAMBDAS or not body.children:
        return body
    return Node(body.symbol, [_replace(child, argument) for child in body.children])
