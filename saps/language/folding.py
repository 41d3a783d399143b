"""The shortest way to say a plain program with a library: the inverse of expansion.

Each definition, with each number of arguments that it can be called with, is a pattern: its expansion with
wildcards for the arguments. A program is covered by patterns and primitives at the least number of symbols,
bottom up, as compilers select instructions (Aho, Ganapathi & Tjiang, "Code generation using tree matching and
dynamic programming", 1989). What a pattern's wildcards took is put back and expanded, and counts only if it
gives the same tree; so `expand(fold(p)) == p` holds by construction.

Where a pattern applies a wildcard, `(invoke1 ?p x)`, the program may hold what the function was written out
to, and the function is found again (`saps.language.abstraction`).
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Container, Iterator
from operator import itemgetter
from typing import NamedTuple, TypeAlias

from saps.language.abstraction import abstracted, spellings
from saps.language.definition import MAX_OPEN, Definition
from saps.language.errors import ProgramTypeError
from saps.language.expansion import Expander, applied_name, fill, handed_in, written_out
from saps.language.simplify import applied
from saps.language.tree import Node

_WILD = "?"
"""Starts a wildcard's symbol; no program's symbol does."""


class Pattern(NamedTuple):
    """What calls of a definition are written out as. `applied` are the wildcards that the tree applies."""

    definition: Definition
    tree: Node
    wildcards: tuple[str, ...]
    applied: frozenset[str]


_Stack: TypeAlias = "tuple[Node, _Stack] | None"
"""Trees that are still to be looked at, the next one first."""


class _Net:
    """All patterns at once, by their symbols in pre-order; what a wildcard stands for, or is applied to, is
    passed over, so what is found may fit. A discrimination net: McCune, "Experiments with discrimination-tree
    indexing and path indexing for term retrieval" (1992)."""

    __slots__ = ("anything", "patterns", "symbols")

    def __init__(self) -> None:
        self.symbols: dict[tuple[str, int], _Net] = {}
        self.anything: _Net | None = None
        self.patterns: list[tuple[int, Pattern]] = []

    def way(self, stack: _Stack) -> _Net:
        """The place behind the trees on the stack, which is made if it is new."""
        if stack is None:
            return self
        tree, rest = stack
        if tree.symbol.startswith(_WILD) or _applies(tree) is not None:
            if self.anything is None:
                self.anything = _Net()
            return self.anything.way(rest)
        return self.symbols.setdefault(_key(tree), _Net()).way(_pushed(tree, rest))

    def candidates(self, stack: _Stack) -> Iterator[Pattern]:
        """The patterns that the trees on the stack may fit."""
        if stack is None:
            for _, pattern in self.patterns:
                yield pattern
            return
        tree, rest = stack
        net = self.symbols.get(_key(tree))
        if net is not None:
            yield from net.candidates(_pushed(tree, rest))
        if self.anything is not None:
            yield from self.anything.candidates(rest)


def _key(tree: Node) -> tuple[str, int]:
    return tree.symbol, len(tree.children)


def _pushed(tree: Node, rest: _Stack) -> _Stack:
    for child in reversed(tree.children):
        rest = child, rest
    return rest


