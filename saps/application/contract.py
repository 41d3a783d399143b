"""The JSON objects that the commands print and the page's API gives."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

from saps.application.judgement import declined
from saps.language.errors import InputError, SapsError, SourceError
from saps.language.library import built_in
from saps.language.printable import shortened
from saps.language.printer import to_indented, to_nested, to_text
from saps.language.values import to_json

if TYPE_CHECKING:
    from saps.language.compiler import CompiledProgram
    from saps.search.difference import Difference
    from saps.search.outcomes import Outcome
    from saps.search.translator import Answer


def error_json(error: SapsError) -> dict[str, Any]:
    """An error as the contract has it: `{"error": {"kind", "message"}}`, with its place if there is one."""
    found: dict[str, Any] = {"kind": error.kind, "message": shortened(error.message)}
    if isinstance(error, SourceError) and error.place is not None:
        found["line"], found["column"] = error.place
    return {"error": found}


def answer_json(answer: Answer, top: int, least: float | None, short: bool = False) -> dict[str, Any]:
    """An answer as the contract has it, if `short` with the library's meanings as well. A program that is
    declined is told among the candidates alone."""
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
    args, result = best.typed.types()
    return {
        "program": to_text(best.program),
        "tree": to_nested(best.program),
        "args": args,
        "return_type": result,
        "score": best.score,
        "examples_passed": best.examples_passed,
        "assumed": [
            {"word": one.word, "read_as": one.read_as} for one in best.reading.assumptions
        ],
        "dispute": _dispute_json(answer),
        **({"short": to_text(built_in().fold_one(best.program, best.typed.args))} if short else {}),
        **({"given": dict(answer.request.given)} if answer.request.given else {}),
        **told,
    }  # fmt: skip


def _dispute_json(answer: Answer) -> dict[str, Any] | None:
    """The program that may be meant instead, and what both give for an input on which they differ."""
    dispute = None if answer.request.has_examples else answer.dispute()
    if dispute is None:
        return None
    rival, found = dispute
    return {"program": to_text(rival.program), **_difference_json(found)}


def _difference_json(found: Difference) -> dict[str, Any]:
    return {
        "input": _inputs_json(found.left),
        "gives": _outcome_json(found.left),
        "instead": _outcome_json(found.right),
    }


def _inputs_json(outcome: Outcome) -> dict[str, Any]:
    return {name: to_json(value) for name, value in outcome.inputs.items()}


def _outcome_json(outcome: Outcome) -> Any:
    """A value, or an error as in `saps run --batch`."""
    if outcome.error is not None:
        return error_json(outcome.error)
    try:
        return {"value": to_json(outcome.value)}
    except InputError:
        return {"value": "a function"}


def described(
    program: CompiledProgram, doc: str = "", runs: Sequence[Outcome] = (), heard: Collection[str] = ()
) -> dict[str, Any]:
    """All that is shown of a program; without `runs`, those on sample inputs. `doc` becomes the docstring in
    Python, the explanation prefers the words in `heard`."""
    from saps.corpus.generation.explanation import explain
    from saps.language.python import python_function
    from saps.search.outcomes import sample

    typed = program.typed
    args, result = typed.types()
    return {
        "program": to_text(typed.node),
        "short": to_text(built_in().fold_one(typed.node, typed.args)),
        "indented": to_indented(typed.node, 60),
        "args": args,
        "return_type": result,
        "explanation": explain(typed.node, typed.args, heard=heard),
        "python": python_function(typed.node, typed.args, doc).rstrip(),
        "runs": [
            {"input": _inputs_json(one), "passed": one.passed, **_outcome_json(one)}
            for one in runs or sample(program)
        ],
    }


def alternatives(answer: Answer, count: int) -> list[dict[str, Any]]:
    """Other programs that may be meant, in English and with an input on which each differs from the first, if
    it takes its arguments for the same."""
    from saps.search.difference import difference

    best, *others = answer.candidates
    found: list[dict[str, Any]] = []
    for other in others:
        if len(found) == count:
            break
        differs = difference(best.compiled, other.compiled)
        if differs is None and other.typed.signature() == best.typed.signature():
            continue
        found.append(
            {
                "program": to_text(other.program),
                "args": other.typed.types()[0],
                "explanation": other.explanation,
                "differs": None if differs is None else _difference_json(differs),
            }
        )
    return found
