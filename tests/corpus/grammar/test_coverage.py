"""Counting what can be said, against saying all of it."""

from __future__ import annotations

import random

import pytest

from saps.corpus.generation.derivation import derive
from saps.corpus.generation.registers import REGISTERS, Profile, register_called
from saps.corpus.generation.sampler import Sampler
from saps.corpus.grammar.coverage import families
from saps.corpus.grammar.plain import grammar_of, load_text

SMALL = """\
type sentence = any
type number = int
declare int
  | a number <name>
sentence ask(x: number) => x
  | (find | get) [me] <x>
number plus(x: number, y: number) => (+ x y)
  | <x> plus <y>
  | (the | a) sum of <x> and <y>
"""


def test_phrases_are_counted_as_they_are_drawn() -> None:
    grammar = load_text(SMALL)
    counts = {one.label: one for one in families(grammar, register_called("terse"))}
    assert (counts["number.plus"].alone, counts["sentence.ask"].alone) == (3, 4)
    profile = Profile(frozenset({"terse"}), max_depth=1, nest=0.0, reuse=0.0)
    rng, sampler = random.Random(0), Sampler(grammar)
    drawn = [derive(sampler, rng, profile) for _ in range(500)]
    # the sentence's four ways, each with one of the three sums
    assert len({one.words for one in drawn if one is not None}) == 4 * 3


@pytest.mark.slow
def test_the_built_in_families_are_many_and_varied() -> None:
    for register in ("algolisp", "paraphrase", "terse"):
        found = families(grammar_of(REGISTERS[register]), REGISTERS[register])
        assert len(found) >= 150
        assert all(one.nested >= one.alone > 0 for one in found)
