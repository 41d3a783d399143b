"""Types that only the sentence tells."""

from __future__ import annotations

import pytest

from saps.language.type_system import TypeVariable, parse_type, show
from saps.text.nouns import as_told

CASES = [
    ("the length of a list of words a", {"a": "T[]"}, {"a": "string[]"}),
    ("reverse the integers in a", {"a": "T[]"}, {"a": "int[]"}),
    ("the number of elements of a", {"a": "T[]"}, {"a": "T[]"}),
    ("how often is a number b in a", {"a": "T[]", "b": "T"}, {"a": "int[]", "b": "int"}),
    ("is the word b in the list a", {"a": "T[]", "b": "T"}, {"a": "string[]", "b": "string"}),
    ("are the lists a and b the same", {"a": "T", "b": "T"}, {"a": "T[]", "b": "T[]"}),
    ("are the arrays of numbers a and b the same", {"a": "T", "b": "T"}, {"a": "int[]", "b": "int[]"}),
    ("are the texts a and b the same", {"a": "T", "b": "T"}, {"a": "string", "b": "string"}),
    (
        "a if the list c is long otherwise b",
        {"a": "T", "b": "T", "c": "U[]"},
        {"a": "T", "b": "T", "c": "U[]"},
    ),
    ("the words of a that have b letters", {"a": "string[]", "b": "int"}, {"a": "string[]", "b": "int"}),
    ("words and numbers in a", {"a": "T[]"}, {"a": "T[]"}),
    ("apply b to the numbers a", {"a": "T", "b": "(T -> T)"}, {"a": "int", "b": "(T -> T)"}),
]


@pytest.mark.parametrize(("sentence", "open_types", "told"), CASES)
def test_open_types_are_what_the_nouns_say(
    sentence: str, open_types: dict[str, str], told: dict[str, str]
) -> None:
    variables: dict[str, TypeVariable] = {}
    args = {name: parse_type(kind, variables) for name, kind in open_types.items()}
    names = {variable: name for name, variable in variables.items()}
    found = as_told(args, sentence.split())
    assert {name: show(kind, names) for name, kind in found.items()} == told
