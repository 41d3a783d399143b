"""Requests with more in them: the words are those of people, the program is the composition."""

from __future__ import annotations

import random
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saps.corpus.generation.compositions import composed, is_noun_phrase
from saps.corpus.generation.derivation import Derivation
from saps.corpus.generation.realizer import Mention
from saps.corpus.generation.sampler import Sampler
from saps.corpus.generation.source import source_of
from saps.corpus.grammar.model import Grammar
from saps.corpus.grammar.plain import load
from saps.corpus.tasks.task import Task
from saps.language.parser import parse
from saps.language.type_system import parse_type
from saps.language.typecheck import check

pytestmark = pytest.mark.slow


def request(sentence: str, program: str, returns: str, **args: str) -> Task:
    words = (Mention(word) if word in args else word for word in sentence.split())
    return Task(tuple(words), parse(program), args, returns, ())


ENDING = request("first prime above n", "(+ n 1)", "int", n="int")
ORDER = request("sort the list", "(sort a)", "int[]", a="int[]")
NOUN = request("the list in order", "(sort a)", "int[]", a="int[]")
LENGTH = request("length of text", "(strlen text)", "int", text="string")
LARGER = request("the larger of two numbers", "(max a b)", "int", a="int", b="int")
SUM = request("k plus n", "(+ k n)", "int", k="int", n="int")


@cache
def sampler() -> Sampler:
    return source_of(load()).sampler


def drawn(task: Task, seed: int, *phrases: Task) -> Derivation | None:
    by_type = {one.return_type: [one] for one in phrases}
    return composed(task, by_type, sampler(), random.Random(seed))


@given(st.integers(0, 10**6), st.sampled_from([ENDING, ORDER, NOUN]))
def test_the_program_type_checks_with_the_arguments_that_the_sentence_has(seed: int, task: Task) -> None:
    found = drawn(task, seed)
    if found is not None:
        typed = check(found.program, {name: parse_type(kind) for name, kind in found.args.items()})
        assert {node.symbol for node in found.program} >= set(typed.args) - set(found.args)
        assert set(found.args) - set(task.args) <= set(found.words)


def test_an_argument_at_the_end_gives_way_to_a_phrase() -> None:
    found = [one for seed in range(40) if (one := drawn(ENDING, seed)) is not None]
    assert len(found) > 20
    for one in found:
        assert one.words[:3] == ("first", "prime", "above") and len(one.words) > 4
        assert one.program.children[1:] == parse("(+ n 1)").children[1:] and "n" not in one.args


@pytest.mark.parametrize(
    ("task", "other", "words", "program"),
    [
        (ENDING, LENGTH, "first prime above the length of text", "(+ (strlen text) 1)"),
        (ENDING, LARGER, "first prime above the larger of two numbers", "(+ (max a b) 1)"),
        (SUM, LENGTH, "k plus the length of text", "(+ k (strlen text))"),
    ],
)
def test_another_request_stands_for_an_argument_of_its_type(
    task: Task, other: Task, words: str, program: str
) -> None:
    found = drawn(task, 0, other)
    assert found is not None and found.words == tuple(words.split()) and found.program == parse(program)


def test_names_go_with_names() -> None:
    """Two numbers without names do not stand beside one that has a name."""
    found = [one for seed in range(10) if (one := drawn(SUM, seed, LARGER)) is not None]
    assert found and all("k" in one.args and "larger" not in one.words[:6] for one in found)


@pytest.mark.parametrize(
    ("task", "found"), [(LENGTH, True), (LARGER, True), (NOUN, True), (ORDER, False), (ENDING, False)]
)
def test_noun_phrases_are_known(task: Task, found: bool) -> None:
    assert is_noun_phrase(task) == found
    assert not is_noun_phrase(replace(task, return_type="bool"))
    assert not is_noun_phrase(replace(task, text=(*task.text, "?")))
    assert not is_noun_phrase(replace(task, text=(*task.text, "should", "be", "doubled")))


def test_a_name_is_no_word_of_what_is_put_in() -> None:
    inner = request("number of letters in text", "(strlen text)", "int", text="string")
    outer = request("letters plus n", "(+ (strlen letters) n)", "int", letters="string", n="int")
    assert drawn(SUM, 0, inner) is not None
    assert all(drawn(outer, seed, inner) is None for seed in range(10))


def test_a_step_brings_no_names_where_there_are_none() -> None:
    found = [one for seed in range(100) if (one := drawn(ORDER, seed)) is not None]
    assert len(found) > 20 and all(one.args.keys() == {"a"} for one in found)


@pytest.mark.parametrize(("task", "begins"), [(ORDER, 0), (NOUN, 1)])
def test_another_order_follows(task: Task, begins: int) -> None:
    found = [one for seed in range(40) if (one := drawn(task, seed)) is not None]
    assert len(found) > 20
    for one in found:
        assert one.words[begins : begins + len(task.text)] == task.text
        assert parse("(sort a)") in one.program
    assert len({one.words[begins + len(task.text)] for one in found}) > 2, "joined in several ways"


@pytest.mark.parametrize(
    "sentence",
    [
        "the list nums in order",  # no place for a phrase
        "nums",
        "is nums sorted ? i wonder",
        "compare nums with nums",  # spoken of twice
    ],
)
def test_where_nothing_can_be_put_in_nothing_is(sentence: str) -> None:
    task = request(f"does {sentence}", "(sort nums)", "int[]", nums="int[]")
    assert all(drawn(task, seed) is None for seed in range(10))


def test_a_plain_grammar_has_nothing_to_put_in() -> None:
    assert composed(ENDING, {}, Sampler(Grammar()), random.Random(0)) is None
