"""What functions make of their arguments: lambdas, functions with an argument fixed, one after another."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from saps.language.definition import Definition
from saps.language.primitives import PARTIALS, Primitive
from saps.language.python.definitions import define
from saps.language.python.failures import can_fail
from saps.language.python.kinds import joined, result_kind
from saps.language.python.primitives import primitive
from saps.language.python.recursions import recur, recursion
from saps.language.python.syntax import Code, is_simple
from saps.language.typecheck import Binder, Parameter, Recursion, Typed

if TYPE_CHECKING:
    from saps.language.python.emitter import Emitter, Part


def apply(emitter: Emitter, function: Typed, given: Sequence[Part], now: bool = False) -> Code:
    """The code of a function's body with its arguments in place. `now` tells that this place is where the
    function is called, once; else it may be a loop."""
    meaning = function.meaning
    if isinstance(meaning, Binder):
        return _enter(emitter, function, meaning, [emitter.code(one) for one in given], now)
    if isinstance(meaning, Definition):
        return define(emitter, meaning, [*given, *function.children], function)
    if isinstance(meaning, Recursion) and not function.children:
        return recur(emitter, meaning, [emitter.code(one) for one in given])
    if isinstance(meaning, Primitive):
        children = function.children
        if not children:
            return primitive(emitter, meaning.name, given, function)
        if meaning.name in PARTIALS:
            place, fixed = PARTIALS[meaning.name], children[0]
            first = fixed if emitter.is_function(fixed) else emitter.once(emitter.code(fixed))
            return apply(emitter, children[1], [*given[:place], first, *given[place:]], now)
        if meaning.name == "combine":
            return apply(emitter, children[0], [apply(emitter, children[1], given, now)], now)
        if meaning.name == "if":
            test = emitter.code(children[0]).expression
            with emitter.lazy():
                one, other = (apply(emitter, child, given) for child in children[1:])
            return Code(ast.IfExp(test, one.expression, other.expression), joined(one.kind, other.kind))
        made = primitive(emitter, meaning.name, children, function)
    else:
        made = emitter.code(function)
    call = ast.Call(emitter.once(made).expression, [emitter.code(one).expression for one in given], [])
    return Code(call, result_kind(function))


def _enter(emitter: Emitter, function: Typed, binder: Binder, given: list[Code], now: bool) -> Code:
    """The body of a lambda with its arguments in place where they are used once, or are a name or a constant.

    Others get a name; where there is no place for one, the body is a function of its own."""
    if binder.self_uses:
        return recursion(emitter, function, binder, given)
    body = function.children[0]
    named: list[tuple[str, Code]] = []
    for place, value in enumerate(given):
        uses = _uses(body, binder, place)
        if uses > 1 or (uses == 0 and can_fail(value.expression)):
            value = emitter.once(value, any_=True) if now else value
            if not is_simple(value.expression):
                name = emitter.fresh(value.kind)
                named.append((name, value))
                value = Code(ast.Name(name), value.kind)
        emitter.values[binder, place] = value
    if now and not named:
        return emitter.code(body)
    with emitter.lazy():
        made = emitter.code(body)
    if not named:
        return made
    return emitter.define_function("f", named, [ast.Return(made.expression)], made.kind)


def _uses(body: Typed, binder: Binder, place: int) -> int:
    meaning = body.meaning
    own = isinstance(meaning, Parameter) and meaning.binder is binder and meaning.index == place
    return own + sum(_uses(child, binder, place) for child in body.children)
