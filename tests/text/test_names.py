"""Which words of a sentence are names: by their neighbours, and by what they are."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saps.language.errors import InputError
from saps.language.type_system import parse_type
from saps.text.names import Named, NameModel, is_candidate, name_model, named_words
from saps.text.normalize import normalize

NOUNS = "price width speed profit weight amount budget score".split()
SENTENCES: list[Named] = [
    *((f"multiply {one} by {other}".split(), {one: "int", other: "int"}) for one in NOUNS for other in NOUNS),
    *((f"count the {one} of the {other}".split(), {}) for one in NOUNS for other in NOUNS),
]


def test_neighbours_decide() -> None:
    model = NameModel.fitted(SENTENCES)
    for word in ("price", "yardage"):  # one that was met, and one that was not
        assert model.probability(f"multiply {word} by width".split(), word) > 0.9
        assert model.probability(f"count the {word} of the list".split(), word) < 0.1


def test_a_word_is_a_name_where_it_is_one_most_plainly() -> None:
    model = NameModel.fitted(SENTENCES)
    words = "count the price of the list ; multiply price by width".split()
    assert model.probability(words, "price") > 0.5


@pytest.mark.parametrize(
    ("sentence", "names"),
    [
        ("the largest of xs minus the smallest of ys", {"xs", "ys"}),
        ("the words that are longer than threshold", {"threshold"}),
        ("find the largest of two numbers", set()),
        ("how many words of the list begin with a vowel", set()),
    ],
)
def test_the_shipped_weights(sentence: str, names: set[str]) -> None:
    words = normalize(sentence)
    sure = {word for word in words if is_candidate(word) and name_model().probability(words, word) > 0.8}
    assert sure == names


@given(st.lists(st.text(min_size=1), min_size=1))
def test_no_sentence_is_too_odd(words: list[str]) -> None:
    assert all(0 < name_model().probability(words, word) < 1 for word in words)


@pytest.mark.parametrize(
    ("sentence", "args", "names"),
    [
        ("Double maxPrice.", ["maxPrice"], {"maxprice"}),
        ("the sum of the given numbers", ["nums"], set()),
        ("price times 3, for example price=2 -> 6", ["price"], {"price"}),
        ("price of the given amount", ["price", "quantity"], None),
        ("double \ud800", ["x"], None),
    ],
)
def test_names_are_those_that_the_reader_meets(
    sentence: str, args: list[str], names: set[str] | None
) -> None:
    found = named_words(sentence, dict.fromkeys(args, "int"))
    assert (None if found is None else set(found[1])) == names


def test_names_tell_types() -> None:
    model = NameModel.fitted(
        [
            *([(["reverse", "text"], {"text": "string"})] * 50),
            *([(["sort", "xs"], {"xs": "int[]"})] * 30 + [(["sort", "xs"], {"xs": "string[]"})] * 20),
            *([(["double", "seldom"], {"seldom": "int"})] * 2),
        ]
    )
    against = {
        (name, kind): model.against(name, parse_type(kind, {}))
        for name in ("text", "xs", "seldom", "unheard")
        for kind in ("string", "int[]", "string[]", "T[]", "T", "bool")
    }
    assert against["text", "string"] == against["xs", "string[]"] == 0.0
    assert 2 < against["text", "int[]"] == against["text", "string[]"] == against["text", "T[]"]
    assert against["xs", "int[]"] == against["xs", "T[]"] == 0.0, "nearly as common as strings"
    assert model.against("A", parse_type("string")) == 0.0
    assert against["xs", "string"] > 1
    assert not any(value for (name, _), value in against.items() if name in ("seldom", "unheard"))
    assert against["text", "bool"] == 0.0, "nothing is known of a type that was never met"


def test_the_shipped_counts() -> None:
    types = {"k": "int", "s": "string", "nums": "int[]", "words": "string[]", "matrix": "int[][]"}
    for name, kind in types.items():
        assert name_model().against(name, parse_type(kind)) == 0.0
        assert name_model().against("b", parse_type(kind)) == 0.0, "anything is called so"
        assert all(
            name_model().against(name, parse_type(other)) > 1 for other in types.values() if other != kind
        )


@pytest.mark.parametrize("word", ["a", "range", "head", "min", "1st", "+"])
def test_letters_signs_and_words_of_the_language_are_none(word: str) -> None:
    assert not is_candidate(word)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"words": {"a": 1}}',
        '{"words": {"a": 1}, "types": {"a": {"int": 0.5}}}',
        '{"a": "b"}',
        '{"a": null}',
        '{"a": true}',
        '{"a": NaN}',
        '{"a": 1e999}',
        "[" * 20_000,
    ],
)
def test_damaged_weights_are_told(tmp_path: Path, text: str) -> None:
    (tmp_path / "names.json").write_text(text)
    with pytest.raises(InputError, match=r"names\.json"):
        NameModel.read(tmp_path / "names.json")


def test_weights_that_are_not_there_are_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"names\.json: No such file"):
        NameModel.read(tmp_path / "names.json")
