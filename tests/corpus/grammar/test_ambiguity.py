"""Sentences read again: every meaning is found."""

from __future__ import annotations

import json

import pytest

from saps.corpus.generation.corpus import corpus
from saps.corpus.generation.factory import Settings
from saps.corpus.generation.registers import register_called
from saps.corpus.grammar.ambiguity import readings, survey
from saps.corpus.grammar.earley import English
from saps.corpus.grammar.plain import grammar_of, load_text
from saps.corpus.tasks.task import Task, Test, from_json
from saps.language.parser import parse
from saps.language.printer import to_text

SMALL = """\
type sentence = any
type number = int
declare int
  | a number <name>
  | numbers <names>
define
  | let <name> be <value>
remark int
  | where <name> is positive
number plus(x: number, y: number) => (+ x y)
  | <x> plus <y>
number square(x: number) => (square x)
  | the square of <x>
number larger(x: number, y: number) => (max x y)
  | <x> if <x> is larger than <y> , otherwise <y>
sentence ask(x: number) => x
  | given <args> , find <x>
  | (find | get) <x>
"""


@pytest.mark.parametrize(
    ("sentence", "meanings"),
    [
        ("find a plus b", ["(+ a b)"]),
        ("get the square of a plus b", ["(+ (square a) b)", "(square (+ a b))"]),
        ("find the square of ( a plus b )", ["(square (+ a b))"]),
        ("given numbers a and b , find a plus b", ["(+ a b)"]),
        ("given numbers a and b , let c be a plus b , find the square of c", ["(square (+ a b))"]),
        ("find a plus b plus c", ["(+ (+ a b) c)", "(+ a (+ b c))"]),
        ("find a plus b where b is positive", ["(+ a b)"]),
        ("find a plus where b is positive", []),
        ("find b if b is larger than a , otherwise a", ["(max b a)"]),
        ("find b if c is larger than a , otherwise a", []),
        ("what is the weather", []),
        ("find a plus", []),
    ],
)
def test_all_meanings_are_found(sentence: str, meanings: list[str]) -> None:
    english = English(load_text(SMALL), register_called("terse"))
    args = dict.fromkeys("abc", "int")
    assert sorted(map(to_text, readings(english, sentence.split(), args))) == meanings


def test_a_second_meaning_counts_where_it_computes_something_else() -> None:
    tests = (Test({"a": 2, "b": 1}, 9), Test({"a": 0, "b": 3}, 9))

    def task(sentence: str, program: str) -> Task:
        return Task(
            tuple(sentence.split()), parse(program), {"a": "int", "b": "int"}, "int", tests, tags=("terse",)
        )

    tasks = [
        task("find the square of a plus b", "(square (+ a b))"),
        task("find a plus b plus a", "(+ (+ a b) a)"),  # the other reading gives the same
        task("find something", "(+ a b)"),
    ]
    found = survey(lambda register: load_text(SMALL), tasks)
    assert [found.tasks, len(found.ambiguous), len(found.unread)] == [3, 1, 1]


@pytest.mark.slow
def test_what_is_drawn_can_be_read_and_hardly_has_two_meanings() -> None:
    lines = [line for _, line in corpus(Settings(seed=5, registers=(("algolisp", 1.0),)), {"train": 4})]
    found = survey(grammar_of, [from_json(json.loads(line)) for line in lines])
    assert found.tasks == 4
    assert len(found.ambiguous) <= 1
    assert len(found.unread) <= 1
