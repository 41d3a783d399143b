"""People's sentences: what the files hold, and that another dress changes nothing of what is meant."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saps.corpus.generation.factory import Settings
from saps.corpus.generation.paraphrases import (
    mistyped,
    paraphrases,
    partly_named,
    plain_words,
    renamed,
    with_values,
    without_argument,
)
from saps.corpus.generation.registers import register_called
from saps.corpus.grammar.model import Grammar
from saps.corpus.grammar.plain import grammar_of
from saps.corpus.tasks.task import Task, Test
from saps.language.compiler import compile_program
from saps.language.errors import InputError
from saps.language.parser import parse
from saps.language.typecheck import check
from saps.language.values import agrees, read_inputs
from saps.resources import paraphrase_file
from saps.text.normalize import normalize

GRAMMAR = Grammar(names={"int[]": ("prices", "scores"), "int": ("limit", "rate")})
TASK = Task(
    tuple("which xs exceed k".split()),
    parse("(filter xs (partial1 k >))"),
    {"xs": "int[]", "k": "int"},
    "int[]",
    (Test({"xs": [1, 5], "k": 2}, [5]),),
    tags=("people",),
)


@pytest.mark.parametrize("split", ["train", "dev", "test"])
def test_every_program_gives_what_its_tests_say(split: str) -> None:
    tasks = paraphrases(paraphrase_file(f"{split}.jsonl.gz"))
    assert len(tasks) > 500
    for task in tasks[:: len(tasks) // 200]:
        kinds = task.arg_types()
        program = compile_program(check(task.program, kinds))
        for test in task.tests:
            assert agrees(program.run(read_inputs(test.input, kinds)), test.output), task.sentence


@pytest.mark.slow
def test_no_writer_of_the_other_files_is_trained_on() -> None:
    def writers(split: str) -> set[str]:
        with gzip.open(paraphrase_file(f"{split}.jsonl.gz")) as lines:
            return {tag for line in lines for tag in json.loads(line)["tags"][1:]}

    train, dev, test = map(writers, ("train", "dev", "test"))
    assert dev - train and test - train and (dev - train).isdisjoint(test - train)


def test_words_of_requests_are_no_names_numbers_or_signs(tmp_path: Path) -> None:
    file = tmp_path / "requests.jsonl"
    line = {**TASK.to_json(), "text": ["keep", "xs", ",", "those", "over", "k", "or", "17"]}
    file.write_text(json.dumps(line) + "\n")
    assert list(plain_words(file)) == [["keep", "those", "over", "or"]]
    file.with_name("damaged.jsonl").write_text('{"text": 3}\n')
    with pytest.raises(InputError, match=r"damaged.jsonl, line 1 is no request"):
        list(plain_words(file.with_name("damaged.jsonl")))


def test_the_files_that_a_mixture_takes_requests_from() -> None:
    train = paraphrase_file("train.jsonl.gz")
    assert Settings().requests() == [train]
    assert Settings(registers=(("terse", 1.0),)).requests() == []
    assert Settings(registers=(("terse", 1.0), ("people", 0.0))).requests() == []
    assert Settings(registers=(("terse", 1.0),), at_end=(("people", 0.5),)).requests() == [train]


@given(st.integers(0, 10**6))
def test_in_another_dress_the_program_says_the_same(seed: int) -> None:
    rng = random.Random(seed)
    task = mistyped(renamed(TASK, GRAMMAR, rng), GRAMMAR, rng)
    first, second = task.args
    assert task.args == {first: "int[]", second: "int"}
    assert str(task.program) == str(parse(f"(filter {first} (partial1 {second} >))"))
    assert task.tests[0].input == {first: [1, 5], second: 2}
    assert {first, second} <= set(normalize(task.sentence))


def test_what_names_nothing_or_may_be_an_article_keeps_its_names() -> None:
    bare = Task(("reverse", "a", "list"), parse("(reverse a)"), {"a": "int[]"}, "int[]", ())
    assert {name for seed in range(50) for name in renamed(bare, GRAMMAR, random.Random(seed)).args} == {"a"}


def of_many(change: Callable[[Task, random.Random], Task], task: Task) -> set[str]:
    """The sentences that a change makes of a task, most of which it leaves as they are."""
    made = [change(task, random.Random(seed)) for seed in range(300)]
    assert sum(one is task for one in made) > 200
    return {one.sentence for one in made if one is not task}


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("those of xs above k", "those of {} above k"),
        ("what of the list xs exceeds k", "what of the list exceeds k"),
        ("k in xs and then k in xs", "k in {} and then k in the {}"),
        ("filter xs by k", None),  # of verbs, some stand behind nouns: "the sum xs"
        ("those above k", None),
        ("a and those of xs above k", None),
    ],
)
def test_a_list_beside_named_arguments_may_have_no_name(sentence: str, said: str | None) -> None:
    args = {"xs": "int[]", "k": "int"} | ({"a": "int"} if sentence[:2] == "a " else {})
    found = of_many(partly_named, replace(TASK, text=tuple(sentence.split()), args=args))
    nouns = ("list", "array", "list of numbers", "given list", "given array")
    phrases = [
        (f"{'an' if word == 'a' and noun == 'array' else word} {noun}", noun)
        for word in ("the", "a")
        for noun in nouns
    ]
    assert found <= ({said.format(*phrase) for phrase in phrases} if said else set())
    assert bool(found) == bool(said)


@pytest.mark.parametrize(
    ("sentence", "args", "left"),
    [
        ("digit sum of n", "n", "digit sum"),
        ("the digit sum of the number n", "n", "the digit sum"),
        ("digit sum of a given integer", "a", "digit sum"),
        ("digits in number", "a", None),  # who knows whether it is one that is given
        ("digit sum of n times n", "n", None),
        ("count the digits", "a", None),
        ("of n", "n", None),
        ("n", "n", None),
        ("multiples of n below m", "n m", None),
        ("n to the power of m", "n m", None),
    ],
)
def test_the_only_argument_may_be_left_out(sentence: str, args: str, left: str | None) -> None:
    task = replace(TASK, text=tuple(sentence.split()), args=dict.fromkeys(args.split(), "int"))
    assert of_many(without_argument, task) == ({left} if left else set())


def test_values_may_stand_in_place_of_names() -> None:
    tests = (Test({"n": -2, "s": "it is"}, []), Test({"n": 1, "s": 'a "word"'}, ['a "word"']))
    task = Task(("s", "n", "times"), parse("(repeated s n)"), {"n": "int", "s": "string"}, "string[]", tests)
    assert of_many(with_values, task) == {'"it is" -2 times'}
    made = {with_values(task, random.Random(seed)).program for seed in range(300)}
    assert made == {task.program, parse('(repeated "it is" -2)')}
    assert of_many(with_values, replace(task, text=("the", "copies"))) == set()
    assert of_many(with_values, TASK) == set(), "a list cannot be written down"


@pytest.mark.slow
def test_they_come_in_the_register_people() -> None:
    from saps.corpus.generation.factory import TaskFactory

    register = register_called("people")
    assert register.paraphrases is not None and not register.speaks_any_grammar
    factory = TaskFactory(Settings(registers=(("people", 1.0),)))
    tasks = factory.chunk(0)
    assert len(tasks) > 200 and {task.tags for task in tasks} == {("people",)}
    assert {factory.split(task) for task in tasks} == {"train"}
    assert grammar_of(register).names
