"""Templates: Python expressions in which the names of parameters stand for what is given for them.

    sum(1 for x in xs if p(x))

A parameter that is a function is applied, `p(x)`, and what it says is written there. Names that the template
brings in itself, `x`, get others where they are taken. As this builds on Python's own syntax trees, nothing
here has to know where brackets are needed.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from functools import cache

from saps.language.python.naming import Names

Apply = Callable[[list[ast.expr]], ast.expr]
"""What a function makes of the code of its arguments."""


@cache
def parsed(template: str) -> ast.expr:
    """Raises SyntaxError."""
    return ast.parse(template, mode="eval").body


class _Filler(ast.NodeTransformer):
    def __init__(self, values: Mapping[str, ast.expr], functions: Mapping[str, Apply], names: Names) -> None:
        self.values, self.functions, self.names = values, functions, names
        self.bound: dict[str, str] = {}

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id in self.bound:
            return ast.Name(self.bound[node.id])
        return self.values.get(node.id, node)

    def visit_Call(self, node: ast.Call) -> ast.expr:
        if isinstance(node.func, ast.Name) and node.func.id in self.functions:
            return self.functions[node.func.id]([self.visit(arg) for arg in node.args])
        self.generic_visit(node)
        return node

    def comprehension(self, node: ast.ListComp | ast.GeneratorExp | ast.SetComp) -> ast.expr:
        for inner in node.generators:
            inner.iter = self.visit(inner.iter)
            self.bind(inner.target)
            inner.ifs = [self.visit(test) for test in inner.ifs]
        node.elt = self.visit(node.elt)
        return node

    visit_ListComp = visit_GeneratorExp = visit_SetComp = comprehension

    def visit_Lambda(self, node: ast.Lambda) -> ast.expr:
        for arg in node.args.args:
            self.bound[arg.arg] = arg.arg = self.names.fresh(arg.arg)
        node.body = self.visit(node.body)
        return node

    def bind(self, target: ast.expr) -> None:
        for inner in ast.walk(target):
            if isinstance(inner, ast.Name):
                self.bound[inner.id] = inner.id = self.names.fresh(inner.id)


def filled(
    template: str, values: Mapping[str, ast.expr], functions: Mapping[str, Apply], names: Names
) -> ast.expr:
    """A template with code in place of its parameters."""
    copy = ast.parse(template, mode="eval").body
    result: ast.expr = _Filler(values, functions, names).visit(copy)
    return result
