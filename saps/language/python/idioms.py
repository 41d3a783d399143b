"""Code made as a Python programmer would write it, without changing what it does."""

from __future__ import annotations

import ast

_CONSUMERS = frozenset(("sum", "any", "all", "min", "max", "sorted", "set", "list", "len", "tuple"))
"""Functions that take any iterable, so that no list is needed for them."""
_PURE = frozenset(
    "len sum min max abs any all sorted set list str zip range enumerate list reversed is_prime map".split()
)
"""Functions that never fail on what they are given here."""


def idiomatic(code: ast.expr) -> ast.expr:
    """The same, shorter."""
    before = ""
    while (now := ast.unparse(ast.fix_missing_locations(code))) != before:
        before = now
        code = _Idioms().visit(code)
    return plainly_named(code)


class _Idioms(ast.NodeTransformer):
    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if name in _CONSUMERS and len(node.args) == 1:
            (inner,) = node.args
            if isinstance(inner, ast.ListComp) and name not in ("len", "list"):
                if name in ("any", "all") and can_fail(inner.elt):
                    return node  # it would stop before what fails
                node.args = [ast.GeneratorExp(inner.elt, inner.generators)]
            elif isinstance(inner, ast.GeneratorExp) and name in ("any", "all") and can_fail(inner.elt):
                node.args = [ast.ListComp(inner.elt, inner.generators)]
            elif name != "list" and (iterated := _listed(inner)) is not None:
                node.args = [iterated]
            elif name == "list" and isinstance(inner, ast.Call) and _named(inner, "list"):
                return inner
        if name == "max" and len(node.args) == 2 and ast.unparse(node.args[1]) == "0":
            (first, _) = node.args
            if isinstance(first, ast.Constant) and isinstance(first.value, int):
                return first  # a sign makes it a UnaryOp
        if isinstance(node.func, ast.Attribute) and node.func.attr == "join" and len(node.args) == 1:
            (inner,) = node.args
            if isinstance(inner, ast.ListComp):
                node.args = [ast.GeneratorExp(inner.elt, inner.generators)]
            elif (iterated := _listed(inner)) is not None:
                node.args = [iterated]
        return node

    def visit_ListComp(self, node: ast.ListComp) -> ast.expr:
        self.generic_visit(node)
        _merge(node)
        first = node.generators[0]
        plain = len(node.generators) == 1 and not first.ifs and isinstance(first.target, ast.Name)
        if plain and isinstance(node.elt, ast.Name) and node.elt.id == first.target.id:  # type: ignore[attr-defined]
            return ast.Call(ast.Name("list"), [first.iter], [])
        return node

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> ast.expr:
        self.generic_visit(node)
        _merge(node)
        return node

    def visit_Lambda(self, node: ast.Lambda) -> ast.expr:
        self.generic_visit(node)
        call = node.body
        names = [ast.dump(ast.Name(arg.arg)) for arg in node.args.args]
        plain = isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and not call.keywords
        if plain and list(map(ast.dump, call.args)) == names:  # type: ignore[attr-defined]
            return call.func  # type: ignore[attr-defined, no-any-return]
        return node

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.expr:
        self.generic_visit(node)
        inner = node.operand
        if isinstance(node.op, ast.Not) and isinstance(inner, ast.Compare) and len(inner.ops) == 1:
            opposite = _OPPOSITE.get(type(inner.ops[0]))
            if opposite is not None:
                return ast.Compare(inner.left, [opposite()], inner.comparators)
        if isinstance(node.op, ast.Not) and isinstance(inner, ast.UnaryOp) and isinstance(inner.op, ast.Not):
            return inner.operand
        return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        self.generic_visit(node)
        if isinstance(node.op, ast.BitAnd | ast.BitOr) and not can_fail(node.right):
            both = isinstance(node.op, ast.BitAnd)
            return ast.BoolOp(ast.And() if both else ast.Or(), [node.left, node.right])
        return node


_OPPOSITE: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.In: ast.NotIn,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
}


def _named(call: ast.Call, name: str) -> bool:
    return isinstance(call.func, ast.Name) and call.func.id == name and len(call.args) == 1


def _listed(code: ast.expr) -> ast.expr | None:
    """What a `list(...)` makes a list of."""
    return code.args[0] if isinstance(code, ast.Call) and _named(code, "list") else None


def _merge(node: ast.ListComp | ast.GeneratorExp) -> None:
    """`for x in [y for y in ys if p]` is `for y in ys if p`; no list is needed to go through one."""
    for place, inner in enumerate(node.generators):
        if (iterated := _listed(inner.iter)) is not None:
            inner.iter = iterated
        source = inner.iter
        if (
            isinstance(source, ast.ListComp | ast.GeneratorExp)
            and len(source.generators) == 1
            and isinstance(source.elt, ast.Name)
            and isinstance(source.generators[0].target, ast.Name)
            and source.elt.id == source.generators[0].target.id
            and isinstance(inner.target, ast.Name)
        ):
            within = source.generators[0]
            old, new = source.elt.id, inner.target.id
            tests = [_Renamed(old, new).visit(test) for test in within.ifs]
            node.generators[place] = ast.comprehension(inner.target, within.iter, tests + inner.ifs, 0)


class _Renamed(ast.NodeTransformer):
    def __init__(self, old: str, new: str) -> None:
        self.old, self.new = old, new

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return ast.Name(self.new) if node.id == self.old else node


def can_fail(code: ast.expr) -> bool:
    """Whether running it could raise an error."""
    for node in ast.walk(code):
        if isinstance(node, ast.Subscript) and not isinstance(node.slice, ast.Slice):
            return True
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div | ast.FloorDiv | ast.Mod | ast.Pow):
            divisor = node.right
            if not (isinstance(divisor, ast.Constant) and divisor.value):
                return True
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else ""
            method = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            if name not in _PURE and method not in _HARMLESS:
                return True
    return False


_HARMLESS = frozenset("upper lower join startswith endswith count isdigit isalpha replace swapcase".split())


def plainly_named(code: ast.expr) -> ast.expr:
    """The same, what it binds called `x` rather than `x3` where nothing else is called so."""
    used = {node.id for node in ast.walk(code) if isinstance(node, ast.Name)}
    bound: dict[str, None] = {}
    for node in ast.walk(code):
        if isinstance(node, ast.comprehension):
            bound |= {inner.id: None for inner in ast.walk(node.target) if isinstance(inner, ast.Name)}
        elif isinstance(node, ast.Lambda):
            bound |= {arg.arg: None for arg in node.args.args}
    taken = used - bound.keys()
    names: dict[str, str] = {}
    for old in bound:
        base = old.rstrip("0123456789")
        number, new = 1, base
        while new in taken:
            number += 1
            new = f"{base}{number}"
        taken.add(new)
        names[old] = new
    result: ast.expr = _AllRenamed(names).visit(code)
    return result


class _AllRenamed(ast.NodeTransformer):
    def __init__(self, names: dict[str, str]) -> None:
        self.names = names

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return ast.Name(self.names.get(node.id, node.id))

    def visit_arg(self, node: ast.arg) -> ast.arg:
        return ast.arg(self.names.get(node.arg, node.arg), node.annotation)
