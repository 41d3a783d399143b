"""An expression as a function's body: parts that stand twice, and those that make a line too long, by name.

Only what is worked out in any case gets a name, and a choice that is too long is an `if` with two `return`s.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Sequence

from saps.language.python.idioms import idiomatic
from saps.language.python.naming import Names
from saps.language.python.renaming import plainly_named, renamed
from saps.language.python.syntax import is_call, is_simple

WIDTH = 100
_WORTH = 16
"""Characters from which on a part is named that stands twice."""
_MOST = 400
"""Nodes of an expression beyond which names do not make it readable."""
_GONE_THROUGH = ("range", "enumerate", "zip", "pairwise", "iter")
_CALLED = {
    "sum": "total", "len": "count", "max": "largest", "min": "smallest", "sorted": "ordered", "join": "text",
    "str": "text", "reduce": "result", "set": "found",
}  # fmt: skip


def returned(code: ast.expr, names: Names, indent: int = 4) -> list[ast.stmt]:
    """The statements that give an expression's value."""
    room = WIDTH - indent - len("return ")
    if isinstance(code, ast.IfExp) and _width(code) > room:
        before, code = _parted(code, names, None)
        if isinstance(code, ast.IfExp):
            more, test = _parted(code.test, names, WIDTH - indent - len("if :"))
            one = returned(code.body, names, indent + 4)
            choice = ast.If(plainly_named(test), one, [])
            return [*before, *more, choice, *returned(code.orelse, names, indent)]
    else:
        before, code = _parted(code, names, room)
    return [*before, ast.Return(plainly_named(code))]


def assigned(name: str, code: ast.expr, names: Names, indent: int = 4) -> list[ast.stmt]:
    before, code = _parted(code, names, WIDTH - indent - len(f"{name} = "))
    return [*before, ast.Assign([ast.Name(name)], plainly_named(code), lineno=0)]


def defined(function: ast.FunctionDef, names: Names) -> ast.FunctionDef:
    """A function that the code defines, its expressions made idiomatic."""
    body: list[ast.stmt] = []
    for statement in function.body:
        match statement:
            case ast.Return(ast.expr() as value):
                body += returned(idiomatic(value), names, 8)
            case ast.AnnAssign(value=ast.expr() as value) | ast.Assign(value=value):
                statement.value = idiomatic(value)
                body.append(statement)
            case ast.For(body=[ast.Assign() as step]):
                statement.iter, step.value = idiomatic(statement.iter), idiomatic(step.value)
                body.append(statement)
    function.body = body
    return plainly_named(function)


def distinct(functions: Sequence[ast.FunctionDef]) -> tuple[list[ast.FunctionDef], dict[str, str]]:
    """Functions without those that do as one before them, and the names that stand for theirs."""
    kept: dict[str, ast.FunctionDef] = {}
    names: dict[str, str] = {}
    for function in functions:
        one = renamed(function, names)
        nameless = renamed(one, {one.name: "_"})
        nameless.name = "_"
        first = kept.setdefault(ast.unparse(ast.fix_missing_locations(nameless)), one)
        if first is not one:
            names[one.name] = first.name
    return list(kept.values()), names


def _parted(code: ast.expr, names: Names, room: int | None) -> tuple[list[ast.stmt], ast.expr]:
    """Assignments of an expression's parts, and what is left of it; where `room` is not said, of those only
    that stand twice."""
    before: list[ast.stmt] = []
    while (part := _to_name(code, room)) is not None:
        name = names.fresh(_name(part))
        before += assigned(name, part, names)
        code = _Replaced(part, name).visit(code)
    return before, code


def _to_name(code: ast.expr, room: int | None) -> ast.expr | None:
    """The part of an expression that should have a name next."""
    certain = [part for part in _certain(code) if part is not code and not _is_atom(part)]
    if not certain or sum(1 for _ in ast.walk(code)) > _MOST:
        return None
    widths = {id(part): _width(part) for part in certain}
    parts = (node for node in ast.walk(code) if isinstance(node, ast.expr) and not _is_atom(node))
    counts = Counter(map(_text, parts))
    twice = [part for part in certain if widths[id(part)] >= _WORTH and counts[_text(part)] > 1]
    if twice:
        return max(twice, key=lambda part: widths[id(part)])
    if room is None or _width(code) <= room:
        return None
    long = [part for part in certain if widths[id(part)] >= _WORTH]
    short = [part for part in long if widths[id(part)] <= WIDTH - _WORTH]
    if short:
        return max(short, key=lambda part: widths[id(part)])
    return min(long, key=lambda part: widths[id(part)], default=None)


def _text(code: ast.expr) -> str:
    """The same for parts that differ only in what they call what they bring in."""
    return ast.unparse(plainly_named(code))


def _width(code: ast.expr) -> int:
    return len(_text(code))


def _is_atom(code: ast.expr) -> bool:
    """Whether a part says more than a name would, or gives its elements only once."""
    no_value = ast.GeneratorExp | ast.Starred | ast.Lambda | ast.Attribute | ast.Slice | ast.UnaryOp
    constant = isinstance(code, ast.Subscript) and isinstance(code.value, ast.Constant)
    return is_simple(code) or constant or isinstance(code, no_value) or is_call(code, *_GONE_THROUGH)


def _certain(code: ast.AST | None) -> Iterator[ast.expr]:
    """The parts of an expression that are worked out in any case, itself included."""
    if not isinstance(code, ast.expr):
        return
    yield code
    inner: list[ast.AST | None]
    match code:
        case ast.Lambda():
            inner = []
        case ast.IfExp(test):
            inner = [test]
        case ast.BoolOp(_, values):
            inner = [values[0]]
        case ast.Compare(left, _, others):
            inner = [left, others[0]]
        case ast.ListComp() | ast.GeneratorExp() | ast.SetComp() | ast.DictComp():
            inner = [code.generators[0].iter]
        case ast.Call(function, given, keywords):
            called = [function.value] if isinstance(function, ast.Attribute) else []
            inner = [*called, *given, *(keyword.value for keyword in keywords)]
        case _:
            inner = list(ast.iter_child_nodes(code))
    for one in inner:
        yield from _certain(one)


def _name(code: ast.expr) -> str:
    match code:
        case ast.Call(ast.Name(name) | ast.Attribute(attr=name)):
            return _CALLED.get(name, "value")
        case ast.ListComp() | ast.List():
            return "items"
    return "value"


class _Replaced(ast.NodeTransformer):
    """A name in place of a part, wherever it stands."""

    def __init__(self, part: ast.expr, name: str) -> None:
        self.kind, self.text, self.name = type(part), _text(part), name

    def generic_visit(self, node: ast.AST) -> ast.AST:
        if isinstance(node, self.kind) and _text(node) == self.text:
            return ast.Name(self.name)
        return super().generic_visit(node)
