"""Pieces of Python's syntax tree, and code with the kind of its value."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from saps.language.python.kinds import INTEGER, Kind, annotation


class Code(NamedTuple):
    """An expression, and the kind of its value."""

    expression: ast.expr
    kind: Kind


def expression(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def call(name: str, *given: ast.expr) -> ast.Call:
    return ast.Call(ast.Name(name), list(given), [])


def number(value: int) -> ast.expr:
    return ast.Constant(value) if value >= 0 else ast.UnaryOp(ast.USub(), ast.Constant(-value))


def each(name: str, items: Code, *tests: ast.expr) -> ast.comprehension:
    return ast.comprehension(ast.Name(name), items.expression, list(tests), 0)


def whole(code: Code) -> ast.expr:
    """A number as a position or a bound: cut toward zero where it may have a fraction."""
    return code.expression if code.kind == INTEGER else call("int", code.expression)


def arguments(names: Sequence[str], annotations: Sequence[str] | None = None) -> ast.arguments:
    kinds = [None] * len(names) if annotations is None else list(map(expression, annotations))
    return ast.arguments(
        posonlyargs=[],
        args=[ast.arg(name, kind) for name, kind in zip(names, kinds, strict=True)],
        kwonlyargs=[],
        kw_defaults=[],
        defaults=[],
    )


def function(
    name: str, params: Sequence[tuple[str, str]], body: Sequence[ast.stmt], result: Kind
) -> ast.FunctionDef:
    """`params` are names with annotations."""
    return ast.FunctionDef(
        name=name,
        args=arguments([one for one, _ in params], [kind for _, kind in params]),
        body=list(body),
        decorator_list=[],
        returns=expression(annotation(result)),
    )


def is_simple(code: ast.expr) -> bool:
    """Whether code may stand twice."""
    return isinstance(code, ast.Name | ast.Constant)


def is_call(code: ast.AST, *names: str) -> bool:
    """Whether code is a call of a function that has one of the names."""
    return isinstance(code, ast.Call) and isinstance(code.func, ast.Name) and code.func.id in names


def used(codes: Iterable[ast.AST]) -> dict[str, None]:
    """The names that stand in code, in order."""
    return {node.id: None for code in codes for node in ast.walk(code) if isinstance(node, ast.Name)}


def bound(codes: Iterable[ast.AST]) -> Iterator[str]:
    """The names that code brings in itself."""
    for node in (node for code in codes for node in ast.walk(code)):
        if isinstance(node, ast.comprehension | ast.For | ast.AnnAssign):
            yield from used([node.target])
        elif isinstance(node, ast.Assign):
            yield from used(node.targets)
        elif isinstance(node, ast.Lambda | ast.FunctionDef):
            yield from (arg.arg for arg in node.args.args)


def same(one: ast.AST, other: ast.AST) -> bool:
    return ast.unparse(one) == ast.unparse(other)
