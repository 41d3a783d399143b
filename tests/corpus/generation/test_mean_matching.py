"""Tasks turned away so that the mean sizes come out as wanted."""

from __future__ import annotations

import random

import pytest

from saps.corpus.generation.mean_matching import MeanMatcher
from saps.corpus.tasks.statistics import Means


@pytest.mark.parametrize("wanted", [Means(37, 8, 24), Means(32, 6.8, 20), Means(42, 9.6, 29)])
def test_means_are_kept(wanted: Means) -> None:
    rng = random.Random(0)
    matcher = MeanMatcher(wanted)
    taken: list[Means] = []
    tried = 0
    while len(taken) < 4000:
        tried += 1
        size = rng.gammavariate(3, 12)  # the sizes of a task go together
        sizes = Means(size, 2 + size / 6 + rng.gauss(0, 2), size * 0.65 + rng.gauss(0, 3))
        if matcher.accept(sizes, rng.random()):
            taken.append(sizes)
    for index, mean in enumerate(wanted):
        found = sum(sizes[index] for sizes in taken) / len(taken)
        assert found == pytest.approx(mean, rel=0.03)
    assert tried < 4 * len(taken)
