"""No part of a task's program that always fails hides where no test comes to."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path

import pytest

from saps.corpus.generation.corpus import corpus
from saps.corpus.generation.examples import draw_inputs, run_examples
from saps.corpus.generation.factory import DrawStatistics, Settings, TaskFactory
from saps.corpus.generation.reaching import Run, Unreached, put_near_constants, reaching
from saps.corpus.generation.registers import REGISTERS
from saps.corpus.tasks.task import from_json
from saps.language.compiler import compile_program
from saps.language.fallible import fallible_parts
from saps.language.parser import parse
from saps.language.type_system import parse_type
from saps.language.typecheck import check

GRAMMAR = """\
type sentence = any
type number = int
declare int
  | a number <name>
sentence ask(x: number) => x
  | find <x>
number larger(x: number, y: number) => (if (> x y) x y)
  | <x> or <y> if that is more
number guarded(x: number) => (if (> x 1000000) (/ x 0) (square x))
  | guarded <x>
"""


def drawn(program: str, kinds: dict[str, str], seed: int = 0) -> list[tuple[dict[str, object], object]]:
    typed = check(parse(program), {name: parse_type(kind) for name, kind in kinds.items()})
    parts = fallible_parts(typed.root)
    found = run_examples(compile_program(typed, parts), typed.args, random.Random(seed), parts=len(parts))
    assert found is not None
    return found


def test_a_branch_that_always_fails_is_no_part_of_a_task() -> None:
    for program in (
        "(if (> a 12) (/ a 0) a)",
        "(+ a (len (map (filter (range 0 a) (partial1 99 >)) (partial1 0 /))))",
    ):
        with pytest.raises(Unreached):
            drawn(program, {"a": "int"})


def test_inputs_are_drawn_until_every_branch_is_reached() -> None:
    for seed in range(5):
        runs = drawn('(if (== a "lantern") (str_index 0 b) b)', {"a": "string", "b": "string"}, seed)
        assert len(runs) == 10
        assert any(inputs["a"] == "lantern" for inputs, _ in runs)
        runs = drawn("(if (== a 777) (% b a) b)", {"a": "int", "b": "int"}, seed)
        assert any(inputs["a"] == 777 for inputs, _ in runs)


def test_what_reaches_all_parts_goes_before_what_came_first() -> None:
    runs = [Run({"a": number}, number, frozenset({1} if number == 4 else {0})) for number in range(6)]
    assert [run.output for run in reaching(runs, 3, 2)] == [0, 1, 4]
    with pytest.raises(Unreached):
        reaching(runs, 3, 3)


def test_inputs_come_near_constants() -> None:
    program = parse('(if (contains a 40) (str_concat b "xy") b)')
    kinds = {"a": parse_type("int[]"), "b": parse_type("string")}
    rng, numbers, strings = random.Random(0), set(), set()
    for _ in range(100):
        inputs = draw_inputs(kinds, rng)
        put_near_constants(inputs, program, rng)
        numbers.update(inputs["a"])
        strings.add(inputs["b"])
    assert {39, 40, 41} <= numbers
    assert "xy" in strings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    grammar = tmp_path / "guarded.scfg"
    grammar.write_text(GRAMMAR)
    return Settings(grammar=str(grammar), registers=(("paraphrase", 1.0),), productions=("guarded",))


def test_a_production_whose_branch_never_runs_is_named(settings: Settings) -> None:
    statistics = DrawStatistics()
    lines = list(corpus(settings, {"train": 5}, statistics=statistics))
    assert not any("number.guarded" in from_json(json.loads(line)).nodes for _, line in lines)
    assert "no run came to a part that could fail" in statistics.never()["number.guarded"]


def test_the_benchmark_register_is_as_it_was(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    uncovered = replace(REGISTERS["paraphrase"], covered=REGISTERS["algolisp"].covered)
    monkeypatch.setitem(REGISTERS, "paraphrase", uncovered)
    assert any("number.guarded" in task.nodes for task in TaskFactory(settings).chunk(0))
