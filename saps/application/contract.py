"""The JSON objects that the commands print and the page's API gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from saps.application.judgement import declined
from saps.language.errors import InputError, SapsError, SourceError
from saps.language.printable import shortened
from saps.language.printer import to_nested, to_text
from saps.language.type_system import TypeVariable, show
from saps.language.values import to_json

if TYPE_CHECKING:
    from saps.search.outcomes import Outcome
    from saps.search.translator import Answer


def error_json(error: SapsError) -> dict[str, Any]:
    """An error as the contract has it: `{"error": {"kind", "message"}}`, with its place if there is one."""
    found: dict[str, Any] = {"kind": error.kind, "message": shortened(error.message)}
    if isinstance(error, SourceError) and error.place is not None:
        found["line"], found["column"] = error.place
    return {"error": found}


def answer_json(answer: Answer, top: int, least: float | None) -> dict[str, Any]:
    """An answer as the contract has it. A program that is declined is told among the candidates alone."""
    best = answer.best
    told = {
        "confidence": answer.confidence,
        "doubts": [{"kind": doubt.kind, "message": doubt.message} for doubt in (best.doubts if best else ())],
        "programs_tried": answer.tried,
        "candidates": [
            {"program": to_text(one.program), "score": one.score} for one in answer.candidates[:top]
        ],
    }
    if best is None or declined(answer, least):
        nothing = dict.fromkeys(("program", "tree", "return_type", "score", "dispute"))
        return nothing | {"args": {}, "examples_passed": 0, "assumed": [], **told}
    names: dict[TypeVariable, str] = {}
    return {
        "program": to_text(best.program),
        "tree": to_nested(best.program),
        "args": {name: show(kind, names) for name, kind in best.typed.args.items()},
        "return_type": show(best.typed.return_type, names),
        "score": best.score,
        "examples_passed": best.examples_passed,
        "assumed": [
            {"word": one.word, "read_as": one.read_as} for one in best.reading.assumptions
        ],
        "dispute": _dispute_json(answer),
        **told,
    }  # fmt: skip


def _dispute_json(answer: Answer) -> dict[str, Any] | None:
    """The program that may be meant instead, and what both give for an input on which they differ."""
    dispute = None if answer.request.examples else answer.dispute()
    if dispute is None:
        return None
    rival, found = dispute
    return {
        "program": to_text(rival.program),
        "input": {name: to_json(value) for name, value in found.inputs.items()},
        "gives": _outcome_json(found.left),
        "instead": _outcome_json(found.right),
    }


def _outcome_json(outcome: Outcome) -> Any:
    """A value, or an error as in `saps run --batch`."""
    if outcome.error is not None:
        return error_json(outcome.error)
    try:
        return {"value": to_json(outcome.value)}
    except InputError:
        return {"value": "a function"}
