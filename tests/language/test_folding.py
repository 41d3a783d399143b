"""Writing definitions out and finding them again: tables of cases, and laws on random programs."""

# ruff: noqa: E501  (a call and what it is written out to stay on one line)

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saps.language.definition import Definition
from saps.language.errors import ProgramTypeError
from saps.language.library import Library, built_in, parse_library
from saps.language.library_file import read_definitions
from saps.language.parser import parse
from saps.language.printer import to_text
from saps.language.simplify import apply_invocations
from saps.language.tree import Node
from saps.language.type_system import INT, STRING, TypeConstructor, unify
from saps.language.typecheck import check
from tests.language.programs import ARGS, WellTyped

DEFINITIONS = """
def divisible_by(x: int, k: int) -> bool = (== (% x k) 0)
def even(x: int) -> bool = (divisible_by x 2)
def above(x: T, k: T) -> bool = (> x k)
def difference(x: int, y: int) -> int = (- x y)
def negated(x: T, p: (T -> bool)) -> bool = (! (invoke1 p x))
def both(x: T, p: (T -> bool), q: (T -> bool)) -> bool = (&& (invoke1 p x) (invoke1 q x))
def member_of(x: T, ys: T[]) -> bool = (contains ys x)
def outsider(x: T, ys: T[]) -> bool = (! (contains ys x))
def sum(xs: int[]) -> int = (reduce xs 0 +)
def count_if(xs: T[], p: (T -> bool)) -> int = (len (filter xs p))
def map_if(xs: T[], p: (T -> bool), f: (T -> T)) -> T[] = (map xs (lambda1 (if (invoke1 p arg1) (invoke1 f arg1) arg1)))
def steps(xs: T[], r: (T T -> bool)) -> int[] = (filter (range 1 (len xs)) (lambda1 (invoke1 (partial0 (deref xs arg1) r) (deref xs (- arg1 1)))))
def repeated(x: T, n: int) -> T[] = (map (range 0 n) (lambda1 x))
def between(x: T, lo: T, hi: T) -> bool = (&& (>= x lo) (<= x hi))
def padded(x: T, xs: T[], n: int) -> T[] = (reduce (range 0 n) xs (lambda2 (append arg1 x)))
def power(x: int, n: int) -> int = (invoke1 (lambda1 (if (== arg1 0) 1 (* x (self (- arg1 1))))) n)
def factorial(n: int) -> int = (invoke1 (lambda1 (if (<= arg1 1) 1 (* (self (- arg1 1)) arg1))) n)
"""


def small() -> Library:
    definitions: dict[str, Definition] = {}
    read_definitions(DEFINITIONS, "numbers", definitions)
    return Library(definitions.values())


SMALL = small()

WRITTEN_OUT = [
    ("(divisible_by a 3)", "(== (% a 3) 0)"),
    ("(filter a (divisible_by 3))", "(filter a (lambda1 (== (% arg1 3) 0)))"),
    ("(filter a even)", "(filter a (lambda1 (== (% arg1 2) 0)))"),
    ("(reduce a 0 difference)", "(reduce a 0 -)"),
    ("(filter a (above b))", "(filter a (partial1 b >))"),
    ("(filter a (above (sum a)))", "(filter a (partial1 (reduce a 0 +) >))"),
    ("(filter a (member_of c))", "(filter a (partial0 c contains))"),
    ("(filter a (outsider c))", "(filter a (combine ! (partial0 c contains)))"),
    ("(filter a (negated is_prime))", "(filter a (combine ! is_prime))"),
    ("(filter a (negated even))", "(filter a (combine ! (lambda1 (== (% arg1 2) 0))))"),
    ("(filter a (both even (above 3)))", "(filter a (lambda1 (&& (== (% arg1 2) 0) (> arg1 3))))"),
    ("(map_if a even square)", "(map a (lambda1 (if (== (% arg1 2) 0) (square arg1) arg1)))"),
    ("(map_if a even (lambda1 (+ (* 2 arg1) 1)))", "(map a (lambda1 (if (== (% arg1 2) 0) (+ (* 2 arg1) 1) arg1)))"),
    ("(steps a >)", "(filter (range 1 (len a)) (lambda1 (> (deref a arg1) (deref a (- arg1 1)))))"),
    ("(steps a divisible_by)", "(filter (range 1 (len a)) (lambda1 (== (% (deref a arg1) (deref a (- arg1 1))) 0)))"),
    ("(map a factorial)", "(map a (lambda1 (invoke1 (lambda1 (if (<= arg1 1) 1 (* (self (- arg1 1)) arg1))) arg1)))"),
    ("(filter a (between 1 9))", "(filter a (lambda1 (&& (>= arg1 1) (<= arg1 9))))"),
    ("(map a (lambda1 (count_if d (lambda1 (even arg1)))))", "(map a (lambda1 (len (filter d (lambda1 (== (% arg1 2) 0))))))"),
    ("(map d (lambda1 (count_if a (divisible_by arg1))))", "(map d (lambda1 (len (filter a (partial1 arg1 (lambda2 (== (% arg1 arg2) 0)))))))"),
    ("(repeated b 3)", "(map (range 0 3) (lambda1 b))"),
    ("(map a (repeated 3))", "(map a (lambda1 (map (range 0 3) (partial0 arg1 (lambda2 arg1)))))"),
    ("(map a (lambda1 (repeated (* 2 arg1) 3)))", "(map a (lambda1 (map (range 0 3) (partial0 (* 2 arg1) (lambda2 arg1)))))"),
    ("(map a (lambda1 (power 2 arg1)))", "(map a (lambda1 (invoke1 (lambda1 (if (== arg1 0) 1 (* 2 (self (- arg1 1))))) arg1)))"),
    ("(map a (lambda1 (power arg1 3)))", "(map a (lambda1 (invoke1 (partial0 arg1 (lambda2 (if (== arg2 0) 1 (* arg1 (self arg1 (- arg2 1)))))) 3)))"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "plain"), WRITTEN_OUT)
