"""Requests that people wrote down, each in several wordings, as tasks of a corpus.

A request is an object with the fields

    sentences  the wordings, which call the arguments by their names or leave all of them unnamed
    args       {name: type}
    program    in AlgoLisp; it may call the library
    examples   [{"input": {name: value}, "output": value}, ...], at least one
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from saps.corpus.generation.examples import TESTS, with_tests
from saps.corpus.tasks.cleaning import fault
from saps.corpus.tasks.task import Task, from_json
from saps.language.errors import InputError, SapsError
from saps.language.library import built_in
from saps.language.parser import parse
from saps.language.printer import to_nested
from saps.language.type_system import concrete, show
from saps.language.typecheck import check
from saps.text.normalize import normalize


def adopt(request: Any, tags: Sequence[str] = ()) -> list[Task]:
    """A task for each of a request's sentences, its examples and drawn ones being the tests.

    Raises InputError naming what is wrong: a field, a program that does not type-check, leaves an argument
    unused, gives another output than an example, or the same one whatever it gets.
    """
    if not isinstance(request, dict):
        raise InputError("expected a JSON object with sentences, args, program and examples")
    sentences = request.get("sentences")
    if not isinstance(sentences, list) or not all(isinstance(one, str) for one in sentences):
        raise InputError("field `sentences`: expected a list of strings")
    task = with_tests(_checked(request), TESTS)
    if task is None:
        raise InputError("the program fails on most inputs, or gives the same on all")
    wordings = dict.fromkeys(tuple(normalize(sentence)) for sentence in sentences)
    return [replace(task, text=words, tags=tuple(tags)) for words in wordings]


def _checked(request: dict[str, Any]) -> Task:
    """The request as a task without words. Raises InputError."""
    if not isinstance(request.get("program"), str):
        raise InputError("field `program`: expected a string")
    try:
        args = request.get("args") or {}
        program = built_in().expand(built_in().directed(parse(request["program"]), args), args)
        fields = {"text": [], "short_tree": to_nested(program), "args": request.get("args")}
        task = from_json(fields | {"tests": request.get("examples")})
        typed = check(program, task.arg_types())
    except InputError:
        raise
    except SapsError as error:
        raise InputError(f"field `program`: {error.message}") from None
    if unused := task.args.keys() - {node.symbol for node in program}:
        raise InputError(f"the program does not use {', '.join(sorted(unused))}")
    if why := fault(task):
        raise InputError(f"the program {why}")
    return replace(task, return_type=show(concrete(typed.return_type)))
