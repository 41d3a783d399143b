"""The sentences that models are measured on: their programs type-check, and minimal pairs mean two things."""

from __future__ import annotations

import json
import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from saps.corpus.generation.examples import draw_inputs
from saps.language.compiler import compile_program
from saps.language.errors import RunError
from saps.language.parser import parse
from saps.language.type_system import concrete, parse_type
from saps.language.typecheck import check

FOLDER = Path(__file__).parent


def lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (FOLDER / name).read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("name", ["development.jsonl", "blind.jsonl", "people.jsonl", "contrast.jsonl"])
def test_every_program_type_checks(name: str) -> None:
    for line in lines(name):
        args = {arg: parse_type(kind) for arg, kind in line.get("args", {}).items()} or None
        check(parse(line["program"]), args)


def test_the_sentences_of_a_pair_mean_two_things() -> None:
    found = lines("contrast.jsonl")
    pairs = list(zip(found[::2], found[1::2], strict=True))
    assert set(Counter(one["kind"] for one, _ in pairs).values()) == {8}
    for one, other in pairs:
        assert (one["pair"], one["kind"], one["args"]) == (other["pair"], other["kind"], other["args"])
        kinds = {name: concrete(parse_type(kind)) for name, kind in one["args"].items()}
        programs = [compile_program(check(parse(line["program"]), kinds)) for line in (one, other)]
        rng = random.Random(0)
        assert any(
            value(programs[0], inputs) != value(programs[1], inputs)
            for inputs in (draw_inputs(kinds, rng) for _ in range(400))
        ), one["text"]


def value(program: Any, inputs: dict[str, Any]) -> Any:
    try:
        return program.run(inputs)
    except RunError as error:
        return type(error)
