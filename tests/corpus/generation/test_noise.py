"""Careless typing: what changes, and what does not."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from saps.corpus.generation.examples import WORDS as STRINGS
from saps.corpus.generation.noise import slip, typed_carelessly
from saps.corpus.generation.realizer import Mention
from saps.corpus.grammar.plain import load
from saps.text.normalize import normalize

WORDS = [*"find the sum of the numbers in".split(), Mention("a"), *"that are less than 17 ,".split()]


@given(st.integers(0, 10**6))
def test_what_the_program_depends_on_stays(seed: int) -> None:
    words = [*WORDS, "or", "equal", "to", Mention("limit"), "and", '"k"']
    typed = normalize(" ".join(typed_carelessly(words, load(), random.Random(seed))))
    for kept in ("a", "17", "limit", '"k"'):
        assert kept in typed


def test_sentences_come_out_changed_in_many_ways() -> None:
    rng = random.Random(0)
    typed = {" ".join(typed_carelessly(WORDS, load(), rng)) for _ in range(200)}
    assert len(typed) > 150
    assert any(set(sentence.split()) & _strange() for sentence in typed)
    assert any("please" in sentence.lower() for sentence in typed)
    assert any(sentence[0].isupper() for sentence in typed)


def _strange() -> set[str]:
    """All words made of two halves."""
    halves = [word for word in STRINGS if len(word) > 3 and word.isalpha() and word.islower()]
    made = {a[: (len(a) + 1) // 2] + b[len(b) // 2 :] for a in halves for b in halves if a != b}
    return made - set(STRINGS)


@given(st.text("abcdefghijklmnopqrstuvwxyz", min_size=4, max_size=12), st.integers(0, 10**6))
def test_a_slip_changes_a_letter_or_two_and_keeps_the_first(word: str, seed: int) -> None:
    typed = slip(word, (), random.Random(seed))
    assert typed[0] == word[0]
    assert abs(len(typed) - len(word)) <= 1


def test_known_slips_are_made() -> None:
    rng = random.Random(1)
    assert "mininum" in {slip("minimum", load().slips["minimum"], rng) for _ in range(100)}
