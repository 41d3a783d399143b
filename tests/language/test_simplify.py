"""Function applications written out."""

from __future__ import annotations

import pytest

from saps.language.parser import parse
from saps.language.simplify import apply_invocations
from saps.language.tree import to_text


@pytest.mark.parametrize(
    ("program", "written"),
    [
        ("(invoke1 is_prime a)", "(is_prime a)"),
        ("(invoke1 (partial1 2 +) a)", "(+ a 2)"),
        ("(invoke1 (lambda1 (+ arg1 arg1)) a)", "(+ a a)"),
        ("(invoke1 (lambda1 (+ arg1 arg1)) (len a))", "(invoke1 (lambda1 (+ arg1 arg1)) (len a))"),
        ("(invoke1 (lambda1 (self (- arg1 1))) 0)", "(invoke1 (lambda1 (self (- arg1 1))) 0)"),
        ("(invoke1 (lambda1 (map arg1 self)) a)", "(invoke1 (lambda1 (map arg1 self)) a)"),
    ],
)
def test_what_needs_no_function_is_written_out(program: str, written: str) -> None:
    assert to_text(apply_invocations(parse(program))) == written