class Folder:
    """Covers programs with the definitions that were added. Of two that fit equally well the one with the
    lower `place` is taken, whichever was added first."""

    def __init__(self, expander: Expander) -> None:
        self.expander = expander
        self.net = _Net()

    def add(self, place: int, definition: Definition) -> None:
        for pattern in patterns(definition, self.expander):
            ending = self.net.way((pattern.tree, None))
            insort(ending.patterns, (place, pattern), key=itemgetter(0))

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
        for pattern in self.net.candidates((node, None)):
            values: dict[str, Node] = {}
            if not _match(pattern.tree, node, values):
                continue
            for given in self._choices(pattern, values, known):
                call = Node(pattern.definition.name, [self._cover(value, known) for value in given])
                if _cost(call) < _cost(best) and self._gives(pattern.definition, given, node):
                    best = call
        known[node] = best
        return best

    def _choices(
        self, pattern: Pattern, values: dict[str, Node], known: dict[Node, Node]
    ) -> Iterator[list[Node]]:
        """What the wildcards took; first with the applied ones as they are said in the shortest way."""
        taken = [values[name] for name in pattern.wildcards]
        shortest = [
            min(spellings(value), key=lambda spelling: _cost(self._cover(spelling, known)))
            if name in pattern.applied
            else value
            for name, value in zip(pattern.wildcards, taken, strict=True)
        ]
        yield shortest
        if shortest != taken:
            yield taken

    def _gives(self, definition: Definition, given: list[Node], node: Node) -> bool:
        try:
            return self.expander.apply(definition, given) == node
        except ProgramTypeError:
            return False  # a lambda would capture what a wildcard took


def _cost(node: Node) -> tuple[int, int]:
    return node.size, node.depth


def _applies(pattern: Node) -> str | None:
    """The wildcard that a pattern applies to something."""
    name = applied_name(pattern)
    return name if name is not None and name.startswith(_WILD) else None


def patterns(definition: Definition, expander: Expander) -> Iterator[Pattern]:
    """The patterns of a definition, one or two for each number of arguments that it can be called with."""
    names = [name for name, _ in definition.params]
    for given in range(max(0, definition.arity - MAX_OPEN), definition.arity + 1):
        wildcards = tuple(_WILD + name for name in names[definition.arity - given :])
        for tree in _forms(definition, wildcards, expander):
            if not tree.symbol.startswith(_WILD) and _applies(tree) is None:
                applies = frozenset(name for part in tree if (name := _applies(part)) is not None)
                yield Pattern(definition, tree, wildcards, applies)


def _forms(definition: Definition, wildcards: tuple[str, ...], expander: Expander) -> Iterator[Node]:
    """What a call with wildcards can be written out as, whatever is given for them."""
    names = [name for name, _ in definition.params]
    left = names[: len(names) - len(wildcards)]
    values = {name.removeprefix(_WILD): Node(name) for name in wildcards}
    plain = expander.plain(definition)
    for one in filter(None, (plain, plain.handing_always())):
        for form in (written_out(one, left, values), handed_in(one, left, values)):
            if form is not None:
                yield form


def _match(pattern: Node, node: Node, values: dict[str, Node]) -> bool:
    """Whether the pattern is the node with `values` for its wildcards, which are found on the way."""
    symbol = pattern.symbol
    if symbol.startswith(_WILD):
        return values.setdefault(symbol, node) == node
    name = _applies(pattern)
    if name is not None:
        trial = dict(values)
        if not _match_parts(pattern, node, trial):
            return _match_written_out(pattern, name, node, values)
        values |= trial
        return True
    return _match_parts(pattern, node, values)


def _match_parts(pattern: Node, node: Node, values: dict[str, Node]) -> bool:
    return (
        pattern.symbol == node.symbol
        and len(pattern.children) == len(node.children)
        and all(
            _match(one, other, values) for one, other in zip(pattern.children, node.children, strict=True)
        )
    )


def _match_written_out(pattern: Node, name: str, node: Node, values: dict[str, Node]) -> bool:
    """Whether the node is what the pattern's application of the wildcard `name` was written out to."""
    function, last = pattern.children
    args = [fill(arg, values) for arg in (*_fixed(function), last)]
    if any(part.symbol.startswith(_WILD) for arg in args for part in arg):
        return False  # not known yet what it is applied to
    if name in values:
        return applied(values[name], args) == node
    found = abstracted(node, args)
    if found is None:
        return False
    values[name] = found
    return True


def _fixed(function: Node) -> Iterator[Node]:
    """`x` of `(partial0 x ?p)`."""
    if function.children:
        yield function.children[0]
