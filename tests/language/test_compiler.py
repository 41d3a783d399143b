"""Compiled programs against the plain evaluator, and what compiling could get wrong."""

from __future__ import annotations

import copy
from itertools import accumulate
from typing import Any

import pytest

from saps.language.budget import Budget
from saps.language.compiler import compile_program
from saps.language.errors import RunError, SapsError
from saps.language.parser import parse
from saps.language.printer import to_text
from saps.language.typecheck import check
from saps.language.values import same
from tests.language import oracle
from tests.language.large import balanced
from tests.language.programs import ARGS, WellTyped
from tests.language.running import Error, run


@pytest.mark.parametrize("seed", range(4))
def test_compiled_programs_agree_with_the_plain_evaluator(seed: int) -> None:
    sampler = WellTyped(seed)
    values = 0
    for _ in range(1_000):
        tree = sampler.program(sampler.random.choice((3, 4, 5, 6)))
        inputs = sampler.inputs()
        try:
            program = compile_program(check(tree, ARGS))
        except SapsError:
            continue  # comparing functions, which only the whole program shows
        try:
            found = _without_functions(program.run(inputs))
        except RunError as error:
            found = Error(error.kind)
        try:
            expected = _without_functions(oracle.run(tree, inputs))
        except oracle.Failure as failure:
            expected = Error(failure.args[0])
        except oracle.Slow:
            continue
        if found == "budget" != expected:
            continue  # the oracle knows the depth only
        values += not isinstance(expected, Error)
        assert same(found, expected), f"{to_text(tree)} on {inputs}: {found!r}, expected {expected!r}"
    assert values > 500


def _without_functions(value: Any) -> Any:
    if isinstance(value, list):
        return list(map(_without_functions, value))
    return "a function" if callable(value) else value


CLOSURES: list[tuple[str, Any]] = [
    # functions made in a loop keep what they saw
    ("(map (map a (lambda1 (partial0 arg1 +))) (partial1 10 invoke1))", [11, 12, 13]),
    ("(map (map a (lambda1 (partial1 arg1 -))) (partial1 10 invoke1))", [9, 8, 7]),
    ("(map (map a (partial1 + partial0)) (partial1 10 invoke1))", [11, 12, 13]),
    ("(map (map a (partial0 10 (lambda2 (lambda1 (+ arg1 arg2))))) (partial1 10 invoke1))", [11, 12, 13]),
    ("(map (map a (lambda1 (combine (partial0 arg1 *) abs))) (partial1 -10 invoke1))", [10, 20, 30]),
    ("(map (map a (lambda1 (if (== arg1 2) (partial0 arg1 +) abs))) (partial1 -1 invoke1))", [1, 1, 1]),
    ("(invoke1 (reduce a abs (lambda2 (combine (partial0 arg2 +) arg1))) -5)", 11),
    # inner names hide outer ones; an inner lambda1 still sees an outer arg2
    ("(map a (lambda1 (invoke1 (lambda1 (+ arg1 1)) (* arg1 10))))", [11, 21, 31]),
    ("(reduce a 100 (lambda2 (invoke1 (lambda1 (+ arg1 arg2)) arg1)))", 106),
    ("(reduce a 0 (lambda2 (reduce a arg1 (lambda2 (+ arg1 arg2)))))", 18),
    ("(map a (partial0 5 (lambda2 (invoke1 (lambda1 (if (<= arg1 0) arg2 (+ 1 (self (- arg1 1))))) "
     "arg1))))", [6, 7, 8]),
    ("(invoke1 (invoke1 (partial0 1 (lambda2 (lambda1 (+ arg1 arg2)))) 10) 100)", 110),
    # self of the lambda around, of either kind, called or as a value
    ("(invoke1 (lambda1 (if (<= arg1 1) 1 (* arg1 (self (- arg1 1))))) 5)", 120),
    ("(reduce a 12 (lambda2 (if (== arg2 0) arg1 (self arg2 (% arg1 arg2)))))", 1),
    ("(invoke1 (lambda1 (if (<= arg1 0) 0 (+ 1 (reduce (map (range 0 arg1) self) 0 +)))) 5)", 16),
    ("(invoke1 (lambda1 (if (<= arg1 0) 7 (invoke1 self (- arg1 1)))) 5)", 7),
    ("(invoke1 (lambda1 (if (<= arg1 0) 7 (invoke1 (combine self (partial1 1 -)) arg1))) 5)", 7),
    # literals, constants and names of Python's as arguments of lambdas
    ("(invoke1 (lambda1 (reduce a arg1 (lambda2 (if (<= arg2 0) arg1 (self false 0))))) true)", False),
    ("(invoke1 (lambda1 (reduce a arg1 (lambda2 (if (<= arg2 0) arg1 (self 1 0))))) inf)", 1),
    ("(invoke1 (lambda1 (invoke1 (lambda1 (if (<= arg1 0) 0 (self (- arg1 1)))) arg1)) 2)", 0),
    ("(map a (partial0 -1 (lambda2 (+ arg1 arg2))))", [0, 1, 2]),
    # what does not change in a loop is computed once, and only where it is needed
    ("(map a (lambda1 (len (filter a (partial0 2 <)))))", [1, 1, 1]),
    ("(map a (lambda1 (if (> arg1 9) (reduce (map a (partial1 0 /)) 0 +) arg1)))", [1, 2, 3]),
    ("(map a (lambda1 (reduce (map a (partial1 0 /)) 0 +)))", Error("zero-division")),
    ("(map (array-new int) (lambda1 (reduce (map a (partial1 0 /)) 0 +)))", []),
    ("(map a (lambda1 (reduce (map a (lambda1 (reduce (filter a is_prime) 0 +))) arg1 +)))", [16, 17, 18]),
    ("(map (map a (lambda1 (map a (lambda1 (reduce a 0 +))))) (lambda1 (reduce arg1 0 max)))", [6, 6, 6]),
    ("(map a (lambda1 (reduce a 0 (lambda2 (+ arg1 (invoke1 (lambda1 (if (<= arg1 1) 1 (* arg1 "
     "(self (- arg1 1))))) 3))))))", [18, 18, 18]),
]  # fmt: skip


