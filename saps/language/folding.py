"""The shortest way to say a plain program with a library: the inverse of expansion.

Each definition, with each number of arguments that it can be called with, is a pattern: its expansion with
wildcards for the arguments. A program is covered by patterns and primitives at the least number of symbols,
bottom up, as compilers select instructions (Aho, Ganapathi & Tjiang, "Code generation using tree matching and
dynamic programming", 1989). What a pattern's wildcards took is put back and expanded, and counts only if it
gives the same tree; so `expand(fold(p)) == p` holds by construction.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterator
from typing import NamedTuple

from saps.language.definition import MAX_OPEN, Definition
from saps.language.errors import ProgramTypeError
from saps.language.expansion import Expander, handed_in, mentions_lambda
from saps.language.primitives import PRIMITIVES
from saps.language.tree import Node

_WILD = "?"
"""Starts a wildcard's symbol; no program's symbol does."""


_ARGUMENT = Node("arg1")


class _Pattern(NamedTuple):
    definition: Definition
    given: int
    tree: Node
    wildcards: tuple[str, ...]


class Folder:
    """Covers programs with some definitions."""

    def __init__(self, expander: Expander) -> None:
        self.expander = expander
        self._patterns: dict[tuple[str, int, str], list[_Pattern]] = defaultdict(list)
        """By the root's symbol and number of children, and the symbol of its first child (a wildcard: "")."""
        for definition in expander.definitions.values():
            for pattern in _patterns(definition, expander):
                self._patterns[_key(pattern.tree)].append(pattern)

    def fold(self, program: Node, arguments: Container[str] = frozenset()) -> Node:
        """The shortest form of a program, which may call the library already; `arguments` as for expanding.

        Idempotent, and never longer than the program.
        """
        return self._cover(self.expander.expand(program, arguments), {})

    def _cover(self, node: Node, known: dict[Node, Node]) -> Node:
        found = known.get(node)
        if found is not None:
            return found
        best = node
        if node.children:
            best = Node(node.symbol, [self._cover(child, known) for child in node.children])
        for pattern in self._candidates(node):
            values: dict[str, Node] = {}
            if not _match(pattern.tree, node, values):
                continue
            given = [values[name] for name in pattern.wildcards]
            call = Node(pattern.definition.name, [self._cover(value, known) for value in given])
            if _cost(call) < _cost(best) and self._gives(pattern.definition, given, node):
                best = call
        known[node] = best
        return best

    def _candidates(self, node: Node) -> Iterator[_Pattern]:
        symbol, arity, first = _key(node)
        yield from self._patterns.get((symbol, arity, first), ())
        if arity:
            yield from self._patterns.get((symbol, arity, ""), ())

    def _gives(self, definition: Definition, given: list[Node], node: Node) -> bool:
        try:
            return self.expander.apply(definition, given) == node
        except ProgramTypeError:
            return False  # a lambda would capture what a wildcard took


def _cost(node: Node) -> tuple[int, int]:
    return node.size, node.depth


def _key(node: Node) -> tuple[str, int, str]:
    first = node.children[0].symbol if node.children else ""
    return node.symbol, len(node.children), "" if first.startswith(_WILD) else first


def _patterns(definition: Definition, expander: Expander) -> Iterator[_Pattern]:
    names = [name for name, _ in definition.params]
    for given in range(max(0, definition.arity - MAX_OPEN), definition.arity + 1):
        wildcards = tuple(_WILD + name for name in names[definition.arity - given :])
        for tree in _forms(definition, wildcards, expander):
            if not tree.symbol.startswith(_WILD):
                yield _Pattern(definition, given, tree, wildcards)


def _forms(definition: Definition, wildcards: tuple[str, ...], expander: Expander) -> Iterator[Node]:
    """What a call with wildcards can be written out as."""
    try:
        yield expander.apply(definition, [Node(name) for name in wildcards])
    except ProgramTypeError:
        return  # cannot be written as a function
    names = [name for name, _ in definition.params]
    left = names[: len(names) - len(wildcards)]
    values = {name.removeprefix(_WILD): Node(name) for name in wildcards}
    handed = handed_in(*expander.plain(definition), left, values)
    if handed is not None:
        yield handed


def _function_of(node: Node) -> Node:
    """The function that gives the node when it is applied to `arg1`."""
    places = [place for place, child in enumerate(node.children) if child == _ARGUMENT]
    others = [child for child in node.children if child != _ARGUMENT]
    simple = node.symbol in PRIMITIVES and len(places) == 1 and not any(map(mentions_lambda, others))
    if simple and not others:
        return Node(node.symbol)
    if simple and len(others) == 1:
        return Node(f"partial{1 - places[0]}", [others[0], Node(node.symbol)])
    return Node("lambda1", [node])


def _match(pattern: Node, node: Node, values: dict[str, Node]) -> bool:
    """Whether the pattern is the node with `values` for its wildcards, which are found on the way."""
    symbol = pattern.symbol
    if symbol.startswith(_WILD):
        return values.setdefault(symbol, node) == node
    if symbol == "invoke1" and node.symbol != "invoke1" and pattern.children[1] == _ARGUMENT:
        # a function that was written out: the one that makes this of `arg1`
        return _match(pattern.children[0], _function_of(node), values)
    return (
        symbol == node.symbol
        and len(pattern.children) == len(node.children)
        and all(
            _match(one, other, values) for one, other in zip(pattern.children, node.children, strict=True)
        )
    )
