"""The program: an immutable tree of symbols, each with its place in the source text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias

NestedList: TypeAlias = "str | list[NestedList]"
"""A program as the AlgoLisp files hold it (`short_tree`): a symbol, or `[function, argument, ...]`."""

MAX_DEPTH = 200
"""Levels a program may have (a leaf is 1). The published dataset stays well under 50."""

TOO_DEEP = f"the program nests more than {MAX_DEPTH} levels"

MAX_SYMBOLS = 5_000
"""Symbols of a program. The published dataset stays under 250."""

TOO_LARGE = f"the program has more than {MAX_SYMBOLS:,} symbols"

MAX_ARGUMENTS = 100
"""Arguments of one call; no function takes more than three."""

TOO_WIDE = f"a call of more than {MAX_ARGUMENTS} arguments"

MAX_SOURCE = 50_000
"""Characters of a program's text."""

MAX_STRING = 10_000
"""Characters of a string constant as it is written, its quotes included."""

MAX_NAME = 100
"""Characters of a name or a type in a program."""

MAX_DIGITS = 4_000
"""Characters of a number in a program."""


class Span(NamedTuple):
    """A place in a source text: offsets `start` (included) and `end` (not included), in characters."""

    start: int
    end: int


class Node:
    """A symbol with the arguments that it is called with; none where it stands alone.

    `symbol` is the canonical spelling: a name, an operator, a number (`17`, `-3`, `0.5`) or a quoted
    string (`"z"`, as JSON). Equality and hash ignore `span`.
    """

    __slots__ = ("_hash", "children", "depth", "size", "span", "symbol")

    symbol: str
    children: tuple[Node, ...]
    span: Span | None
    depth: int
    """Levels of symbols; a leaf is 1."""
    size: int
    """Number of symbols."""
    _hash: int

    def __init__(self, symbol: str, children: Sequence[Node] = (), span: Span | None = None) -> None:
        depth = size = 0
        for child in children:
            size += child.size
            if child.depth > depth:
                depth = child.depth
        put = object.__setattr__
        put(self, "symbol", symbol)
        put(self, "children", tuple(children))
        put(self, "span", span)
        put(self, "depth", depth + 1)
        put(self, "size", size + 1)
        put(self, "_hash", hash((symbol, self.children)))

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a program node is immutable; build a new one instead of setting {name!r}")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"a program node is immutable; {name!r} cannot be deleted")

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        return (
            isinstance(other, Node)
            and self._hash == other._hash
            and self.symbol == other.symbol
            and self.children == other.children
        )

    def __reduce__(self) -> tuple[type[Node], tuple[str, tuple[Node, ...], Span | None]]:
        return Node, (self.symbol, self.children, self.span)

    def __repr__(self) -> str:
        return f"Node({to_text(self)})"

    def __iter__(self) -> Iterator[Node]:
        """The nodes of the tree in pre-order (a node, then its children from the left)."""
        stack = [self]
        while stack:
            node = stack.pop()
            yield node
            stack.extend(reversed(node.children))


def to_text(node: Node) -> str:
    """The usual spelling, `(f x (g y))`."""
    if not node.children:
        return node.symbol
    return f"({node.symbol} {' '.join(map(to_text, node.children))})"


def to_nested(node: Node) -> NestedList:
    """The files' spelling: nested lists of strings."""
    if not node.children:
        return node.symbol
    return [node.symbol, *map(to_nested, node.children)]


def substitute(program: Node, values: Mapping[str, Node]) -> Node:
    """The program with others in place of leaves, by symbol."""
    if not program.children:
        return values.get(program.symbol, program)
    children = [substitute(child, values) for child in program.children]
    if all(new is old for new, old in zip(children, program.children, strict=True)):
        return program
    return Node(program.symbol, children)
