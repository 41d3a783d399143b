"""Single tasks from a grammar: derived, type-checked, run on inputs."""

from __future__ import annotations

import contextlib
import random
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path

from saps.corpus.derivation import Derivation, derive
from saps.corpus.examples import outputs_json, run_examples
from saps.corpus.loader import load
from saps.corpus.messy import typed_carelessly
from saps.corpus.registers import REGISTERS, Profile, spoken_register
from saps.corpus.sampler import Sampler, speaking
from saps.corpus.split import split_of, surface
from saps.corpus.synchronous import ROOT, Grammar, Production
from saps.corpus.task import Task, Test
from saps.language.compiler import compile_program
from saps.language.errors import ProgramTypeError, SapsError
from saps.language.simplify import apply_invocations
from saps.language.type_system import concrete, parse_type, show
from saps.language.typecheck import check

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
    productions: tuple[str, ...] = ()
    """Names of productions one of which half of the draws hold."""


_ENOUGH = 20
"""Draws after which it means something that none survived."""


@dataclass(slots=True)
class Fates:
    """What became of the draws, by the productions in them."""

    tried: Counter[str] = field(default_factory=Counter)
    survived: Counter[str] = field(default_factory=Counter)

    def add(self, other: Fates) -> None:
        self.tried += other.tried
        self.survived += other.survived

    def never(self) -> dict[str, int]:
        """Productions none of whose draws passed its type check and its runs, with their draws."""
        return {
            label: count
            for label, count in self.tried.items()
            if count >= _ENOUGH and not self.survived[label]
        }


class Maker:
    """Makes the tasks of one chunk after another."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.grammar = load(None if settings.grammar is None else Path(settings.grammar))
        self.sampler = Sampler(self.grammar)
        self.registers = [spoken_register(self.grammar, name) for name, _ in settings.registers]
        self.shares = [share for _, share in settings.registers]
        asked = {slot for one in self.grammar.productions[ROOT] for slot in one.slots.values()}
        self.direct = [one for name in sorted(asked) for one in self.sampler.branches[name]]
        self.direct += [one for one in self.grammar.productions[ROOT] if one.program.size > 1]
        if self.grammar.library is not None:
            self.direct = [one for one in self.grammar.all_productions() if one.program.children]
        self._spoken: dict[frozenset[str], list[list[Production]]] = {}
        self.wanted = [self.grammar.named(name) for name in settings.productions]
        self.fates = Fates()
        self.basic = {_basic(production, self.grammar) for production in self.grammar.all_productions()}

    def chunk(self, number: int) -> list[Task]:
        """The tasks of chunk `number`, at most CHUNK."""
        rng = random.Random(f"{self.settings.seed}/{number}")
        return [task for task in (self.draw(rng) for _ in range(CHUNK)) if task is not None]

    def split(self, task: Task) -> str:
        """The split that a task belongs to."""
        return split_of(surface(task.program, task.args), self.basic)

    def aim(self, rng: random.Random, tags: frozenset[str]) -> Production | None:
        """What a draw is to hold: mostly any task that is spoken of in that way, so that none is rare."""
        if self.wanted and rng.random() < 0.5:
            return rng.choice(rng.choice(self.wanted))
        if tags not in self._spoken:
            by_meaning: dict[str, list[Production]] = {}
            for one in speaking(self.direct, tags):
                by_meaning.setdefault(self.grammar.meaning(one), []).append(one)
            self._spoken[tags] = list(by_meaning.values())
        if rng.random() >= 0.6 or not self._spoken[tags]:
            return None
        return rng.choice(rng.choice(self._spoken[tags]))

    def draw(self, rng: random.Random, production: Production | None = None) -> Task | None:
        """One draw, with the production in it, if one is given; None if it came to nothing."""
        register = rng.choices(self.registers, self.shares)[0]
        profile = Profile.drawn(register, rng, self.settings.depth)
        derivation = derive(self.sampler, rng, profile, production or self.aim(rng, profile.tags))
        if derivation is None:
            return None
        words = derivation.words
        if register.messy:
            words = typed_carelessly(words, self.grammar, rng)
        task = make_task(replace(derivation, words=words), register.name, rng)
        used = set(derivation.productions)
        self.fates.tried.update(used)
        if task is not None:
            self.fates.survived.update(used)
        return task


def _basic(production: Production, grammar: Grammar) -> str:
    """The surface form of a production's program with arguments in its slots."""
    program = production.program
    if grammar.library is not None:
        with contextlib.suppress(ProgramTypeError):  # a function that can only be called stays as it is
            program = grammar.library.expand(program, production.slots)
    return surface(apply_invocations(program), production.slots)


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
