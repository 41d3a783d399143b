"""`saps synthesize`: from a sentence to a checked program."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from saps.cli.examples import Example, examples_from_json, parse_example, read_examples, signature
from saps.cli.output import (
    EXIT_NO,
    EXIT_YES,
    batch_lines,
    error_json,
    note,
    print_json,
    read_object,
    to_line,
)
from saps.cli.signature import args_from_json, parse_args
from saps.language.errors import InputError, SapsError
from saps.language.printer import to_nested, to_text
from saps.language.type_system import Type, TypeVariable, show
from saps.language.values import to_json

if TYPE_CHECKING:
    from saps.search.translator import Candidate, Outcome, Request, Translator

_BATCH = 32
_BEAM = 5
"""Partial trees kept: a little more than greedy, which costs little and finds more."""


app = typer.Typer(rich_markup_mode=None)


@app.command()
def synthesize(
    text: Annotated[
        str | None,
        typer.Argument(help="The sentence, such as 'the sum of the even numbers in a'.", show_default=False),
    ] = None,
    arg: Annotated[
        list[str] | None,
        typer.Option(
            "--arg",
            metavar="NAME:TYPE",
            help="An argument and its type, such as prices:int[].",
            show_default=False,
        ),
    ] = None,
    example: Annotated[
        list[str] | None,
        typer.Option(
            "--example", metavar="EXAMPLE", help="An example, such as 'a=[1,2] b=3 -> 5'.", show_default=False
        ),
    ] = None,
    top: Annotated[int, typer.Option("--top", min=1, max=100, help="Candidates to show.")] = 1,
    beam: Annotated[
        int,
        typer.Option("--beam", min=1, max=1000, help="Partial programs kept while searching; 1 is greedy."),
    ] = _BEAM,
    checkpoint: Annotated[
        Path | None,
        typer.Option(
            "--checkpoint",
            metavar="DIR",
            help="The trained model; by default the one that ships.",
            show_default=False,
        ),
    ] = None,
    batch: Annotated[
        str | None,
        typer.Option(
            "--batch", metavar="FILE", help="Answer one JSON object a line; - is stdin.", show_default=False
        ),
    ] = None,
    json_: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> int:
    """Turn an English sentence into a program that was type-checked and run."""
    if (text is None) == (batch is None):
        raise InputError("give either a sentence or --batch FILE")
    if batch is not None:
        return _run_batch(batch, checkpoint, beam, top)
    assert text is not None
    os.environ.setdefault(
        "OMP_NUM_THREADS", "1"
    )  # read by torch; a sentence's products gain nothing from more
    request = make_request(text, parse_args(arg), [parse_example(item) for item in example or []])
    (candidates,) = load_translator(checkpoint).answer([request], max(beam, top), max(beam, top))
    if json_:
        print_json(answer_json(candidates, top))
    else:
        _show(candidates[:top])
    if not candidates:
        note("no program found: try other words, or name the arguments (--arg a:int[])")
        return EXIT_NO
    passed = candidates[0].examples_passed
    if passed < len(request.examples):
        note(f"no program passes all examples; this one passes {passed} of {len(request.examples)}")
        return EXIT_NO
    return EXIT_YES


def make_request(text: str, args: dict[str, Type] | None, examples: Sequence[Example]) -> Request:
    """The request that a sentence, a signature and examples make. Raises InputError."""
    from saps.search.translator import Request
    from saps.text.normalize import normalize

    normalize(text)  # a sentence that cannot be read is told before the model is loaded
    known, result = signature(examples, args)
    return Request(text, known, tuple(read_examples(examples, known or {})), result)


def load_translator(checkpoint: Path | None, typed: bool = True) -> Translator:
    """The model in a checkpoint folder, by default the one that ships; `typed` keeps its search to well-typed
    programs. Raises CheckpointError."""
    from saps.resources import default_checkpoint
    from saps.search.translator import Translator
    from saps.text.tokenizer import Tokenizer
    from saps.training.checkpoint import load_reader

    loaded = load_reader(checkpoint or default_checkpoint())
    return Translator(loaded.model, loaded.symbols, Tokenizer(loaded.text_model), typed)


# ---------------------------------------------------------------- showing


def answer_json(candidates: Sequence[Candidate], top: int) -> dict[str, Any]:
    """An answer as the contract has it."""
    shown = [{"program": to_text(one.program), "score": one.score} for one in candidates[:top]]
    if not candidates:
        nothing = dict.fromkeys(("program", "tree", "return_type", "score"))
        return nothing | {"args": {}, "examples_passed": 0, "candidates": []}
    best = candidates[0]
    names: dict[TypeVariable, str] = {}
    return {
        "program": to_text(best.program),
        "tree": to_nested(best.program),
        "args": {name: show(kind, names) for name, kind in best.typed.args.items()},
        "return_type": show(best.typed.return_type, names),
        "score": best.score,
        "examples_passed": best.examples_passed,
        "candidates": shown,
    }


def _show(candidates: Sequence[Candidate]) -> None:
    for candidate in candidates:
        print(to_text(candidate.program))
        print(f"  {candidate.typed.signature()}")
        for outcome in candidate.outcomes:
            print(f"  {show_outcome(outcome)}")


def show_outcome(outcome: Outcome) -> str:
    """`a=3 b=5 -> 8`, and what was expected where that differs."""
    inputs = " ".join(f"{name}={to_line(to_json(value))}" for name, value in outcome.inputs.items())
    if outcome.error is not None:
        found = f"{outcome.error.kind} error: {outcome.error.message}"
    else:
        try:
            found = to_line(to_json(outcome.value))
        except InputError:
            found = "a function"
    verdict = {None: "", True: "  (as expected)", False: f"  (expected {to_line(outcome.expected)})"}
    return f"{inputs} -> {found}{verdict[outcome.passed]}"


# ---------------------------------------------------------------- batches


def _run_batch(path: str, checkpoint: Path | None, beam: int, top: int) -> int:
    lines = ((number, line) for number, line in enumerate(batch_lines(path), 1) if line.strip())
    first = next(lines, None)
    if first is None:
        return EXIT_YES
    translator = load_translator(checkpoint)
    # whoever writes to our stdin may wait for each answer before sending more
    size = 1 if path == "-" else _BATCH
    for group in _groups(first, lines, size):
        for answer in _answers(translator, group, beam, top):
            print(to_line(answer))
        sys.stdout.flush()
    return EXIT_YES


def _groups(
    first: tuple[int, str], rest: Iterator[tuple[int, str]], size: int
) -> Iterator[list[tuple[int, str]]]:
    group = [first, *islice(rest, size - 1)]
    while group:
        yield group
        group = list(islice(rest, size))


def _answers(
    translator: Translator, group: list[tuple[int, str]], beam: int, top: int
) -> list[dict[str, Any]]:
    read: list[Request | SapsError] = [_read(line, number) for number, line in group]
    requests = [request for request in read if not isinstance(request, SapsError)]
    found = iter(translator.answer(requests, max(beam, top), max(beam, top)))
    return [
        error_json(request) if isinstance(request, SapsError) else answer_json(next(found), top)
        for request in read
    ]


def _read(line: str, number: int) -> Request | SapsError:
    try:
        record = read_object(line, number)
        text = record.get("text")
        if not isinstance(text, str):
            raise InputError("field `text`: expected a string")
        return make_request(
            text, args_from_json(record.get("args")), examples_from_json(record.get("examples"))
        )
    except SapsError as error:
        return error
