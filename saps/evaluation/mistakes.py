"""What went wrong with a task, told for people and sorted by kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from saps.corpus.tasks.task import Task
from saps.language.printer import to_text
from saps.language.values import to_json
from saps.search.outcomes import Outcome
from saps.search.translator import Answer


@dataclass(frozen=True, slots=True)
class Failure:
    """What went wrong with a task, for people to read."""

    sentence: str
    gold: str
    answer: str | None
    kind: str
    confidence: float | None
    difference: str | None
    """The first test on which the answer is wrong."""


def failure(task: Task, answer: Answer | None, outcomes: Sequence[Sequence[Outcome]]) -> Failure:
    """What went wrong with a task; `outcomes` are the candidates', none of one that does not fit."""
    candidate = answer.best if answer is not None else None
    wrong = next((outcome for outcome in outcomes[0] if not outcome.passed), None) if outcomes else None
    return Failure(
        sentence=task.sentence,
        gold=to_text(task.program),
        answer=None if candidate is None else to_text(candidate.program),
        kind=_kind(task, answer, outcomes, wrong),
        confidence=None if answer is None else answer.confidence,
        difference=None if wrong is None else _show(wrong),
    )


def _kind(
    task: Task, answer: Answer | None, outcomes: Sequence[Sequence[Outcome]], wrong: Outcome | None
) -> str:
    """The kind of a mistake."""
    if answer is None:
        return "the sentence could not be read"
    if answer.best is None:
        return "no program was found"
    if answer.request.has_examples and not answer.passes:
        return "no program passes the examples"
    if wrong is None:
        return "arguments of other types"
    if len(outcomes) > 1 and any(runs and all(one.passed for one in runs) for runs in outcomes[1:]):
        return "right program ranked lower"
    found, gold = answer.best.program, task.program
    if wrong.error is not None:
        return f"error when run: {wrong.error.kind}"
    if found.size == gold.size and [len(a.children) for a in found] == [len(b.children) for b in gold]:
        return "right shape, wrong symbol"
    return "too short" if found.size < gold.size else "too long" if found.size > gold.size else "wrong shape"


def _show(outcome: Outcome) -> str:
    inputs = " ".join(f"{name}={to_json(value)!r}" for name, value in outcome.inputs.items())
    if outcome.error is not None:
        found = f"{outcome.error.kind} error"
    else:
        found = "a function" if callable(outcome.value) else repr(to_json(outcome.value))
    return f"{inputs} gives {found}, expected {outcome.expected!r}"
