"""Sentences on their way in and out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saps.language.errors import CheckpointError, InputError
from saps.language.parser import parse
from saps.text.normalize import MAX_CHARACTERS, normalize
from saps.text.placeholders import is_article, is_pronoun, place
from saps.text.tokenizer import Tokenizer, train_tokenizer

NORMALIZED = [
    ("Find a+b, please!", "find a + b , please"),
    ("the 2nd largest of a", "the second largest of a"),
    ("the 3rd, the 15th", "the 3 - th , the 15 - th"),
    ("the nth number", "the n - th number"),
    ('words equal to "4th"', 'words equal to "4th"'),
    ("the third element", "the 3 - th element"),
    ("at last and end", "at last and end"),
    ("multiply by -3", "multiply by -3"),
    ("the zeros of n!", "the zeros of n !"),
    ("sort a!!", "sort a"),
    ("a -3", "a - 3"),
    ("a-3", "a - 3"),
    ("a >= 10 and b<2", "a >= 10 and b < 2"),
    ("1,000 and 2.50", "1000 and 2.50"),
    ("twelve words, two arrays", "12 words , two arrays"),
    ("starts with 'k' or \"Ab\"", 'starts with "k" or "Ab"'),
    ("'Yes' or 'Not here', '%20' or ', '", '"Yes" or "Not here" , "%20" or ", "'),
    ("join with ' - ', else ''", 'join with " - " , else ""'),
    ("join with ' and '", 'join with " and "'),
    ("the cats' and the dogs' tails", "the cats ' and the dogs ' tails"),
    ("'A', 'Mr. ' or ' Jr.'", '"A" , "Mr. " or " Jr."'),
    ("count \"'a b'\" or 'c d' in s", 'count "\'a b\'" or "c d" in s'),
    ("the words' first isn't the lists' last", "the words ' first isn ' t the lists ' last"),
    ("isn ' t it the list ' s first", "isn ' t it the list ' s first"),
    ("“quoted” – dash", '"quoted" - dash'),
    ("my_list of ITEMS", "my_list of items"),
    ("<num0> + <str1>", "<num0> + <str1>"),
]


@pytest.mark.parametrize(("text", "words"), NORMALIZED)
def test_normalizing(text: str, words: str) -> None:
    assert " ".join(normalize(text)) == words


@given(st.text(max_size=80))
def test_normalizing_twice_changes_nothing(text: str) -> None:
    try:
        words = normalize(text)
    except InputError:
        return
    assert normalize(" ".join(words)) == words


@pytest.mark.parametrize("text", ["", "   \n", "?!."])
def test_an_empty_sentence_is_told(text: str) -> None:
    with pytest.raises(InputError, match="sentence is empty"):
        normalize(text)


def test_a_huge_sentence_is_told() -> None:
    with pytest.raises(InputError, match="100,000 characters"):
        normalize("a" * 100_000)
    assert normalize("a" * MAX_CHARACTERS)


def test_names_and_literals_come_back() -> None:
    words = normalize("how many prices are below the limit 17 but not 'k' or 17")
    placed, placeholders = place(words, ["prices", "limit", "x"])
    assert "prices" not in placed and "17" not in placed
    assert placed.count("<num0>") == 2 and "<str0>" in placed
    program = parse('(f prices (g limit 17 "k" x 2))')
    hidden = placeholders.hide(program)
    assert repr(hidden) == "Node((f a (g b <num0> <str0> c 2)))"
    assert placeholders.reveal(hidden) == program


def test_names_never_take_a_letter_of_the_sentence() -> None:
    placed, placeholders = place(normalize("a and b and prices"), ["prices"])
    assert placeholders.names["prices"] not in ("a", "b")
    assert placed == ["a", "and", "b", "and", placeholders.names["prices"]]


@pytest.mark.parametrize(
    ("sentence", "names", "letters"),
    [
        ("reverse a string", ["text"], {"text": "a"}),
        ("reverse a string", ["s"], {"s": "a"}),
        ("reverse a string", ["a"], {}),
        ("add x to a list", ["xs", "x"], {"xs": "a"}),
        ("count a number in a list", ["limit", "nums"], {"limit": "a", "nums": "b"}),
        ("the sum of nums and a", ["nums", "a"], {"nums": "b"}),
        ("the sum of a", ["nums"], {"nums": "b"}),  # `a` is no article there
        ("pairs whose sum is target", ["nums", "target"], {"target": "a", "nums": "b"}),
        ("a and the sum", ["nums"], {"nums": "b"}),
        ("add a number to prices", ["limit", "prices"], {"limit": "a", "prices": "b"}),
    ],
)
def test_names_that_the_sentence_does_not_hold_are_called_in_their_order(
    sentence: str, names: list[str], letters: dict[str, str]
) -> None:
    assert place(sentence.split(), names)[1].names == letters


@pytest.mark.parametrize(
    ("sentence", "articles", "pronouns"),
    [
        ("i want a list", [2], [0]),
        ("a and b, a times k, is a in b", [], []),
        ("the sum of a b and c", [], []),
        ("how do i sort a", [], [2]),
        ("the element at i", [], []),
    ],
)
def test_articles_and_pronouns_are_no_arguments(
    sentence: str, articles: list[int], pronouns: list[int]
) -> None:
    words = normalize(sentence)
    assert [place for place in range(len(words)) if is_article(words, place)] == articles
    assert [place for place in range(len(words)) if is_pronoun(words, place)] == pronouns


def test_too_many_literals_are_told() -> None:
    with pytest.raises(InputError, match="different numbers"):
        place(normalize(" ".join(map(str, range(11, 30)))))


TOKENIZER = train_tokenizer(
    [f"the sum of {word} in a".split() for word in ("evens", "odds", "primes")] * 20, 400
)


@given(st.text(min_size=1, max_size=40))
def test_every_text_can_be_encoded(text: str) -> None:
    ids = TOKENIZER.encode([text])
    assert all(0 < index < TOKENIZER.size for index in ids)


def test_known_words_are_one_token() -> None:
    assert TOKENIZER.knows("sum")
    assert not TOKENIZER.knows("xylophone")
    assert "<num0>" in [TOKENIZER.spelt[index] for index in TOKENIZER.encode(["sum", "<num0>"])]


def test_a_tokenizer_survives_its_bytes() -> None:
    again = Tokenizer(TOKENIZER.model)
    assert again.encode(["the", "sum"]) == TOKENIZER.encode(["the", "sum"])


@pytest.mark.parametrize(
    "damaged", [b"nonsense", b"saps words [1,\nnonsense", b"saps words 3\n", b"saps names x\n"]
)
def test_damaged_bytes_are_told(damaged: bytes) -> None:
    with pytest.raises(CheckpointError, match="not a SentencePiece model"):
        Tokenizer(damaged)


def test_words_are_learnt_that_come_often_enough() -> None:
    sentences = [["thrice", "the", "sum"], ["thrice", "rare", "a"], ["thrice"], ["quux"], ["quux", "quux"]]
    grown = TOKENIZER.learning(sentences, least=3)
    assert grown.learnt == ("quux", "thrice")
    assert [grown.knows(word) for word in ("quux", "thrice", "rare", "sum")] == [True, True, False, True]
    assert grown.size == TOKENIZER.size + 2
    words = ["thrice", "thrice", "the", "rare", "quux"]
    last = grown.size - 1
    assert grown.encode(words) == [last, last, *TOKENIZER.encode(["the", "rare"]), last - 1]
    assert [grown.spelt[index] for index in grown.encode(words)][:2] == ["▁thrice", "▁thrice"]
    again = Tokenizer(grown.model)
    assert (again.encode(words), again.learnt) == (grown.encode(words), grown.learnt)
    further = again.learning([["rare"] * 3, ["quux"] * 3], least=3)
    assert further.learnt == ("quux", "thrice", "rare")
    assert further.encode(words[:3]) == grown.encode(words[:3])
    assert TOKENIZER.learning([["the", "sum"]] * 9) is TOKENIZER


def test_the_names_of_older_checkpoints_are_passed_over() -> None:
    grown = TOKENIZER.learning([["thrice"]], least=1)
    learnt, proto = grown.model.split(b"\n", 1)
    older = Tokenizer(learnt + b'\nsaps names ["limit", "price"]\n' + proto)
    assert older.model == grown.model
    assert older.encode(["the", "thrice"]) == grown.encode(["the", "thrice"])


@pytest.mark.parametrize("name", ["hi", "no", "st", "abc", "xyz"])
def test_a_name_of_letters_in_a_row_is_no_letter(name: str) -> None:
    placed, placeholders = place(["from", "lo", "to", name], ["lo", name])
    assert placed == ["from", "a", "to", "b"]
    assert placeholders.hide(parse(f"(+ lo {name})")) == parse("(+ a b)")
