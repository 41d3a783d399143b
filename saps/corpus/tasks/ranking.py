"""How often symbols occur in programs, next to the order of the published ones."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

FUNCTIONS = tuple(
    "reduce + len map filter - * partial0 if lambda1 == range digits slice reverse lambda2 deref partial1 / "
    "< > min combine head is_prime || self max sort % invoke1 ! square str_concat strlen <= int-deref "
    "str_split str_index floor sqrt str_min && is_sorted str_max >=".split()
)
"""Of the published AlgoLisp, most frequent first; nothing else occurs there."""

LEAVES = (
    *("0", "a", "arg1", "1", "b", "2", "c", "arg2", "d", "false", "10", "1000000000", '""', "e", "40", "f"),
    *('" "', "g", '"z"', "true", "h", "i", "j", "k", "l"),
)
"""The same of its constants and arguments."""


class Ranks(NamedTuple):
    """Spearman's rank correlations with the published orders, and how often other symbols occur."""

    functions: float
    leaves: float
    unpublished: dict[str, int]


def ranks(counts: Counter[str]) -> Ranks:
    """`counts` tells how often each symbol occurs."""
    known = {*FUNCTIONS, *LEAVES}
    foreign = {symbol: count for symbol, count in counts.most_common() if symbol not in known}
    return Ranks(rank_correlation(counts, FUNCTIONS), rank_correlation(counts, LEAVES), foreign)


def rank_correlation(counts: Mapping[str, int], order: Sequence[str]) -> float:
    """Spearman's rank correlation, from -1 to 1, of an order without ties with the symbols' counts; 0 where
    all counts are equal."""
    found = _ranks([-counts.get(symbol, 0) for symbol in order])
    middle = (len(order) + 1) / 2
    wanted = [rank - middle for rank in range(1, len(order) + 1)]
    off = [rank - middle for rank in found]
    spread = math.sqrt(sum(x * x for x in off) * sum(x * x for x in wanted))
    return sum(x * y for x, y in zip(off, wanted, strict=True)) / spread if spread else 0.0


def _ranks(values: Sequence[int]) -> list[float]:
    """The place of each value among all, from 1; equal ones share the mean of theirs."""
    ordered = sorted(values)
    first = {value: place for place, value in reversed(list(enumerate(ordered, 1)))}
    count = Counter(ordered)
    return [first[value] + (count[value] - 1) / 2 for value in values]
