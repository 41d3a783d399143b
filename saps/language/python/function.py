"""A program as a Python function with types, a docstring, and what it needs from elsewhere."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Mapping
from dataclasses import replace
from functools import cache

from saps.language.definition import Definition
from saps.language.library import Library, built_in
from saps.language.python.emitter import HELPERS, Emitter, Unfit, python_name
from saps.language.python.idioms import idiomatic
from saps.language.python.kinds import annotation, kind_of
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
    for recursion in emitter.recursions:
        (statement,) = recursion.body
        assert isinstance(statement, ast.Return) and statement.value is not None
        statement.value = idiomatic(statement.value)
        body.append(recursion)
    body += [ast.Assign([ast.Name(one)], idiomatic(value), lineno=0) for one, value in emitter.locals]
    body.append(ast.Return(idiomatic(made.expression)))
    params = [ast.arg(python_name(one), _parsed(annotation(kind_of(kind)))) for one, kind in kinds.items()]
    main = ast.FunctionDef(
        name=name,
        args=ast.arguments(posonlyargs=[], args=params, kwonlyargs=[], kw_defaults=[], defaults=[]),
        body=body,
        decorator_list=[],
        returns=_parsed(annotation(made.kind)),
    )
    text = single_brackets(ast.unparse(ast.fix_missing_locations(ast.Module([main], []))))
    return _module(text, {node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)})


def single_brackets(text: str) -> str:
    """`sum(x for x in a)` where Python before 3.13 writes `sum((x for x in a))`."""
    code = ast.parse(text)
    lines = text.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line.encode()) + 1)
    raw = bytearray(text.encode())
    for node in ast.walk(code):
        if isinstance(node, ast.Call) and len(node.args) == 1 and isinstance(node.args[0], ast.GeneratorExp):
            inner = node.args[0]
            first = starts[inner.lineno - 1] + inner.col_offset
            last = starts[(inner.end_lineno or 1) - 1] + (inner.end_col_offset or 1) - 1
            if raw[first - 1 : first + 1] == b"((" and raw[last : last + 2] == b"))" and not node.keywords:
                raw[first] = raw[last] = 0
    return raw.replace(b"\0", b"").decode()


def _parsed(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


_HELPERS = {
    "is_prime": """
        def is_prime(n: float) -> bool:
            whole = int(n)
            return n > 1 and (n != whole or all(whole % d for d in range(2, math.isqrt(whole) + 1)))
        """,
    "divide": """
        def divide(a: float, b: float) -> float:
            return a // b if isinstance(a, int) else a / b
        """,
    "power": """
        def power(base: float, exponent: float) -> float:
            result: float | complex = base**exponent
            if isinstance(result, complex):
                raise ValueError("not a real number")
            return result
        """,
    "digits": """
        def digits(number: float) -> list[float]:
            if isinstance(number, int):
                return [int(c) for c in str(abs(number))]
            if not math.isfinite(number):
                raise ValueError(number)
            rest, found = abs(number), list[float]()
            while not found or rest >= 1:
                found.append(rest % 10)
                rest /= 10
            return found[::-1]
        """,
    "at": """
        def at(items: Sequence[T], place: float) -> T:
            if not isinstance(place, int) or place < 0:
                raise IndexError(place)
            return items[place]
        """,
    "part": """
        def part(items: list[T], low: float, high: float) -> list[T]:
            if not isinstance(high, int) or (low > 0 and not isinstance(low, int)):
                raise TypeError("a position must be a whole number")
            return items[max(int(low), 0) : high]
        """,
}
_IMPORTS = {
    "from collections.abc import Sequence": ("at",),
    "from functools import reduce": ("reduce",),
    "from itertools import pairwise": ("pairwise",),
    "from typing import Any": ("Any",),
    "from typing import TypeVar": ("at", "part"),
}


def _module(function: str, used: set[str]) -> str:
    """The function with its imports and helpers in front."""
    helpers = [textwrap.dedent(_HELPERS[name]).strip() for name in sorted(used & HELPERS) if name in _HELPERS]
    text = "\n\n\n".join([*helpers, function])
    needs_math = "math." in text
    imports = ["import math"] if needs_math else []
    froms = [line for line, names in _IMPORTS.items() if used.intersection(names)]
    merged = sorted({line for line in froms if "typing" not in line})
    typing = sorted(line.rpartition(" ")[2] for line in froms if "typing" in line)
    if typing:
        merged.append(f"from typing import {', '.join(typing)}")
    head = "\n".join([*imports, *merged])
    variable = '\n\nT = TypeVar("T")' if used & {"at", "part"} else ""
    return f"{head}{variable}\n\n\n{text}\n" if head else f"{text}\n"
