"""A corpus from a grammar: derivations, type-checked, run, without repetitions, split by program.

Tasks are made in chunks, each seeded by its own number and independent of all others, and taken in order of
the chunks: the result is the same whatever the number of processes.
"""

from __future__ import annotations

import hashlib
import random
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import count, islice
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple, TypeVar

from saps.corpus.derivation import Derivation, derive
from saps.corpus.examples import outputs_json, run_examples
from saps.corpus.loader import load
from saps.corpus.messy import typed_carelessly
from saps.corpus.registers import REGISTERS, Profile, register_called
from saps.corpus.sampler import Sampler
from saps.corpus.sizes import SizeKeeper
from saps.corpus.split import SPLITS, split_of, surface
from saps.corpus.stats import PUBLISHED_SIZES, Means
from saps.corpus.synchronous import ROOT, Production
from saps.corpus.task import Task, Test, to_file_line
from saps.language.compiler import compile_program
from saps.language.errors import InputError, SapsError
from saps.language.simplify import apply_invocations
from saps.language.type_system import concrete, parse_type, show
from saps.language.typecheck import check

Made = TypeVar("Made")

CHUNK = 256
"""Draws in a chunk."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a corpus is made from."""

    seed: int = 0
    registers: tuple[tuple[str, float], ...] = tuple((one.name, one.share) for one in REGISTERS.values())
    grammar: str | None = None
    """Path of a grammar file; None for the built-in one."""
    depth: int | None = None
    """Tasks inside one another at most; None for the registers' own limits."""


@dataclass(slots=True)
class Losses:
    """Why draws did not become tasks, by the outermost production of their program."""

    failed: Counter[str] = field(default_factory=Counter)
    made: Counter[str] = field(default_factory=Counter)


class Maker:
    """Makes the tasks of one chunk after another."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.grammar = load(None if settings.grammar is None else Path(settings.grammar))
        self.sampler = Sampler(self.grammar)
        self.registers = [register_called(name) for name, _ in settings.registers]
        self.shares = [share for _, share in settings.registers]
        known = self.grammar.registers() | set(REGISTERS)
        for name, _ in settings.registers:
            if name not in known:
                raise InputError(
                    f"no wording has the register {name!r}; known are {', '.join(sorted(known))}"
                )
        asked = {slot for one in self.grammar.productions[ROOT] for slot in one.slots.values()}
        self.direct = [one for name in sorted(asked) for one in self.sampler.branches[name]]
        self.direct += [one for one in self.grammar.productions[ROOT] if one.program.size > 1]
        self.basic = {_basic(production) for production in self.grammar.all_productions()}

    def chunk(self, number: int, losses: Losses | None = None) -> list[Task]:
        """The tasks of chunk `number`."""
        rng = random.Random(f"{self.settings.seed}/{number}")
        return [task for task in (self.draw(rng, losses) for _ in range(CHUNK)) if task is not None]

    def drawn(self, number: int) -> list[Drawn]:
        """The tasks of chunk `number` on their way into a corpus."""
        return [_drawn(task, self.split(task)) for task in self.chunk(number)]

    def split(self, task: Task) -> str:
        """The split that a task belongs to."""
        return split_of(surface(task.program, task.args), self.basic)

    def draw(self, rng: random.Random, losses: Losses | None = None) -> Task | None:
        """One draw; None if it came to nothing."""
        production = rng.choice(self.direct) if rng.random() < 0.6 else None
        return self.make(rng, production, losses)

    def make(
        self, rng: random.Random, production: Production | None, losses: Losses | None = None
    ) -> Task | None:
        register = rng.choices(self.registers, self.shares)[0]
        profile = Profile.drawn(register, rng, self.settings.depth)
        derivation = derive(self.sampler, rng, profile, production)
        if derivation is None:
            return None
        words = derivation.words
        if register.messy:
            words = typed_carelessly(words, self.grammar, rng)
        task = make_task(replace(derivation, words=words), register.name, rng)
        if losses is not None:
            (losses.failed if task is None else losses.made)[derivation.productions[-1]] += 1
        return task


def _basic(production: Production) -> str:
    """The surface form of a production's program with arguments in its slots."""
    return surface(apply_invocations(production.program), production.slots)


