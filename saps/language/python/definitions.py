"""Calls of definitions, by the templates that their `py` lines are."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

from saps.language.definition import Definition
from saps.language.python.kinds import (
    INTEGER,
    NUMBER,
    Kind,
    element,
    is_whole,
    joined,
    kinds_of_variables,
    parameter_kinds,
    result_kind,
    with_variables,
)
from saps.language.python.primitives import settled
from saps.language.python.syntax import Code, is_call, same
from saps.language.python.templates import filled, parsed
from saps.language.tree import Node
from saps.language.type_system import TypeConstructor, TypeVariable, parse_type
from saps.language.typecheck import Typed

if TYPE_CHECKING:
    from saps.language.python.emitter import Emitter, Part


class Unfit(Exception):
    """A definition's template says something else for these values; its name is the argument."""


def define(emitter: Emitter, definition: Definition, given: Sequence[Part], call: Typed) -> Code:
    """A definition's call. Raises Unfit."""
    assert definition.python is not None
    parts = dict(zip((name for name, _ in definition.params), given, strict=True))
    functions = {
        name: part for name, part in parts.items() if isinstance(part, Typed) and emitter.is_function(part)
    }
    codes = {name: emitter.code(part) for name, part in parts.items() if name not in functions}
    if "abs(" in definition.python:
        codes = {name: settled(emitter, code) for name, code in codes.items()}
    codes = _own_extreme(definition, codes)
    whole = all(is_whole(code.kind) for code in codes.values())
    fit = _hashed(definition, codes.values()) and _of_one_kind(definition, codes.values())
    if not (whole or _exact(definition)) or not fit:
        raise Unfit(definition.name)
    whole = whole and not gives_fractions(definition.body)
    number = INTEGER if whole else NUMBER
    results = {name: _applied_kind(emitter.copy(), part, number) for name, part in functions.items()}
    whole = whole and all(map(is_whole, results.values()))
    again = _looped(definition)
    codes = {name: emitter.once(code) if name in again else code for name, code in codes.items()}
    values = {name: code.expression for name, code in codes.items()}
    values |= {
        name: emitter.as_lambda(part) for name, part in functions.items() if name in _alone(definition)
    }
    applying = {name: _applying(emitter, part, number) for name, part in functions.items()}
    made = filled(definition.python, values, applying, emitter.names)
    kinds = {name: code.kind for name, code in codes.items()}
    return Code(made, _made_kind(definition, kinds, results, result_kind(call, INTEGER if whole else NUMBER)))


def _made_kind(
    definition: Definition, given: Mapping[str, Kind], results: Mapping[str, Kind], otherwise: Kind
) -> Kind:
    """The kind of what comes of arguments of some kinds, and of functions' results: their own where the types
    say so."""
    variables: dict[str, TypeVariable] = {}
    found: dict[TypeVariable, Kind] = {}
    for name, text in definition.params:
        kind = parse_type(text, variables)
        if name in results and isinstance(kind, TypeConstructor):
            known = kinds_of_variables(kind.args[1], results[name])
        else:
            known = kinds_of_variables(kind, given[name])
        for variable, one in known:
            found[variable] = joined(found[variable], one) if variable in found else one
    return with_variables(parse_type(definition.result, variables), found, otherwise)


def _applied_kind(emitter: Emitter, function: Typed, number: Kind) -> Kind:
    """The kind of what a function makes of arguments whose numbers are `number`s."""
    kinds = parameter_kinds(function.type, number)
    return emitter.apply(function, [Code(ast.Name("_"), kind) for kind in kinds]).kind


def _applying(emitter: Emitter, part: Typed, number: Kind) -> Callable[[list[ast.expr]], ast.expr]:
    """What a template's application of a function is written as."""
    kinds = parameter_kinds(part.type, number)

    def apply(args: list[ast.expr]) -> ast.expr:
        given = [Code(arg, kind) for arg, kind in zip(args, kinds, strict=True)]
        for arg, kind in given:
            if isinstance(arg, ast.Name):
                emitter.kinds.setdefault(arg.id, kind)
        return emitter.short(emitter.apply(part, given)).expression

    return apply


def _exact(definition: Definition) -> bool:
    """Whether a template holds for numbers with a fraction as well: one that counts or takes digits does
    not."""
    code = definition.python or ""
    numbers = any(kind == "int" for _, kind in definition.params)
    return not numbers and not any(sign in code for sign in ("range(", "//", "str(", "math.prod"))


def _hashed(definition: Definition, given: Iterable[Code]) -> bool:
    """Whether what a template puts into a dictionary can be a key: lists cannot."""
    keyed = any(name in (definition.python or "") for name in ("fromkeys", "set("))
    return not keyed or not any(element(code.kind).parts for code in given)


_SOUGHT = (".index(", ".count(")


def _of_one_kind(definition: Definition, given: Iterable[Code]) -> bool:
    """Whether what a template looks for in a list is of the kind that the list holds."""
    if not any(name in (definition.python or "") for name in _SOUGHT):
        return True
    elements = {element(code.kind) if code.kind.parts else code.kind for code in given}
    return len(elements) == 1


def _own_extreme(definition: Definition, given: Mapping[str, Code]) -> dict[str, Code]:
    """`a.index(max(a))`: no default is needed where the list is searched that the largest is of."""
    codes = dict(given)
    if ".index(" in (definition.python or ""):
        lists = [code for code in codes.values() if code.kind.parts]
        for name, code in codes.items():
            expression = code.expression
            if isinstance(expression, ast.Call) and _has_default(expression):
                own = [one for one in lists if same(one.expression, expression.args[0])]
                if own:
                    extreme = ast.Call(expression.func, expression.args, [])
                    codes[name] = Code(extreme, element(own[0].kind))
    return codes


def _has_default(code: ast.Call) -> bool:
    return is_call(code, "min", "max") and [keyword.arg for keyword in code.keywords] == ["default"]


@cache
def _looped(definition: Definition) -> frozenset[str]:
    """The parameters that a template looks at for each element of something."""
    inside: set[str] = set()
    for node in ast.walk(parsed(definition.python or "")):
        if isinstance(node, ast.ListComp | ast.GeneratorExp):
            parts = [node.elt, *(test for one in node.generators for test in one.ifs)]
            parts += [one.iter for one in node.generators[1:]]
            inside |= {n.id for part in parts for n in ast.walk(part) if isinstance(n, ast.Name)}
    return frozenset(inside)


@cache
def _alone(definition: Definition) -> frozenset[str]:
    """The parameters that a template hands on as values."""
    assert definition.python is not None
    code = parsed(definition.python)
    called = {id(node.func) for node in ast.walk(code) if isinstance(node, ast.Call)}
    return frozenset(n.id for n in ast.walk(code) if isinstance(n, ast.Name) and id(n) not in called)


_FRACTIONS = frozenset(("sqrt", "pow", "inf"))


def gives_fractions(body: Node) -> bool:
    """Whether a plain program over whole numbers may give others."""
    return any(node.symbol in _FRACTIONS or _is_fraction(node.symbol) for node in body)


def _is_fraction(symbol: str) -> bool:
    return symbol.lstrip("-")[:1].isdigit() and not symbol.lstrip("-").isdigit()
