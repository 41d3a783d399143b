"""Names keep the capitals that the sentence gives them."""

from __future__ import annotations

import pytest

from saps.language.errors import InputError
from saps.language.tree import Node
from saps.text.normalize import normalize, spellings
from saps.text.placeholders import Placeholders, place


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("sum of myList", {"mylist": "myList"}),
        ("myList without maxValue", {"mylist": "myList", "maxvalue": "maxValue"}),
        ("Sum of A and b", {"a": "A"}),
        ("Prices above the limit", {}),
        ("NumItems above the limit", {"numitems": "NumItems"}),
        ("MAX of a", {"max": "MAX"}),
        ("the sum of aB and AB", {"ab": "aB"}),
        ('words that start with "K"', {}),
        ("SUM OF A", {}),
        ("plain words", {}),
    ],
)
def test_spellings(text: str, found: dict[str, str]) -> None:
    assert spellings(text) == found


def test_programs_get_names_as_they_are_spelt() -> None:
    placed, placeholders = place(normalize("add myList to A"), ["mylist"])
    spelt = placeholders.spelt(spellings("add myList to A"))
    letter = placed[1]
    assert spelt.reveal(Node("f", [Node(letter), Node("a")])) == Node("f", [Node("myList"), Node("A")])
    assert Placeholders({}, {}).spelt({}).reveal(Node("a")) == Node("a")


@pytest.mark.parametrize("text", ["the sum of \udce9", "\ud800"])
def test_bytes_that_are_no_text_are_refused(text: str) -> None:
    with pytest.raises(InputError, match="not UTF-8 text"):
        normalize(text)


def test_a_number_beyond_the_double_range_is_no_infinity() -> None:
    with pytest.raises(InputError, match="beyond the range"):
        place(normalize(f"{'9' * 400}.5 plus a"))


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("the sum of `a` and `b`", "the sum of a and b"),
        ("how to sort a list `l` by `-x`", "how to sort a list l by - x"),
        ("replace `;` by `--` in `s`", 'replace ";" by "--" in s'),
        ("split `s` at `\\n` or '\\t'", 'split s at "\n" or "\t"'),
        ("`a`, `b` and `#`", 'a , b and "#"'),
        ("is `x` `==` `[]`", "is x == [ ]"),
        ("find 1³+2³", "find 1 ^ 3 + 2 ^ 3"),
        ("x² plus y¹⁰", "x ^ 2 plus y ^ 10"),
        ("the k'th largest", "the k - th largest"),
        ("the kth largest", "the k - th largest"),
    ],
)
def test_signs_that_people_put_around_names_and_numbers(typed: str, words: str) -> None:
    assert normalize(typed) == words.split(" ")
