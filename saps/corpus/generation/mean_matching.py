"""Keeping the mean sizes of tasks to given ones by turning some away.

Tasks are taken with probability min(1, exp(t z - b)), z being how far their sizes are from the wanted means
(exponential tilting), and t is moved against z with each task taken (stochastic approximation, Robbins &
Monro 1951). What is taken adds up: the mean of z after n tasks is (t_0 - t_n) / (rate n), which vanishes as
long as t stays bounded, which it does where the grammar makes tasks on both sides of the means.
"""

from __future__ import annotations

import math

from saps.corpus.tasks.statistics import Means

_RATE = 0.01
_SLACK = 0.15
"""b: how much likelier than the average a task can become."""
_SPREAD = 0.6
"""What the sizes spread by, in shares of their means: of the order is enough."""


class MeanMatcher:
    """Decides task by task, so that those taken have the wanted mean sizes."""

    def __init__(self, wanted: Means) -> None:
        self.wanted = wanted
        self.tilt = [0.0] * len(wanted)

    def accept(self, sizes: Means, chance: float) -> bool:
        """Whether a task of these sizes is taken; `chance` is drawn evenly from 0 to 1."""
        far = [(size - mean) / (_SPREAD * mean) for size, mean in zip(sizes, self.wanted, strict=True)]
        exponent = sum(tilt * z for tilt, z in zip(self.tilt, far, strict=True)) - _SLACK
        if exponent < 0 and chance >= math.exp(exponent):
            return False
        self.tilt = [tilt - _RATE * z for tilt, z in zip(self.tilt, far, strict=True)]
        return True
