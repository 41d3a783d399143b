"""Calls: what takes any iterable needs no list, and what is built in is called by its name."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence

from saps.language.python.failures import Ranges, can_fail
from saps.language.python.syntax import call, is_call

_CONSUMERS = frozenset(("sum", "any", "all", "min", "max", "sorted", "set", "len", "tuple", "enumerate"))
"""Functions that take any iterable, so that no list is needed for them."""


def _consumed(node: ast.Call, known: Ranges) -> ast.expr | None:
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    if name not in _CONSUMERS or len(node.args) != 1:
        return None
    (inner,) = node.args
    if (
        isinstance(inner, ast.ListComp | ast.GeneratorExp)
        and name in ("any", "all")
        and can_fail(inner, known)
    ):
        return _all_looked_at(name, inner)
    if isinstance(inner, ast.ListComp) and name not in ("len", "enumerate"):
        return ast.Call(node.func, [ast.GeneratorExp(inner.elt, inner.generators)], node.keywords)
    iterated = _listed(inner)
    return None if iterated is None else ast.Call(node.func, [iterated], node.keywords)


def _all_looked_at(name: str, inner: ast.ListComp | ast.GeneratorExp) -> ast.expr:
    """`any` and `all` would stop before what fails."""
    listed = ast.ListComp(inner.elt, inner.generators)
    if name == "any":
        return ast.Compare(ast.Constant(True), [ast.In()], [listed])
    return ast.Compare(ast.Constant(False), [ast.NotIn()], [listed])


def _joined(node: ast.Call, known: Ranges) -> ast.expr | None:
    match node:
        case ast.Call(ast.Attribute(attr="join"), [ast.ListComp(element, generators)]):
            return ast.Call(node.func, [ast.GeneratorExp(element, generators)], [])
        case ast.Call(ast.Attribute(attr="join"), [inner]) if (iterated := _listed(inner)) is not None:
            return ast.Call(node.func, [iterated], [])
    return None


def _built_in(node: ast.Call, known: Ranges) -> ast.expr | None:
    match node:
        case ast.Call(ast.Name("list"), [ast.Call(ast.Name("list"), [_]) as inner]):
            return inner
        case ast.Call(ast.Name("list"), [ast.ListComp() as inner]):
            return inner
        case ast.Call(
            ast.Name("set"), [ast.ListComp(element, generators) | ast.GeneratorExp(element, generators)]
        ):
            return ast.SetComp(element, generators)
        case ast.Call(ast.Name("reduce"), [step, ast.Call(ast.Name("list"), [items]), start]):
            return call("reduce", step, items, start)
        case ast.Call(ast.Name("range"), [ast.Constant(value=0), stop]):
            return call("range", stop)
        case ast.Call(ast.Name("max"), [ast.Constant(value=int()) as first, ast.Constant(value=0)]):
            return first  # a sign makes it a UnaryOp
        case ast.Call(ast.Name("len"), [ast.Constant(value=str(text))]):
            return ast.Constant(len(text))
        case ast.Call(ast.Name("abs"), [ast.Constant(value=int()) as number]):
            return number
    return None


def _sorted(node: ast.Call, known: Ranges) -> ast.expr | None:
    match node:
        case ast.Call(ast.Name("len"), [ast.Call(ast.Name("sorted"), [inner])]) if _is_sized(inner):
            return call("len", inner)
        case ast.Call(ast.Name("sorted" | "set"), [inner], []) if (keys := _keys(inner)) is not None:
            return ast.Call(node.func, [keys], node.keywords)
        case ast.Call(ast.Name("max" | "min" | "set"), [ast.Call(ast.Name("sorted"), [inner], [])], keywords):
            keyed = any(keyword.arg == "key" for keyword in keywords)  # of equal ones it is the first
            return None if keyed else ast.Call(node.func, [inner], keywords)
        case ast.Call(ast.Name("sorted"), [ast.Call(ast.Name("sorted"), [inner], [])], []):
            return ast.Call(node.func, [inner], node.keywords)
        case ast.Call(ast.Name("sorted"), [ast.Subscript(items, ast.Slice(None, None, step))], keywords):
            if not (isinstance(step, ast.UnaryOp) and ast.unparse(step) == "-1"):
                return None
            if not keywords:
                return call("sorted", items)
            if [keyword.arg for keyword in keywords] == ["key"]:  # equal ones the other way round
                turned = ast.keyword("reverse", ast.Constant(True))
                ordered = ast.Call(node.func, [items], [*keywords, turned])
                return ast.Subscript(ordered, ast.Slice(None, None, step))
    return None


def _is_sized(code: ast.expr) -> bool:
    return is_call(code, "set", "sorted", "list") or isinstance(code, ast.ListComp | ast.SetComp | ast.List)


def _keys(code: ast.expr) -> ast.expr | None:
    """The keys of a dictionary that is made for them, as a set."""
    match code:
        case ast.Call(ast.Attribute(ast.Name("dict"), "fromkeys"), [items, *_]):
            return call("set", items)
        case ast.DictComp(key, value, generators) if not can_fail(value):
            return ast.SetComp(key, generators)
    return None


def _listed(code: ast.expr) -> ast.expr | None:
    """What a `list(...)` makes a list of."""
    return code.args[0] if isinstance(code, ast.Call) and is_call(code, "list") and code.args else None


def _function(node: ast.Lambda, known: Ranges) -> ast.expr | None:
    """`lambda x: f(x)` is `f`."""
    names = [ast.dump(ast.Name(arg.arg, ast.Load())) for arg in node.args.args]
    match node.body:
        case ast.Call(ast.Name() as called, given, []) if list(map(ast.dump, given)) == names:
            return called
    return None


CALLS: Mapping[type[ast.expr], Sequence[Callable[..., ast.expr | None]]] = {
    ast.Call: [_built_in, _consumed, _joined, _sorted],
    ast.Lambda: [_function],
}
