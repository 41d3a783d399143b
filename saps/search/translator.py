"""Sentences in, checked programs out: from text to candidates that were type-checked and run."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

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

_MOST_NAMES = 8

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
    """Natural logarithm of the probability that the model gives the program."""
    outcomes: tuple[Outcome, ...] = field(default=())

    @property
    def probability(self) -> float:
        return math.exp(self.score)

    @property
    def examples_passed(self) -> int:
        return sum(outcome.passed is True for outcome in self.outcomes)


class Translator:
    """Answers requests with one model."""

    def __init__(self, model: Synthesizer, symbols: Symbols, tokenizer: Tokenizer) -> None:
        self.model = model.eval()
        self.symbols = symbols
        self.tokenizer = tokenizer
        self.beam_search = BeamSearch(model, symbols)

    def answer(self, requests: Sequence[Request], beam: int = 1, top: int = 1) -> list[list[Candidate]]:
        """Up to `top` candidates for each request, best first: by examples passed, then by score.

        Raises InputError for a sentence that cannot be read.
        """
        prepared = [self.prepare(request) for request in requests]
        found = self.beam_search.search([query for query, _ in prepared], beam, top)
        return [
            self.candidates(request, placeholders, programs)
            for request, (_, placeholders), programs in zip(requests, prepared, found, strict=True)
        ]

    def prepare(self, request: Request) -> tuple[Query, Placeholders]:
        """The sentence with placeholders in place, as token ids, and what the decoder may use."""
        words = normalize(request.text)
        words, placeholders = place(words, self.unknown(words) if request.args is None else request.args)
        args: dict[int, Type] = {}
        if request.args is not None:
            known = {
                placeholders.names.get(name, name): kind
                for name, kind in (_fresh(request.args) or {}).items()
            }
        else:
            known = {word: TypeVariable() for word in words}
        for index in self.beam_search.rules.letters:
            letter = self.symbols.symbols[index]
            if letter in known:
                args[index] = known[letter]
        used = set(placeholders.literals.values())
        literals = [index for symbol, index in self.beam_search.rules.literals.items() if symbol in used]
        return Query(self.tokenizer.encode(words), args, literals, request.result), placeholders

    def unknown(self, words: Sequence[str]) -> list[str]:
        """Words that the model never met, each of which may be an argument's name."""
        found = dict.fromkeys(word for word in words if word.isidentifier() and len(word) > 1)
        return [word for word in found if not self.tokenizer.knows(word) and not is_reserved(word)][
            :_MOST_NAMES
        ]

    def candidates(
        self, request: Request, placeholders: Placeholders, found: Sequence[Found]
    ) -> list[Candidate]:
        checked = []
        for program, score in found:
            revealed = placeholders.reveal(program)
            try:
                typed = check(revealed, _fresh(request.args))
                compiled = compile_program(typed)
            except SapsError:
                continue  # compares functions, or nests beyond what can be run: no answer
            checked.append(Candidate(revealed, typed, score, run(compiled, request.examples)))
        checked.sort(key=lambda candidate: (-candidate.examples_passed, -candidate.score))
        return checked


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
