"""`saps synthesize --interactive`: a person picks between programs by what they do, and the choice becomes an
example."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from saps.application.notation import parse_json
from saps.cli.answer_output import show_inputs, show_result
from saps.cli.output import note
from saps.language.errors import InputError
from saps.language.printer import to_text
from saps.language.values import to_json

if TYPE_CHECKING:
    from saps.search.difference import Difference
    from saps.search.problem import Effort
    from saps.search.translator import Answer, Candidate, Translator

_MOST_QUESTIONS = 10


def settle(translator: Translator, answer: Answer, effort: Effort, top: int) -> Answer:
    """Ask where the best programs differ, and search again with each choice as an example, until they agree
    on all inputs or the person asks for no more."""
    for _ in range(_MOST_QUESTIONS):
        dispute = answer.dispute()
        if dispute is None:
            break
        chosen = _ask(answer.candidates[0], *dispute)
        if chosen is None:
            break
        example = (dispute[1].inputs, chosen[0])
        request = replace(answer.request, examples=(*answer.request.examples, example))
        (answer,) = translator.answer([request], effort, top)
    return answer


def _ask(best: Candidate, rival: Candidate, found: Difference) -> tuple[Any] | None:
    """The output that the person wants, as JSON; None for no answer."""
    note(f"on {show_inputs(found.inputs)}")
    for letter, one, outcome in (("A", best, found.left), ("B", rival, found.right)):
        words = one.explanation
        note(f"  {letter}  {to_text(one.program)} gives {show_result(outcome)}")
        if words is not None:
            note(f"     {words}")
    values = {"a": found.left, "b": found.right, "1": found.left, "2": found.right}
    while True:
        print(
            "A or B (1 or 2), = and the right output as JSON, or Enter for no more: ",
            end="",
            file=sys.stderr,
            flush=True,
        )
        line = sys.stdin.readline().strip()
        if not line:
            return None
        try:
            if line[0] == "=":
                return (parse_json(line[1:].strip(), "the output"),)
            return (to_json(values[line.lower()].value),)
        except KeyError:
            note(f"{line!r} is no choice")
        except InputError as error:
            note(error.message)
