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
