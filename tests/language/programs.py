"""Random programs: well-typed ones, drawn type by type from the table of primitives, and any trees."""

from __future__ import annotations

import random
from typing import Any

from saps.language.definition import Definition
from saps.language.primitives import CONSTANTS, LAMBDAS, PRIMITIVES
from saps.language.tree import Node
from saps.language.type_system import (
    BOOL,
    INT,
    INT_ARRAY,
    INT_MATRIX,
    STRING,
    STRING_ARRAY,
    Type,
    TypeConstructor,
    TypeVariable,
    parameter_types,
    prune,
    resolve,
    show,
    undo,
    unify,
)
from saps.search.type_constraints import has_order

ARGS: dict[str, Type] = {
    "a": INT_ARRAY, "b": INT, "c": INT, "d": INT_MATRIX, "s": STRING, "t": BOOL, "w": STRING_ARRAY,
}  # fmt: skip
_ANY = (INT, INT, INT, BOOL, STRING, INT_ARRAY, STRING_ARRAY, INT_MATRIX)
_LEAVES: dict[Type, tuple[str, ...]] = {
    INT: ("0", "1", "2", "10", "3", "-2", "0.5", "inf", "40"),
    BOOL: ("true", "false"),
    STRING: ('""', '" "', '"z"', '"ab c"'),
}


_MAX_DRAWS = 300


class _DeadEnd(Exception):
    """No expression of this type was found."""


class _TooLong(Exception):
    """The search for a program of this kind goes on and on."""


_MAKERS: dict[str, list[str]] = {}
"""Primitives by the constructor of their result."""
for _primitive in PRIMITIVES.values():
    if isinstance(_primitive.scheme.result, TypeConstructor):
        _MAKERS.setdefault(_primitive.scheme.result.name, []).append(_primitive.name)
_GENERIC = [name for name in PRIMITIVES if not any(name in names for names in _MAKERS.values())]


_RISKY = ("deref", "int-deref", "str_index", "head")
"""They fail on most random values."""


