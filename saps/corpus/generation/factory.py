"""Single tasks from a grammar: derived, type-checked, run on inputs."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Container
from dataclasses import dataclass, field, replace
from pathlib import Path

from saps.corpus.generation.compositions import composed, is_noun_phrase
from saps.corpus.generation.derivation import Derivation, derive
from saps.corpus.generation.examples import TESTS, outputs_json, run_examples, with_tests
from saps.corpus.generation.explanation import explain, whole_sampler
from saps.corpus.generation.noise import typed_carelessly
from saps.corpus.generation.paraphrases import (
    mistyped,
    paraphrases,
    partly_named,
    renamed,
    with_values,
    without_argument,
)
from saps.corpus.generation.reaching import Unreached
from saps.corpus.generation.registers import (
    REGISTERS,
    Profile,
    Register,
    Shares,
    mixed,
    register_called,
    spoken_register,
)
from saps.corpus.generation.source import source_of
from saps.corpus.grammar.model import Production
from saps.corpus.grammar.plain import grammar_of, load
from saps.corpus.tasks.split import split_of, surface
from saps.corpus.tasks.task import Task, Test
from saps.language.compiler import compile_program
from saps.language.errors import GrammarError, InputError, ProgramTypeError, SapsError
from saps.language.fallible import fallible_parts
from saps.language.tree import Node
from saps.language.type_system import concrete, parse_type, show
from saps.language.typecheck import check
from saps.resources import paraphrase_file
from saps.text.normalize import normalize

CHUNK = 256
"""Draws in a chunk."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a corpus is made from."""

    seed: int = 0
    registers: Shares = ()
    """None for all that speak from the grammar, or all."""
    grammar: str | None = None
    """Path of a grammar file for the registers that have none of their own; None for the built-in one."""
    depth: int | None = None
    """Tasks inside one another at most; None for the registers' own limits."""
    productions: tuple[str, ...] = ()
    """Names of productions one of which half of the draws hold."""
    tests: int = TESTS
    """Of each task; who reads its sentence and program alone needs few."""
    at_end: Shares = ()
    """The registers after `chunks` chunks, to which the mixture moves evenly; none for the same."""
    chunks: int = 1

    def requests(self) -> list[Path]:
        """The files of people's requests that tasks are taken from."""
        drawn = {name for name, share in (*self.drawn_from(), *self.at_end) if share > 0}
        files = (register_called(name).paraphrases for name in sorted(drawn))
        return [paraphrase_file(file) for file in files if file is not None]

    def drawn_from(self, chunk: int = 0) -> Shares:
        """The registers with their shares in a chunk."""
        shared = (one for one in REGISTERS.values() if self.grammar is None or one.speaks_any_grammar)
        start = self.registers or tuple((one.name, one.share) for one in shared)
        return mixed(start, self.at_end, min(1.0, chunk / self.chunks)) if self.at_end else start


_COMPOSED = 0.3
"""Share of people's requests that another meaning is to be put into."""

_PLACES = 8
"""Requests that are looked at for a place where it can be."""

_ENOUGH = 20
"""Draws after which it means something that none survived."""


@dataclass(slots=True)
class DrawStatistics:
    """What became of the draws, by the productions in them."""

    tried: Counter[str] = field(default_factory=Counter)
    survived: Counter[str] = field(default_factory=Counter)
    unreached: Counter[str] = field(default_factory=Counter)
    """Left out because no run came to a part of the program that could fail."""
    draws: int = 0

    def add(self, other: DrawStatistics) -> None:
        self.draws += other.draws
        self.tried += other.tried
        self.survived += other.survived
        self.unreached += other.unreached

    def never(self) -> dict[str, str]:
        """Productions none of whose draws passed its type check and its runs, with what became of them."""
        return {
            label: self._told(label)
            for label, count in self.tried.items()
            if count >= _ENOUGH and not self.survived[label]
        }

    def _told(self, label: str) -> str:
        told = f"none of its {self.tried[label]:,} draws survived type check and runs"
        hidden = self.unreached[label]
        return f"{told}; in {hidden:,} of them no run came to a part that could fail" if hidden else told


