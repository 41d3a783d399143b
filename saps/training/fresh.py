"""Fresh tasks straight from the generator, made ahead in processes of their own; none is made twice.

Chunks of draws are numbered and independent of one another. POOL of them make a pool, in which batches are
formed; a position in training is a pool and a batch in it. What has been trained on is known by the digests
of its sentences, which a file of the run keeps, so that a run that is resumed does not meet it again.

A model that is well on its way has most tasks right, and they teach it little, while each costs the generator
as much as the step. So what came out wrong may be replayed once, DELAY pools later; a second file keeps it
until then.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from itertools import count
from pathlib import Path
from typing import NamedTuple

import numpy as np

from saps.corpus.generation.corpus import digest, in_order, tend_garbage
from saps.corpus.generation.factory import Settings, TaskFactory
from saps.corpus.generation.registers import register_called
from saps.language.errors import CheckpointError, InputError
from saps.language.tree import Node
from saps.model.batch import Example, collate, uncollate
from saps.model.symbols import Symbols, UnknownSymbol
from saps.text.tokenizer import Tokenizer
from saps.training.batches import Portion, Position, plan
from saps.training.dataset import hide
from saps.training.files import append, write_file
from saps.training.recipe import Batches
from saps.training.run_folder import Vocabularies

POOL = 16
"""Chunks that batches are formed of together, some 2,500 tasks."""
DELAY = 8
"""Pools after which a task is replayed: by then the model remembers its kind, not the task. Two at least: a
pool's batches are formed before the last one of the pool before is learnt from."""

_SEEN = np.dtype([("pool", "<u4"), ("digest", "<u8")])


class Fresh(NamedTuple):
    """A task to train on: its sentence's digest, and its ids."""

    digest: int
    example: Example


class _Encoder:
    """A worker's own: makes chunks of the train split and encodes them."""

    def __init__(self, settings: Settings, vocabularies: Vocabularies) -> None:
        self.factory, self.symbols = TaskFactory(settings), vocabularies.symbols
        self.tokenizer = Tokenizer(vocabularies.text_model)
        self.encode = lru_cache(1 << 16)(self._encode)

    def _encode(self, program: Node) -> tuple[int, ...]:
        return tuple(self.symbols.encode(program))

    def chunk(self, number: int) -> list[Fresh]:
        found = []
        for place, task in enumerate(self.factory.chunk(number)):
            if self.factory.split(task) != "train":
                continue
            try:
                pair = hide(task)
                # people's sentences come again and again, with something else said of their types
                salt = "" if register_called(task.tags[0]).paraphrases is None else f"{number}/{place} "
                example = Example(pair.tokens(self.tokenizer, salt), self.encode(pair.program))
            except (InputError, UnknownSymbol):
                continue  # more literals than there are placeholders
            found.append(Fresh(digest(salt + task.sentence), example))
        return found


def _pool(after: Position) -> int:
    """The pool of the batch after which training stood there."""
    return after.epoch - (after.batch == 0)


_encoder: _Encoder | None = None


def _start(settings: Settings, vocabularies: Vocabularies) -> None:
    global _encoder
    _encoder = _Encoder(settings, vocabularies)
    tend_garbage()


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
    missed_file: Path | None = None
    """Where those that came out wrong are kept; None: none is replayed."""
    keeps: bool = True
    """Whether this process writes the files; of several that train together, one does."""
    missed: defaultdict[int, list[Example]] = field(default_factory=lambda: defaultdict(list))
    """Those still to be replayed, by the pool in which they were met."""

    def portions(self, start: Position) -> Iterator[Portion]:
        seen = self._seen_before(start.epoch)
        self._recall(start)
        skipped = start.batch
        for pool, examples in self._pools(start.epoch, seen):
            done, new = len(seen) - len(examples), len(examples)
            examples += self.missed.pop(pool - DELAY, [])
            batches = plan(examples, self.limits, self.seed, pool)
            for index in range(skipped, len(batches)):
                rows = batches[index]
                last = index + 1 == len(batches)
                yield Portion(
                    collate([examples[row] for row in rows], self.vocabularies.symbols),
                    Position(pool + 1, 0) if last else Position(pool, index + 1),
                    min(1.0, (done + new * (index + 1) / len(batches)) / self.tasks),
                    frozenset(place for place, row in enumerate(rows) if row >= new),
                )
            skipped = 0
            if len(seen) >= self.tasks:
                return

    def learnt(self, portion: Portion, missed: Sequence[int]) -> None:
        """Keeps what came out wrong for the first time, to be replayed."""
        if self.missed_file is None:
            return
        examples = uncollate(portion.batch)
        new = [examples[row] for row in missed if row not in portion.again]
        self.missed[_pool(portion.next)] += new
        if self.keeps:
            lines = (json.dumps([portion.next, example]) + "\n" for example in new)
            append(self.missed_file, "".join(lines).encode())

    def _recall(self, start: Position) -> None:
        """What was missed before `start` and is still to be replayed; what came after, will be met again.

        Raises CheckpointError for a damaged or missing file.
        """
        self.missed.clear()
        if self.missed_file is None or start == Position():
            return
        kept = []
        size = Tokenizer(self.vocabularies.text_model).size
        *lines, _ = _read(self.missed_file).split(b"\n")  # a kill may have cut the last one short
        for number, line in enumerate(lines, 1):
            try:
                at, example = _read_missed(line, size, self.vocabularies.symbols)
            except (ValueError, TypeError, RecursionError) as error:
                raise CheckpointError(f"{self.missed_file}, line {number} is damaged: {error}") from error
            if at <= start and _pool(at) >= start.epoch - DELAY:
                self.missed[_pool(at)].append(example)
                kept.append(line + b"\n")
        if self.keeps:
            write_file(self.missed_file, b"".join(kept))

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
        """Digests of the pools before one. Those of later ones, which were not trained on for certain, go.

        Raises CheckpointError for a damaged or missing file.
        """
        if not pool:
            return set()
        raw = _read(self.seen_file)
        records = np.frombuffer(raw[: len(raw) // _SEEN.itemsize * _SEEN.itemsize], _SEEN)
        before = records[records["pool"] < pool]
        if len(np.unique(before["pool"])) != pool:
            raise CheckpointError(f"{self.seen_file} is damaged: it does not tell of each of {pool} pools")
        if self.keeps:
            write_file(self.seen_file, before.tobytes())
        return set(before["digest"].tolist())

    def _keep(self, pool: int, digests: list[int]) -> None:
        if not self.keeps:
            return
        records = np.empty(len(digests), _SEEN)
        records["pool"], records["digest"] = pool, digests
        append(self.seen_file, records.tobytes(), lasting=True)


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise CheckpointError(f"cannot read {file}: {error.strerror or error}") from error


def _read_missed(line: bytes, size: int, symbols: Symbols) -> tuple[Position, Example]:
    """The example of a line and the position after it. Raises ValueError or TypeError where it is none, of
    tokens below `size` and symbols that make one tree."""
    (pool, batch), (tokens, tree) = json.loads(line)
    if not all(type(number) is int for number in (pool, batch, *tokens, *tree)):
        raise ValueError("expected ids")
    if not tokens or not all(0 < token < size for token in tokens):
        raise ValueError("it has no tokens, or unknown ones")
    symbols.tree(tree)
    return Position(pool, batch), Example(tuple(tokens), tuple(tree))
