"""A corpus from a grammar: tasks without repetitions, split by program.

Tasks are made in chunks, each seeded by its own number and independent of all others, and taken in order of
the chunks: the result is the same whatever the number of processes.
"""

from __future__ import annotations

import gc
import hashlib
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import count, islice
from typing import NamedTuple, TypeVar

from saps.corpus.generation.factory import CHUNK, DrawStatistics, Settings, TaskFactory
from saps.corpus.generation.mean_matching import MeanMatcher
from saps.corpus.generation.registers import register_called
from saps.corpus.tasks.split import SPLITS, surface
from saps.corpus.tasks.statistics import PUBLISHED_SIZES, Means
from saps.corpus.tasks.task import Task, to_file_line
from saps.language.errors import InputError
from saps.system.workers import workers

Made = TypeVar("Made")


class Drawn(NamedTuple):
    """A task on its way into a corpus: the line of the file, and what decides whether it gets there."""

    split: str
    register: str
    sizes: Means
    sentence: int
    """Its digest, as of the program's surface form."""
    program: int
    line: str


def _drawn(task: Task, split: str) -> Drawn:
    sizes = Means(len(task.text), task.program.depth, task.program.size)
    form = surface(task.program, task.args)
    return Drawn(split, task.tags[0], sizes, digest(task.sentence), digest(form), to_file_line(task))


def digest(text: str) -> int:
    """Eight bytes of a hash."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")


class Chunk(NamedTuple):
    """What came of a chunk's draws."""

    tasks: list[Drawn]
    statistics: DrawStatistics


def draw_chunk(factory: TaskFactory, number: int) -> Chunk:
    factory.statistics = DrawStatistics()
    return Chunk([_drawn(task, factory.split(task)) for task in factory.chunk(number)], factory.statistics)


_GARBAGE = 50_000
"""Objects made between two looks for garbage; trees hold no cycles."""

_factory: TaskFactory | None = None
"""A worker process's own."""


def _start(settings: Settings) -> None:
    global _factory
    _factory = TaskFactory(settings)
    tend_garbage()


def tend_garbage() -> None:
    """In a process that draws: the grammar stays, no need to look through it again and again."""
    gc.freeze()
    gc.set_threshold(_GARBAGE)


def _chunk(number: int) -> Chunk:
    assert _factory is not None
    return draw_chunk(_factory, number)


def stream(settings: Settings, jobs: int = 1) -> Iterator[Chunk]:
    """Chunks without end, the same whatever `jobs` is."""
    if jobs <= 1:
        factory = TaskFactory(settings)
        return (draw_chunk(factory, number) for number in count())
    return in_order(_chunk, count(), jobs, partial(_start, settings))


def in_order(
    make: Callable[[int], Made], numbers: Iterator[int], jobs: int, start: Callable[[], None], ahead: int = 2
) -> Iterator[Made]:
    """What `make` makes of the numbers, in their order, in `jobs` processes (0: in this one) that begin with
    `start` and are `ahead` numbers each ahead of what is taken."""
    if not jobs:
        start()
        yield from map(make, numbers)
        return
    with workers(jobs, start) as pool:
        pending = deque(pool.submit(make, number) for number in islice(numbers, ahead * jobs))
        while pending:
            done = pending.popleft()
            pending.extend(pool.submit(make, number) for number in islice(numbers, 1))
            yield done.result()


_MOST_OF_ONE_PROGRAM = 40
"""Sentences for one program: simple programs would crowd out the others."""

_IDLE = 100_000
"""Draws without a new task after which a grammar has run dry."""


def corpus(
    settings: Settings, sizes: Mapping[str, int], jobs: int = 1, statistics: DrawStatistics | None = None
) -> Iterator[tuple[str, str]]:
    """Lines of the files, each with its split, until every split has its size; what became of the draws is
    added to `statistics`.

    No sentence comes twice, so none has two programs. Raises InputError if the grammar runs dry.
    """
    wanted = dict(sizes)
    sentences: set[int] = set()
    programs: Counter[int] = Counter()
    matchers = {
        (name, split): MeanMatcher(mean)
        for name, _ in settings.drawn_from()
        for split, mean in (register_called(name).means or {}).items()
    }
    idle = 0
    for chunk in stream(settings, jobs):
        idle += CHUNK
        if statistics is not None:
            statistics.add(chunk.statistics)
        for drawn in chunk.tasks:
            new = drawn.sentence not in sentences and programs[drawn.program] < _MOST_OF_ONE_PROGRAM
            if not new or not wanted.get(drawn.split):
                continue
            matcher = matchers.get((drawn.register, drawn.split))
            if matcher is not None and not matcher.accept(drawn.sizes, drawn.sentence / 2**64):
                continue
            sentences.add(drawn.sentence)
            programs[drawn.program] += 1
            wanted[drawn.split] -= 1
            idle = 0
            yield drawn.split, drawn.line
        if not any(wanted.values()):
            return
        if idle > _IDLE:
            made = sum(sizes.values()) - sum(wanted.values())
            raise InputError(f"the grammar runs dry after {made:,} tasks; ask for fewer (--size)")


def split_sizes(size: int) -> dict[str, int]:
    """A corpus of `size` tasks in the published proportions."""
    total = sum(PUBLISHED_SIZES.values())
    dev, test = (round(size * PUBLISHED_SIZES[split] / total) for split in ("dev", "test"))
    return dict(zip(SPLITS, (size - dev - test, dev, test), strict=True))
