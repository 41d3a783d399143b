"""Code made as a Python programmer would write it, without changing what it does.

Each rule takes a node, with what is known of the ranges in the code, and gives another one, or none where it
says nothing of that node. They are applied from the leaves up until nothing changes.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from saps.language.python.comprehensions import COMPREHENSIONS
from saps.language.python.consumers import CALLS
from saps.language.python.failures import Ranges, ranges
from saps.language.python.logic import LOGIC
from saps.language.python.positions import POSITIONS

Rule: TypeAlias = Callable[[Any, Ranges], ast.expr | None]
_RULES: list[Mapping[type[ast.expr], Sequence[Rule]]] = [CALLS, COMPREHENSIONS, LOGIC, POSITIONS]


def idiomatic(code: ast.expr) -> ast.expr:
    """The same, shorter."""
    before = ""
    while (now := ast.unparse(ast.fix_missing_locations(code))) != before:
        before = now
        code = ast.parse(now, mode="eval").body  # no part of it stands in two places
        code = _Idioms(ranges(code)).visit(code)
    return code


class _Idioms(ast.NodeTransformer):
    def __init__(self, known: Ranges) -> None:
        self.known = known

    def generic_visit(self, node: ast.AST) -> ast.AST:
        super().generic_visit(node)
        for rules in _RULES:
            for rule in rules.get(type(node), ()) if isinstance(node, ast.expr) else ():
                made = rule(node, self.known)
                if made is not None:
                    return made
        return node
