"""English inflection: the spelling rules, and the lexicon's exceptions."""

from __future__ import annotations

import pytest

from saps.corpus.grammar.inflection import VERB_FORMS, agreed, article, plural, verb


@pytest.mark.parametrize(
    ("noun", "expected"),
    [
        ("sum", "sums"),
        ("index", "indices"),
        ("box", "boxes"),
        ("entry", "entries"),
        ("array", "arrays"),
        ("suffix", "suffixes"),
        ("character", "characters"),
        ("match", "matches"),
        ("half", "halves"),
        ("elements", "elements"),
        ("class", "classes"),
    ],
)
def test_plural(noun: str, expected: str) -> None:
    assert plural(noun) == expected


@pytest.mark.parametrize(
    "forms",
    [
        "sort sorts sorting sorted",
        "double doubles doubling doubled",
        "multiply multiplies multiplying multiplied",
        "play plays playing played",
        "swap swaps swapping swapped",
        "begin begins beginning begun",
        "match matches matching matched",
        "add adds adding added",
        "fix fixes fixing fixed",
        "remove removes removing removed",
        "split splits splitting split",
        "show shows showing shown",
        "keep keeps keeping kept",
        "filter filters filtering filtered",
    ],
)
def test_verbs(forms: str) -> None:
    plain, *_ = forms.split()
    assert " ".join(verb(plain, form) for form in VERB_FORMS) == forms


@pytest.mark.parametrize(
    ("word", "expected"), [("even", "an"), ("prime", "a"), ("unique", "a"), ("integer", "an"), ("", "a")]
)
def test_article(word: str, expected: str) -> None:
    assert article(word) == expected


def test_articles_are_put_where_they_are_asked_for() -> None:
    words = ["is", "x", "a/an", "even", "number", "or", "a/an", "prime"]
    assert " ".join(agreed(words)) == "is x an even number or a prime"


def test_is_and_are_agree_with_what_follows() -> None:
    said = [
        "the sum of a",
        "the digits of k",
        "the first 3 multiples of k",
        "the collatz sequence",
        "a times b",
        "prices",
        "the local maxima of x",
    ]
    verbs = [agreed(["what", "is/are", *phrase.split()])[1] for phrase in said]
    assert verbs == ["is", "are", "are", "is", "is", "are", "are"]
