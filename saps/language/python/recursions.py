"""Lambdas that call themselves: functions of their own, to which what they take from around is handed on."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from saps.language.errors import ProgramTypeError
from saps.language.python.kinds import FUNCTION, INTEGER, Kind, annotation, joined, result_kind
from saps.language.python.syntax import Code, call, function
from saps.language.typecheck import Binder, Parameter, Recursion, Typed

if TYPE_CHECKING:
    from saps.language.python.emitter import Emitter


@dataclass
class Loop:
    """A function that calls itself, while it is written."""

    name: str
    kinds: list[Kind]
    result: Kind = INTEGER
    handed: dict[str, str] = field(default_factory=dict)
    """Names from around it that it takes as well, with their annotations."""

    def call(self, given: Sequence[Code]) -> Code:
        handed = map(ast.Name, self.handed)
        return Code(call(self.name, *(one.expression for one in given), *handed), self.result)

    def copy(self) -> Loop:
        return Loop(self.name, list(self.kinds), self.result, self.handed)


def recursion(emitter: Emitter, lambda_: Typed, binder: Binder, given: list[Code]) -> Code:
    """A call of a lambda that calls itself.

    Written until the kinds of its parameters and of its result are those of all its calls. One that uses
    nothing from around it is written once, however often it stands in the program.
    """
    body = lambda_.children[0]
    captured = _captured(body, binder)
    key = lambda_.node, tuple(one.kind for one in given)
    if not captured and key in emitter.written:
        return emitter.written[key].call(given)
    if emitter.is_function(body):
        raise ProgramTypeError("a function that makes functions by calling itself has no Python here")
    loop = emitter.loops[binder] = Loop(emitter.names.fresh("go"), [one.kind for one in given])
    loop.result = result_kind(lambda_, INTEGER)
    loop.handed = emitter.handed([emitter.values[one].expression for one in captured])
    written = len(emitter.functions)
    params = [emitter.fresh(kind) for kind in loop.kinds]
    while True:
        del emitter.functions[written:]
        before = loop.result, list(loop.kinds)
        for place, (param, kind) in enumerate(zip(params, loop.kinds, strict=True)):
            emitter.kinds[param] = kind
            emitter.values[binder, place] = Code(ast.Name(param), kind)
        with emitter.lazy():
            made = emitter.code(body)
        loop.result = joined(loop.result, made.kind)
        if before == (loop.result, loop.kinds):
            break
    own = list(zip(params, map(annotation, loop.kinds), strict=True))
    body_ = [ast.Return(made.expression)]
    emitter.functions.append(function(loop.name, [*own, *loop.handed.items()], body_, loop.result))
    if not captured:
        emitter.written[key] = loop
    return loop.call(given)


def recur(emitter: Emitter, meaning: Recursion, given: list[Code]) -> Code:
    """A lambda's call of itself."""
    loop = emitter.loops[meaning.binder]
    if not given:
        return Code(ast.Name(loop.name), FUNCTION)
    loop.kinds = [joined(kind, one.kind) for kind, one in zip(loop.kinds, given, strict=True)]
    return loop.call(given)


def _captured(body: Typed, binder: Binder) -> list[tuple[Binder, int]]:
    """The parameters of lambdas around one that stand in its body."""
    parts = list(_parts(body))
    inside = {binder, *(part.meaning for part in parts if isinstance(part.meaning, Binder))}
    params = [part.meaning for part in parts if isinstance(part.meaning, Parameter)]
    return list(dict.fromkeys((one.binder, one.index) for one in params if one.binder not in inside))


def _parts(typed: Typed) -> Iterator[Typed]:
    yield typed
    for child in typed.children:
        yield from _parts(child)
