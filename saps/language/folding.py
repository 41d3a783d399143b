"""The shortest way to say a plain program with a library: the inverse of expansion.

Each definition, with each number of arguments that it can be called with, is a pattern: its expansion with
wildcards for the arguments. A program is covered by patterns and primitives at the least number of symbols,
bottom up, as compilers select instructions (Aho, Ganapathi & Tjiang, "Code generation using tree matching and
dynamic programming", 1989). What a pattern's wildcards took is put back and expanded, and counts only if it
gives the same tree; so `expand(fold(p)) == p` holds by construction.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import NamedTuple, TypeAlias

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
    order: tuple[int, ...]
    """Which wildcard, counted as the tree meets them, each given argument is."""


_Stack: TypeAlias = "tuple[Node, _Stack] | None"
"""Nodes still to be matched, the next one first."""


class _Net:
    """All patterns at once, by what stands next in pre-order: symbols, wildcards (by their number), and
    functions that were written out where they are applied to `arg1`."""

    __slots__ = ("applied", "patterns", "symbols", "wildcards")

    def __init__(self) -> None:
        self.symbols: dict[tuple[str, int], _Net] = {}
        self.wildcards: dict[int, _Net] = {}
        self.applied: dict[int, _Net] = {}
        self.patterns: list[_Pattern] = []

    def add(self, tree: Node, definition: Definition, wildcards: tuple[str, ...]) -> None:
        met: dict[str, int] = {}
        self._way(tree, met).patterns.append(_Pattern(definition, tuple(met[name] for name in wildcards)))

    def _way(self, tree: Node, met: dict[str, int]) -> _Net:
        """The net behind a pattern's tree."""
        if tree.symbol.startswith(_WILD):
            return self.wildcards.setdefault(met.setdefault(tree.symbol, len(met)), _Net())
        if _is_application(tree):
            return self.applied.setdefault(met.setdefault(tree.children[0].symbol, len(met)), _Net())
        net = self.symbols.setdefault((tree.symbol, len(tree.children)), _Net())
        for child in tree.children:
            net = net._way(child, met)
        return net

    def matches(self, stack: _Stack, values: tuple[Node, ...]) -> Iterator[tuple[_Pattern, tuple[Node, ...]]]:
        """Patterns that fit what is on the stack, with what their wildcards took."""
        if stack is None:
            for pattern in self.patterns:
                yield pattern, values
            return
        node, rest = stack
        net = self.symbols.get((node.symbol, len(node.children)))
        if net is not None:
            inner = rest
            for child in reversed(node.children):
                inner = child, inner
            yield from net.matches(inner, values)
        for number, net in self.wildcards.items():
            if number == len(values):
                yield from net.matches(rest, (*values, node))
            elif values[number] == node:
                yield from net.matches(rest, values)
        if self.applied:
            yield from self._applications(node, rest, values)

    def _applications(
        self, node: Node, rest: _Stack, values: tuple[Node, ...]
    ) -> Iterator[tuple[_Pattern, tuple[Node, ...]]]:
        is_call = node.symbol == "invoke1" and node.children[1] == _ARGUMENT
        function = node.children[0] if is_call else _function_of(node)
        for number, net in self.applied.items():
            if number == len(values):
                yield from net.matches(rest, (*values, function))
            elif values[number] == function:
                yield from net.matches(rest, values)


class Folder:
    """Covers programs with some definitions."""

    def __init__(self, expander: Expander) -> None:
        self.expander = expander
        self.net = _Net()
        for definition in expander.definitions.values():
            names = [_WILD + name for name, _ in definition.params]
            for given in range(max(0, definition.arity - MAX_OPEN), definition.arity + 1):
                wildcards = tuple(names[definition.arity - given :])
                for tree in _forms(definition, wildcards, expander):
                    if not tree.symbol.startswith(_WILD):
                        self.net.add(tree, definition, wildcards)

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
        for pattern, values in self.net.matches((node, None), ()):
            given = [values[number] for number in pattern.order]
            if 1 + len(given) > best.size:
                continue
            call = Node(pattern.definition.name, [self._cover(value, known) for value in given])
            if _cost(call) < _cost(best) and self._gives(pattern.definition, given, node):
                best = call
        known[node] = best
        return best

    def _gives(self, definition: Definition, given: list[Node], node: Node) -> bool:
        try:
            return self.expander.apply(definition, given) == node
        except ProgramTypeError:
            return False  # a lambda would capture what a wildcard took


def _cost(node: Node) -> tuple[int, int]:
    return node.size, node.depth


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


def _is_application(tree: Node) -> bool:
    """Whether a pattern applies a wildcard to `arg1`: what that makes depends on what the wildcard takes."""
    if tree.symbol != "invoke1":
        return False
    function, argument = tree.children
    return function.symbol.startswith(_WILD) and argument == _ARGUMENT


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
