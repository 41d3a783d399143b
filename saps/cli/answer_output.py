"""Answers of `saps synthesize`, for people and as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from saps.application.saved import Saved
from saps.cli.output import note, say, to_line
from saps.language.errors import InputError
from saps.language.functions import Value
from saps.language.library import built_in
from saps.language.printer import to_text
from saps.language.values import read_inputs, to_json

if TYPE_CHECKING:
    from saps.search.difference import Difference
    from saps.search.outcomes import Outcome
    from saps.search.translator import Answer, Candidate, Request


def show_candidates(answer: Answer, top: int, short: bool = False) -> None:
    """The best candidates with their signatures and runs, the first with the confidence in it; `short` says
    them with the library's meanings."""
    for candidate in answer.candidates[:top]:
        program = candidate.program
        say(to_text(built_in().fold_one(program, candidate.typed.args) if short else program))
        say(f"  {candidate.typed.signature()}")
        if (words := candidate.explanation) is not None:
            say(f"  in words: {words}")
        if candidate is answer.best and answer.confidence is not None:
            say(f"  confidence {answer.confidence:.2f}")
        for outcome in outcomes(candidate, answer.request):
            say(f"  {show_outcome(outcome)}")


def as_python(answer: Answer, candidate: Candidate | None = None) -> str:
    """The best program, or another candidate, as a Python function with the sentence as its docstring."""
    from saps.language.python import python_function

    best = candidate or answer.best
    assert best is not None
    typed, request = best.typed, answer.request
    return python_function(typed.node, typed.args, " ".join(request.text.split()), request.name).rstrip()


def to_save(answer: Answer) -> Saved:
    """The best program as it is kept."""
    assert answer.best is not None
    typed, request = answer.best.typed, answer.request
    examples = [
        {"input": {name: to_json(value) for name, value in inputs.items()}, "output": output}
        for inputs, output in request.examples
    ]
    return Saved(request.text, to_text(answer.best.program), typed.types()[0], examples)


def outcomes(candidate: Candidate, request: Request) -> tuple[Outcome, ...]:
    """The runs on the examples and on the values that the sentence spells out, or on sample inputs where
    there are neither."""
    from saps.search.outcomes import observe, sample

    kinds = candidate.typed.args
    values = request.values(kinds)
    own = (observe(candidate.compiled, read_inputs(values, kinds)),) if values else ()
    return (*candidate.outcomes, *own) or sample(candidate.compiled)


def note_doubts(candidate: Candidate) -> None:
    """Say what is obviously at odds between the program and what was asked."""
    for doubt in candidate.doubts:
        note(doubt.message)


def note_assumptions(candidate: Candidate) -> None:
    """Say how words were read that the model does not know."""
    for assumption in candidate.reading.assumptions:
        if assumption.read_as is None:
            note(f"the word {assumption.word!r} is not known and was ignored")
        else:
            note(f"{assumption.word!r} was read as {assumption.read_as!r}")


def note_dispute(best: Candidate, rival: Candidate, found: Difference) -> None:
    """Say where the two best candidates differ."""
    left, right = show_result(found.left), show_result(found.right)
    one, other = (candidate.explanation or to_text(candidate.program) for candidate in (best, rival))
    note(f"did you mean {one}, or {other}?" if one != other else f"did you mean {to_text(rival.program)}?")
    note(f"on {show_inputs(found.inputs)} they give {left} and {right}; an --example decides")


def show_outcome(outcome: Outcome) -> str:
    """`a=3 b=5 -> 8`, `-> 8` of a program without arguments, and what was expected where that differs."""
    verdict = {None: "", True: "  (as expected)", False: f"  (expected {to_line(outcome.expected)})"}
    shown = f"{show_inputs(outcome.inputs)} -> {show_result(outcome)}{verdict[outcome.passed]}"
    return shown.lstrip()


def show_inputs(inputs: Mapping[str, Value]) -> str:
    return " ".join(f"{name}={to_line(to_json(value))}" for name, value in inputs.items())


def show_result(outcome: Outcome) -> str:
    """The value, or the error."""
    if outcome.error is not None:
        return f"{outcome.error.kind} error: {outcome.error.message}"
    try:
        return to_line(to_json(outcome.value))
    except InputError:
        return "a function"