class TaskFactory:
    """Makes the tasks of one chunk after another.

    Raises InputError for an unknown register, and for a grammar that none of the registers speaks from.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        path = None if settings.grammar is None else Path(settings.grammar)
        drawn_from = settings.drawn_from()
        self.registers = [spoken_register(lambda: load(path), name) for name, _ in drawn_from]
        self.shares = [share for _, share in drawn_from]
        if path is not None and all(one.grammar or one.explained for one in self.registers):
            raise InputError(f"{path} is not used: the register {self.registers[0].name} has its own words")
        if any(one.explained and share for one, share in zip(self.registers, self.shares, strict=True)):
            whole_sampler()  # before the first draw, as all that takes its time
        grammars = {one.grammar: grammar_of(one, path) for one in self.registers}
        made = {name: source_of(grammar) for name, grammar in grammars.items()}
        self.sources = {one.name: made[one.grammar] for one in self.registers}
        self.wanted = [self.find(name) for name in settings.productions]
        self.statistics = DrawStatistics()
        self.phrases: defaultdict[str, list[Task]] = defaultdict(list)
        """Requests of the chunk that are noun phrases, by the type of what they are for."""
        self.basic = {form for source in self.sources.values() for form in source.basic}

    def find(self, name: str) -> Production:
        """The production of that name or label. Raises GrammarError naming the nearest one."""
        faults = []
        for source in self.sources.values():
            try:
                return source.grammar.find(name)
            except GrammarError as fault:
                faults.append(fault)
        raise faults[0]

    def chunk(self, number: int) -> list[Task]:
        """The tasks of chunk `number`, at most CHUNK."""
        rng = random.Random(f"{self.settings.seed}/{number}")
        self.phrases.clear()  # a chunk is the same whichever ones were made before
        self.shares = [share for _, share in self.settings.drawn_from(number)]
        return [task for task in (self.draw(rng) for _ in range(CHUNK)) if task is not None]

    def split(self, task: Task) -> str:
        """The split that a task belongs to; paraphrases have files of their own for the others."""
        if register_called(task.tags[0]).paraphrases is not None:
            return "train"
        return self._split(task.program, task.args)

    def _split(self, program: Node, args: Container[str]) -> str:
        return split_of(surface(program, args), self.basic)

    def draw(self, rng: random.Random, production: Production | None = None) -> Task | None:
        """One draw, with the production in it, if one is given; None if it came to nothing."""
        if production is None and self.wanted and rng.random() < 0.5:
            production = rng.choice(self.wanted)
        register = self.register(rng, production)
        source = self.sources[register.name]
        if register.paraphrases is not None:
            return self.written(paraphrase_file(register.paraphrases), register, rng)
        profile = Profile.drawn(register, rng, self.settings.depth)
        target = production or source.aim(rng, profile.tags, register.aimed)
        derivation = derive(source.sampler, rng, profile, target)
        if derivation is None:
            return None
        words = derivation.words
        if register.messy:
            words = typed_carelessly(words, source.grammar, rng)
        used = set(derivation.productions)
        self.statistics.draws += 1
        self.statistics.tried.update(used)
        try:
            task = make_task(replace(derivation, words=words), register, rng, self.settings.tests)
        except Unreached:
            self.statistics.unreached.update(used)
            return None
        if task is not None and register.explained:
            task = _explained(task)
        if task is not None:
            self.statistics.survived.update(used)
        return task

    def written(self, file: Path, register: Register, rng: random.Random) -> Task | None:
        """A request that people wrote, in other clothes each time, now and then with more in it."""
        grammar, more = self.sources[register.name].grammar, rng.random() < _COMPOSED
        for _ in range(_PLACES if more else 1):
            found = renamed(rng.choice(paraphrases(file)), grammar, rng)
            task = self.larger(found, register, rng) if more else None
            if is_noun_phrase(found):
                self.phrases[found.return_type].append(found)
            if task is not None:
                break
        else:
            task = with_tests(found, self.settings.tests)
            task = task and with_values(without_argument(partly_named(task, rng), rng), rng)
        return task and replace(mistyped(task, grammar, rng), tags=(register.name,))

    def larger(self, task: Task, register: Register, rng: random.Random) -> Task | None:
        """A request with another meaning put in, if there is a place for one, and what comes of it is to be
        trained on."""
        derivation = composed(task, self.phrases, self.sources[register.name].sampler, rng)
        if derivation is None or self._split(derivation.program, derivation.args) != "train":
            return None
        try:
            return make_task(derivation, register, rng, self.settings.tests)
        except (Unreached, ProgramTypeError):
            return None

    def speaks(self, register: Register, production: Production) -> bool:
        """Whether a register's tasks are drawn from a production's grammar."""
        spoken = register.paraphrases is None and not register.explained
        return spoken and self.sources[register.name].holds(production)

    def register(self, rng: random.Random, production: Production | None) -> Register:
        """One of the registers, one that speaks from the production's grammar where it is given."""
        shares = [
            share if production is None or self.speaks(register, production) else 0.0
            for register, share in zip(self.registers, self.shares, strict=True)
        ]
        return rng.choices(self.registers, shares)[0]


def _explained(task: Task) -> Task | None:
    """The task with its program's explanation as the sentence; None where there are no words for it."""
    try:
        said = explain(task.program, task.arg_types(), whole_sampler())
        return None if said is None else replace(task, text=tuple(normalize(said)))
    except InputError:
        return None  # longer than a sentence may be


def make_task(
    derivation: Derivation, register: Register, rng: random.Random, tests: int = TESTS
) -> Task | None:
    """Type-check and run a derivation. None where the program takes no arguments or is one alone, fails on
    most inputs or gives the same output on all.

    Raises Unreached where no run comes to a part that may fail, if that counts in the register.
    """
    if not derivation.args or not 1 < derivation.program.size <= 150 or derivation.program.depth > 40:
        return None
    kinds = {name: parse_type(kind) for name, kind in derivation.args.items()}
    typed = check(derivation.program, kinds)
    if not kinds.keys() <= {node.symbol for node in derivation.program}:
        return None
    watched = fallible_parts(typed.root) if register.covered else {}
    try:
        program = compile_program(typed, watched)
        pairs = run_examples(program, kinds, rng, tests, len(watched), register.inputs)
        examples = outputs_json(pairs or [])
    except Unreached:
        raise
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
        tags=(register.name,),
        nodes=derivation.productions,
    )
