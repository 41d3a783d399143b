"""What a training run tells while it goes on."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass

WINDOW = 50
"""Steps over which loss and speed are averaged."""


@dataclass(frozen=True)
class Progress:
    """Where training stands after a step."""

    step: int
    epoch: int
    progress: float
    """Share of the whole training that is done, to 1."""
    loss: float
    """Nats a node, over the last steps."""
    nodes_per_second: float
    trees_per_second: float
    elapsed: float
    """Seconds of training, over all sessions."""
    remaining: float
    """Seconds that the rest is likely to take."""
    metrics: Mapping[str, float]
    """Of the latest validation; empty before the first."""


class Meter:
    """Loss and speed over the last steps."""

    def __init__(self) -> None:
        self._steps: deque[tuple[float, float, int, int]] = deque(
            maxlen=WINDOW
        )  # seconds, loss, nodes, trees
        self._since = time.perf_counter()

    def start(self) -> None:
        """The clock of the next step starts here (what came before was no step)."""
        self._since = time.perf_counter()

    def stop(self, loss: float, nodes: int, trees: int) -> float:
        """A step has ended with this summed loss; its seconds."""
        now = time.perf_counter()
        seconds, self._since = now - self._since, now
        self._steps.append((seconds, loss, nodes, trees))
        return seconds

    @property
    def rates(self) -> tuple[float, float, float]:
        """Loss a node, nodes a second, trees a second."""
        seconds, loss, nodes, trees = map(sum, zip(*self._steps, strict=True))
        return loss / nodes, nodes / seconds, trees / seconds
