"""Derivations: both sides of one meaning."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saps.corpus.generation.arguments import Arguments, Unnamed
from saps.corpus.generation.derivation import derive
from saps.corpus.generation.realizer import Mention, Realizer
from saps.corpus.generation.registers import REGISTERS, Profile, Register
from saps.corpus.generation.sampler import DeadEnd, Sampler
from saps.corpus.generation.source import source_of
from saps.corpus.grammar.plain import load, load_text
from saps.language.typecheck import check

pytestmark = pytest.mark.slow

SPOKEN = [one for one in REGISTERS.values() if one.speaks_any_grammar]


@cache
def sampler() -> Sampler:
    """The built-in grammar's; not at import, which every process of a test run does."""
    return source_of(load()).sampler


def profile(tag: str, depth: int = 4, nest: float = 0.3, constant: float = 0.18) -> Profile:
    return Profile(frozenset({tag}), depth, nest, constant=constant)


@given(st.integers(0, 10**9), st.sampled_from(SPOKEN))
def test_every_derivation_type_checks(seed: int, register: Register) -> None:
    rng = random.Random(seed)
    tries = (derive(sampler(), rng, Profile.drawn(register, rng)) for _ in range(20))
    derivation = next(one for one in tries if one is not None)
    typed = check(derivation.program)
    assert set(typed.args) <= set(derivation.args)
    assert derivation.words and derivation.productions
    for name in typed.args:
        unnamed = any(isinstance(word, Unnamed) for word in derivation.words)
        assert name in derivation.words or unnamed or len(typed.args) == 1  # "celsius to fahrenheit"


@given(st.integers(0, 10**9))
def test_the_same_seed_gives_the_same_derivation(seed: int) -> None:
    first, second = (
        [derive(sampler(), rng, profile("paraphrase")) for _ in range(10)]
        for rng in (random.Random(seed), random.Random(seed))
    )
    assert first == second and any(first)


def test_every_meaning_can_be_drawn() -> None:
    """In one of its forms and types at least; some forms have no place in a sentence of their own."""
    rng = random.Random(1)
    grammar = sampler().grammar
    left = {grammar.meaning(one): one for one in grammar.all_productions() if one.program.children}
    ways = [one for one in grammar.all_productions() if grammar.meaning(one) in left]
    for _ in range(200):
        ways = [one for one in ways if grammar.meaning(one) in left]
        rng.shuffle(ways)
        for production in ways:
            meaning = grammar.meaning(production)
            if meaning in left:
                drawn = derive(sampler(), rng, Profile.drawn(rng.choice(SPOKEN), rng, 3), production)
                if drawn is not None:
                    assert production.label in drawn.productions
                    del left[meaning]
    assert not left


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
        derivation = derive(sampler, rng, profile("terse", 3, nest=0.6, constant=0))
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
    seen = 0
    for _ in range(200):
        derivation = derive(sampler(), rng, profile("paraphrase", 2))
        if derivation is None or len(derivation.args) < 2:
            continue
        spoken = [word for word in derivation.words if isinstance(word, Mention)]
        mentioned = [word for word in spoken if word in derivation.args]  # a letter may stand for itself
        assert list(dict.fromkeys(mentioned)) == list(derivation.args)
        seen += 1
    assert seen > 20


@pytest.mark.parametrize("register", ["algolisp", "paraphrase", "terse"])
def test_wordings_of_other_registers_stay_out(register: str) -> None:
    grammar = load_text(
        AMBIGUOUS.replace("| the square of <x>", "@terse | the square of <x>\n  @algolisp | <x> squared")
    )
    sampler = Sampler(grammar)
    rng = random.Random(2)
    drawn = [derive(sampler, rng, profile(register, 2, nest=0.5)) for _ in range(100)]
    words = {word for derivation in drawn if derivation for word in derivation.words}
    assert ("square" in words) == (register == "terse")
    assert ("squared" in words) == (register == "algolisp")


def test_some_wordings_are_kept_to_sentences_that_introduce_their_arguments() -> None:
    lines = "introduce\n  | given <args> ,\n" + AMBIGUOUS.replace("| the square", "@told | the square")
    sampler = Sampler(load_text(lines))
    rng = random.Random(4)
    drawn = [derive(sampler, rng, profile("terse", 2, nest=0.5)) for _ in range(200)]
    told = [one for one in drawn if one is not None and "square" in one.words]
    assert told
    assert all(one.words[0] == "given" for one in told)
    assert any(one.words[0] != "given" for one in drawn if one is not None)


