"""Sentences in, checked programs out: from text to candidates that were type-checked and run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from saps.corpus.generation.explanation import says
from saps.language.errors import InputError
from saps.language.type_system import TypeVariable, prune
from saps.language.values import type_of, type_shown
from saps.model.symbols import Symbols
from saps.model.synthesizer import Synthesizer
from saps.search.beam import BeamSearch, Spent
from saps.search.confidence import Confidence
from saps.search.difference import Difference, difference
from saps.search.problem import Effort, Problem
from saps.search.readings import Reader
from saps.search.trials import RIVALS, Candidate, Request, Trials
from saps.text.normalize import MAX_CHARACTERS, normalize
from saps.text.placeholders import STRINGS
from saps.text.spoken import without_examples, without_lists
from saps.text.tokenizer import Tokenizer

_USUAL = Effort()

_ECHOES = 5
"""Candidates whose explanation the sentence may be, of those less than `RIVALS` nats below the first."""

__all__ = ["Answer", "Candidate", "Effort", "Request", "Translator"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found for a request: candidates of different meaning, the best first (by examples passed, then
    by score), and what it took."""

    request: Request
    candidates: tuple[Candidate, ...]
    confidence: float | None
    """How probable it is that the first candidate is right, from 0 to 1; None where that was not fitted."""
    tried: int
    """Finished programs that were run."""
    nodes: int
    """Partial trees that were looked at."""

    @property
    def best(self) -> Candidate | None:
        return self.candidates[0] if self.candidates else None

    @property
    def passes(self) -> bool:
        """Whether there is a program that passes all examples."""
        return bool(self.candidates) and self.candidates[0].passes

    def dispute(self) -> tuple[Candidate, Difference] | None:
        """The best candidate that somebody may mean, is nearly as good as the first, takes the same words for
        names, and does something else on some input; and such an input."""
        for rival in self.candidates[1:]:
            best = self.candidates[0]
            near = rival.passes == best.passes and rival.score > best.score - RIVALS
            if near and rival.reading.names == best.reading.names and rival.is_sensible_beside(best):
                found = difference(best.compiled, rival.compiled)
                if found is not None:
                    return rival, found
        return None


class Translator:
    """Answers requests with a model. If not `typed`, its search goes without type rules (see
    `BeamSearch`), and what does not type-check is no answer."""

    def __init__(
        self,
        model: Synthesizer,
        symbols: Symbols,
        tokenizer: Tokenizer,
        confidence: Confidence | None = None,
        typed: bool = True,
    ) -> None:
        self.model = model.eval()
        self.beam_search = BeamSearch(model, symbols, typed=typed)
        self.reader = Reader(tokenizer, self.beam_search.rules)
        self.confidence = confidence

    def answer(self, requests: Sequence[Request], effort: Effort = _USUAL, top: int = 1) -> list[Answer]:
        """An answer to each request, with at least `top` candidates where there are so many.

        Raises InputError for a sentence that cannot be read.
        """
        found = self.each(requests, effort, top)
        for one in found:
            if isinstance(one, InputError):
                raise one
        return [one for one in found if isinstance(one, Answer)]

    def each(
        self, requests: Sequence[Request], effort: Effort = _USUAL, top: int = 1
    ) -> list[Answer | InputError]:
        """As `answer`, but a sentence that cannot be read has its error and keeps none of the others back.

        Examples that a sentence tells count where a program passes them; else they are words like others.
        """
        heard = list(map(_hearing, requests))
        found = self._each(heard, effort, top)
        again = [
            index
            for index, (asked, answer) in enumerate(zip(heard, found, strict=True))
            if asked.spoken and (isinstance(answer, InputError) or not answer.passes)
        ]
        for index, answer in zip(
            again, self._each([requests[one] for one in again], effort, top), strict=True
        ):
            found[index] = answer
        return found

    def _each(self, requests: Sequence[Request], effort: Effort, top: int) -> list[Answer | InputError]:
        read = [self._trials(request, effort, top) for request in requests]
        trials = [one for one in read if isinstance(one, Trials)]
        problems = [
            Problem([one.query for one in trial.readings], [-one.cost for one in trial.readings], trial)
            for trial in trials
        ]
        spent = self.beam_search.search(problems, effort)
        if effort.conventions:
            for trial in trials:
                trial.reconsider()
        answers = map(self._answer, trials, spent)
        return [one if isinstance(one, InputError) else next(answers) for one in read]

    def _trials(self, request: Request, effort: Effort, top: int) -> Trials | InputError:
        result = prune(request.result)
        if isinstance(result, TypeVariable):
            outputs = [output for _, output in request.examples]
            result = type_shown(outputs or [one.output for one in request.spoken])
        try:
            known = {name: type_of(value, "the list") for name, value in request.given.items()}
            readings = [
                reading
                for text in wordings(request)
                for reading in self.reader.readings(text, request.args, result, known)
            ]
        except InputError as error:
            return error
        return Trials(request, readings, top, effort.programs)

    def _answer(self, trials: Trials, spent: Spent) -> Answer:
        candidates = tuple(trials.ranked(spent.ruled_out))
        if len(candidates) > 1 or self.confidence is not None:
            candidates = echoed_first(trials.request, candidates)
        confidence = None if self.confidence is None else self.confidence(candidates)
        return Answer(trials.request, candidates, confidence, trials.tried, spent.nodes)


def echoed_first(request: Request, candidates: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
    """The candidates; where the sentence is, word for word, what is said of one of the first, that one in
    front: nothing else is meant, unless the same is said of another one too, or names speak against it."""
    if request.has_examples:
        return candidates
    words = normalize(request.heard or request.text)
    rivals = (one for one in candidates[:_ECHOES] if one.score > candidates[0].score - RIVALS)
    likely = (one for one in rivals if not one.charges)
    said = [one for one in likely if says(one.program, one.typed.args, words)]
    if not said:
        return candidates
    others = (one for one in candidates if one is not said[0])
    return replace(said[0], echoed=len(said) == 1), *others


def _hearing(request: Request) -> Request:
    """The request with the examples that its sentence tells taken out, where it has no others, and with
    letters for the lists that it spells out, where it is not told of arguments."""
    heard, spoken = (request.text, ()) if request.examples else without_examples(request.text)
    heard, given = without_lists(heard) if request.args is None else (heard, {})
    return replace(request, heard=heard, spoken=spoken, given=given) if spoken or given else request


def wordings(request: Request) -> list[str]:
    """What the model reads: the sentence, and where the examples show that the result is one of two words,
    such as Equal and Not Equal, it with these said, in either order."""
    text = request.heard or request.text
    examples = [*request.examples, *((one.inputs, one.output) for one in request.spoken)]
    words = list(dict.fromkeys(output for _, output in examples if isinstance(output, str)))
    if len(words) != 2 or len(examples) < 3:
        return [text]
    shown = repr([inputs for inputs, _ in examples])
    if any('"' in word or word in shown or f'"{word}"' in text for word in words):
        return [text]
    told = (f'{text.rstrip(".!? ")}. return "{one}" or "{other}"' for one, other in (words, words[::-1]))
    return [text, *filter(_is_readable, told)]


def _is_readable(text: str) -> bool:
    return len(text) <= MAX_CHARACTERS and text.count('"') <= 2 * len(STRINGS)
