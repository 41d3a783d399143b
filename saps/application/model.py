"""The public face of a trained model: sentences in, answers out that can be called."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from saps.application.judgement import declined
from saps.application.loading import load_translator
from saps.application.programs import run_on
from saps.application.requests import args_from_json, examples_from_json, make_request
from saps.language.errors import InputError
from saps.language.printer import to_text
from saps.language.python import python_function
from saps.search.problem import PROGRAMS

if TYPE_CHECKING:
    from saps.search.translator import Answer as Found
    from saps.search.translator import Candidate, Translator


def load(checkpoint: str | Path | None = None) -> Model:
    """The model of a checkpoint folder, or of a run's folder; by default the one that ships.

    Raises CheckpointError where the folder holds no model that this version can use.
    """
    return Model(load_translator(None if checkpoint is None else Path(checkpoint)))


class Model:
    """Turns sentences into programs. Made by `load`."""

    def __init__(self, translator: Translator) -> None:
        self._translator = translator

    def synthesize(
        self,
        text: str,
        args: Mapping[str, str] | None = None,
        examples: Iterable[tuple[Mapping[str, Any], Any]] = (),
        *,
        beam: int = 10,
        max_programs: int = PROGRAMS,
        seconds: float | None = None,
    ) -> Answer:
        """The program that a sentence asks for, with others that may be meant.

        `args` are names with their types (`{"prices": "int[]"}`), `examples` pairs of inputs by name and the
        output. `seconds` bounds the time.

        Raises InputError for a sentence, types or examples that cannot be read, and where no program was
        found at all.
        """
        from saps.search.problem import Effort

        given = [{"input": dict(inputs), "output": output} for inputs, output in examples]
        request = make_request(text, args_from_json(args), examples_from_json(given))
        (found,) = self._translator.answer([request], Effort(beam, max_programs, seconds=seconds), 10)
        if not found.candidates:
            raise InputError(f"no program found for {text!r}: try other words, or name the arguments (args)")
        return Answer(found, found.candidates[0])


class Answer:
    """A program that was type-checked and run. Calling it runs it: `answer(a=[1, 2, 3])`."""

    def __init__(self, found: Found, candidate: Candidate) -> None:
        self._found, self._candidate = found, candidate

    @property
    def text(self) -> str:
        """The sentence."""
        return self._found.request.text

    @property
    def program(self) -> str:
        """In plain AlgoLisp."""
        return to_text(self._candidate.program)

    @property
    def signature(self) -> str:
        """`a: int[], b: int -> int`."""
        return self._candidate.typed.signature()

    @property
    def args(self) -> dict[str, str]:
        """The arguments' names and types, in the signature's order."""
        return self._candidate.typed.types()[0]

    @property
    def explanation(self) -> str | None:
        """What it computes, in English; None where there are no words for a part of it."""
        return self._candidate.explanation

    @cached_property
    def python(self) -> str:
        """A Python module with one typed function that does the same, by default called `program`."""
        typed, request = self._candidate.typed, self._found.request
        return python_function(typed.node, typed.args, self.text, request.name)

    @property
    def confidence(self) -> float | None:
        """How probable it is that the answer is right, from 0 to 1; None of an alternative, and where the
        model's confidence was not fitted."""
        return self._found.confidence if self._candidate is self._found.best else None

    @property
    def declined(self) -> bool:
        """Whether `saps synthesize` would rather not answer: its confidence is too low."""
        return declined(self._found, None)

    @property
    def passes(self) -> bool:
        """Whether it passes all examples."""
        return self._candidate.passes

    @property
    def doubts(self) -> list[str]:
        """What is at odds between the program and what was asked."""
        return [doubt.message for doubt in self._candidate.doubts]

    @cached_property
    def alternatives(self) -> list[Answer]:
        """Other programs, the likeliest first, each of which does something else."""
        others = (one for one in self._found.candidates if one is not self._candidate)
        return [Answer(self._found, one) for one in others]

    def __call__(self, **inputs: Any) -> Any:
        """The program's value for JSON values of its arguments (numbers, truth values, strings, lists).

        Raises InputError for inputs that do not fit the signature, RunError where the run fails and
        BudgetError where it takes too long.
        """
        return run_on(self._candidate.compiled, inputs)

    def __repr__(self) -> str:
        sure = "" if self.confidence is None else f" ({self.confidence:.2f})"
        return f"<saps.Answer {self.program}{sure}>"

    def _repr_html_(self) -> str:
        """For notebooks."""
        rows = {"in words": self.explanation, "program": self.program, "signature": self.signature}
        if self.confidence is not None:
            rows["confidence"] = f"{self.confidence:.2f}"
        shown = "".join(
            f"<tr><th style='text-align:left'>{name}</th><td><code>{html.escape(str(value))}</code></td></tr>"
            for name, value in rows.items()
            if value is not None
        )
        return f"<table>{shown}</table><pre>{html.escape(self.python)}</pre>"
