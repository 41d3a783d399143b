"""Hostile programs end in a budget error, soon and small."""

from __future__ import annotations

import gc
import time
import tracemalloc
from typing import Any

import pytest

from saps.language.budget import Budget
from saps.language.compiler import CompiledProgram, compile_program
from saps.language.errors import BudgetError
from saps.language.parser import parse
from saps.language.typecheck import check
from tests.language.large import grown, shared
from tests.language.running import run

BIG = "(pow 2 13999)"
LIST = "(range 0 1000)"


def nest(loop: str, levels: int, inner: str) -> str:
    """`inner` inside nested loops over 1000 elements."""
    for _ in range(levels):
        inner = loop.format(inner)
    return inner


MAP = f"(map {LIST} (lambda1 {{}}))"
TWICE = f"(map {LIST} (lambda1 (map {LIST} (partial0 arg1 (lambda2 {{}})))))"
"""A million times, with arg1 from the outer loop and arg2 from the inner one; all results are kept."""

TEXT = grown(16)
"""65,536 characters."""
ENDLESS = "(lambda1 (if (== (len arg1) 0) 0 (+ (self (tail arg1)) (self (tail arg1)))))"
"""Takes 2^n calls for n elements where nothing is remembered."""


HOSTILE: list[str] = [
    "(pow 10 (pow 10 10))",
    "(pow (pow 10 4000) 1000000000)",
    "(range 0 1000000000)",
    "(range (- 0 (pow 10 400)) (pow 10 400))",
    "(invoke1 (lambda1 (self arg1)) 1)",
    "(invoke1 (lambda1 (self (+ arg1 1))) 1)",
    "(invoke1 (lambda1 (+ (self arg1) (self arg1))) 1)",
    f'(reduce {LIST} "z" (lambda2 (str_concat arg1 arg1)))',
    f"(reduce {LIST} 2 (lambda2 (* arg1 arg1)))",
    f"(reduce {LIST} 2 (lambda2 (square arg1)))",
    f"(reduce {nest(MAP, 1, '2')} 1 (lambda2 (pow 2 arg1)))",
    nest(MAP, 2, LIST),
    nest(MAP, 5, LIST),
    nest(MAP, 3, "is_prime").replace("(lambda1 is_prime)", "is_prime"),
    TWICE.format("(+ arg1 arg2)"),
    TWICE.format("(range arg2 (+ arg2 900))"),
    TWICE.format(f"(+ arg2 {BIG})"),
    TWICE.format(f"(- {BIG} arg2)"),
    TWICE.format(f"(* {BIG} 1)"),
    TWICE.format(f"(abs (- 0 {BIG}))"),
    TWICE.format(f"(/ {BIG} 3)"),
    TWICE.format(f"(/ {BIG} (pow 2 7000))"),
    TWICE.format(f"(% {BIG} (+ (pow 2 7000) arg2))"),
    TWICE.format(f"(% -1 {BIG})"),
    TWICE.format(f"(range {BIG} (+ {BIG} 500))"),
    TWICE.format(f"(digits {BIG})"),
    TWICE.format("(is_prime (+ arg2 (pow 10 4000)))"),
    TWICE.format(f"(pow -1 {BIG})"),
    TWICE.format(f"(== {BIG} {BIG})"),
    TWICE.format(f"(sort (reverse {LIST}))"),
    TWICE.format(f"(< {LIST} {LIST})"),
    TWICE.format(f"(contains {LIST} -1)"),
    TWICE.format(f"(contains (map {LIST} digits) (digits arg2))"),
    TWICE.format(f"(is_sorted {LIST})"),
    TWICE.format(f"(append {LIST} arg2)"),
    TWICE.format(f"(tail {LIST})"),
    TWICE.format("(lambda1 arg2)"),
    TWICE.format("(partial0 arg2 +)"),
    TWICE.format("(array-new int)"),
    TWICE.format("(dict-insert (dict-new int int) arg2 1)"),
    TWICE.format('(str_split "a b c d" " ")'),
    f"(reduce {nest(MAP, 1, LIST)} (array-new int) (lambda2 (reduce arg2 arg1 append)))",
    f"(reduce {LIST} (dict-new int int) (lambda2 (reduce {LIST} arg1 (lambda2 (dict-insert arg1 arg2 1)))))",
    f'(reduce {LIST} "z" (lambda2 (reduce {LIST} arg1 (lambda2 (str_concat arg1 "zzzzzzzzzzzzzzzz")))))',
    # shared parts: small in memory, enormous as trees
    f"(== {nest(MAP, 5, LIST)} {nest(MAP, 5, LIST)})",
    f"(< {nest(MAP, 5, LIST)} {nest(MAP, 5, LIST)})",
    f"(sort (append {nest(MAP, 5, LIST)} {nest(MAP, 4, LIST)}))",
    f"(contains {nest(MAP, 5, LIST)} {nest(MAP, 4, LIST)})",
    # the same as arguments of functions that remember, as results, and as operands of all kinds
    *(f"(invoke1 {ENDLESS} {shared(levels)})" for levels in (1, 2, 3)),
    f"(invoke1 {ENDLESS} (map (range 0 99) (lambda1 {TEXT})))",
    f"(map {LIST} (partial0 {TEXT} (lambda2 arg1)))",
    f"(map {LIST} (partial0 (map (range 0 90) (partial0 {TEXT} (lambda2 arg1))) (lambda2 arg1)))",
    f"(map {LIST} (partial0 (map (range 0 90) (partial0 {BIG} (lambda2 arg1))) (lambda2 arg1)))",
    f"(reduce (map {LIST} (partial0 {TEXT} (lambda2 arg1))) (dict-new string int) (lambda2 "
    "(dict-insert arg1 (str_concat arg2 \"a\") 1)))",
    TWICE.format(f"(str_min {TEXT} {TEXT})"),
    TWICE.format(f"(str_max {TEXT} (str_concat {TEXT} \"\"))"),
    TWICE.format(f"(== {TEXT} (str_concat {TEXT} \"\"))"),
    TWICE.format(f'(str_split {TEXT} "a")'),
    TWICE.format("(is_prime (- (pow 2 4423) 1))"),
    TWICE.format("(map (digits arg2) (lambda1 (* 0.5 arg1)))"),
    f"(invoke1 (reduce {LIST} abs (lambda2 (reduce {LIST} arg1 (lambda2 (combine arg1 abs))))) 1)",
]  # fmt: skip


