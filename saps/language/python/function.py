"""A program as a Python function with types, a docstring, and what it needs from elsewhere."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import replace
from functools import cache

from saps.language.definition import Definition
from saps.language.library import Library, built_in
from saps.language.python.definitions import Unfit
from saps.language.python.emitter import Emitter
from saps.language.python.failures import can_fail
from saps.language.python.helpers import module
from saps.language.python.idioms import idiomatic
from saps.language.python.kinds import annotation, kind_of
from saps.language.python.layout import single_brackets, spaced
from saps.language.python.naming import python_name
from saps.language.python.renaming import renamed
from saps.language.python.statements import assigned, defined, distinct, returned
from saps.language.python.syntax import function, used
from saps.language.tree import Node, to_text
from saps.language.type_system import Type, concrete
from saps.language.typecheck import typed_calls


@cache
def _templates() -> dict[str, Definition]:
    """The definitions that have a Python template, their bodies in plain AlgoLisp."""
    known = built_in()
    return {
        one.name: replace(one, source=to_text(known.expander.plain(one).body))
        for one in known.values()
        if one.python is not None
    }


@cache
def _library(without: frozenset[str]) -> Library:
    return Library(one for name, one in _templates().items() if name not in without)


def python_function(program: Node, args: Mapping[str, Type], doc: str = "", name: str = "program") -> str:
    """The text of a Python module with one function that does what a plain program does.

    `args` are the program's arguments in the signature's order, `doc` the function's docstring. Division by
    zero, positions outside of a list and their like raise Python's errors. Raises ProgramTypeError.
    """
    kinds = {name: concrete(kind) for name, kind in args.items()}
    without: frozenset[str] = frozenset()
    while True:
        library = _library(without)
        typed = typed_calls(library.fold_one(program, args), kinds, library)
        emitter = Emitter([(name, kind_of(kind)) for name, kind in kinds.items()])
        try:
            made = emitter.code(typed.root)
        except Unfit as unfit:
            without |= {str(unfit)}
        else:
            break
    body: list[ast.stmt] = [ast.Expr(ast.Constant(doc))] if doc else []
    functions, names = distinct([defined(one, emitter.names) for one in emitter.functions])
    body += functions
    codes = [made.expression, *functions, *(value for _, value in emitter.locals)]
    for local, value in emitter.locals:
        if local in used(codes):
            body += assigned(local, idiomatic(renamed(value, names)), emitter.names)
        elif can_fail(value):
            body += assigned("_", idiomatic(renamed(value, names)), emitter.names)
    body += returned(idiomatic(renamed(made.expression, names)), emitter.names)
    params = [(python_name(one), annotation(kind_of(kind))) for one, kind in kinds.items()]
    main = function(name, params, body, made.kind)
    text = single_brackets(spaced(ast.unparse(ast.fix_missing_locations(ast.Module([main], [])))))
    return module(text, {node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)})
