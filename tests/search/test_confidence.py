"""The confidence: fitted where it is learnable, kept in a file."""

from __future__ import annotations

import math
import random
from dataclasses import replace

import pytest

from saps.language.compiler import compile_program
from saps.language.errors import CheckpointError
from saps.language.parser import parse
from saps.language.type_system import TypeVariable
from saps.language.typecheck import check
from saps.search.confidence import FEATURES, Confidence, features, fit
from saps.search.outcomes import behaviour
from saps.search.translator import Candidate, Request
from tests.search.models import READER, translator


def test_a_logistic_function_is_found_again() -> None:
    rng = random.Random(0)
    rows = [[rng.gauss(0, 2), rng.gauss(3, 1)] for _ in range(4_000)]
    right = [rng.random() < 1 / (1 + math.exp(-(1.0 + 0.8 * x - 0.5 * y))) for x, y in rows]
    found = fit(rows, right, ["x", "y"])
    assert found.weights["x"] == pytest.approx(0.8, abs=0.15)
    assert found.weights["y"] == pytest.approx(-0.5, abs=0.15)
    assert found.bias == pytest.approx(1.0, abs=0.4)


def test_answers_that_are_all_right_are_no_trouble() -> None:
    found = fit([[1.0, 0.0]] * 5, [True] * 5, ["x", "y"])
    assert all(map(math.isfinite, [*found.weights.values(), found.bias]))


def test_it_is_written_and_read() -> None:
    confidence = Confidence({"loss": -0.5, "strange": -3.0}, 1.25)
    assert Confidence.from_json(confidence.to_json(), "here") == confidence


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"format": 3}', '{"format": 1, "bias": 0, "weights": {}}',
             '{"format": 3, "bias": 0, "weights": {"nose": 1}}', '{"format": 3, "bias": "x", "weights": {}}',
             "[" * 20_000],
)  # fmt: skip
def test_a_damaged_file_is_told(text: str) -> None:
    with pytest.raises(CheckpointError, match=r"no confidence file|another version"):
        Confidence.from_json(text, "confidence.json")


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-1e400", "9" * 400, "true", '"1"', "[1]", "null"])
def test_what_is_no_number_is_told_by_its_name(number: str) -> None:
    for name, text in (
        ("bias", f'{{"format": 1, "bias": {number}, "weights": {{}}}}'),
        ("loss", f'{{"format": 1, "bias": 0, "weights": {{"loss": {number}}}}}'),
    ):
        with pytest.raises(CheckpointError, match=f"confidence.json is no confidence file: .*{name} is no"):
            Confidence.from_json(text, "confidence.json")


def test_an_answer_has_all_features() -> None:
    (answer,) = translator(2).answer([Request("the sum of qqz in a")])
    found = features(answer.candidates)
    assert len(found) == len(FEATURES) and all(map(math.isfinite, found))
    assert 0 < Confidence(dict.fromkeys(FEATURES, 0.1), 0.0)(answer.candidates) < 1
    assert Confidence({}, 9.0)(()) == 0.0


def test_probability_of_what_cannot_be_an_answer_is_shared_out() -> None:
    (answer,) = translator(2).answer([Request("the sum of qqz in a")])
    alone = replace(answer.candidates[0], score=-5.0, ruled_out=0.0)
    assert replace(alone, ruled_out=0.75).loss == pytest.approx(alone.loss - math.log(4))
    assert replace(alone, ruled_out=1.0).loss == 0.0


@pytest.mark.parametrize(
    ("program", "constant"), [("(== a a)", 1.0), ("(head (array-new int))", 0.0), ("(len a)", 0.0)]
)
def test_a_program_that_gives_the_same_whatever_it_gets_is_known(program: str, constant: float) -> None:
    reading = READER.readings("the sum of a", None, TypeVariable())[0]
    compiled = compile_program(check(parse(program)))
    candidate = Candidate(compiled, -0.5, reading, behaviour=behaviour(compiled))
    assert features([candidate])[list(FEATURES).index("constant")] == constant
