"""`saps library`, and programs that call it."""

from __future__ import annotations

import json

from saps.language.library import built_in
from tests.cli.said import Run


def test_meanings_are_listed_by_topic(saps: Run) -> None:
    said = saps("library")
    assert said.code == 0
    assert sum(line.startswith("  ") for line in said.out.splitlines()) == len(built_in())
    one = saps("library", "lists").out.splitlines()
    assert one[0] == "lists:" and any(line.split("(")[0].strip() == "count_if" for line in one)


def test_a_meaning_is_shown_with_its_examples(saps: Run) -> None:
    said = saps("library", "count_of")
    assert said.code == 0
    assert "e.g. [1, 2, 1] 1 -> 2" in said.out
    shown = json.loads(saps("library", "count_of", "--json").out)
    assert shown["name"] == "count_of" and shown["plain"] == "(len (filter xs (partial0 x ==)))"


def test_what_is_no_meaning_is_one_line(saps: Run) -> None:
    said = saps("library", "cout_of")
    assert said.code == 2 and "did you mean 'count_of'?" in said.err


def test_programs_call_the_library(saps: Run) -> None:
    assert saps("run", "(count_of a 1)", "a=[1,2,1]").out == "2\n"
    assert saps("run", "(+ even 1)", "even=4").out == "5\n"  # an argument's name comes before a meaning's
    assert saps("check", "(count_if a even)").out == "a: int[] -> int\n"
    wrong = saps("check", "(count_if a strlen)")
    assert wrong.code == 1 and "must be (T -> bool)" in wrong.out
