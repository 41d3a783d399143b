"""What is said instead of an answer that is probably wrong: the best guess, and what would help."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from saps.cli.answer_output import show_inputs
from saps.cli.output import note
from saps.language.printer import to_text
from saps.language.type_system import free_variables, show

if TYPE_CHECKING:
    from saps.search.translator import Answer, Candidate

SCOPE = (
    "saps makes programs about numbers, truth values, strings and lists of them, such as "
    "'the sum of the even numbers in a'"
)


def note_refusal(answer: Answer, in_session: bool = False) -> None:
    """Say that there is no answer, what the best guess is, and how to get further, on the command line or in
    a session. There is a guess."""
    best = answer.candidates[0]
    note(f"no answer: the best guess is right with a probability of {answer.confidence:.2f}")
    note(f"  {to_text(best.program)}")
    note(f"  {best.typed.signature()}")
    if in_session:
        note(f"what helps: other words, :example {_example(best)}, or :choose 1 to take the guess; {SCOPE}")
    else:
        helps = ", ".join(_helps(answer, best))
        note(f"what helps: {helps}, or --min-confidence 0 to take the guess; {SCOPE}")


def _helps(answer: Answer, best: Candidate) -> Iterator[str]:
    args = best.typed.args
    if answer.request.args is None and args:
        known = not any(True for kind in args.values() for _ in free_variables(kind))
        shown = " ".join(f"--arg {name}:{show(kind)}" for name, kind in args.items())
        yield f"the arguments' types ({shown if known else '--arg NAME:TYPE'})"
    more = "more examples" if answer.request.has_examples else "an example"
    yield f"{more} (--example '{_example(best)}')"


def _example(best: Candidate) -> str:
    from saps.search.outcomes import sample

    return f"{show_inputs(sample(best.compiled, 1)[0].inputs) or 'NAME=JSON'} -> OUTPUT"
