"""How familiar a sentence sounds: by the words that stand beside one another in requests."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saps.language.errors import InputError
from saps.text.pairs import Pairs, placed_words, shipped_pairs

REQUESTS = ["the sum of the numbers in a", "the sum of the words in a", "sort the words in scores by length"]


def words(sentence: str, args: tuple[str, ...] = ()) -> list[str]:
    found = placed_words(sentence, args)
    assert found is not None
    return found


def test_pairs_that_several_requests_have_are_familiar() -> None:
    found = Pairs.fitted([*map(words, REQUESTS[:2]), words(REQUESTS[2], ("scores",))])
    assert found.unfamiliar(words("the sum of the words in a")) == 0.0
    assert found.unfamiliar(words("the words in prices", ("prices",))) == 0.0, "one name is like another"
    assert found.unfamiliar(words("sum numbers")) == 1.0
    assert found.unfamiliar(words("the sum of numbers in b")) == pytest.approx(2 / 7)


def test_signs_are_not_looked_at() -> None:
    found = Pairs.fitted([words("sum, please"), words("sum please")])
    assert found.unfamiliar(words("sum ... please")) == 0.0


@pytest.mark.parametrize(
    ("request_", "other"),
    [
        ("sort the words by length", "sort my photos by place"),
        ("the longest word", "the longest river in china"),
    ],
)
def test_the_shipped_table(request_: str, other: str) -> None:
    assert shipped_pairs().unfamiliar(words(request_)) < shipped_pairs().unfamiliar(words(other))


@given(st.lists(st.text(min_size=1)))
def test_no_words_are_too_odd(found: list[str]) -> None:
    assert 0.0 <= shipped_pairs().unfamiliar(found) <= 1.0


def test_it_is_written_and_read(tmp_path: Path) -> None:
    file = tmp_path / "pairs.bin"
    file.write_bytes(shipped_pairs().table)
    assert Pairs.read(file).table == shipped_pairs().table
    file.write_bytes(b"short")
    with pytest.raises(InputError, match="expected a table of 131,072 bytes, found 5"):
        Pairs.read(file)
    with pytest.raises(InputError, match=r"none\.bin"):
        Pairs.read(tmp_path / "none.bin")


def test_what_cannot_be_read_has_no_words() -> None:
    assert placed_words("double \ud800", []) is None
    assert words("Double maxPrice and 17, e.g. maxPrice=1 -> 2", ("maxPrice",)) == [
        "double",
        "a",
        "and",
        "<num0>",
    ]
