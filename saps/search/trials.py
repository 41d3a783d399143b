"""The finished programs of one request: each is checked, compiled, run, and told apart from the others."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from saps.language.compiler import CompiledProgram, compile_program
from saps.language.errors import SapsError
from saps.language.functions import Value
from saps.language.tree import Node
from saps.language.type_system import Type, TypeVariable, free_variables
from saps.language.typecheck import TypedProgram, check
from saps.search.canonical import canonical
from saps.search.outcomes import Outcome, behaviour, run
from saps.search.problem import Found
from saps.search.readings import Reading, fresh_types
from saps.text.nouns import as_told

RIVALS = 2.5
"""How far below the answer's score, in nats, other meanings are looked for."""

_ALTERNATIVES = 20
"""Programs tried beyond those that are wanted, where there are no examples."""

_UNUSED_COST = 4.0
"""What it costs a program, in nats, to leave an argument out that was given or named."""


@dataclass(frozen=True, slots=True)
class Request:
    """A sentence, the arguments where they are known (a type variable where the type is not), and examples as
    (inputs as run-time values, output as JSON); `result` is the program's type where it is known."""

    text: str
    args: Mapping[str, Type] | None = None
    examples: Sequence[tuple[Mapping[str, Value], Any]] = ()
    result: Type = field(default_factory=TypeVariable)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A program that type-checks, with the model's score and what came of running it on the examples."""

    compiled: CompiledProgram
    score: float
    """Natural logarithm of the probability that the model gives the program, less what its reading costs."""
    reading: Reading
    outcomes: tuple[Outcome, ...] = ()
    behaviour: tuple[str, ...] | None = None
    """What it does on the probes (`outcomes.behaviour`); None where it fails an example, or on all probes."""

    @property
    def is_constant(self) -> bool:
        """Whether it takes arguments and passes the examples, but does the same on all probes."""
        return bool(self.typed.args) and self.passes and len(set(self.behaviour or ())) < 2

    @property
    def typed(self) -> TypedProgram:
        return self.compiled.typed

    @property
    def program(self) -> Node:
        return self.typed.node

    @property
    def examples_passed(self) -> int:
        return sum(outcome.passed is True for outcome in self.outcomes)

    @property
    def passes(self) -> bool:
        """Whether it passes all examples."""
        return self.examples_passed == len(self.outcomes)


class Trials:
    """The judge of one request's programs (see `problem.Judge`).

    Wanted are `top` programs of different meaning that pass all examples, and no partial tree that could give
    a better one; and at most `limit` programs are tried.
    """

    def __init__(self, request: Request, readings: Sequence[Reading], top: int, limit: int) -> None:
        self.request, self.readings, self.top = request, readings, top
        self.limit = limit if request.examples else min(limit, top + _ALTERNATIVES)
        self.tried = 0
        self.met: dict[Node, float] = {}
        """The scores of the programs so far, in their canonical spelling: one reading may find what a better
        one finds later."""
        self.kept: dict[Hashable, Candidate] = {}
        """The best program of each meaning."""
        self.margin = 0.0 if request.examples else RIVALS

    def __call__(self, found: Found) -> float:
        reading = self.readings[found.query]
        program = reading.placeholders.reveal(found.program)
        spelling = canonical(program)
        if found.score <= self.met.get(spelling, -float("inf")):
            return self.bar()
        self.tried += spelling not in self.met
        self.met[spelling] = found.score
        if (compiled := self.compile(program, reading)) is not None:
            candidate = self.candidate(compiled, found.score, reading)
            key = candidate.behaviour or spelling
            if key not in self.kept or self.kept[key].score < candidate.score:
                self.kept[key] = candidate
        return self.bar()

    def candidate(self, compiled: CompiledProgram, score: float, reading: Reading) -> Candidate:
        """The program with what came of running it; what it leaves out is taken off its score."""
        unused = len(set(reading.names) - {node.symbol for node in compiled.typed.node})
        outcomes = run(compiled, self.request.examples)
        tried = Candidate(compiled, score - _UNUSED_COST * unused, reading, outcomes)
        return replace(tried, behaviour=behaviour(compiled)) if tried.passes else tried

    def compile(self, program: Node, reading: Reading) -> CompiledProgram | None:
        """None for what nests beyond what can be run, or the like, and for an argument alone, which computes
        nothing: no answer."""
        args = self.request.args
        try:
            typed = check(program, None if args is None else fresh_types(args))
            return None if program.symbol in typed.args else compile_program(_as_told(typed, reading))
        except SapsError:
            return None

    def bar(self) -> float:
        if self.tried >= self.limit:
            return float("inf")
        scores = sorted((one.score for one in self.kept.values() if one.passes), reverse=True)
        return scores[self.top - 1] - self.margin if len(scores) >= self.top else -float("inf")

    def ranked(self) -> list[Candidate]:
        """The candidates of different meaning: by examples passed, then by score."""
        return sorted(self.kept.values(), key=lambda one: (-one.examples_passed, -one.score))


def _as_told(typed: TypedProgram, reading: Reading) -> TypedProgram:
    """The program with the types that it leaves open as the sentence's nouns have them, if it can be so."""
    if not any(True for kind in typed.args.values() for _ in free_variables(kind)):
        return typed
    try:
        return check(typed.node, as_told(typed.args, reading.words))
    except SapsError:
        return typed
