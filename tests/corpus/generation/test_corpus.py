"""Corpora: the same from the same seed, no program in two splits, every task passes its tests."""

from __future__ import annotations

import json
import random
from collections import Counter
from pathlib import Path

import pytest

from saps.corpus.generation.corpus import corpus, split_sizes, stream
from saps.corpus.generation.factory import DrawStatistics, Settings, TaskFactory
from saps.corpus.tasks.split import split_of, surface
from saps.corpus.tasks.statistics import PUBLISHED, measure
from saps.corpus.tasks.task import from_json
from saps.language.compiler import compile_program
from saps.language.errors import InputError
from saps.language.parser import parse
from saps.language.typecheck import check
from saps.language.values import agrees, read_inputs

pytestmark = pytest.mark.slow

SMALL = """\
type sentence = any
type number = int
type numbers = int[]
declare int
  | a number <name>
declare int[]
  | an array <name>
sentence ask(x: number) => x
  | (find | get | compute) <x>
number plus(x: number, y: number) => (+ x y)
  | <x> plus <y>
number square(x: number) => (square x)
  | the square of <x>
number larger(x: number, y: number) => (max x y)
  | the larger of <x> and <y>
number sum(xs: numbers) => (reduce xs 0 +)
  | the sum of <xs>
"""
SIZES = {"train": 160, "dev": 20, "test": 20}


@pytest.fixture(scope="module")
def drawn() -> list[tuple[str, str]]:
    return list(corpus(Settings(seed=7), SIZES))


def test_any_number_of_processes_gives_the_same_bytes(tmp_path: Path) -> None:
    settings = Settings(seed=7, grammar=str(tmp_path / "small.scfg"))
    (tmp_path / "small.scfg").write_text(SMALL)
    alone = list(corpus(settings, {"train": 30, "dev": 3}))
    assert list(corpus(settings, {"train": 30, "dev": 3}, jobs=2)) == alone
    assert len(alone) == 33


def test_another_seed_gives_another_corpus(drawn: list[tuple[str, str]]) -> None:
    assert list(corpus(Settings(seed=8), SIZES)) != drawn


def test_splits_have_their_sizes_and_share_no_program(drawn: list[tuple[str, str]]) -> None:
    programs: dict[str, set[str]] = {split: set() for split in SIZES}
    counts = dict.fromkeys(SIZES, 0)
    for split, line in drawn:
        task = from_json(json.loads(line))
        programs[split].add(surface(task.program, task.args))
        counts[split] += 1
    assert counts == SIZES
    assert not programs["train"] & (programs["dev"] | programs["test"])
    assert not programs["dev"] & programs["test"]


def test_no_sentence_has_two_programs(drawn: list[tuple[str, str]]) -> None:
    sentences = [json.loads(line)["text"] for _, line in drawn]
    assert len({" ".join(words) for words in sentences}) == len(sentences)


def test_every_task_passes_its_ten_tests(drawn: list[tuple[str, str]]) -> None:
    for _, line in drawn:
        task = from_json(json.loads(line))
        kinds = task.arg_types()
        program = compile_program(check(task.program, kinds))
        people = task.tags == ("people",)
        least = 2 if task.args else 1  # without arguments there is one thing to test
        assert len(task.tests) == 10 or (people and len(task.tests) >= least)
        outputs = set()
        for test in task.tests:
            value = program.run(read_inputs(test.input, kinds))
            assert agrees(value, test.output)
            outputs.add(json.dumps(test.output))
        assert len(outputs) > 1 or not task.args, task.sentence


def test_the_split_does_not_depend_on_the_names_of_arguments() -> None:
    first, second = parse("(+ a (* b a))"), parse("(+ x (* y x))")
    args = dict.fromkeys("abxy", "int")
    assert surface(first, args) == surface(second, args)


