"""Fresh tasks straight from the generator, made ahead in processes of their own; none comes twice.

Chunks of draws are numbered and independent of one another. POOL of them make a pool, in which batches are
formed; a position in training is a pool and a batch in it. What has been trained on is known by the digests
of its sentences, which a file of the run keeps, so that a run that is resumed does not meet it again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path
from typing import NamedTuple

import numpy as np

from saps.corpus.generate import digest, in_order
from saps.corpus.maker import Maker, Settings
from saps.language.errors import InputError
from saps.model.batch import Example, collate
from saps.model.symbols import UnknownSymbol
from saps.text.tokenizer import Tokenizer
from saps.training.batches import Portion, Position, plan
from saps.training.dataset import hide
from saps.training.files import write_file
from saps.training.recipe import Batches
from saps.training.run_folder import Vocabularies

POOL = 16
"""Chunks that batches are formed of together, some 2,500 tasks."""

_SEEN = np.dtype([("pool", "<u4"), ("digest", "<u8")])


class Fresh(NamedTuple):
    """A task to train on: its sentence's digest, and its ids."""

    digest: int
    example: Example


class _Encoder:
    """A worker's own: makes chunks of the train split and encodes them."""

    def __init__(self, settings: Settings, vocabularies: Vocabularies) -> None:
        self.maker, self.symbols = Maker(settings), vocabularies.symbols
        self.tokenizer = Tokenizer(vocabularies.text_model)

    def chunk(self, number: int) -> list[Fresh]:
        found = []
        for task in self.maker.chunk(number):
            if self.maker.split(task) != "train":
                continue
            try:
                pair = hide(task)
                example = Example(
                    tuple(self.tokenizer.encode(pair.words)), tuple(self.symbols.encode(pair.program))
                )
            except (InputError, UnknownSymbol):
                continue  # more literals than there are placeholders
            found.append(Fresh(digest(task.sentence), example))
        return found


_encoder: _Encoder | None = None


def _start(settings: Settings, vocabularies: Vocabularies) -> None:
    global _encoder
    _encoder = _Encoder(settings, vocabularies)


def _chunk(number: int) -> list[Fresh]:
    assert _encoder is not None
    return _encoder.chunk(number)


@dataclass(frozen=True)
class FreshBatches:
    """The batches of some `tasks` fresh tasks (a `BatchSource`)."""

    settings: Settings
    vocabularies: Vocabularies
    limits: Batches
    tasks: int
    seed: int
    jobs: int
    seen_file: Path
    """Where the digests are kept."""
    keeps: bool = True
    """Whether this process writes them; of several that train together, one does."""

    def portions(self, start: Position) -> Iterator[Portion]:
        seen = self._seen_before(start.epoch)
        skipped = start.batch
        for pool, examples in self._pools(start.epoch, seen):
            done = len(seen) - len(examples)
            batches = plan(examples, self.limits, self.seed, pool)
            for index in range(skipped, len(batches)):
                last = index + 1 == len(batches)
                yield Portion(
                    collate([examples[row] for row in batches[index]], self.vocabularies.symbols),
                    Position(pool + 1, 0) if last else Position(pool, index + 1),
                    min(1.0, (done + len(examples) * (index + 1) / len(batches)) / self.tasks),
                )
            skipped = 0
            if len(seen) >= self.tasks:
                return

    def _pools(self, first: int, seen: set[int]) -> Iterator[tuple[int, list[Example]]]:
        """Pools from the `first` on; adds to `seen`."""
        begin = partial(_start, self.settings, self.vocabularies)
        # a pool is made while the one before is trained on
        chunks = in_order(_chunk, count(first * POOL), self.jobs, begin, ahead=2 * POOL)
        for pool in count(first):
            new: dict[int, Example] = {}
            for _ in range(POOL):
                new |= {digest: example for digest, example in next(chunks) if digest not in seen}
            if not new:
                raise InputError(f"the grammar runs dry after {len(seen):,} tasks; set a lower train.fresh")
            seen.update(new)
            self._keep(pool, list(new))
            yield pool, list(new.values())

    def _seen_before(self, pool: int) -> set[int]:
        """Digests of the pools before one. Those of later ones, which were not trained on for certain, go."""
        if not pool or not self.seen_file.exists():
            return set()
        raw = self.seen_file.read_bytes()
        records = np.frombuffer(raw[: len(raw) // _SEEN.itemsize * _SEEN.itemsize], _SEEN)
        before = records[records["pool"] < pool]
        if self.keeps:
            write_file(self.seen_file, before.tobytes())
        return set(before["digest"].tolist())

    def _keep(self, pool: int, digests: list[int]) -> None:
        if not self.keeps:
            return
        records = np.empty(len(digests), _SEEN)
        records["pool"], records["digest"] = pool, digests
        with self.seen_file.open("ab") as file:
            file.write(records.tobytes())
