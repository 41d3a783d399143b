"""Examples that sentences tell: what is taken for one, and what is left of the sentence."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saps.text.normalize import normalize
from saps.text.spoken import without_examples, without_lists

TOLD: list[tuple[str, str, list[tuple[list[Any], Any]]]] = [
    ("Sum a list. For example [1, 2] -> 3 and [] -> 0", "Sum a list.", [([[1, 2]], 3), ([[]], 0)]),
    ("Reverse a string. >>> f('abc') 'cba'", "Reverse a string.", [(["abc"], "cba")]),
    ("the largest of a list, e.g. [3, 1] gives 3.", "the largest of a list", [([[3, 1]], 3)]),
    ('count vowels; f("banana") == 3', "count vowels", [(["banana"], 3)]),
    ("join initials (example: ['ab', 'cd'] => 'ac')", "join initials", [([["ab", "cd"]], "ac")]),
    ("square n. Examples: 4 -> 16; 0 -> 0", "square n.", [([4], 16), ([0], 0)]),
    ("is n even? f(4) is True, f(3) is False", "is n even?", [([4], True), ([3], False)]),
    ("add two numbers; add(2, -3) = -1", "add two numbers", [([2, -3], -1)]),
    ("swap the ends; for 'hello' it returns 'oellh'", "swap the ends", [(["hello"], "oellh")]),
    ("flatten. [[1, 2], [3]] => [1, 2, 3]", "flatten.", [([[[1, 2], [3]]], [1, 2, 3])]),
    ("the last of a tuple, f((1, 2)) returns 2", "the last of a tuple", [([[1, 2]], 2)]),
    ("half of x, for 5 the result should be 2.5", "half of x", [([5], 2.5)]),
]
NONE = [
    "the words that start with 'k'",
    "find 3 + 4 and give it back",
    "map x -> x + 1 over a",
    "if a = 3 return 4 else 5",
    "is a[2] == 3 the case",
    "the sum of a where each is at least 2",
    "[1, 2] -> 3",  # nothing is said but the example
    "x mod 7 == 0",
    "the numbers n where n % 2 == 0",
    "sum up; f(1) -> 1, f(1, 2) -> 3",  # of how many arguments?
    "",
]


@pytest.mark.parametrize(("text", "left", "examples"), TOLD, ids=[row[0][:40] for row in TOLD])
def test_examples_are_taken_out(text: str, left: str, examples: list[tuple[list[Any], Any]]) -> None:
    rest, found = without_examples(text)
    assert normalize(rest) == normalize(left)
    assert [(list(one.inputs), one.output) for one in found] == examples
    assert not any(one.names for one in found)


def test_examples_may_name_their_arguments() -> None:
    for text in (
        "Sum the first k of nums. Input: nums = [1,2,3], k = 2 Output: 3",
        "Sum the first k of nums. nums=[1,2,3] k=2 -> 3",
        "Sum the first k of nums. f(nums=[1,2,3], k=2) == 3",
    ):
        rest, (example,) = without_examples(text)
        assert normalize(rest) == normalize("Sum the first k of nums")
        assert (example.names, example.inputs, example.output) == (("nums", "k"), ([1, 2, 3], 2), 3)


@pytest.mark.parametrize("text", NONE)
def test_what_is_no_example_stays(text: str) -> None:
    assert without_examples(text) == (text, ())


@pytest.mark.parametrize(("text", "left", "examples"), TOLD, ids=[row[0][:40] for row in TOLD])
def test_a_normalised_sentence_loses_them_as_well(
    text: str, left: str, examples: list[tuple[list[Any], Any]]
) -> None:
    """As corpora hold sentences: word by word."""
    rest, found = without_examples(" ".join(normalize(text)))
    assert normalize(rest) == normalize(left) and len(found) == len(examples)


@given(st.text("f(a=1,[2]'\"->>> gives", max_size=120))
def test_anything_can_be_read(noise: str) -> None:
    rest, found = without_examples(noise)
    without_lists(noise)
    assert (rest == noise) == (not found)
    json.dumps([one.output for one in found])


@pytest.mark.parametrize(
    "piece", ["[", "[1,", "1 ", "of 1, ", "'", "f(", "a=1 ", "1, ", "a = [1] and ", "f(1) = "]
)
def test_nothing_takes_long(piece: str) -> None:
    start = time.process_time()
    without_examples((piece * 2000)[:2000])
    without_lists((piece * 2000)[:2000])
    assert time.process_time() - start < 5


@pytest.mark.parametrize(
    ("text", "left", "given"),
    [
        ("the sum of [1, -2,3]", "the sum of a", {"a": [1, -2, 3]}),
        ("sort ['pear', \"Fig\"] and a list", "sort b and a list", {"b": ["pear", "Fig"]}),
        ("rows of [[1], [2, 3]] and []", "rows of a and b", {"a": [[1], [2, 3]], "b": []}),
        ("xs[0] + f(a)[1], xs[::-1] and [x for x in y]", None, {}),
        ("[mixed, 1]", None, {}),
        ("[1, 2]", None, {}),  # nothing is said of it
        ("max of 3 8 2", "max of a", {"a": [3, 8, 2]}),
        ("the mean of 10, 2.5, and -30?", "the mean of a?", {"a": [10, 2.5, -30]}),
        ("sort the numbers 3, 1 and 2", "sort the numbers a", {"a": [3, 1, 2]}),
        ("how many of 3,4,5 are even", "how many of a are even", {"a": [3, 4, 5]}),
        ("multiples of 3, 5 and 7", None, {}),  # numbers that others are compared with
        ("replace one of 1, 2 and 3 with 0", None, {}),
        ("the sum of 1, 2 and 3 in the list", None, {}),  # something else is given
        ("add 3, 4 and 5 to n", None, {}),
        ("a triangle with sides 3, 4 and 5", None, {}),
        ("the sum of 3 and 5", None, {}),
        ("add 1,000,000 and 2", None, {}),
        ("1, 2, 3", None, {}),
        ("dot product of 1 2 3 and 4 5 6", None, {}),  # two lists
        ("intersection of 1, 2, 3 and 2, 3, 4", None, {}),
        ("sum of 5, 10, 20, 30,400", None, {}),
        ("the mean of 10, 20, 30, 40%", None, {}),
        ("sum of 1, 2, 3, ..., 100", None, {}),
        ("max of 3, 4, 5, six and 7", None, {}),
        ("average of 2, 3 and 4/5", None, {}),
        ("average of 01 02 03", None, {}),
        ("sum of ١ ٢ ٣", None, {}),
        ("sides of 3, 4 and 5", None, {}),
        ("add 2, 3 and 4 to a", None, {}),
        ("what's the sum of 3 and 5 and 9", "what's the sum of a", {"a": [3, 5, 9]}),
        ("the largest number among 3, 9 and 4", "the largest number among a", {"a": [3, 9, 4]}),
        ("how many are true in [true, false]", "how many are true in a", {"a": [True, False]}),
        ("the length of []", "the length of a", {"a": []}),
        ('lines of ["\\x"]', None, {}),
    ],
)
def test_lists_that_a_sentence_spells_out_get_letters(
    text: str, left: str | None, given: dict[str, Any]
) -> None:
    assert without_lists(text) == (left or text, given)
