"""The benchmark register: in the published language, by itself, and frozen."""

from __future__ import annotations

import json
import random
import re
from hashlib import sha256
from itertools import islice

import pytest

from saps.corpus.generation.corpus import corpus
from saps.corpus.generation.factory import Settings
from saps.corpus.generation.published_inputs import published_inputs
from saps.corpus.generation.registers import REGISTERS
from saps.corpus.grammar.plain import grammar_of
from saps.corpus.tasks.ranking import FUNCTIONS, LEAVES, ranks
from saps.corpus.tasks.statistics import PUBLISHED_SIZES, measure
from saps.corpus.tasks.task import Task, from_json
from saps.language.errors import InputError
from saps.language.type_system import parse_type
from saps.resources import grammar_path, grammar_text

GRAMMAR = grammar_of(REGISTERS["algolisp"])
FROZEN = "73067d92bbc5b79e486014dacf5e1a47c7dd72c54105189235dc2cc0a5b608ea"
"""Systems trained on the register are compared with one another: it must not change any more."""


@pytest.fixture(scope="module")
def first() -> list[tuple[str, Task]]:
    """The first tasks of `saps data generate BENCH --register algolisp`, with their splits."""
    drawn = corpus(Settings(seed=0, registers=(("algolisp", 1.0),)), PUBLISHED_SIZES)
    return [(split, from_json(json.loads(line))) for split, line in islice(drawn, 300)]


def test_the_register_is_frozen(first: list[tuple[str, Task]]) -> None:
    digest = sha256()
    for split, task in first:
        record = task.to_json()
        kept = [split, record["text"], record["short_tree"], list(task.args.items()), task.return_type]
        digest.update(json.dumps([*kept, record["tests"]], sort_keys=True).encode() + b"\n")
    assert digest.hexdigest() == FROZEN


def test_every_symbol_is_a_published_one() -> None:
    for production in GRAMMAR.all_productions():
        symbols = {node.symbol for node in production.program} - production.slots.keys()
        assert symbols <= {*FUNCTIONS, *LEAVES}, production.label


def test_every_published_function_and_constant_is_used() -> None:
    used = {node.symbol for production in GRAMMAR.all_productions() for node in production.program}
    assert used >= {*FUNCTIONS, "40", "1000000000"}


def test_tasks_are_of_the_published_types_and_symbols(first: list[tuple[str, Task]]) -> None:
    kinds = {kind for _, task in first for kind in (*task.args.values(), task.return_type)}
    assert kinds == {"int", "int[]", "string", "string[]", "bool"}
    order = ranks(measure(task for _, task in first).symbols)
    assert order.unpublished == {}
    assert order.functions >= 0.85 and order.leaves >= 0.85


def test_inputs_are_small_numbers_and_arrays_of_them(first: list[tuple[str, Task]]) -> None:
    values = [value for _, task in first for test in task.tests for value in test.input.values()]
    numbers = [value for value in values if isinstance(value, int)]
    lengths = [len(value) for value in values if isinstance(value, list)]
    assert sum(0 <= number <= 30 for number in numbers) > 0.9 * len(numbers)
    assert sum(5 <= length <= 20 for length in lengths) > 0.9 * len(lengths)
    assert all(value == value.lower() for value in values if isinstance(value, str))


def test_other_types_have_no_inputs() -> None:
    with pytest.raises(InputError, match=r"no arguments of type int\[\]\[\]"):
        published_inputs({"a": parse_type("int[][]")}, random.Random(0))


def test_it_stands_alone() -> None:
    assert not re.search(r"^include|^also|@", grammar_text("benchmark.scfg"), re.MULTILINE)
    others = [file for file in grammar_path("").glob("*.scfg") if file.name != "benchmark.scfg"]
    assert others and not any("benchmark.scfg" in file.read_text(encoding="utf-8") for file in others)