def test_tasks_are_trained_on_alone_before_they_are_asked_for_inside_others() -> None:
    basic = TaskFactory(Settings()).basic
    for program in ("(reduce $0 0 +)", "(* $0 (square $0))", "(filter $0 is_prime)"):
        assert (program in basic) == (program != "(filter $0 is_prime)")
    assert {split_of(form, basic) for form in basic} == {"train"}
    assert {split_of(f"(+ $0 {number})") for number in range(100)} == {"train", "dev", "test"}


def test_sizes_follow_the_published_proportions() -> None:
    assert split_sizes(99_506) == {"train": 79_214, "dev": 9_352, "test": 10_940}
    assert sum(split_sizes(1000).values()) == 1000


def test_an_unknown_register_is_told() -> None:
    with pytest.raises(InputError, match="no wording has the register 'klingon'"):
        TaskFactory(Settings(registers=(("klingon", 1.0),)))


def test_a_stream_is_the_same_twice() -> None:
    first, second = (next(stream(Settings(seed=3))) for _ in range(2))
    assert first == second
    assert first.tasks


def test_sizes_are_kept_to_the_published_means() -> None:
    settings = Settings(seed=2, registers=(("algolisp", 1.0),))
    found = [from_json(json.loads(line)) for _, line in corpus(settings, {"train": 800})]
    for mean, wanted in zip(measure(found).means, PUBLISHED["train"], strict=True):
        assert mean == pytest.approx(wanted, rel=0.08)  # of so few; the figures of a whole corpus are nearer


def test_productions_whose_draws_never_survive_are_named() -> None:
    statistics = DrawStatistics(Counter(bad=30, rare=3, good=30), Counter(good=12))
    assert list(statistics.never()) == ["bad"]
    assert "none of its 30 draws" in statistics.never()["bad"]


NEVER = """\
type sentence = any
type number = int
declare int
  | a number <name>
sentence ask(x: number) => x
  | find <x>
number bad(x: number) => (/ x 0)
  | bad <x>
number good(x: number) => (square x)
  | good <x>
"""


def test_a_production_that_never_survives_is_counted(tmp_path: Path) -> None:
    grammar = tmp_path / "never.scfg"
    grammar.write_text(NEVER)
    statistics = DrawStatistics()
    settings = Settings(grammar=str(grammar))
    list(corpus(settings, {"train": 5}, statistics=statistics))
    assert list(statistics.never()) == ["number.bad"]


def test_a_grammar_of_somebodys_own_is_what_is_drawn_from(tmp_path: Path) -> None:
    grammar = tmp_path / "own.scfg"
    grammar.write_text(NEVER)
    factory = TaskFactory(Settings(grammar=str(grammar)))
    assert "algolisp" not in factory.sources
    assert len({id(source) for source in factory.sources.values()}) == 1
    both = TaskFactory(Settings(grammar=str(grammar), registers=(("terse", 1.0), ("algolisp", 1.0))))
    assert both.find("good").label == "number.good"
    assert both.find("largest_element").label == "number.largest_element"
    for name in ("good", "largest_element"):
        register = both.register(random.Random(0), both.find(name))
        assert (register.name == "algolisp") == (name == "largest_element")


def test_a_grammar_that_no_register_speaks_from_is_told(tmp_path: Path) -> None:
    grammar = tmp_path / "own.scfg"
    grammar.write_text(NEVER)
    with pytest.raises(InputError, match=r"own.scfg is not used: the register algolisp has its own words"):
        TaskFactory(Settings(grammar=str(grammar), registers=(("algolisp", 1.0),)))


def test_a_grammar_that_makes_nothing_ends_with_a_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("saps.corpus.generation.corpus._IDLE", 2_000)
    grammar = tmp_path / "nothing.scfg"
    grammar.write_text(NEVER[: NEVER.index("number good")])
    with pytest.raises(InputError, match="runs dry after 0 tasks"):
        list(corpus(Settings(grammar=str(grammar)), {"train": 5}))
