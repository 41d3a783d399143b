"""Left folds: as a sum, a comprehension or the extreme where they are one, else `reduce` or a loop.

reduce(lambda acc, x: acc + x * x, a, 0)        sum(x * x for x in a)
reduce(lambda acc, s: acc + s.upper(), ws, '')  ''.join(s.upper() for s in ws)
reduce(lambda acc, x: [*acc, x + 1], a, [])     [x + 1 for x in a]
reduce(lambda acc, x: {**acc, x: 1}, a, {})     {x: 1 for x in a}
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from saps.language.python.failures import least
from saps.language.python.kinds import BOOL, INTEGER, STR, annotation, element
from saps.language.python.renaming import renamed
from saps.language.python.syntax import Code, arguments, call, each, expression, is_call, same, used

if TYPE_CHECKING:
    from saps.language.python.emitter import Emitter


def reduction(emitter: Emitter, names: tuple[str, str], items: Code, start: Code, step: Code) -> Code:
    """A fold. `names` are those of the value so far and of an element in the code of a step."""
    total, name = names
    made = _told(total, name, items, start.expression, step)
    if made is None:
        made = _flattened(emitter, names, items, start.expression, step)
    if made is not None:
        return Code(made, step.kind)
    params = [(total, Code(ast.Name(total), step.kind)), (name, Code(ast.Name(name), element(items.kind)))]
    function = ast.Lambda(arguments([total, name]), emitter.short(step, params).expression)
    made = call("reduce", function, items.expression, start.expression)
    if start.kind != step.kind:  # mypy takes the start's type for that of all values
        emitter.kinds[total] = step.kind
        return as_function(emitter, made)
    return Code(made, step.kind)


def is_reduce(code: ast.expr) -> bool:
    return is_call(code, "reduce")


def as_function(emitter: Emitter, reduce: ast.expr) -> Code:
    """A call of a function with a loop that does what a reduce does."""
    match reduce:
        case ast.Call(_, [ast.Lambda(ast.arguments(args=[total, name]), step), items, start]):
            kind = emitter.kinds[total.arg]
            if not kind.parts:
                first = start
            elif is_empty(start):
                first = ast.List([]) if kind.name == "list" else ast.Dict([], [])
            else:
                first = ast.List([ast.Starred(start)]) if kind.name == "list" else ast.Dict([None], [start])
            value = ast.Name(total.arg)
            through = items.args[0] if isinstance(items, ast.Call) and is_call(items, "list") else items
            loop = ast.For(ast.Name(name.arg), through, [ast.Assign([value], step, lineno=0)], [])
            begin: ast.stmt = ast.AnnAssign(value, expression(annotation(kind)), first, simple=1)
            if kind in (INTEGER, STR, BOOL):
                begin = ast.Assign([value], first, lineno=0)
            return emitter.define_function("fold", [], [begin, loop, ast.Return(value)], kind)
    raise AssertionError("a reduce takes a lambda here")


def is_empty(code: ast.expr) -> bool:
    """Whether code makes an empty list or dictionary of a type: `list[int]()`."""
    return isinstance(code, ast.Call) and isinstance(code.func, ast.Subscript) and not code.args


def _told(total: str, name: str, items: Code, start: ast.expr, step: Code) -> ast.expr | None:
    """What a fold is, if it has a name of its own."""
    through = [each(name, items)]
    match step.expression:
        case ast.BinOp(ast.Name(left), ast.Add(), value) if left == total and total not in used([value]):
            if isinstance(start, ast.Constant) and start.value == "":
                joined = ast.GeneratorExp(value, through)
                return ast.Call(ast.Attribute(ast.Constant(""), "join"), [joined], [])
            zero = isinstance(start, ast.Constant) and start.value == 0
            if zero and step.kind == INTEGER:  # `sum` rounds better than a fold does
                return call("sum", ast.GeneratorExp(value, through))
        case ast.List([ast.Starred(ast.Name(left)), value]) if left == total and is_empty(start):
            if total not in used([value]):
                return ast.ListComp(value, through)
        case ast.Dict([None, ast.expr() as key], [ast.Name(left), value]) if left == total and is_empty(
            start
        ):
            if total not in used([key, value]):
                if same(key, ast.Name(name)) and isinstance(value, ast.Constant):
                    return _from_keys(items.expression, value)
                return ast.DictComp(key, value, through)
        case ast.Call(ast.Name("min" | "max" as extreme), [one, other], []):
            if {ast.unparse(one), ast.unparse(other)} == {total, name}:
                return _extreme(extreme, items, start)
        case ast.IfExp(ast.Compare(left, [ast.Lt() | ast.Gt() as op], [right]), ast.Name(new), ast.Name(old)):
            if (new, old) == (name, total) and same(renamed(left, {name: total}), right):
                extreme = "min" if isinstance(op, ast.Lt) else "max"
                key = ast.Lambda(arguments([name]), left)
                if same(left, ast.Name(name)) or total in used([left]):
                    return None
                return ast.Call(ast.Name(extreme), [_all(start, items)], [ast.keyword("key", key)])
    return None


def _flattened(
    emitter: Emitter, names: tuple[str, str], items: Code, start: ast.expr, step: Code
) -> ast.expr | None:
    total, name = names
    match step.expression:
        case ast.BinOp(ast.Name(left), ast.Add(), value) if left == total and is_empty(start):
            if total not in used([value]):
                inner = Code(value, step.kind)
                one = emitter.each(inner)
                return ast.ListComp(ast.Name(one), [each(name, items), each(one, inner)])
    return None


def _from_keys(items: ast.expr, value: ast.expr) -> ast.expr:
    return ast.Call(ast.Attribute(ast.Name("dict"), "fromkeys"), [items, value], [])


def _all(start: ast.expr, items: Code) -> ast.expr:
    """The start and the elements; the elements only where the start is their first."""
    match start:
        case ast.Subscript(first, ast.Constant(value=0)) if same(first, items.expression):
            return items.expression
    return ast.List([start, ast.Starred(items.expression)])


def _extreme(extreme: str, items: Code, start: ast.expr) -> ast.expr:
    match items.expression:
        case ast.ListComp(element) if extreme == "max" and isinstance(start, ast.Constant):
            low = least(element, {})
            if low is not None and isinstance(start.value, int) and low >= start.value:
                return ast.Call(ast.Name("max"), [items.expression], [ast.keyword("default", start)])
    return call(extreme, _all(start, items))
