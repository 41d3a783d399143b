"""Batches of trees of similar size, in an order that seed and epoch alone decide.

Dimensions as in `saps.model.batch`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np

from saps.model.batch import Batch, Example, collate
from saps.model.symbols import Symbols
from saps.training.recipe import Batches

POOL = 4096
"""Examples sorted by size together: more make less padding, fewer make the batches more mixed."""


class Position(NamedTuple):
    """A place in the order of the batches: the next one to train on."""

    epoch: int = 0
    batch: int = 0


class Portion(NamedTuple):
    """A batch, and where training stands after it."""

    batch: Batch
    next: Position
    progress: float
    """Share of the whole training that is done then, to 1."""
    again: frozenset[int] = frozenset()
    """Rows of the batch that are replayed (`saps.training.fresh`)."""


class BatchSource(Protocol):
    """Where batches come from: a corpus that is read again and again, or a stream of fresh tasks."""

    def portions(self, start: Position) -> Iterator[Portion]:
        """The batches from `start` to the end of training; the same ones whenever asked, if what was told to
        `learnt` is the same."""
        ...

    def learnt(self, portion: Portion, missed: Sequence[int]) -> None:
        """A portion has been learnt from; the model had mistakes in the rows `missed`."""
        ...


def plan(examples: Sequence[Example], limits: Batches, seed: int, epoch: int) -> list[list[int]]:
    """The batches of one epoch, as indices of examples; every example once."""
    random = np.random.default_rng((seed, epoch))
    order = random.permutation(len(examples)).tolist()
    batches: list[list[int]] = []
    for start in range(0, len(order), POOL):
        pool = sorted(order[start : start + POOL], key=lambda index: sum(map(len, examples[index])))
        batches += _cut(pool, examples, limits)
    random.shuffle(batches)
    return batches


def _cut(indices: list[int], examples: Sequence[Example], limits: Batches) -> Iterator[list[int]]:
    """Runs of the indices that keep to the limits; a single example larger than them is a run of its own."""
    run: list[int] = []
    longest = largest = 0  # tokens and nodes, of the run
    for index in indices:
        tokens, symbols = examples[index]
        longest, largest = max(longest, len(tokens)), max(largest, len(symbols))
        positions = (len(run) + 1) * (longest + largest)
        if run and (positions > limits.positions or len(run) == limits.trees):
            yield run
            run, longest, largest = [], len(tokens), len(symbols)
        run.append(index)
    yield run


@dataclass(frozen=True)
class CorpusBatches:
    """The batches of `epochs` passes over the examples."""

    examples: Sequence[Example]
    symbols: Symbols
    limits: Batches
    epochs: int
    seed: int

    def portions(self, start: Position) -> Iterator[Portion]:
        skipped = start.batch
        for epoch in range(start.epoch, self.epochs):
            batches = plan(self.examples, self.limits, self.seed, epoch)
            for index in range(skipped, len(batches)):
                last = index + 1 == len(batches)
                yield Portion(
                    collate([self.examples[row] for row in batches[index]], self.symbols),
                    Position(epoch + 1, 0) if last else Position(epoch, index + 1),
                    (epoch + (index + 1) / len(batches)) / self.epochs,
                )
            skipped = 0

    def learnt(self, portion: Portion, missed: Sequence[int]) -> None:
        """Nothing to do: all come again in the next pass."""
