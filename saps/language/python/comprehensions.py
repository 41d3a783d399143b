"""Comprehensions: lists that are only gone through are not made, and those of constants are written out."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence

from saps.language.python.failures import Ranges
from saps.language.python.renaming import renamed
from saps.language.python.syntax import call, is_call, same

_Comprehension = ast.ListComp | ast.GeneratorExp | ast.SetComp


def _merged(node: _Comprehension, known: Ranges) -> ast.expr | None:
    """`for x in [y for y in ys if p]` is `for y in ys if p`; no list is needed to go through one."""
    for place, one in enumerate(node.generators):
        match one:
            case ast.comprehension(target, ast.Call(ast.Name("list"), [inner]), tests):
                made = ast.comprehension(target, inner, tests, 0)
            case ast.comprehension(
                ast.Name(new) as target,
                ast.ListComp(ast.Name(old), [ast.comprehension(ast.Name(name), items, first)]),
                tests,
            ) if old == name:
                made = ast.comprehension(target, items, [*(renamed(t, {old: new}) for t in first), *tests], 0)
            case _:
                continue
        generators = [*node.generators[:place], made, *node.generators[place + 1 :]]
        return type(node)(node.elt, generators)
    return None


def _one_test(node: _Comprehension, known: Ranges) -> ast.expr | None:
    """`if p if q` is `if p and q`."""
    if all(len(one.ifs) < 2 for one in node.generators):
        return None
    generators = [
        ast.comprehension(
            one.target, one.iter, [ast.BoolOp(ast.And(), one.ifs)] if one.ifs[1:] else one.ifs, 0
        )
        for one in node.generators
    ]
    return type(node)(node.elt, generators)


def _pieces(node: ast.ListComp, known: Ranges) -> ast.expr | None:
    """The pieces of a constant."""
    match node:
        case ast.ListComp(
            ast.Name(name),
            [ast.comprehension(ast.Name(target), ast.Call(ast.Attribute(text, "split"), [sign]), [test])],
        ) if name == target and isinstance(test, ast.Name) and test.id == name:
            if not (isinstance(text, ast.Constant) and isinstance(sign, ast.Constant) and sign.value):
                return None
            pieces = [piece for piece in str(text.value).split(str(sign.value)) if piece]
            if len(pieces) > 2 and all(len(piece) == 1 for piece in pieces):
                return call("list", ast.Constant("".join(pieces)))
            return ast.List([ast.Constant(piece) for piece in pieces])
    return None


def _copied(node: ast.ListComp, known: Ranges) -> ast.expr | None:
    """`[x for x in a]` and `[a[x] for x in range(len(a))]` are `list(a)`."""
    match node:
        case ast.ListComp(ast.Name(name), [ast.comprehension(ast.Name(target), items, [])]) if name == target:
            return call("list", items)
        case ast.ListComp(
            ast.Subscript(items, ast.Name(name)), [ast.comprehension(ast.Name(target), through, [])]
        ):
            if name == target and is_call(through, "range") and _goes_through(through, items):
                return call("list", items)
    return None


def _joined(node: ast.Call, known: Ranges) -> ast.expr | None:
    """`''.join(s[x] for x in range(1, len(s)))` is `s[1:]`."""
    match node:
        case ast.Call(
            ast.Attribute(ast.Constant(value=""), "join"),
            [
                ast.GeneratorExp(
                    ast.Subscript(text, ast.Name(name)), [ast.comprehension(ast.Name(target), items, [])]
                )
            ],
        ) if name == target:
            return _part(text, items)
    return None


def _part(text: ast.expr, places: ast.expr) -> ast.expr | None:
    """The part of a string that is at certain positions, where they are surely within."""
    match places:
        case ast.Call(ast.Name("range"), [*first, stop]) if len(first) < 2:
            low = first[0] if first else None
        case _:
            return None
    match low:
        case None | ast.Constant(value=int()) | ast.Call(ast.Name("max"), [ast.Constant(value=int()), _]):
            pass
        case _:
            return None
    match stop:
        case ast.Call(ast.Name("len"), [own]) if same(own, text):
            return ast.Subscript(text, ast.Slice(low, None, None))
        case ast.Call(ast.Name("min"), [ast.Constant(value=int()) as high, ast.Call(ast.Name("len"), [own])]):
            return ast.Subscript(text, ast.Slice(low, high, None)) if same(own, text) else None
    return None


def _goes_through(through: ast.expr, items: ast.expr) -> bool:
    match through, items:
        case ast.Call(_, [ast.Constant(value=size)]), ast.Constant(value=str(text)):
            return bool(size == len(text))
        case ast.Call(_, [ast.Call(ast.Name("len"), [own])]), _:
            return same(own, items)
    return False


_BOTH = [_merged, _one_test]
COMPREHENSIONS: Mapping[type[ast.expr], Sequence[Callable[..., ast.expr | None]]] = {
    ast.ListComp: [*_BOTH, _pieces, _copied],
    ast.GeneratorExp: _BOTH,
    ast.SetComp: _BOTH,
    ast.Call: [_joined],
}
