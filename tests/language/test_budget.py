"""Hostile programs end in a budget error, soon and small."""

from __future__ import annotations

import time
import tracemalloc
from typing import Any

import pytest

from saps.language.budget import Budget
from saps.language.compiler import CompiledProgram, compile_program
from saps.language.errors import BudgetError
from saps.language.parser import parse
from saps.language.typecheck import check
from tests.language.running import run

BIG = "(pow 2 13999)"
LIST = "(range 0 1000)"


def nest(loop: str, levels: int, inner: str) -> str:
    """`inner` inside nested loops over 1000 elements."""
    for _ in range(levels):
        inner = loop.format(inner)
    return inner


MAP = f"(map {LIST} (lambda1 {{}}))"
SEEING = f"(map {LIST} (partial0 7 (lambda2 {{}})))"

HOSTILE: list[tuple[str, str]] = [
    ("(pow 10 (pow 10 10))", "size"),
    ("(pow (pow 10 4000) 1000000000)", "size"),
    ("(range 0 1000000000)", "size"),
    ("(range (- 0 (pow 10 400)) (pow 10 400))", "size"),
    ("(invoke1 (lambda1 (self arg1)) 1)", "depth"),
    ("(invoke1 (lambda1 (self (+ arg1 1))) 1)", "depth"),
    ("(invoke1 (lambda1 (+ (self arg1) (self arg1))) 1)", "depth"),
    ("(invoke1 (lambda1 (if (> arg1 90) 1 (+ (self (+ arg1 1)) (self (+ arg1 1.5))))) 0)", "steps"),
    ("(invoke1 (lambda1 (if (> (len arg1) 90) 1 (reduce (map (range 0 9) (partial0 (append arg1 1) append)) "
     "0 (lambda2 1)))) (array-new int))", ""),
    (f'(reduce {LIST} "z" (lambda2 (str_concat arg1 arg1)))', "size"),
    (f"(reduce {LIST} 2 (lambda2 (* arg1 arg1)))", "size"),
    (f"(reduce {LIST} 2 (lambda2 (square arg1)))", "size"),
    (f"(reduce {nest(MAP, 1, '2')} 1 (lambda2 (pow 2 arg1)))", "size"),
    (nest(MAP, 2, LIST), "size"),
    (nest(MAP, 5, LIST), "size"),
    (nest(MAP, 3, "is_prime").replace("(lambda1 is_prime)", "is_prime"), "size"),
    (nest(SEEING, 2, "(+ arg1 arg2)"), "steps"),
    (nest(SEEING, 2, "(range arg2 (+ arg2 900))"), "steps"),
    (nest(SEEING, 2, f"(+ arg2 {BIG})"), "steps"),
    (nest(SEEING, 2, f"(- {BIG} arg2)"), "steps"),
    (nest(SEEING, 2, f"(* {BIG} 1)"), "steps"),
    (nest(SEEING, 2, f"(abs (- 0 {BIG}))"), "steps"),
    (nest(SEEING, 2, f"(/ {BIG} 3)"), "steps"),
    (nest(SEEING, 2, f"(/ {BIG} (pow 2 7000))"), "steps"),
    (nest(SEEING, 2, f"(% {BIG} (+ (pow 2 7000) arg2))"), "steps"),
    (nest(SEEING, 2, f"(% -1 {BIG})"), "steps"),
    (nest(SEEING, 2, f"(range {BIG} (+ {BIG} 500))"), "steps"),
    (nest(SEEING, 2, f"(digits {BIG})"), "steps"),
    (nest(SEEING, 2, "(is_prime (+ arg2 (pow 10 4000)))"), "steps"),
    (nest(SEEING, 2, f"(pow -1 {BIG})"), "steps"),
    (nest(SEEING, 2, f"(== {BIG} {BIG})"), "steps"),
    (nest(SEEING, 2, f"(sort (reverse {LIST}))"), "steps"),
    (nest(SEEING, 2, f"(< {LIST} {LIST})"), "steps"),
    (nest(SEEING, 2, f"(contains {LIST} -1)"), "steps"),
    (nest(SEEING, 2, f"(contains (map {LIST} digits) (digits arg2))"), "steps"),
    (nest(SEEING, 2, f"(is_sorted {LIST})"), "steps"),
    (nest(SEEING, 2, f"(append {LIST} arg2)"), "steps"),
    (nest(SEEING, 2, f"(tail {LIST})"), "steps"),
    (nest(SEEING, 2, "(lambda1 arg2)"), "steps"),
    (nest(SEEING, 2, "(partial0 arg2 +)"), "steps"),
    (nest(SEEING, 2, "(array-new int)"), "size"),
    (nest(SEEING, 2, "(dict-insert (dict-new int int) arg2 1)"), "steps"),
    (nest(SEEING, 2, '(str_split "a b c d" " ")'), "steps"),
    (f"(reduce {nest(MAP, 1, LIST)} (array-new int) (lambda2 (reduce arg2 arg1 append)))", "steps"),
    (f"(reduce {LIST} (dict-new int int) (lambda2 (reduce {LIST} arg1 (lambda2 (dict-insert arg1 arg2 1)))))",
     "steps"),
    (f'(reduce {LIST} "z" (lambda2 (reduce {LIST} arg1 (lambda2 (str_concat arg1 "zzzzzzzzzzzzzzzzzzzzzzzzz")))))',
     "size"),
    # shared parts: small in memory, enormous as trees
    (f"(== {nest(MAP, 5, LIST)} {nest(MAP, 5, LIST)})", "steps"),
    (f"(< {nest(MAP, 5, LIST)} {nest(MAP, 5, LIST)})", "steps"),
    (f"(sort (append {nest(MAP, 5, LIST)} {nest(MAP, 4, LIST)}))", "steps"),
    (f"(contains {nest(MAP, 5, LIST)} {nest(MAP, 4, LIST)})", "steps"),
    (f"(invoke1 (reduce {LIST} abs (lambda2 (reduce {LIST} arg1 (lambda2 (combine arg1 abs))))) 1)", ""),
]  # fmt: skip