def make_task(derivation: Derivation, register: str, rng: random.Random) -> Task | None:
    """Type-check and run a derivation. None where the program takes no arguments, fails on most inputs or
    gives the same output on all."""
    if not derivation.args or derivation.program.size > 150 or derivation.program.depth > 40:
        return None
    kinds = {name: parse_type(kind) for name, kind in derivation.args.items()}
    typed = check(derivation.program, kinds)
    if not kinds.keys() <= {node.symbol for node in derivation.program}:
        return None
    try:
        pairs = run_examples(compile_program(typed), kinds, rng)
        examples = outputs_json(pairs or [])
    except SapsError:
        return None
    if not examples:
        return None
    return Task(
        text=derivation.words,
        program=derivation.program,
        args=derivation.args,
        return_type=show(concrete(typed.return_type)),
        tests=tuple(Test(inputs, output) for inputs, output in examples),
        tags=(register,),
        nodes=derivation.productions,
    )


# ---------------------------------------------------------------- streams


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


_maker: Maker | None = None
"""A worker process's own."""


def _start(settings: Settings) -> None:
    global _maker
    _maker = Maker(settings)


def _chunk(number: int) -> list[Drawn]:
    assert _maker is not None
    return _maker.drawn(number)


def stream(settings: Settings, jobs: int = 1) -> Iterator[Drawn]:
    """Tasks without end, in the same order whatever `jobs` is."""
    if jobs <= 1:
        maker = Maker(settings)
        for number in count():
            yield from maker.drawn(number)
    for chunk in in_order(_chunk, count(), jobs, partial(_start, settings)):
        yield from chunk


def in_order(
    make: Callable[[int], Made], numbers: Iterator[int], jobs: int, start: Callable[[], None]
) -> Iterator[Made]:
    """What `make` makes of the numbers, in their order, ahead in `jobs` processes that begin with `start`."""
    # a fresh interpreter for each: threads of this one would not survive a fork
    with ProcessPoolExecutor(jobs, get_context("spawn"), initializer=start) as pool:
        pending = deque(pool.submit(make, number) for number in islice(numbers, 2 * jobs))
        try:
            while pending:
                done = pending.popleft()
                pending.extend(pool.submit(make, number) for number in islice(numbers, 1))
                yield done.result()
        finally:
            for future in pending:
                future.cancel()


_MOST_OF_ONE_PROGRAM = 40
"""Sentences for one program: simple programs would crowd out the others."""

_IDLE = 100_000
"""Draws without a new task after which a grammar has run dry."""


def corpus(settings: Settings, sizes: Mapping[str, int], jobs: int = 1) -> Iterator[tuple[str, str]]:
    """Lines of the files, each with its split, until every split has its size.

    No sentence comes twice, so none has two programs. Raises InputError if the grammar runs dry.
    """
    wanted = dict(sizes)
    sentences: set[int] = set()
    programs: Counter[int] = Counter()
    keepers = {
        (name, split): SizeKeeper(mean)
        for name, _ in settings.registers
        for split, mean in (register_called(name).means or {}).items()
    }
    idle = 0
    for drawn in stream(settings, jobs):
        if not any(wanted.values()):
            return
        idle += 1
        if idle > _IDLE:
            made = sum(sizes.values()) - sum(wanted.values())
            raise InputError(f"the grammar runs dry after {made:,} tasks; ask for fewer (--size)")
        new = drawn.sentence not in sentences and programs[drawn.program] < _MOST_OF_ONE_PROGRAM
        if not new or not wanted.get(drawn.split):
            continue
        keeper = keepers.get((drawn.register, drawn.split))
        if keeper is not None and not keeper.takes(drawn.sizes, drawn.sentence / 2**64):
            continue
        sentences.add(drawn.sentence)
        programs[drawn.program] += 1
        wanted[drawn.split] -= 1
        idle = 0
        yield drawn.split, drawn.line


def split_sizes(size: int) -> dict[str, int]:
    """A corpus of `size` tasks in the published proportions."""
    total = sum(PUBLISHED_SIZES.values())
    dev, test = (round(size * PUBLISHED_SIZES[split] / total) for split in ("dev", "test"))
    return dict(zip(SPLITS, (size - dev - test, dev, test), strict=True))
