"""Names of arguments that are units of measurement."""

import pytest

from saps.text.normalize import normalize
from saps.text.placeholders import place
from saps.text.units import targets, with_units


@pytest.mark.parametrize(
    ("sentence", "names", "read"),
    [
        ("convert minutes to hours", ["minutes"], "convert a minutes to hours"),
        (
            "total seconds in minutes and hours",
            ["minutes", "hours"],
            "total seconds in a minutes and b hours",
        ),
        ("how many feet are in inches", ["inches"], "how many feet are in a inches"),
        ("multiply hours by rate", ["hours", "rate"], "multiply a by b"),  # there is no other unit
        ("hours in total meters", ["hours"], "a in total meters"),  # or none of its kind
        ("split items into n pieces", ["items", "n"], "split a into n pieces"),  # things, not units
    ],
)
def test_the_unit_is_said_behind_the_letter(sentence: str, names: list[str], read: str) -> None:
    words = normalize(sentence)
    placed, _ = place(words, names)
    assert " ".join(with_units(words, placed)) == read


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("minutes to hours", {"hours"}),
        ("convert days into weeks and hours", {"weeks"}),
        ("seconds in hours", set()),  # how many, in so many hours
        ("add minutes to total", set()),
        ("from 1 to days", set()),
        ("meters to seconds", set()),
        ("ratio of minutes to hours", set()),
        ("hours , minutes and seconds to seconds", set()),  # which are given, too
    ],
)
def test_what_is_converted_to_is_nobodys_name(sentence: str, found: set[str]) -> None:
    assert targets(normalize(sentence)) == found
