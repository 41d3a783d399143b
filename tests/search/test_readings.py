"""How sentences are read: names, slips, words that say nothing."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from saps.language.type_system import INT, INT_ARRAY, TypeVariable
from saps.search.readings import Assumption, Reader, Reading
from saps.search.type_constraints import NoRules
from saps.text.names import NEW, NameModel
from saps.text.normalize import marked
from saps.text.tokenizer import Tokenizer
from tests.search.models import READER, RULES, TOKENIZER, TOKENS


def read(text: str) -> list[Reading]:
    return READER.readings(text, None, TypeVariable())


def test_a_known_sentence_has_one_reading() -> None:
    (reading,) = read("the sum of evens in a")
    assert (reading.cost, reading.names, reading.assumptions, reading.unread) == (0.0, (), (), 0)
    assert RULES.letters["a"] in reading.query.args


def test_a_decoder_of_sequences_reads_letters_too() -> None:
    reader = Reader(TOKENIZER, NoRules(TOKENS.symbols, TOKENS.arities))
    (reading,) = reader.readings("the sum of evens in a", None, TypeVariable())
    assert reading.cost == 0.0 and TOKENS.id("a", 1) in reading.query.args


def test_an_unknown_word_may_be_a_name_or_say_nothing() -> None:
    nothing, name = read("the sum of evens in prices and a")
    assert nothing.assumptions == (Assumption("prices", None),) and nothing.unread == 1
    assert name.names == ("prices",) and name.assumptions == ()
    assert name.placeholders.names["prices"] == "b"


def test_a_name_may_be_joined_by_underscores() -> None:
    assert ("my_list",) in {reading.names for reading in read("the sum of my_list")}


def test_what_is_behind_an_apostrophe_is_no_argument() -> None:
    for text in ("what's the sum of evens in a", "that isn't the sum of evens in a"):
        assert all(RULES.letters[letter] not in one.query.args for one in read(text) for letter in "st")
    assert RULES.letters["s"] in read("what's the sum of evens in s")[0].query.args


def test_neighbouring_names_are_one() -> None:
    names = {reading.names for reading in read("the sum of share prices in a")}
    assert ("share_prices",) in names and ("share",) in names and () in names


class OnlyUnknownWords(NameModel):
    """Takes no known word for a name, and leaves it open of all others."""

    def probability(self, words: Sequence[str], word: str) -> float:
        return 1e-9 if TOKENIZER.knows(word) else 0.5


@pytest.fixture(autouse=True)
def only_unknown_words_may_be_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("saps.search.readings.name_model", lambda: OnlyUnknownWords({}, {}))


def test_a_known_word_that_often_was_a_name_may_be_one(monkeypatch: pytest.MonkeyPatch) -> None:
    weights = {"bias": -9.0, "word numbers": 9.0, "word odds": 6.0}
    monkeypatch.setattr("saps.search.readings.name_model", lambda: NameModel(weights, {}))
    found = {one.names: one.cost for one in read("the sum of odds in numbers")}
    assert found.keys() == {(), ("odds",), ("numbers",), ("odds", "numbers")}
    assert found["odds", "numbers"] - found["numbers",] == pytest.approx(3.0)  # "odds" is 6 - 9 nats for it
    (given,) = READER.readings("the sum of odds in a", {"a": INT_ARRAY}, TypeVariable())
    assert given.names == ("a",)


def test_a_word_in_backticks_is_a_name_most_of_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    known = {f"word {word}": 0.0 for word in ("the", "sum", "of", "in", "odds")}
    weights = {"bias": -9.0, "word evens": 4.5, f"word {NEW}": 6.0, **known}
    monkeypatch.setattr("saps.search.readings.name_model", lambda: NameModel(weights, {}))
    assert [one.names for one in read("the sum of evens in prices")] == [(), ("prices",)]
    likely, other = read("the sum of evens in `prices`")
    assert (likely.names, other.names) == (("prices",), ())
    assert likely.guessed < 0.05 and likely.cost == 0.0
    assert {one.names for one in read("the sum of `evens` in a")} == {(), ("evens",)}
    assert {one.names for one in read("the sum of `evens + odds` in a")} == {()}
    assert {one.names for one in read("the `sum` of evens in a")} == {()}, "known, and never a name"
    for text in ("the sum of `a [ 0 ]` evens in `prices`", "`odds + 1` of `prices`"):
        assert ("prices",) in {one.names for one in read(text)}
        assert marked(text) == {"prices"}, "what is between two pieces of code is none"


@pytest.mark.parametrize(
    ("slip", "meant"),
    [("teh", "the"), ("smu", "sum"), ("nubmers", "numbers"), ("numberss", "numbers"), ("numers", "numbers")],
)
def test_a_slip_is_read_as_what_was_meant(slip: str, meant: str) -> None:
    readings = {reading.assumptions: reading for reading in read(f"the sum of {slip} in a")}
    corrected, kept = readings[(Assumption(slip, meant),)], readings[(Assumption(slip, None),)]
    assert meant in corrected.words and slip not in corrected.words
    assert corrected.cost < kept.cost


def test_slips_of_others_that_were_learnt_are_not_what_is_meant() -> None:
    grown = Reader(TOKENIZER.learning([["lisstt", "xylophone"]] * 5), RULES)
    assert grown.known(["list", "lisstt"]) == ["list"]
    assert grown.known(["lisstt", "nothing"]) == ["lisstt"]
    found = grown.readings("the sum of evens in xylophonne", None, TypeVariable())
    assert any(Assumption("xylophonne", "xylophone") in reading.assumptions for reading in found)


@pytest.mark.parametrize("word", ["lumbers", "xnumbersx", "zz", "weather"])
def test_another_letter_or_two_slips_are_none(word: str) -> None:
    assert all(one.read_as is None for reading in read(f"the {word} in a") for one in reading.assumptions)


def test_a_word_of_any_length_is_looked_up_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_up = []
    encode = TOKENIZER.encode

    def counted(_: Tokenizer, words: Sequence[str]) -> list[int]:
        looked_up.append(words)
        return encode(words)

    monkeypatch.setattr(Tokenizer, "encode", counted)
    read("the sum of evens in " + "mbers" * 300)
    assert len(looked_up) < 100  # not one for each word that is near it


def test_of_many_unknown_words_all_are_read_alike() -> None:
    readings = read("qqa qqb qqc qqd qqe qqf in a")
    assert 1 < len(readings) <= 8
    assert {len(reading.assumptions) for reading in readings} == {0, 6}


def test_a_sentence_without_arguments_may_imply_some() -> None:
    (reading,) = read("the sum of the numbers")
    assert RULES.letters["a"] in reading.query.args and reading.cost > 0


def test_given_names_are_found_in_other_forms() -> None:
    args = {"max_price": INT, "scores": INT_ARRAY}
    for text in (
        "the numbers in scores and max_price",
        "the numbers in Score and max price",
        "the numbers in scores and max prices",
    ):
        reading = READER.readings(text, args, TypeVariable())[0]
        letters = {reading.placeholders.names[name] for name in args}
        assert letters <= set(reading.words), text


def test_given_names_are_never_slips() -> None:
    args = {"teh": INT_ARRAY}
    (reading,) = READER.readings("the sum of teh", args, TypeVariable())
    assert reading.assumptions == () and reading.names == ("teh",)


@pytest.mark.parametrize(
    ("sentence", "letters", "cost"),
    [
        ("the sum of evens in a", "abc", 0.0),
        ("the sum of evens in b above k", "abck", 0.0),
        ("the sum in a list", "abc", 0.0),
        ("the sum of the list", "abc", 2.0),
        ("the sum of four numbers", "abcd", 2.0),
        ("the sum of 300 numbers", "abc", 2.0),
        ("i want the sum of the list", "abc", 2.0),
        ("can i get the sum of the list", "abc", 2.0),
        ("i'd like the sum of the list", "abc", 2.0),
        ("i and the sum of the list", "abi", 0.0),
    ],
)
def test_what_has_no_name_gets_a_letter(sentence: str, letters: str, cost: float) -> None:
    (reading,) = [one for one in read(sentence) if not one.names]
    assert reading.query.args.keys() == {RULES.letters[letter] for letter in letters}
    assert reading.cost == cost


@pytest.mark.parametrize(
    ("word", "as_slip", "as_name"),
    [
        ("numbrs", 0.0, 3.0),  # long, a letter missing
        ("numbeers", 0.0, 3.0),
        ("unmbers", 0.0, 3.0),
        ("number", 1.5, 0.0),  # a form of a known word may well be a name
        ("evns", 1.5, 0.0),  # short
    ],
)
def test_a_long_word_is_near_another_by_no_accident(word: str, as_slip: float, as_name: float) -> None:
    costs = {(one.names, one.assumptions): one.cost for one in read(f"the sum of {word} in b")}
    (meant,) = [
        assumed[0].read_as for names, assumed in costs if not names and assumed[0].read_as is not None
    ]
    assert costs[((), (Assumption(word, meant),))] == as_slip
    assert costs[((word,), ())] == as_name


@pytest.mark.parametrize(
    ("sentence", "read_as"),
    [
        ("sum of a b and c", "sum of a , b and c"),
        ("sum of a b c and d", "sum of a , b , c and d"),
        ("sum of a , b and c", "sum of a , b and c"),
        ("is a b or not", "is a b or not"),
        ("sum of a and b", "sum of a and b"),
        ("a b c d and e", "a , b , c , d and e"),
        ("x's b and c", "x ' s b and c"),
    ],
)
def test_letters_in_a_row_are_a_list(sentence: str, read_as: str) -> None:
    assert " ".join(read(sentence)[0].words) == read_as


def test_a_capitalised_word_is_no_slip() -> None:
    assert "sum" in read("the smu of a")[0].words
    assert not any("sum" in reading.words for reading in read("the Smu of a"))


@pytest.mark.parametrize(
    ("sentence", "counts"),
    [
        ("the sum of 4 numbers", {4}),
        ("3 strings and 2 numbers", {3, 2}),
        ("7 numbers", set()),
        ("add 3", set()),
    ],
)
def test_how_many_things_are_spoken_of(sentence: str, counts: set[int]) -> None:
    assert read(sentence)[0].counts == counts


@pytest.mark.parametrize(
    ("sentence", "is_comparison"),
    [
        ("words longer then k", True),
        ("numbers bigger as the mean", True),
        ("as long as k", False),
        ("take the larger then sort it", False),
        ("the larger as a string", False),
    ],
)
def test_what_is_more_is_more_than_something(sentence: str, is_comparison: bool) -> None:
    assert ("than" in read(sentence)[0].words) == is_comparison
