"""A search looks at the clock after every program that it tries, not only between its steps."""

from __future__ import annotations

import math
import time

import pytest

from saps.corpus.generation.examples import draw_inputs
from saps.language.type_system import INT, Type, array, dictionary
from saps.search.beam import BeamSearch
from saps.search.problem import Effort, Found, Problem
from tests.search.models import SYMBOLS, model
from tests.search.test_beam import query


class Slow:
    """A judge whose every look at a program takes a second of a clock that nothing else moves."""

    def __init__(self) -> None:
        self.now, self.found = 0.0, list[Found]()

    def __call__(self, found: Found) -> float:
        self.now += 1.0
        self.found.append(found)
        return -math.inf


@pytest.mark.parametrize(("seconds", "judged"), [(0.5, 1), (2.5, 3), (4.0, 4)])
def test_no_program_is_tried_after_the_time(
    monkeypatch: pytest.MonkeyPatch, seconds: float, judged: int
) -> None:
    judge = Slow()
    monkeypatch.setattr(time, "monotonic", lambda: judge.now)
    effort = Effort(beam=8, nodes=3_000, seconds=seconds)
    BeamSearch(model(1), SYMBOLS, max_size=60).search([Problem([query()], [0.0], judge)], effort)
    assert len(judge.found) == judged


def test_values_of_deep_types_do_not_grow_with_the_depth() -> None:
    import random

    kind: Type = INT
    for _ in range(10):
        kind = dictionary(INT, array(array(kind)))
    for seed in range(20):
        assert len(repr(draw_inputs({"a": kind}, random.Random(seed)))) < 200_000
