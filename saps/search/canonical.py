"""One spelling for programs that mean the same whatever their functions do: `(+ b a)` is `(+ a b)`.

Operands that may be exchanged are put in one order, and `(> a b)` becomes `(< b a)`. The order is by hash: it
holds within one process, which is all that comparing needs.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TypeAlias

from saps.language.tree import Node

COMMUTATIVE = frozenset(("+", "*", "==", "!=", "&&", "||", "min", "max", "str_min", "str_max"))

MIRRORED = {">": "<", ">=": "<="}

Frames: TypeAlias = "tuple[str, int, tuple[Node, ...], Frames] | None"
"""What is begun of a tree in pre-order: the innermost open call with its symbol, the children it lacks and
those it has, inside the calls around it."""


def call(symbol: str, children: Sequence[Node]) -> Node:
    """A call of canonical arguments, itself canonical."""
    if symbol in COMMUTATIVE:
        return Node(symbol, sorted(children, key=hash))
    if symbol in MIRRORED:
        return Node(MIRRORED[symbol], children[::-1])
    return Node(symbol, children)


def canonical(program: Node) -> Node:
    """The canonical spelling of a program."""
    if not program.children:
        return program
    return call(program.symbol, [canonical(child) for child in program.children])


def grown(frames: Frames, symbol: str, arity: int) -> Frames | Node:
    """A begun tree with one more symbol, calls that are complete now in their canonical spelling; the whole
    program where that completes it."""
    if arity:
        return symbol, arity, (), frames
    node = _leaf(symbol)
    while frames is not None:
        begun, lacks, children, around = frames
        if lacks > 1:
            return begun, lacks - 1, (*children, node), around
        node = call(begun, (*children, node))
        frames = around
    return node


@lru_cache(maxsize=10_000)
def _leaf(symbol: str) -> Node:
    return Node(symbol)
