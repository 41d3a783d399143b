"""Derivations: both sides of one meaning."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saps.corpus.loader import load, load_text
from saps.corpus.sampler import Profile, Sampler
from saps.language.typecheck import check

SAMPLER = Sampler(load())
REGISTERS = ("algolisp", "paraphrase", "terse", "names")


@given(st.integers(0, 10**9), st.sampled_from(REGISTERS), st.integers(1, 5))
def test_every_derivation_type_checks(seed: int, register: str, depth: int) -> None:
    derivation = SAMPLER.derive(random.Random(seed), Profile(register, depth, nest=0.5, define=0.3))
    if derivation is None:
        return
    typed = check(derivation.program)
    assert set(typed.args) <= set(derivation.args)
    assert derivation.words and derivation.productions
    for name in typed.args:
        assert name in derivation.words


@given(st.integers(0, 10**9))
def test_the_same_seed_gives_the_same_derivation(seed: int) -> None:
    first, second = (SAMPLER.derive(random.Random(seed), Profile("paraphrase")) for _ in range(2))
    assert first == second


def test_every_production_can_be_drawn() -> None:
    rng = random.Random(1)
    for production in SAMPLER.grammar.all_productions():
        profiles = [Profile(register, 2, nest=0.0) for register in REGISTERS]
        drawn = [SAMPLER.derive(rng, profile, production) for profile in profiles for _ in range(8)]
        assert any(drawn), production.label


AMBIGUOUS = """\
type sentence = any
type number = int
declare int
  | a number <name>
number plus(x: number, y: number) => (+ x y)
  | <x> plus <y>
number square(x: number) => (square x)
  | the square of <x>
sentence ask(x: number) => x
  | <x>
"""


def test_what_could_be_misread_is_bracketed() -> None:
    sampler = Sampler(load_text(AMBIGUOUS))
    rng = random.Random(3)
    seen: dict[str, str] = {}
    for _ in range(2000):
        derivation = sampler.derive(rng, Profile("terse", 3, nest=0.6, constant=0))
        assert derivation is not None
        letters = iter("abcdefghijklm")
        names = {name: next(letters) for name in derivation.args}
        sentence = " ".join(names.get(word, word) for word in derivation.words)
        program = " ".join(
            names.get(word, word)
            for word in repr(derivation.program).replace("(", "( ").replace(")", " )").split()
        )
        assert seen.setdefault(sentence, program) == program
    assert "the square of ( a plus b )" in seen
    assert "( the square of a ) plus b" in seen


def test_arguments_come_in_the_order_of_the_sentence() -> None:
    rng = random.Random(5)
    for _ in range(200):
        derivation = SAMPLER.derive(rng, Profile("algolisp", 2))
        if derivation is None or derivation.words[0] != "given" or len(derivation.args) < 2:
            continue
        head = derivation.words[: derivation.words.index(",") + 8]
        places = [head.index(name, 1) for name in derivation.args if name in head[1:] and name != "a"]
        assert places == sorted(places)


@pytest.mark.parametrize("register", REGISTERS)
def test_wordings_of_other_registers_stay_out(register: str) -> None:
    grammar = load_text(
        AMBIGUOUS.replace("| the square of <x>", "@terse | the square of <x>\n  @algolisp | <x> squared")
    )
    sampler = Sampler(grammar)
    rng = random.Random(2)
    drawn = [sampler.derive(rng, Profile(register, 2, nest=0.5)) for _ in range(100)]
    words = {word for derivation in drawn if derivation for word in derivation.words}
    assert ("square" in words) == (register == "terse")
    assert ("squared" in words) == (register == "algolisp")
