"""The finished programs of one request: each is checked, weighed, compiled, run, and told apart from the
others."""

from __future__ import annotations

import math
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import zip_longest
from typing import Any

from saps.corpus.generation.explanation import explain
from saps.language.compiler import CompiledProgram, compile_program
from saps.language.errors import InputError, SapsError
from saps.language.functions import Value
from saps.language.tree import Node, substitute
from saps.language.type_system import Type, TypeVariable, free_variables
from saps.language.typecheck import TypedProgram, check
from saps.language.values import read_inputs
from saps.search.canonical import canonical
from saps.search.conventions import other_conventions
from saps.search.doubts import Doubt, computes_ahead, doubts
from saps.search.landmarks import landmarks, landmarks_of
from saps.search.outcomes import Behaviour, Outcome, behaviour, run, run_one
from saps.search.plausibility import Plausibility
from saps.search.problem import Found
from saps.search.readings import Reading, fresh_types
from saps.text.names import NAMELESS
from saps.text.nouns import as_told
from saps.text.placeholders import LETTERS, is_letter
from saps.text.spoken import SpokenExample
from saps.text.units import units_in

RIVALS = 2.5
"""How far below the answer's score, in nats, other meanings are looked for."""

_ALTERNATIVES = 20
"""Programs tried beyond those that are wanted, where there are no examples."""

_ENOUGH = 100
"""Programs tried, where one of them passes the examples, for others that do."""

_NEARLY = 1.5
"""Nats between programs of the same meaning up to which the shorter is shown."""

_DOUBTED = 10
"""Programs whose result is tried by other conventions where none passes the examples."""

_CONVENTION_COST = 3.0
"""What another convention than the model's costs, in nats."""

_CHOICES = frozenset(("if", "&&", "||"))


@dataclass(frozen=True, slots=True)
class Request:
    """A sentence, the arguments where they are known (a type variable where the type is not), and examples as
    (inputs as run-time values, output as JSON); `result` is the program's type where it is known."""

    text: str
    args: Mapping[str, Type] | None = None
    examples: Sequence[tuple[Mapping[str, Value], Any]] = ()
    result: Type = field(default_factory=TypeVariable)
    name: str = "program"
    """What the function is to be called."""
    heard: str | None = None
    """What the model reads, where that is not all of the text."""
    spoken: Sequence[SpokenExample] = ()
    """Examples that the text tells."""
    given: Mapping[str, Any] = field(default_factory=dict)
    """The lists that the text spells out, as JSON, by the letters that stand for them in what is read."""

    @property
    def has_examples(self) -> bool:
        return bool(self.examples or self.spoken)

    def values(self, names: Collection[str]) -> dict[str, Any]:
        """What the text spells out for a program's arguments; nothing where it does not for all of them."""
        return {name: self.given[name] for name in names} if self.given.keys() >= set(names) else {}


