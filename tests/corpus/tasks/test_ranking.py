"""Ranks of symbols next to the published order."""

from __future__ import annotations

from collections import Counter

import pytest

from saps.corpus.tasks.ranking import FUNCTIONS, LEAVES, rank_correlation, ranks


@pytest.mark.parametrize(
    ("counts", "correlation"),
    [
        ({"a": 9, "b": 5, "c": 2, "d": 1}, 1.0),
        ({"a": 1, "b": 2, "c": 5, "d": 9}, -1.0),
        ({"a": 9, "b": 2, "c": 5, "d": 1}, 0.8),
        ({"a": 9, "b": 9, "c": 1}, 0.9487),  # equal counts share a rank: 1.5 1.5 3 4
        ({"a": 7, "b": 7, "c": 7, "d": 7}, 0.0),
        ({}, 0.0),
    ],
)
def test_rank_correlation(counts: dict[str, int], correlation: float) -> None:
    assert rank_correlation(counts, "abcd") == pytest.approx(correlation, abs=1e-4)


def test_functions_and_leaves_are_ranked_apart_and_others_counted() -> None:
    counts = Counter({symbol: 100 - place for place, symbol in enumerate((*FUNCTIONS, *LEAVES))})
    counts |= {"inf": 3, "contains": 5}
    functions, leaves, others = ranks(counts)
    assert functions == pytest.approx(1.0)
    assert leaves == pytest.approx(1.0)
    assert others == {"contains": 5, "inf": 3}