def test_a_remark_changes_nothing_of_the_task() -> None:
    remark = "remark int\n  @terse | where <name> is positive\n"
    samplers = [Sampler(load_text(lines + AMBIGUOUS)) for lines in ("", remark)]
    for tag, remarked in (("terse", True), ("paraphrase", False)):
        spoken = replace(profile(tag, 2, nest=0.5), remark=1.0)
        for seed in range(50):
            bare, drawn = (derive(sampler, random.Random(seed), spoken) for sampler in samplers)
            assert bare is not None and drawn is not None
            assert drawn.program == bare.program
            said = drawn.words[len(bare.words) :]
            assert drawn.words[: len(bare.words)] == bare.words
            if remarked:
                assert said == ("where", said[1], "is", "positive")
                assert said[1] in bare.args
            else:
                assert said == ()


def test_arguments_without_a_name_are_called_as_the_sentence_comes_to_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("saps.corpus.generation.arguments._BARE", 0.0)  # "another" has its noun behind it
    lines = """\
introduce
  | given <args> ,
unnamed int
  | a number
  @told | that number
type numbers = int[]
declare int[]
  | a list <name>
unnamed int[]
  | a list
  @told | that list
number count(x: number, xs: numbers) => (len (filter xs (partial1 x ==)))
  | how often <x> is in <xs>
number first(xs: numbers, x: number) => (deref xs x)
  | what in <xs> is at <x>
"""
    sampler = Sampler(load_text(lines + AMBIGUOUS))
    rng, seen = random.Random(6), set()
    for _ in range(200):
        found = derive(sampler, rng, replace(profile("terse", 1, nest=0.0, constant=0.0), unnamed=True))
        if found is None:
            continue
        assert list(found.args) == list("ab"[: len(found.args)])
        told = found.words[0] == "given"
        nouns = [word for word in found.words if word in ("number", "list")][: len(found.args)]
        assert [{"int": "number", "int[]": "list"}[kind] for kind in found.args.values()] == nouns
        assert ("that" in found.words) == told
        seen.add((told, len(found.args)))
    assert seen == {(told, count) for told in (False, True) for count in (1, 2)}


TWICE = """\
type sentence = any
type number = int
declare int
  | a number <name>
mention int
  | the number <name>
unnamed int
  | a number
  @told | the number
number square(x: number) => (square x)
  | the square of <x>
number plus(x: number, y: number) => (+ x y)
  | <x> plus <y>
number size(x: number) => (if (< x 0) (- 0 x) x)
  | <x> if <x> is positive , otherwise minus <x>
sentence ask(x: number) => x
  | find <x>
"""


@given(st.integers(0, 10**9), st.booleans())
def test_a_slot_that_stands_twice_is_one_argument(seed: int, unnamed: bool) -> None:
    sampler = Sampler(load_text(TWICE))
    drawn = derive(
        sampler,
        random.Random(seed),
        replace(profile("terse", nest=0.9), unnamed=unnamed),
        sampler.grammar.find("size"),
    )
    assert drawn is not None
    first = "a number" if unnamed else f"the number {next(iter(drawn.args))}"
    again = "the number" if unnamed else next(iter(drawn.args))
    text = " ".join(drawn.words)
    assert f"{first} if {again} is positive , otherwise minus {again}" in text
    assert len(drawn.args) == 1


def test_a_wording_that_ends_in_a_repeated_slot_is_bracketed() -> None:
    sampler, rng = Sampler(load_text(TWICE)), random.Random(0)
    drawn = [derive(sampler, rng, profile("terse", depth=3, nest=0.9)) for _ in range(300)]
    texts = [" ".join(one.words) for one in drawn if one is not None]
    nested = [text for text in texts if "otherwise minus" in text and " plus " in text]
    assert any(") plus " in text for text in nested)
    for text in nested:
        assert not re.search(r"otherwise minus \w+ plus", text), text


def test_arguments_that_cannot_be_declared_end_the_draw() -> None:
    rng, spoken = random.Random(1), profile("paraphrase")
    arguments = Arguments(sampler(), Realizer(sampler(), rng, spoken.tags), rng, spoken)
    arguments.kinds = {"p": "bool[]", "q": "bool[]"}
    with pytest.raises(DeadEnd):
        arguments.introduction()