def compiled(source: str) -> CompiledProgram:
    return compile_program(check(parse(source)))


@pytest.mark.parametrize(("source", "limit"), HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_programs_end_soon(source: str, limit: str) -> None:
    program = compiled(source)
    times = []
    for _ in range(3):
        start = time.perf_counter()
        try:
            program()
        except BudgetError as error:
            assert limit in (error.limit, "")
        else:
            assert limit == ""
        times.append(time.perf_counter() - start)
        if times[-1] < 0.2:
            return
    pytest.fail(f"{source} takes {min(times):.2f} s")


@pytest.mark.parametrize(("source", "limit"), HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_programs_stay_small(source: str, limit: str) -> None:
    program = compile_program(check(parse(source)))
    tracemalloc.start()
    try:
        # Tracing makes every allocation slow; a fifth of the steps shows how memory grows with them.
        program(budget=Budget(steps=200_000))
    except BudgetError:
        pass
    finally:
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < 20e6


LIMITS: list[tuple[str, dict[str, Any], Budget, str]] = [
    ("(map a square)", {"a": [1] * 50}, Budget(steps=40), "steps"),
    ("(invoke1 (lambda1 (if (<= arg1 0) 0 (self (- arg1 1)))) 5)", {}, Budget(depth=5), "depth"),
    ("(range 0 6)", {}, Budget(range_length=5), "size"),
    ("(* a a)", {"a": 1 << 60}, Budget(int_bits=100), "size"),
    ('(str_concat a "bc")', {"a": "a"}, Budget(string_length=2), "size"),
    ("(append a 1)", {"a": [1]}, Budget(array_length=1), "size"),
    ("(append a (append (array-new int) 1))", {"a": [[1]]}, Budget(array_length=3), "size"),
]


@pytest.mark.parametrize(("source", "inputs", "budget", "limit"), LIMITS, ids=[row[0] for row in LIMITS])
def test_each_limit_can_be_set(source: str, inputs: dict[str, Any], budget: Budget, limit: str) -> None:
    program = compiled(source)
    program.run(inputs)
    with pytest.raises(BudgetError) as caught:
        program.run(inputs, budget)
    assert caught.value.limit == limit
    assert caught.value.kind == "budget"


def test_the_budget_can_be_raised() -> None:
    assert run("(len (range 0 5000))") == "budget"
    assert run("(len (range 0 5000))", budget=Budget(range_length=5000)) == 5000
    count = "(invoke1 (lambda1 (if (<= arg1 0) 0 (+ 1 (self (- arg1 1))))) 500)"
    assert run(count) == "budget"
    assert run(count, budget=Budget(depth=600)) == 500


def test_the_same_steps_on_every_run() -> None:
    source = "(reduce (map a (lambda1 (reduce a arg1 +))) 0 max)"
    values = {"a": list(range(20))}
    enough = next(
        steps for steps in range(10_000) if run(source, budget=Budget(steps=steps), **values) != "budget"
    )
    for _ in range(3):
        assert run(source, budget=Budget(steps=enough), **values) != "budget"
        assert run(source, budget=Budget(steps=enough - 1), **values) == "budget"
