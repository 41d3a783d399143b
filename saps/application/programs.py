"""The public face of the language: programs parsed, checked, run, explained and written in Python.

A program is a text in any spelling that the commands take, or a tree that `parse` made; it may call the
library's meanings.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from saps.application.requests import args_from_json, check_names
from saps.language import parser, typecheck
from saps.language.budget import DEFAULT_BUDGET, Budget
from saps.language.compiler import CompiledProgram, compile_program
from saps.language.errors import InputError
from saps.language.functions import Value
from saps.language.library import built_in
from saps.language.tree import Node
from saps.language.type_system import Type
from saps.language.typecheck import TypedProgram
from saps.language.values import read_inputs, to_json, type_of


class Signature(NamedTuple):
    """The types of a program, as they are written: `int`, `string[]`."""

    args: dict[str, str]
    return_type: str


def parse(program: str) -> Node:
    """A program as a tree. Raises ProgramSyntaxError with the place of a fault."""
    return parser.parse(program)


def check(program: str | Node, args: Mapping[str, str] | None = None) -> Signature:
    """A program's types. Raises SourceError (ProgramSyntaxError, ProgramTypeError, UnknownNameError) with the
    place of a fault, InputError for a type that does not exist."""
    typed = _typed(program, args)
    return Signature(*typed.types())


def run(program: str | Node, inputs: Mapping[str, Any] | None = None) -> Any:
    """A program's value for JSON values of its arguments.

    Raises what `check` does, InputError for inputs that do not fit or are not used, RunError where the run
    fails, BudgetError where it takes too long.
    """
    node = parse(program) if isinstance(program, str) else program
    return to_json(execute(node, None, dict(inputs or {})))


def execute(
    node: Node,
    args: dict[str, Type] | None,
    inputs: dict[str, Any],
    source: str | None = None,
    budget: Budget = DEFAULT_BUDGET,
) -> Value:
    """Type-check and run a program; without `args` the types of the inputs are taken.

    Raises what checking and running raise, InputError for inputs that do not fit or are not used.
    """
    check_names(inputs)
    if args is None:
        used = {one.symbol for one in node}
        args = {name: type_of(value, f"argument {name!r}") for name, value in inputs.items() if name in used}
    typed = typecheck.check(node, args, source, loose=True, library=built_in())
    return compile_program(typed).run(read_inputs(inputs, typed.args), budget)


def run_on(program: CompiledProgram, inputs: Mapping[str, Any]) -> Any:
    """A checked program's value for JSON values of its arguments, each of which is given. Raises InputError,
    RunError, BudgetError."""
    kinds = program.typed.args
    if inputs.keys() != kinds.keys():
        takes, given = (", ".join(names) or "none" for names in (kinds, inputs))
        raise InputError(f"expected the arguments {takes}; got {given}")
    return to_json(program.run(read_inputs(inputs, kinds)))


def explain(program: str | Node, args: Mapping[str, str] | None = None) -> str | None:
    """What a program computes, in English; None where there are no words for a part of it. Raises what
    `check` does."""
    from saps.corpus.generation import explanation

    typed = _typed(program, args)
    return explanation.explain(typed.node, typed.args)


def python(program: str | Node, args: Mapping[str, str] | None = None, doc: str = "") -> str:
    """A Python module with one typed function, `program`, that does the same. Raises what `check` does."""
    from saps.language.python import python_function

    typed = _typed(program, args)
    return python_function(typed.node, typed.args, doc)


def _typed(program: str | Node, args: Mapping[str, str] | None) -> TypedProgram:
    node = parse(program) if isinstance(program, str) else program
    return typecheck.check(node, args_from_json(args), library=built_in())