@dataclass(frozen=True)
class Candidate:
    """A program that type-checks, with the model's score and what came of running it on the examples."""

    compiled: CompiledProgram
    score: float
    """Natural logarithm of the probability that the model gives the program, less what its reading costs and
    what it leaves out."""
    reading: Reading
    outcomes: tuple[Outcome, ...] = ()
    behaviour: Behaviour | None = None
    """What it does on the probes (`outcomes.behaviour`); None where it fails an example."""
    query: int = 0
    """Which of the request's readings it comes from."""
    ruled_out: float = 0.0
    """The share of the model's probability, as far as it was seen, that went to what cannot be an answer."""
    charges: float = 0.0
    """What was taken off the score for arguments that it leaves out, that nobody named, or of types that the
    names speak against. Other costs make an answer less sure: they stay in its `loss`."""
    odd: bool = False
    """Whether it takes lists of lists that nobody spoke of, or does the same again with what came of it."""
    echoed: bool = False
    """Whether the sentence is what `explain` says of it, word for word."""

    @cached_property
    def doubts(self) -> tuple[Doubt, ...]:
        """What is obviously at odds with what was said."""
        return tuple(doubts(self.program, self.typed.args, self.reading, self.behaviour))

    @cached_property
    def explanation(self) -> str | None:
        """What it computes, in English, and in the units that the sentence speaks of; None where there are no
        words for a part of it."""
        return explain(self.program, self.typed.args, heard=self.units)

    @property
    def units(self) -> frozenset[str]:
        """The units of measurement that the sentence speaks of."""
        return units_in((*self.reading.heard, *self.reading.names))

    def is_sensible_beside(self, best: Candidate) -> bool:
        """Whether somebody may mean this program where `best` was found: it is not at odds with what was said
        in another way, depends on its arguments, and computes nothing that could be written down."""
        no_doubts = set(self.doubts) <= set(best.doubts) and not {"closed", "constant", "failing"} & {
            doubt.kind for doubt in self.doubts
        }
        return no_doubts and (computes_ahead(best.program) or not computes_ahead(self.program))

    @property
    def loss(self) -> float:
        """Nats that the model gives away to other programs that can be an answer, charges aside."""
        given = self.score + self.reading.cost + self.charges
        return max(0.0, -given + math.log1p(-min(self.ruled_out, 0.999_999)))

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
    a better one; and at most `limit` programs are tried until one passes.
    """

    def __init__(self, request: Request, readings: Sequence[Reading], top: int, limit: int) -> None:
        self.request, self.readings, self.top = request, readings, top
        self.plausibility = Plausibility(request.args is not None, bool(request.given))
        self.limit = limit if request.has_examples else min(limit, top + _ALTERNATIVES)
        self.tried = 0
        self.met: dict[Node, float] = {}
        """The scores of the programs so far, in their canonical spelling: one reading may find what a better
        one finds later."""
        self.refused = [0.0 for _ in readings]
        """The share of the model's probability that went to programs which are no answer, of each reading."""
        self.odd = list(self.refused)
        """That of programs which are no answer beside others (`Candidate.odd`)."""
        self.marks = landmarks(one for reading in readings for one in reading.placeholders.literals)
        self.kept: dict[Hashable, Candidate] = {}
        """The best program of each meaning."""
        self.margin = 0.0 if request.has_examples else RIVALS

    def __call__(self, found: Found) -> float:
        reading = self.readings[found.query]
        program = reading.placeholders.reveal(found.program)
        if self.request.args is None and not self.request.given:
            program = _first_letters(program, reading)
        spelling = canonical(program)
        share = math.exp(min(0.0, found.score + reading.cost))
        if found.said is not None:
            found = found._replace(score=found.score - self.plausibility.of_words(found.said, reading))
        if found.score <= self.met.get(spelling, -float("inf")):
            self.refused[found.query] += share
            return self.threshold()
        self.tried += spelling not in self.met
        self.met[spelling] = found.score
        if (compiled := self.compile(program, reading)) is None:
            self.refused[found.query] += share
        else:
            candidate = self.candidate(compiled, found)
            self.odd[found.query] += share * candidate.odd
            self.keep(candidate, spelling)
        return self.threshold()

    def keep(self, candidate: Candidate, spelling: Node) -> None:
        """Keeps the better one of the program and what does the same."""
        # programs with literals of their own are run on other probes, and so compared among themselves
        marks = self.marks | landmarks_of(candidate.typed)
        key = (candidate.behaviour, marks) if candidate.behaviour else spelling
        self.kept[key] = better(self.kept.get(key, candidate), candidate)

    def reconsider(self) -> None:
        """Where no program passes the examples, tries the best ones' results by other conventions.

        One example tells little: any number is one more than another.
        """
        shown = len(self.request.examples) + len(self.request.spoken)
        if shown < 2 or any(one.passes for one in self.kept.values()):
            return
        ended = [one for one in self.kept.values() if all(outcome.error is None for outcome in one.outcomes)]
        for one in sorted(ended, key=self._rank)[:_DOUBTED]:
            for program in other_conventions(one.program):
                if (compiled := self.compile(program, self.readings[one.query])) is None:
                    continue
                other = self.candidate(compiled, Found(program, one.score, one.query))
                if other.passes:
                    self.keep(replace(other, score=one.score - _CONVENTION_COST), canonical(program))

    def candidate(self, compiled: CompiledProgram, found: Found) -> Candidate:
        """The program with what came of running it; what it leaves out is taken off its score."""
        reading = self.readings[found.query]
        score = found.score - self.plausibility.of_types(compiled.typed, reading)
        charges = self.plausibility.charges(compiled.typed, reading)
        odd = self.plausibility.is_odd(compiled.typed, found.said, reading)
        outcomes = run(compiled, self.request.examples) + self.on_spoken(compiled, reading)
        tried = Candidate(
            compiled, score - charges, reading, outcomes, None, found.query, charges=charges, odd=odd
        )
        return replace(tried, behaviour=behaviour(compiled, self.marks)) if tried.passes else tried

    def on_spoken(self, compiled: CompiledProgram, reading: Reading) -> tuple[Outcome, ...]:
        """What comes of the examples that the sentence tells, whose values are the arguments' in the order in
        which these are given or named."""
        kinds = compiled.typed.args
        given = self.request.args
        order = _mentioned({*reading.names, *kinds}, reading) if given is None else [*given]
        found = []
        for example in self.request.spoken:
            inputs = dict(zip(example.names or order, example.inputs, strict=False))
            fits = len(inputs) == len(example.inputs) and inputs.keys() >= kinds.keys()
            try:
                values = read_inputs({name: inputs[name] for name in kinds}, kinds) if fits else {}
            except InputError:
                values = {}
            found.append(run_one(compiled, values, example.output))
        return tuple(found)

    def compile(self, program: Node, reading: Reading) -> CompiledProgram | None:
        """None for what nests beyond what can be run, or the like, and for what computes nothing, such as an
        argument alone: no answer."""
        args = self.request.args
        try:
            typed = check(program, None if args is None else fresh_types(args))
            if program.symbol in typed.args or any(map(_is_idle, program)):
                return None
            typed = _as_told(typed, reading)
            return compile_program(typed if args is not None else _in_order(typed, reading))
        except SapsError:
            return None

    def threshold(self) -> float:
        scores = sorted((one.score for one in self.kept.values() if one.passes), reverse=True)
        if self.tried >= (min(self.limit, _ENOUGH) if scores else self.limit):
            return float("inf")
        return scores[self.top - 1] - self.margin if len(scores) >= self.top else -float("inf")

    def ranked(self, ruled_out: Sequence[float] = ()) -> list[Candidate]:
        """The candidates of different meaning: what passes all examples first, of that what uses all
        arguments that were given; then by examples passed, then by score. `ruled_out` is what the search saw
        of each reading's probability go to what cannot be a program."""
        shares = [sum(pair) for pair in zip_longest(self.refused, ruled_out, fillvalue=0.0)]
        found = []
        for one in self.kept.values():
            odd = 0.0 if one.odd else self.odd[one.query]
            found.append(replace(one, ruled_out=shares[one.query] + odd))
        return sorted(found, key=self._rank)

    def _rank(self, one: Candidate) -> tuple[bool, bool, int, float]:
        lacks = self.request.args is not None and any(doubt.kind == "unused" for doubt in one.doubts)
        return not one.passes, lacks, -one.examples_passed, -one.score


