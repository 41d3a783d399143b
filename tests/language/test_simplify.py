"""Function applications written out, and those that must stay."""

from __future__ import annotations

import pytest

from saps.language.parser import parse
from saps.language.printer import to_text
from saps.language.simplify import apply_invocations

CASES = [
    ("(invoke1 is_prime a)", "(is_prime a)"),
    ("(invoke1 (partial1 3 >) a)", "(> a 3)"),
    ("(invoke1 (combine ! is_prime) a)", "(! (is_prime a))"),
    ("(invoke1 (lambda1 (+ arg1 arg1)) a)", "(+ a a)"),
    ("(invoke1 (partial0 a (lambda2 (- arg2 arg1))) b)", "(- b a)"),
    ("(invoke1 (partial0 (len a) (lambda2 (- arg2 arg1))) b)", "(- b (len a))"),
]

STAY = [
    "(invoke1 (lambda1 (+ arg1 arg1)) (len a))",  # would be computed twice
    "(invoke1 (lambda1 (if (<= arg1 1) 1 (self (- arg1 1)))) a)",  # calls itself
    "(invoke1 (partial0 a (lambda2 (map b (lambda1 (+ arg1 arg2))))) c)",  # used in each step of a loop
    "(invoke1 (partial0 (len a) (lambda2 (* arg1 (+ arg1 arg2)))) b)",
]


@pytest.mark.parametrize(("program", "written"), CASES)
def test_applications_are_written_out(program: str, written: str) -> None:
    assert to_text(apply_invocations(parse(program))) == written


@pytest.mark.parametrize("program", STAY)
def test_applications_that_must_stay(program: str) -> None:
    assert to_text(apply_invocations(parse(program))) == program
