"""Calls of primitives that make or take lists, strings and dictionaries."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from saps.language.python.kinds import (
    INTEGER,
    NUMBER,
    STR,
    Kind,
    annotation,
    element,
    joined,
    kind_of,
    list_of,
)
from saps.language.python.reductions import reduction
from saps.language.python.syntax import Code, call, each, expression, whole
from saps.language.typecheck import Typed

if TYPE_CHECKING:
    from saps.language.python.emitter import Emitter, Part


def on(emitter: Emitter, function: Part, given: Sequence[Part], now: bool = False) -> Code:
    """A function's application; `now` as `apply` has it."""
    if isinstance(function, Typed):
        return emitter.apply(function, given, now)
    return Code(ast.Call(function.expression, [emitter.code(one).expression for one in given], []), NUMBER)


def _map(emitter: Emitter, given: Sequence[Part], typed: Typed) -> Code:
    items = emitter.code(given[0])
    name = emitter.each(items)
    made = emitter.short(on(emitter, given[1], [Code(ast.Name(name), element(items.kind))]))
    return Code(ast.ListComp(made.expression, [each(name, items)]), list_of(made.kind))


def _filter(emitter: Emitter, given: Sequence[Part], typed: Typed) -> Code:
    items = emitter.code(given[0])
    name = emitter.each(items)
    test = emitter.short(on(emitter, given[1], [Code(ast.Name(name), element(items.kind))])).expression
    return Code(ast.ListComp(ast.Name(name), [each(name, items, test)]), items.kind)


def _reduce(emitter: Emitter, given: Sequence[Part], typed: Typed) -> Code:
    items, start = emitter.code(given[0]), emitter.code(given[1])
    kind = start.kind
    for _ in range(3):
        name = emitter.each(items)
        total = emitter.names.fresh("acc")
        emitter.kinds[total] = kind
        one = Code(ast.Name(name), element(items.kind))
        made = on(emitter, given[2], [Code(ast.Name(total), kind), one])
        wider = joined(kind, made.kind)
        if wider == kind:
            break
        kind = wider
    return reduction(emitter, (total, name), items, start, Code(made.expression, kind))


def _range(emitter: Emitter, given: Sequence[Part], typed: Typed) -> Code:
    bounds = [whole(code) for code in map(emitter.code, given)]
    return Code(call("list", call("range", *bounds)), list_of(INTEGER))


def _head(emitter: Emitter, given: Sequence[Part], typed: Typed) -> Code:
    one = emitter.code(given[0])
    return Code(emitter.put("a[0]", [one]), element(one.kind))


def _deref(emitter: Emitter, given: Sequence[Part], typed: Typed) -> Code:
    items, place = map(emitter.code, given)
    template = "a[b]" if emitter.is_natural(place) else "at(a, b)"
    return Code(emitter.put(template, [items, place]), element(items.kind))


def _slice(emitter: Emitter, given: Sequence[Part], typed: Typed) -> Code:
    items, low, high = map(emitter.code, given)
    if not (low.kind == high.kind == INTEGER):
        template = "part(a, b, c)"
    elif isinstance(low.expression, ast.Constant) and low.expression.value == 0:
        template = "a[:c]"
    else:
        template = "a[b:c]" if emitter.is_natural(low) else "a[max(b, 0):c]"
    return Code(emitter.put(template, [items, low, high]), items.kind)


def _append(emitter: Emitter, given: Sequence[Part], typed: Typed) -> Code:
    items, one = map(emitter.code, given)
    return Code(emitter.put("[*a, b]", [items, one]), joined(items.kind, list_of(one.kind)))


def _character(emitter: Emitter, given: Sequence[Part], typed: Typed) -> Code:
    place, text = map(emitter.code, given)
    return Code(emitter.put("b[a]", [Code(whole(place), INTEGER), text]), STR)


def _split(emitter: Emitter, given: Sequence[Part], typed: Typed) -> Code:
    return Code(emitter.put("[piece for piece in a.split(b) if piece]", given), list_of(STR))


def _empty(emitter: Emitter, given: Sequence[Part], typed: Typed) -> Code:
    kind = kind_of(typed.type)
    return Code(expression(f"{annotation(kind)}()"), kind)


def _insert(emitter: Emitter, given: Sequence[Part], typed: Typed) -> Code:
    known, key, value = map(emitter.code, given)
    kind = joined(known.kind, Kind("dict", (key.kind, value.kind)))
    return Code(emitter.put("{**a, b: c}", [known, key, value]), kind)


def _keys(emitter: Emitter, given: Sequence[Part], typed: Typed) -> Code:
    known = emitter.code(given[0])
    return Code(emitter.put("sorted(a)", [known]), list_of(element(known.kind)))


MAKERS: dict[str, Callable[[Emitter, Sequence[Part], Typed], Code]] = {
    "map": _map, "filter": _filter, "reduce": _reduce, "range": _range, "head": _head, "deref": _deref,
    "int-deref": _deref, "slice": _slice, "append": _append, "str_index": _character, "str_split": _split,
    "array-new": _empty, "dict-new": _empty, "dict-insert": _insert, "dict-keys": _keys,
}  # fmt: skip