def test_calls_and_sections_are_written_out(call: str, plain: str) -> None:
    assert to_text(SMALL.expand(parse(call))) == plain


@pytest.mark.parametrize(("call", "plain"), WRITTEN_OUT)
def test_what_was_written_out_is_found_again(call: str, plain: str) -> None:
    folded = SMALL.fold(parse(plain))
    assert folded.size <= parse(call).size
    assert to_text(SMALL.expand(folded)) == plain


CANNOT = [
    ("(even a 1)", "`even` takes 0 to 1 arguments, got 2"),
    ("(filter a (between 1 2 3 4))", "`between` takes 1 to 3 arguments, got 4"),
    ("(map a (lambda1 (padded arg1 d 3)))", "`x` of `padded` stands under a lambda of its definition, so what is given for it cannot use arg1, arg2 or self of a lambda around the call"),
    ("(map a (padded d 3))", "`padded` with 2 arguments cannot be written as a function"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "message"), CANNOT)
def test_what_cannot_be_written_out_is_told(call: str, message: str) -> None:
    with pytest.raises(ProgramTypeError) as caught:
        SMALL.expand(parse(call))
    assert caught.value.message == message


@pytest.mark.parametrize("calls", [45, 90, 180])
def test_what_nests_too_deeply_when_it_is_written_out_is_told(calls: int) -> None:
    program = Node("s")
    for _ in range(calls):
        program = Node("upper", [program])
    with pytest.raises(ProgramTypeError, match="nests more than 200 levels in plain AlgoLisp"):
        built_in().expand(program, {"s"})


def test_a_function_is_written_out_where_it_is_applied() -> None:
    assert to_text(SMALL.expand(parse("(both b even (above 3))"))) == "(&& (== (% b 2) 0) (> b 3))"


def laws_of_folding(plain: Node, library: Library) -> None:
    folded = library.fold(plain, ARGS)
    assert library.expand(folded, ARGS) == plain
    assert library.fold(folded, ARGS) == folded
    assert folded.size <= plain.size


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**9))
def test_folding_a_program_that_nobody_wrote_with_the_library(seed: int) -> None:
    plain = WellTyped(seed).program(5)
    assert built_in().expand(plain, ARGS) is plain
    laws_of_folding(plain, built_in())


@settings(max_examples=120, deadline=None)
@given(st.integers(0, 10**9), st.booleans())
def test_a_call_that_fits_means_a_plain_program_of_the_same_type(seed: int, inside: bool) -> None:
    """Inside a lambda, a call either captures nothing or is refused."""
    library, sampler = built_in(), WellTyped(seed)
    definition = random.Random(seed).choice(list(library.values()))
    scope = {"arg1": INT, "arg2": STRING} if inside else {}
    drawn = sampler.call_of(definition, dict(scope))
    if drawn is None:
        return
    call, kind = drawn
    program = Node("partial0", [Node("1"), Node("lambda2", [call])]) if inside else call
    try:
        typed = check(program, ARGS, library=library)
    except ProgramTypeError as error:
        assert (
            "stands under a lambda" in error.message or "cannot be written as a function" in error.message
        ), call
        return
    result = typed.return_type
    if inside:
        assert isinstance(result, TypeConstructor)
        result = result.args[1]
    assert unify(result, kind, [])
    laws_of_folding(typed.node, library)


def test_a_lambda_that_calls_itself_is_not_written_out() -> None:
    program = parse("(invoke1 (lambda1 (if (<= arg1 1) 1 (* (self (- arg1 1)) arg1))) a)")
    assert apply_invocations(program) == program


@pytest.mark.parametrize("name", sorted(built_in())[::25])
def test_what_cannot_be_in_a_program_may_be_left_out(name: str) -> None:
    """`fold_one` looks at the definitions alone whose primitives a program has."""
    definition = built_in()[name]
    plain = built_in().expander.plain(definition).body
    names = [param for param, _ in definition.params]
    assert built_in().fold_one(plain, names) == built_in().fold(plain, names)


@given(st.integers(0, 10**9))
@settings(max_examples=50)
def test_folding_one_is_folding(seed: int) -> None:
    program = WellTyped(seed).program(3)
    assert SMALL.fold_one(program, ARGS) == SMALL.fold(program, ARGS)


def test_folding_one_program_does_not_depend_on_those_before() -> None:
    calls = [
        Node(name, [Node(param) for param, _ in definition.params])
        for name, definition in built_in().items()
        if not any("->" in kind for _, kind in definition.params)
    ]

    def folded(library: Library, call: Node) -> Node:
        return library.fold_one(call, {child.symbol for child in call.children})

    alone = {call: folded(parse_library(built_in().to_text()), call) for call in calls[::200]}
    after = {call: folded(built_in(), call) for call in calls}
    assert alone == {call: after[call] for call in alone}