def better(one: Candidate, other: Candidate) -> Candidate:
    """Of two programs of the same meaning the more probable; of nearly equally probable ones of one reading
    the shorter, with the score of the better."""
    best, rest = (one, other) if one.score >= other.score else (other, one)
    alike = best.query == rest.query and best.score - rest.score < _NEARLY
    return (
        replace(rest, score=best.score, charges=best.charges, odd=best.odd)
        if alike and rest.program.size < best.program.size
        else best
    )


def _first_letters(program: Node, reading: Reading) -> Node:
    """The program with the first letters for what has no name: which ones the model took means nothing."""
    unnamed = sorted({node.symbol for node in program if is_letter(node.symbol)}.difference(reading.named))
    free = (letter for letter in LETTERS if letter not in reading.named)
    renamed = {old: Node(new) for old, new in zip(unnamed, free, strict=False) if old != new}
    return substitute(program, renamed) if renamed else program


def _is_idle(node: Node) -> bool:
    """Whether it chooses between two things that are the same."""
    return node.symbol in _CHOICES and len(node.children) > 1 and node.children[-1] == node.children[-2]


def _as_told(typed: TypedProgram, reading: Reading) -> TypedProgram:
    """The program with the types that it leaves open as the sentence's nouns have them, if it can be so."""
    if not any(True for kind in typed.args.values() for _ in free_variables(kind)):
        return typed
    try:
        return check(typed.node, as_told(typed.args, reading.words))
    except SapsError:
        return typed


def _in_order(typed: TypedProgram, reading: Reading) -> TypedProgram:
    """The program with its arguments as the sentence mentions them."""
    order = _mentioned(typed.args, reading)
    return typed if order == [*typed.args] else check(typed.node, {name: typed.args[name] for name in order})


def _mentioned(names: Iterable[str], reading: Reading) -> list[str]:
    """What the sentence does not name first, then its names as it mentions them; of letters such as a and b,
    the first in the alphabet first."""
    letters = reading.placeholders.names
    said = {
        name: reading.words.index(letter)
        for name in reading.named
        if (letter := letters.get(name, name)) in reading.words
    }
    first = min((place for name, place in said.items() if name in NAMELESS), default=0)
    places = {name: first if name in NAMELESS else place for name, place in said.items()}
    return sorted(names, key=lambda name: (places.get(name, -1), name))
