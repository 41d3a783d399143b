"""The finished programs of one request: each is checked, compiled, run, and told apart from the others."""

from __future__ import annotations

import math
from collections.abc import Container, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import zip_longest
from typing import Any

from saps.corpus.generation.explanation import explain
from saps.language.compiler import CompiledProgram, compile_program
from saps.language.errors import InputError, SapsError
from saps.language.functions import Value
from saps.language.library import built_in
from saps.language.tree import Node, substitute
from saps.language.type_system import Type, TypeConstructor, TypeVariable, free_variables, prune
from saps.language.typecheck import TypedProgram, check
from saps.language.values import read_inputs
from saps.search.canonical import canonical
from saps.search.conventions import other_conventions
from saps.search.doubts import Doubt, computes_ahead, doubts
from saps.search.landmarks import landmarks, landmarks_of
from saps.search.outcomes import Behaviour, Outcome, behaviour, run, run_one
from saps.search.problem import Found
from saps.search.readings import Reading, fresh_types
from saps.text.names import NAMELESS, name_model
from saps.text.nouns import as_told, is_array, unmet
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

_UNUSED_COST = 4.0
"""What it costs a program, in nats, to leave an argument out that was given or named."""

_OTHER_COST = 1.0
"""To have one that the sentence does not name, where it names others."""

_ROWS_COST = 3.0
"""To take lists of lists where neither the request nor the sentence speaks of such."""

_ROWS = frozenset(
    "arrays board column columns diagonal diagonals dimensional flatten grid grids groups lists matrices "
    "matrix nested pair pairs points records row rows sublist sublists subarrays table tables tuples "
    "transpose".split()
)
"""Words that speak of them."""

_UNMET_COST = 2.5
"""To take no list, or no string, where the sentence speaks of one as given (`nouns.unmet`)."""

_COUNT_COST = 4.0
"""To take three arguments without names for "four numbers"."""

_TWICE_COST = 2.0
"""To hand one argument to a meaning twice, where none are given: 13 of 2,500 requests of people ask that,
nine times as many answers of a model do, for want of an argument that nobody named."""

_AGAIN_COST = 4.0
"""To do the same again with what came of it, such as the factorial of the factorial: hardly any of 2,000
requests of people ask that, and a model that is told no argument ("factorial") does so all too easily."""

_CHARACTER_COST = 1.5
"""To compare a text that is given with single characters, where nobody speaks of such: the meaning for texts
does the same with one character, and something with more."""

_CHARACTER = ("c", "string")
"""How the library calls a parameter that is one."""

_CHARACTERS = frozenset(
    "c ch char chars character characters digit digits letter letters sign signs symbol symbols vowel "
    "vowels".split()
)
"""Words, and names, by which somebody speaks of them."""

_CHOICES = frozenset(("if", "&&", "||"))

_LETTER_COST = 2.0
"""To leave out a letter that the sentence seems to name."""


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
        return units_in((*self.reading.words, *self.reading.names))

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
        if self.request.args is None and found.said is not None and _hands_twice(found.said):
            found = found._replace(score=found.score - _TWICE_COST)
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
        charges = charge(compiled.typed.node, reading)
        oddity = _ROWS_COST * self.unsaid_rows(compiled, reading) + _AGAIN_COST * _does_again(found.said)
        score = found.score - oddity
        if found.said is not None and _CHARACTERS.isdisjoint(reading.words):
            said = reading.placeholders.reveal(found.said)
            score -= _CHARACTER_COST * _takes_for_character(said, compiled.typed.args)
        if self.request.args is None:
            kinds = compiled.typed.args
            score -= _UNMET_COST * (0 if self.request.given else unmet(kinds, reading.words))
            score -= _COUNT_COST * _are_too_few(kinds, reading)
            charges += sum(name_model().against(name, kinds[name]) for name in reading.named if name in kinds)
        outcomes = run(compiled, self.request.examples) + self.on_spoken(compiled, reading)
        tried = Candidate(
            compiled, score - charges, reading, outcomes, None, found.query, charges=charges, odd=oddity > 0
        )
        return replace(tried, behaviour=behaviour(compiled, self.marks)) if tried.passes else tried

    def unsaid_rows(self, compiled: CompiledProgram, reading: Reading) -> bool:
        """Whether it takes lists of lists where neither the request nor the sentence speaks of such."""
        if self.request.args is not None:
            return False
        return any(map(_is_rows, compiled.typed.args.values())) and _ROWS.isdisjoint(reading.words)

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
        replace(rest, score=best.score, charges=best.charges)
        if alike and rest.program.size < best.program.size
        else best
    )


def charge(program: Node, reading: Reading) -> float:
    """What it costs a program, in nats, to leave out arguments that were given or named, and to have others
    beside those that are named."""
    symbols = {node.symbol for node in program}
    costs = (_UNUSED_COST if name in reading.names else _LETTER_COST for name in reading.named)
    unused = sum(cost for name, cost in zip(reading.named, costs, strict=True) if name not in symbols)
    others = filter(is_letter, symbols.difference(reading.named, reading.words)) if reading.named else ()
    return unused + _OTHER_COST * len(list(others))


def _first_letters(program: Node, reading: Reading) -> Node:
    """The program with the first letters for what has no name: which ones the model took means nothing."""
    unnamed = sorted({node.symbol for node in program if is_letter(node.symbol)}.difference(reading.named))
    free = (letter for letter in LETTERS if letter not in reading.named)
    renamed = {old: Node(new) for old, new in zip(unnamed, free, strict=False) if old != new}
    return substitute(program, renamed) if renamed else program


def _hands_twice(said: Node) -> bool:
    """Whether a meaning gets one argument for two of its parameters."""
    return any(
        leaf in node.children[:place]
        for node in said
        for place, leaf in enumerate(node.children)
        if is_letter(leaf.symbol)
    )


def _takes_for_character(said: Node, args: Container[str]) -> bool:
    """Whether a meaning is handed an argument for what its library calls a character, `c`."""
    library = built_in()
    return any(
        param == _CHARACTER and child.symbol in args and child.symbol.lower() not in _CHARACTERS
        for node in said
        if node.children and node.symbol in library
        for param, child in zip(library[node.symbol].params, node.children, strict=False)
    )


def _does_again(said: Node | None) -> bool:
    """Whether a meaning of one argument gets what itself gives."""
    return any(len(node.children) == 1 and node.symbol == node.children[0].symbol for node in said or ())


def _are_too_few(args: Container[str], reading: Reading) -> bool:
    """Whether some arguments have no name, and are fewer than the sentence counts."""
    implied = sum(letter in args for letter in LETTERS if letter not in reading.named)
    return 1 < implied < max(reading.counts, default=0) and implied not in reading.counts


def _is_idle(node: Node) -> bool:
    """Whether it chooses between two things that are the same."""
    return node.symbol in _CHOICES and len(node.children) > 1 and node.children[-1] == node.children[-2]


def _is_rows(kind: Type) -> bool:
    kind = prune(kind)
    return isinstance(kind, TypeConstructor) and is_array(kind) and is_array(kind.args[0])


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