def compiled(source: str) -> CompiledProgram:
    return compile_program(check(parse(source)))


@pytest.mark.parametrize("source", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_programs_end_soon(source: str) -> None:
    """Within what a slow processor needs for all steps: what gets around the charges takes much longer."""
    program = compiled(source)
    times = []
    gc.freeze()  # what other tests left is not to be looked through for garbage
    for _ in range(3):
        start = time.process_time()
        with pytest.raises(BudgetError):
            program()
        times.append(time.process_time() - start)
        if times[-1] < 0.5:
            return
    pytest.fail(f"{source} takes {min(times):.2f} s")


@pytest.mark.parametrize("source", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_programs_stay_small(source: str) -> None:
    program = compiled(source)
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
    ("(range 0 6)", {}, Budget(range_length=5), "range"),
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


RESULTS: list[tuple[str, dict[str, Any], Budget]] = [
    ('(append a "bc")', {"a": ["a"]}, Budget(result_characters=2)),
    ("(append (append b a) a)", {"a": ["a", "a"], "b": []}, Budget(result_characters=3)),
    ("(append a b)", {"a": [], "b": 1 << 60}, Budget(result_characters=19)),
    ('(dict-insert a "bc" "d")', {"a": {}}, Budget(result_characters=2)),
    ("(append a b)", {"a": [], "b": {"cd": 1}}, Budget(result_characters=1)),
]


@pytest.mark.parametrize(("source", "inputs", "budget"), RESULTS, ids=[row[0] for row in RESULTS])
def test_all_that_a_result_prints_is_counted(source: str, inputs: dict[str, Any], budget: Budget) -> None:
    with pytest.raises(BudgetError, match="a result of more than") as caught:
        compiled(source).run(inputs, budget)
    assert caught.value.limit == "size"
    compiled(source).run(inputs, Budget(result_characters=budget.result_characters + 1))


def test_a_result_costs_steps_as_it_is_printed() -> None:
    shared = compiled("(append (append (append b a) a) a)")
    inputs: dict[str, Any] = {"a": list(range(100)), "b": []}
    shared.run(inputs, Budget(steps=400))
    with pytest.raises(BudgetError):
        shared.run(inputs, Budget(steps=300))


def test_the_budget_can_be_raised() -> None:
    assert run("(len (range 0 5000))") == "budget"
    assert run("(len (range 0 5000))", budget=Budget(range_length=5000)) == 5000
    count = "(invoke1 (lambda1 (if (<= arg1 0) 0 (+ 1 (self (- arg1 1))))) 500)"
    assert run(count) == "budget"
    assert run(count, budget=Budget(depth=600)) == 500


def test_the_same_steps_on_every_run() -> None:
    source = "(reduce (map a (lambda1 (reduce a arg1 +))) 0 max)"
    values: dict[str, Any] = {"a": list(range(20))}
    enough = next(
        steps for steps in range(10_000) if run(source, budget=Budget(steps=steps), **values) != "budget"
    )
    for _ in range(3):
        assert run(source, budget=Budget(steps=enough), **values) != "budget"
        assert run(source, budget=Budget(steps=enough - 1), **values) == "budget"
