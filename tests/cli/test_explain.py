"""`saps explain` and `saps python`, end to end."""

from __future__ import annotations

import json

from tests.cli.said import Run


def test_a_program_is_explained(saps: Run) -> None:
    said = saps("explain", "(reduce a 0 +)")
    assert (said.code, said.out) == (0, "the sum of a\n")
    assert json.loads(saps("explain", "(+ a b)", "--json").out) == {"explanation": "the sum of a and b"}


def test_what_cannot_be_said_is_told(saps: Run) -> None:
    said = saps("explain", "(reduce a 0 (lambda2 (- arg2 (* arg1 arg1))))")
    assert said.code == 1 and said.out == "" and "no words" in said.err
    assert saps("explain", "(+ a").code == 2


def test_a_program_is_written_in_python(saps: Run) -> None:
    said = saps("python", "(sum_by (filter a even) square)", "--doc", "squares of even numbers")
    assert said.out.endswith("    return sum(x * x for x in a if x % 2 == 0)\n")
    assert '    """squares of even numbers"""\n' in said.out
    shown = json.loads(saps("python", "(+ a b)", "--name", "add", "--json").out)
    assert shown["python"].startswith("def add(a: int, b: int) -> int:")
    assert saps("python", "(+ a b)", "--name", "1x").code == 2