class WellTyped:
    """Draws well-typed programs over the arguments ARGS."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.draws = 0
        self.ordered: list[Type] = []

    def program(self, depth: int = 5) -> Node:
        while True:
            self.draws, self.ordered = 0, []
            try:
                program = self.draw(self.random.choice(_ANY), {}, depth)
            except (_DeadEnd, _TooLong):
                continue
            if all(map(has_order, self.ordered)):
                return program

    def call_of(self, definition: Definition, scope: dict[str, Type]) -> tuple[Node, Type] | None:
        """A call of a definition with drawn arguments and its type; None where none were found."""
        params, result = definition.scheme(definition.arity).instantiate()
        self.draws = 0
        try:
            return Node(definition.name, [self.draw(param, scope, 2) for param in params]), result
        except (_DeadEnd, _TooLong):
            return None

    def draw(self, wanted: Type, scope: dict[str, Type], depth: int) -> Node:
        self.draws += 1
        if self.draws > _MAX_DRAWS:
            raise _TooLong
        wanted = prune(wanted)
        if isinstance(wanted, TypeVariable):
            choice = self.random.choice(_ANY)
            unify(wanted, choice, [])
            wanted = choice
        if depth <= 0 or self.random.random() < 0.12:
            leaf = self.leaf(wanted, scope)
            if leaf is not None:
                return leaf
        assert isinstance(wanted, TypeConstructor)
        if wanted.name == "func" and (depth <= 0 or self.random.random() < 0.6):
            return self.function(wanted, scope, depth)
        if depth <= 0:
            names = {"array": ["array-new"], "dict": ["dict-new"]}.get(wanted.name, [])
        else:
            names = list(_MAKERS.get(wanted.name, ())) + self.random.sample(_GENERIC, 3)
            self.random.shuffle(names)
            names.sort(key=lambda name: name in _RISKY and self.random.random() < 0.8)
        for name in names:
            node = self.call(name, wanted, scope, depth)
            if node is not None:
                return node
        raise _DeadEnd

    def leaf(self, wanted: Type, scope: dict[str, Type]) -> Node | None:
        fitting = [name for name, kind in {**ARGS, **scope}.items() if _fits(kind, wanted)] + list(
            _LEAVES.get(resolve(wanted), ())
        )
        if isinstance(wanted, TypeConstructor) and wanted.name == "func":
            some = self.random.sample(list(PRIMITIVES), 8)
            fitting += [name for name in some if _fits(PRIMITIVES[name].scheme.as_value(), wanted)]
        near = [name for name in fitting if name in scope]
        if near and self.random.random() < 0.7:
            fitting = near
        if not fitting:
            return None
        name = self.random.choice(fitting)
        kind = {**ARGS, **scope}.get(name)
        if kind is None and name in PRIMITIVES:
            kind = PRIMITIVES[name].scheme.as_value()
            if PRIMITIVES[name].ordered:
                assert isinstance(kind, TypeConstructor)
                self.ordered.append(next(iter(parameter_types(kind.args[0]))))
        if kind is not None:
            unify(kind, wanted, [])
        return Node(name)

    def call(self, name: str, wanted: Type, scope: dict[str, Type], depth: int) -> Node | None:
        params, result = PRIMITIVES[name].scheme.instantiate()
        trail: list[TypeVariable] = []
        if unify(result, wanted, trail):
            try:
                if name == "array-new" or name == "dict-new":
                    return Node(name, [self.type_symbol(param) for param in params])
                if PRIMITIVES[name].ordered:
                    self.ordered.append(params[0])
                return Node(name, [self.draw(param, scope, depth - 1) for param in params])
            except _DeadEnd:
                pass
        undo(trail)
        return None

    def type_symbol(self, kind: Type) -> Node:
        kind = prune(kind)
        assert isinstance(kind, TypeConstructor)
        inner = prune(kind.args[0])
        if isinstance(inner, TypeVariable):
            unify(inner, INT, [])
        text = show(kind.args[0])
        if not set(text) <= set("intbolsrgdc<>[],"):
            raise _DeadEnd
        return Node(text)

    def function(self, wanted: TypeConstructor, scope: dict[str, Type], depth: int) -> Node:
        params = tuple(parameter_types(wanted.args[0]))
        if len(params) not in (1, 2):
            raise _DeadEnd
        inner = {**scope, "arg1": params[0], "self": wanted}
        if len(params) == 2:
            inner["arg2"] = params[1]
        name = f"lambda{len(params)}"
        if len(params) == 1 and _fits(params[0], INT) and self.random.random() < 0.4:
            return Node(name, [self.recursion(wanted.args[1], inner, depth)])
        return Node(name, [self.draw(wanted.args[1], inner, depth - 1)])

    def recursion(self, result: Type, scope: dict[str, Type], depth: int) -> Node:
        """`(if (<= arg1 limit) base step)`, where the step has `(self (- arg1 1))` bound to an arg1."""
        unify(scope["arg1"], INT, [])
        base = self.draw(result, scope, depth - 3)
        smaller = Node("self", [Node(self.random.choice("-/"), [Node("arg1"), Node("2")])])
        with_result = {**scope, "arg1": result}
        del with_result["self"]
        step = self.draw(result, with_result, depth - 3)
        if self.random.random() < 0.5:
            step = Node("invoke1", [Node("lambda1", [step]), smaller])
        else:
            step = _replace(step, Node("arg1"), smaller)
        limit = self.random.choice(("0", "1", "2", "10"))
        return Node("if", [Node("<=", [Node("arg1"), Node(limit)]), base, step])

    def inputs(self) -> dict[str, Any]:
        """Values for ARGS, small, with edges among them."""
        draw = self.random
        some = (0, 1, 2, 3, -1, 7, 10, 0.5, draw.randint(-30, 30))
        numbers = [draw.choice(some) for _ in range(draw.randint(0, 5))]
        words = [draw.choice(("", "a", "ab", "z", "hello")) for _ in range(draw.randint(0, 4))]
        return {
            "a": numbers,
            "b": draw.choice((0, 1, 2, 5, -3, 20, 109, 2.0, 111)),
            "c": draw.randint(-2, 12),
            "d": [[draw.randint(0, 9) for _ in range(draw.randint(0, 3))] for _ in range(draw.randint(0, 3))],
            "s": " ".join(words),
            "t": draw.random() < 0.5,
            "w": words,
        }


def _replace(node: Node, old: Node, new: Node) -> Node:
    """All free occurrences of a parameter replaced."""
    if node == old:
        return new
    if node.symbol in LAMBDAS:
        return node
    return Node(node.symbol, [_replace(child, old, new) for child in node.children])


def _fits(kind: Type, wanted: Type) -> bool:
    trail: list[TypeVariable] = []
    fits = unify(kind, wanted, trail)
    undo(trail)
    return fits


_SYMBOLS = [
    *PRIMITIVES, *LAMBDAS, *CONSTANTS, *ARGS,
    "arg1", "arg2", "self", "17", "-0.5", '"{}"', "int[]", "dict<int,int>",
]  # fmt: skip


def any_tree(draw: random.Random, depth: int = 4) -> Node:
    """A tree of any symbols with any number of children: hardly ever well-typed."""
    if depth <= 1 or draw.random() < 0.3:
        return Node(draw.choice(_SYMBOLS))
    width = draw.choice((1, 1, 2, 2, 3))
    return Node(draw.choice(_SYMBOLS), [any_tree(draw, depth - 1) for _ in range(width)])
