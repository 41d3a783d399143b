"""Other names for what code binds, without changing what it does."""

from __future__ import annotations

import ast
import copy
from collections.abc import Mapping
from typing import TypeVar

from saps.language.python.syntax import bound, used

Tree = TypeVar("Tree", bound=ast.AST)


def renamed(code: Tree, names: Mapping[str, str]) -> Tree:
    """A copy with other names."""
    result: Tree = _Renamed(names).visit(copy.deepcopy(code))
    return result


def plainly_named(code: Tree) -> Tree:
    """The same, what it binds called `x` rather than `x3` where nothing else is called so."""
    brought = dict.fromkeys(bound([code]))
    taken = used([code]).keys() - brought.keys()
    names: dict[str, str] = {}
    for old in brought:
        base = old.rstrip("0123456789")
        number, new = 1, base
        while new in taken:
            number += 1
            new = f"{base}{number}"
        taken.add(new)
        names[old] = new
    return renamed(code, names)


class _Renamed(ast.NodeTransformer):
    def __init__(self, names: Mapping[str, str]) -> None:
        self.names = names

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return ast.Name(self.names.get(node.id, node.id))

    def visit_arg(self, node: ast.arg) -> ast.arg:
        return ast.arg(self.names.get(node.arg, node.arg), node.annotation)
