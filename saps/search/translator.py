"""Sentences in, checked programs out: from text to candidates that were type-checked and run."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any, NamedTuple

from saps.corpus.examples import draw_inputs
from saps.language.compiler import CompiledProgram, compile_program
from saps.language.errors import RunError, SapsError
from saps.language.functions import Value
from saps.language.primitives import is_reserved
from saps.language.tree import Node
from saps.language.type_system import Type, TypeVariable, concrete, prune
from saps.language.typecheck import TypedProgram, check
from saps.language.values import agrees
from saps.model.symbols import Symbols
from saps.model.synthesizer import Synthesizer
from saps.search.beam import BeamSearch, Found, Query
from saps.text.normalize import normalize
from saps.text.placeholders import Placeholders, place
from saps.text.tokenizer import Tokenizer

_NAME_PENALTY = 2.0
"""What it costs a reading, in nats, to take a word for a name: most words are none."""

_MOST_TRIED = 3
"""Words that may be names, up to which every choice of names is tried (eight at most)."""

SAMPLES = 3
"""Sample inputs shown where no examples are given."""


@dataclass(frozen=True, slots=True)
class Request:
    """A sentence, the arguments where they are known (a type variable where the type is not), and examples as
    (inputs as run-time values, output as JSON); `result` is the program's type where it is known."""

    text: str
    args: Mapping[str, Type] | None = None
    examples: Sequence[tuple[Mapping[str, Value], Any]] = ()
    result: Type = field(default_factory=TypeVariable)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One run of a program: the inputs, and a value or the error."""

    inputs: Mapping[str, Value]
    value: Value = None
    error: RunError | None = None
    expected: Any = None
    passed: bool | None = None
    """Whether it is the example's output; None on sample inputs."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A program that type-checks, with the model's score and what came of running it."""

    program: Node
    typed: TypedProgram
    score: float
    """Natural logarithm of the probability that the model gives the program, less what its reading costs."""
    outcomes: tuple[Outcome, ...] = field(default=())

    @property
    def probability(self) -> float:
        return math.exp(self.score)

    @property
    def examples_passed(self) -> int:
        return sum(outcome.passed is True for outcome in self.outcomes)


class Reading(NamedTuple):
    """One way to read a sentence: what the decoder gets, and what stands behind its placeholders."""

    query: Query
    placeholders: Placeholders
    penalty: float
    """Taken off the scores, in nats."""


class Translator:
    """Answers requests with one model; `typed` keeps the search to well-typed programs."""

    def __init__(
        self, model: Synthesizer, symbols: Symbols, tokenizer: Tokenizer, typed: bool = True
    ) -> None:
        self.model = model.eval()
        self.symbols = symbols
        self.tokenizer = tokenizer
        self.beam_search = BeamSearch(model, symbols, typed=typed)

    def answer(self, requests: Sequence[Request], beam: int = 1, top: int = 1) -> list[list[Candidate]]:
        """Up to `top` candidates for each request, best first: by examples passed, then by score.

        Raises InputError for a sentence that cannot be read.
        """
        readings = [(request, reading) for request in requests for reading in self.readings(request)]
        found = self.beam_search.search([reading.query for _, reading in readings], beam, top)
        answers: dict[int, list[Candidate]] = {id(request): [] for request in requests}
        for (request, reading), programs in zip(readings, found, strict=True):
            answers[id(request)] += self.candidates(request, reading, programs)
        return [_best(answers[id(request)], top) for request in requests]

    def readings(self, request: Request) -> list[Reading]:
        """The ways to read a sentence: with its arguments as given, or with any of the words that the model
        hardly knows taken for their names. What the model finds most probable will be the answer."""
        words = normalize(request.text)
        if request.args is not None:
            return [self.reading(words, request, request.args)]
        unknown = [word for word in dict.fromkeys(words) if self.may_be_name(word)]
        few = len(unknown) <= _MOST_TRIED
        counts = range(len(unknown) + 1) if few else (0, len(unknown))
        choices = [names for count in counts for names in combinations(unknown, count)]
        return [self.reading(words, request, dict.fromkeys(names, None)) for names in choices]

    def may_be_name(self, word: str) -> bool:
        return (
            word.isidentifier() and len(word) > 1 and not self.tokenizer.knows(word) and not is_reserved(word)
        )

    def reading(self, words: Sequence[str], request: Request, names: Iterable[str]) -> Reading:
        """The sentence with placeholders in place, as token ids, and what the decoder may use."""
        placed, placeholders = place(words, names)
        if request.args is None:
            kinds: dict[str, Type] = {word: TypeVariable() for word in placed}
        else:
            fresh = _fresh(request.args) or {}
            kinds = {placeholders.names.get(name, name): kind for name, kind in fresh.items()}
        rules = self.beam_search.rules
        args = {index: kinds[letter] for letter, index in rules.letters.items() if letter in kinds}
        used = set(placeholders.literals.values())
        literals = [index for symbol, index in rules.literals.items() if symbol in used]
        query = Query(self.tokenizer.encode(placed), args, literals, request.result)
        guessed = len(placeholders.names) if request.args is None else 0
        return Reading(query, placeholders, _NAME_PENALTY * guessed)

    def candidates(self, request: Request, reading: Reading, found: Sequence[Found]) -> list[Candidate]:
        """The programs that type-check, with what came of running them."""
        checked = []
        for program, score in found:
            revealed = reading.placeholders.reveal(program)
            try:
                typed = check(revealed, _fresh(request.args))
                compiled = compile_program(typed)
            except SapsError:
                continue  # nests beyond what can be run, or the like: no answer
            outcomes = run(compiled, request.examples)
            checked.append(Candidate(revealed, typed, score - reading.penalty, outcomes))
        return checked


def _best(candidates: Sequence[Candidate], top: int) -> list[Candidate]:
    """The best candidates, each program once: by examples passed, then by score."""
    ranked = sorted(candidates, key=lambda candidate: (-candidate.examples_passed, -candidate.score))
    return list({candidate.program: candidate for candidate in reversed(ranked)}.values())[::-1][:top]


def _fresh(args: Mapping[str, Type] | None) -> dict[str, Type] | None:
    """Argument types with new variables where a type is unknown: checking binds them."""
    if args is None:
        return None
    known = {name: prune(kind) for name, kind in args.items()}
    return {name: TypeVariable() if isinstance(kind, TypeVariable) else kind for name, kind in known.items()}


def run(
    program: CompiledProgram, examples: Sequence[tuple[Mapping[str, Value], Value]]
) -> tuple[Outcome, ...]:
    """The outcomes on the examples, or on sample inputs where there are none."""
    if not examples:
        return sample(program)
    return tuple(run_one(program, inputs, expected) for inputs, expected in examples)


def run_one(program: CompiledProgram, inputs: Mapping[str, Value], expected: Any) -> Outcome:
    """One example's outcome. An input that the program uses and the example lacks fails it."""
    try:
        value = program.run(inputs)
    except KeyError as missing:
        error = RunError("value", f"the example gives no value for {missing}")
        return Outcome(inputs, error=error, expected=expected, passed=False)
    except RunError as error:
        return Outcome(inputs, error=error, expected=expected, passed=False)
    return Outcome(inputs, value, expected=expected, passed=agrees(value, expected))


def sample(program: CompiledProgram, count: int = SAMPLES) -> tuple[Outcome, ...]:
    """Outcomes on inputs drawn by type, the same for the same signature; errors only if nothing else came."""
    args = {name: concrete(kind) for name, kind in program.typed.args.items()}
    rng = random.Random(repr(sorted(args)))
    outcomes: list[Outcome] = []
    for _ in range(10 * count):
        inputs = draw_inputs(args, rng)
        try:
            outcomes.append(Outcome(inputs, program.run(inputs)))
        except RunError as error:
            outcomes.append(Outcome(inputs, error=error))
    outcomes.sort(key=lambda outcome: outcome.error is not None)
    return tuple(outcomes[:count])
