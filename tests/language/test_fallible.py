"""What could fail unseen is found, and runs tell that they came to it."""

from __future__ import annotations

import random

import pytest

from saps.corpus.generation.examples import draw_inputs
from saps.language.compiler import compile_program
from saps.language.errors import BudgetError
from saps.language.fallible import FALLIBLE, fallible_parts
from saps.language.parser import parse
from saps.language.primitives import PRIMITIVES
from saps.language.type_system import concrete, show
from saps.language.typecheck import check

PARTS = [
    ("(if (> a 0) (/ a b) b)", 1),
    ("(if (> a 0) (/ a b) (head c))", 2),
    ("(if (> a 0) (/ a 2) b)", 0),  # nothing divides by a constant other than 0 wrongly
    ("(if (> a 0) (/ a 0) b)", 1),
    ("(/ a b)", 0),  # every run comes to it
    ("(map c head)", 1),
    ("(map c (partial1 2 %))", 0),
    ("(map c (partial1 0 %))", 1),
    ("(filter c (lambda1 (== (deref d arg1) 0)))", 1),
    ("(if (> a 0) (if (> b 0) (head c) 1) 2)", 1),
    ("(invoke1 (lambda1 (if (<= arg1 1) 1 (self (- arg1 1)))) a)", 1),
    ("(if (deref c a) b d)", 0),
]


@pytest.mark.parametrize(("program", "count"), PARTS)
def test_parts_that_may_fail_are_counted(program: str, count: int) -> None:
    assert len(fallible_parts(check(parse(program)).root)) == count


@pytest.mark.parametrize(
    ("program", "inputs", "reached"),
    [
        ("(if (> a 0) (/ 6 a) (% a b))", {"a": 2, "b": 0}, {0}),
        ("(if (> a 0) (/ 6 a) (% a b))", {"a": -2, "b": 5}, {1}),
        ("(map a head)", {"a": []}, set()),
        ("(map a head)", {"a": [[1], [2]]}, {0}),
        ("(map a (partial0 6 /))", {"a": [2]}, {0}),
        ("(map a (combine square (partial0 6 /)))", {"a": []}, set()),
        ("(reduce a 1 (lambda2 (/ arg1 arg2)))", {"a": [3]}, {0}),
        ("(reduce a 1 /)", {"a": []}, set()),
        ("(reduce a 1 /)", {"a": [3]}, {0}),
        ("(map a (lambda1 (reduce (map b (lambda1 (/ 6 arg1))) 0 +)))", {"a": [1, 2], "b": [2]}, {0}),
    ],
)
def test_a_run_tells_what_it_reached(program: str, inputs: dict[str, object], reached: set[int]) -> None:
    typed = check(parse(program))
    watched = compile_program(typed, fallible_parts(typed.root))
    assert watched.run(inputs) == compile_program(typed).run(inputs)
    assert watched.reached == reached


def test_no_other_function_fails() -> None:
    """Each on values of its types; functions are handed on by others and fail where those do."""
    rng = random.Random(0)
    for name in sorted(PRIMITIVES.keys() - FALLIBLE):
        names = "abcd"[: PRIMITIVES[name].scheme.arity]
        typed = check(parse(f"({name} {' '.join(names)})"))
        kinds = {arg: concrete(kind) for arg, kind in typed.args.items()}
        if any("->" in show(kind) or "type" in show(kind) for kind in kinds.values()):
            continue
        program = compile_program(typed)
        for _ in range(100):
            try:
                program.run(draw_inputs(kinds, rng))
            except BudgetError:
                continue
