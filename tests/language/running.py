"""Running a program in one line."""

from __future__ import annotations

from typing import Any

from saps.language.budget import DEFAULT_BUDGET, Budget
from saps.language.compiler import compile_program
from saps.language.errors import SapsError
from saps.language.parser import parse
from saps.language.typecheck import check


class Error(str):
    """The kind of error that a program ends in."""

    __slots__ = ()


def run(source: str, *, loose: bool = False, budget: Budget = DEFAULT_BUDGET, **inputs: Any) -> Any:
    """The value of a program on inputs by name, or the Error that checking or running it ends in."""
    try:
        typed = check(parse(source), source=source, loose=loose)
        return compile_program(typed).run(inputs, budget)
    except SapsError as error:
        return Error(error.kind)