@pytest.mark.parametrize(("source", "expected"), CLOSURES, ids=[row[0] for row in CLOSURES])
def test_closures(source: str, expected: Any) -> None:
    inputs: dict[str, Any] = {"a": [1, 2, 3]} if "a" in check(parse(source)).args else {}
    assert same(run(source, **inputs), expected)


COUNT = "(if (<= arg1 0) 0 (+ 1 (self (- arg1 1))))"
DEPTHS: list[tuple[str, int]] = [
    # a program and the greatest a on which at most 110 lambda calls are active at once
    (f"(invoke1 (lambda1 {COUNT}) a)", 109),
    (f"(reduce (map (range a (+ a 1)) (lambda1 {COUNT})) 0 max)", 109),
    (f"(reduce (map (range 0 1) (lambda1 (invoke1 (lambda1 {COUNT}) a))) 0 max)", 108),
    (f"(reduce (range 0 1) 0 (lambda2 (invoke1 (lambda1 (invoke1 (lambda1 {COUNT}) a)) arg1)))", 107),
    ("(invoke1 (lambda1 (if (<= arg1 1) arg1 (+ (self (- arg1 1)) (self (- arg1 2))))) a)", 110),
    ("(invoke1 (lambda1 (if (<= arg1 0) 0 (invoke1 (lambda1 arg1) (self (- arg1 1))))) a)", 109),
    ("(invoke1 (lambda1 (if (<= arg1 0) (invoke1 (lambda1 arg1) 7) (self (- arg1 1)))) a)", 108),
    ("(invoke1 (lambda1 (if (<= arg1 0) (len (map (range 0 2) (lambda1 1))) (self (- arg1 1)))) a)", 108),
    ("(invoke1 (lambda1 (if (<= arg1 0) (len (map (range 0 0) (lambda1 1))) (self (- arg1 1)))) a)", 109),
    # remembered: the depth that the first use had left was enough, a later one's may not be
    (f"(+ (invoke1 (lambda1 {COUNT}) 5) (invoke1 (lambda1 (if (<= arg1 0) (reduce (map (range 0 1) (lambda1 "
     f"(invoke1 (lambda1 {COUNT}) 50))) 0 +) (+ (self (- arg1 1)) (* 0 (self 0))))) a))", 57),
]  # fmt: skip


@pytest.mark.parametrize(("source", "most"), DEPTHS, ids=range(len(DEPTHS)))
def test_lambda_calls_are_counted_exactly(source: str, most: int) -> None:
    assert not isinstance(run(source, a=most), Error)
    assert run(source, a=most + 1) == "budget"
    assert not isinstance(run(source, a=most + 1, budget=Budget(depth=111)), Error)
    with pytest.raises(oracle.Failure, match="budget"):
        oracle.run(parse(source), {"a": most + 1})


def test_a_lambda_that_calls_itself_twice_remembers_its_results() -> None:
    fibonacci = "(invoke1 (lambda1 (if (<= arg1 1) arg1 (+ (self (- arg1 1)) (self (- arg1 2))))) a)"
    assert run(fibonacci, a=30) == 832040
    assert run(fibonacci, a=100) == 354224848179261915075
    twice = "(+ (self (tail arg1)) (self (tail (tail arg1))))"
    over_arrays = f"(invoke1 (lambda1 (if (<= (len arg1) 1) (len arg1) {twice})) a)"
    assert run(over_arrays, a=list(range(30))) == 832040


