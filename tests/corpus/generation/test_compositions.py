"""Requests with more in them: the words are those of people, the program is the composition."""

from __future__ import annotations

import random
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saps.corpus.generation.compositions import composed
from saps.corpus.generation.derivation import Derivation
from saps.corpus.generation.sampler import Sampler
from saps.corpus.generation.source import source_of
from saps.corpus.grammar.model import Grammar
from saps.corpus.grammar.plain import load
from saps.corpus.tasks.task import Task
from saps.language.parser import parse
from saps.language.type_system import parse_type
from saps.language.typecheck import check

pytestmark = pytest.mark.slow

ENDING = Task(tuple("first prime above n".split()), parse("(+ n 1)"), {"n": "int"}, "int", ())
ORDER = Task(tuple("sort the list".split()), parse("(sort a)"), {"a": "int[]"}, "int[]", ())
NOUN = Task(tuple("the list in order".split()), parse("(sort a)"), {"a": "int[]"}, "int[]", ())


@cache
def sampler() -> Sampler:
    return source_of(load()).sampler


def drawn(task: Task, seed: int) -> Derivation | None:
    return composed(task, sampler(), random.Random(seed))


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
    task = Task(("does", *sentence.split()), parse("(sort nums)"), {"nums": "int[]"}, "int[]", ())
    assert all(drawn(task, seed) is None for seed in range(10))


def test_a_plain_grammar_has_nothing_to_put_in() -> None:
    assert composed(ENDING, Sampler(Grammar()), random.Random(0)) is None