def test_remembered_results_keep_kinds_apart() -> None:
    twice = "(lambda1 (if (< arg1 5) (+ arg1 arg1) (+ (self (- arg1 4)) (self (- arg1 4)))))"
    assert same(run(f"(map a {twice})", a=[8, 8.0, 8]), [16, 16.0, 16])
    assert same(run(f"(map a {twice})", a=[8.0, 8, 8.0]), [16.0, 16, 16.0])


def test_what_is_remembered_depends_on_the_lambda_and_on_what_it_sees() -> None:
    product = "(invoke1 (lambda1 (if (<= arg1 1) 1 (* arg1 (self (- arg1 1))))) a)"
    total = "(invoke1 (lambda1 (if (<= arg1 1) 1 (+ arg1 (self (- arg1 1))))) a)"
    assert run(f"(+ {product} {total})", a=5) == 135
    seen = "(map b (partial0 a (lambda2 (invoke1 (lambda1 (if (<= arg1 0) arg2 (max (self (- arg1 1)) "
    assert run(seen + "(self (- arg1 2))))) arg1))))", a=3, b=[10, 20, 10]) == [10, 20, 10]


def test_running_changes_nothing_and_keeps_nothing() -> None:
    source = (
        "(append (map (append (sort a) (len (dict-keys (dict-insert d 9 9)))) "
        "(lambda1 (if (<= arg1 1) arg1 (+ (self (- arg1 1)) (self (- arg1 2)))))) (len (reverse (tail b))))"
    )
    program = compile_program(check(parse(source)))
    inputs = {"a": [3, 1, 2], "d": {1: 1}, "b": [1, 2]}
    before = copy.deepcopy(inputs)
    first = program.run(inputs)
    assert inputs == before
    assert program.run({**inputs, "a": [5.0]}) == [5.0, 1, 1]
    assert same(program.run(inputs), first)
    assert first == [1, 1, 2, 1, 1]


def test_results_do_not_share_what_a_caller_could_change() -> None:
    program = compile_program(check(parse("(array-new int)")))
    program().append(1)
    assert program() == []


@pytest.mark.parametrize(
    "wrap",
    [
        "(+ 1 {})",
        "(head (map (range 0 1) (lambda1 {})))",
        "(invoke1 (lambda1 {}) 1)",
        "(if (< a 0) 1 {})",
        "(reduce (range 0 1) 0 (lambda2 {}))",
        "(invoke1 (combine abs (lambda1 {})) 1)",
        "(invoke1 (lambda1 (if (<= arg1 0) (self 1) {})) 1)",
        "(invoke1 (combine (lambda1 {}) (combine abs abs)) 1)",
    ],
)
def test_deep_programs_run_or_end_in_a_budget_error(wrap: str) -> None:
    levels = parse(wrap.format("a")).depth - 1
    for depth in (20, 60, 120, 195):
        source = "a"
        for _ in range(depth // levels):
            source = wrap.format(source)
        found = run(source, a=1)
        assert found == "budget" or found == (1 + depth if wrap.startswith("(+") else 1)
        assert depth > 60 or found != "budget"


@pytest.mark.parametrize(
    "link", ["(combine abs {})", "(combine {} abs)", "(combine (lambda1 (abs arg1)) {})"]
)
def test_long_chains_of_functions_inside_deep_programs(link: str) -> None:
    chain = "abs"
    for _ in range(140 // (parse(link.format("a")).depth - 1)):
        chain = link.format(chain)
    source = f"(invoke1 {chain} -7)"
    for _ in range(8):
        source = f"(head (map (range 0 1) (lambda1 {source})))"
    assert run(source) == 7


FUNCTIONS = [
    "(partial0 1 +)",
    "(partial1 (+ 0 1) +)",
    "(lambda1 (+ arg1 1))",
    "(partial0 1 (lambda2 (+ arg2 arg1)))",
]


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize(("depth", "times"), [(8, 1), (6, 2), (4, 6), (3, 20), (1, 60), (0, 190)])
def test_functions_applied_one_behind_another(function: str, depth: int, times: int) -> None:
    """What is written into one another is bounded, however the levels of a program come together."""
    written = balanced(depth, function)
    applied = mapped = "0"
    for _ in range(times):
        applied = f"(invoke1 {written} {applied})"
    assert run(applied) == times * 2**depth
    for _ in range(min(times, 20)):
        mapped = f"(head (map (append (array-new int) {mapped}) {written}))"
    assert run(mapped) == min(times, 20) * 2**depth


def test_generated_code_nests_within_what_python_reads() -> None:
    for depth in range(10):
        program = compile_program(check(parse(f"(invoke1 {balanced(depth, 'abs')} (abs (abs 7)))")))
        level = [0, *accumulate(1 if letter == "(" else -(letter == ")") for letter in program.source)]
        assert max(level) < 100
