"""`saps synthesize`: from a sentence to a checked program."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from saps.application.contract import answer_json
from saps.application.judgement import LEAST, declined, is_given
from saps.application.loading import load_translator
from saps.application.notation import assignments, parse_args, parse_example, typed_text
from saps.application.pictures import draw, picture, svg
from saps.application.programs import run_on
from saps.application.requests import args_from_json, examples_from_json, make_request
from saps.application.saved import save
from saps.cli.answer_output import (
    as_python,
    note_assumptions,
    note_dispute,
    note_doubts,
    show_candidates,
    to_save,
)
from saps.cli.batch import BATCH_HELP, Line, guarded, read_batch, stdin_bytes, told
from saps.cli.interactive import settle
from saps.cli.options import MOST_TASKS, ArgOption, CheckpointOption, JsonOption, optional
from saps.cli.output import EXIT_NO, EXIT_YES, note, print_json, say, to_line
from saps.cli.refusal import note_refusal
from saps.cli.tables import CsvOption, JsonlOption, read_table, run_on_table, table_values, value_json
from saps.corpus.tasks.task import written_aside
from saps.language.errors import InputError, SapsError
from saps.language.json_reader import decode_utf8
from saps.search.problem import PROGRAMS

if TYPE_CHECKING:
    from saps.search.problem import Effort
    from saps.search.translator import Answer, Request, Translator

_BATCH = 32

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def synthesize(
    text: Annotated[
        str | None,
        typer.Argument(
            help="The sentence, such as 'the sum of the even numbers in a'; - or nothing to read it from "
            "stdin.",
            show_default=False,
        ),
    ] = None,
    arg: ArgOption = None,
    example: Annotated[
        list[str] | None,
        optional("--example", "EXAMPLE", "An example, such as 'a=[1,2] b=3 -> 5'."),
    ] = None,
    top: Annotated[int, typer.Option("--top", min=1, max=100, help="Candidates to show.")] = 1,
    beam: Annotated[
        int,
        typer.Option("--beam", min=1, max=1000, help="Partial programs kept while searching; 1 is greedy."),
    ] = 10,
    max_programs: Annotated[
        int,
        typer.Option(
            "--max-programs", min=1, max=MOST_TASKS, help="Programs to try until one passes the examples."
        ),
    ] = PROGRAMS,
    time_limit: Annotated[
        float | None,
        typer.Option(
            "--time-limit", min=0.01, metavar="SECONDS", help="Time for a sentence.", show_default=False
        ),
    ] = None,
    min_confidence: Annotated[
        float | None,
        typer.Option(
            "--min-confidence",
            min=0.0,
            max=1.0,
            help="Decline to answer where the probability of being right is lower; by default "
            f"{LEAST}, and 0 for what passes examples.",
            show_default=False,
        ),
    ] = None,
    interactive: Annotated[
        bool,
        typer.Option("--interactive", help="Ask which is meant where the best programs differ."),
    ] = False,
    checkpoint: CheckpointOption = None,
    short: Annotated[
        bool,
        typer.Option("--short", help="Say the program with the library's meanings (see saps library)."),
    ] = False,
    python: Annotated[
        bool, typer.Option("--python", help="Show the program as a typed Python function too.")
    ] = False,
    tree: Annotated[
        bool, typer.Option("--tree", help="Draw the program's tree with the words that each node looked at.")
    ] = False,
    svg_: Annotated[
        Path | None,
        optional("--svg", "FILE", "Draw it into a picture."),
    ] = None,
    input_: Annotated[
        list[str] | None,
        optional(
            "--input",
            "NAME=JSON",
            "Run the answer on a value, such as a=[1,2], or on a table's column, prices=Price.",
        ),
    ] = None,
    save_as: Annotated[
        str | None,
        optional("--save", "NAME", "Keep the answer (saps saved, saps run @NAME)."),
    ] = None,
    batch: Annotated[
        str | None,
        optional(
            "--batch",
            "FILE",
            f"Answer {BATCH_HELP} Its fields: `text`; `args`, names with types; `examples`, objects with "
            "`input` and `output`.",
        ),
    ] = None,
    csv: CsvOption = None,
    jsonl: JsonlOption = None,
    json_: JsonOption = False,
) -> int:
    """Turn an English sentence into a program that was type-checked and run."""
    if text is not None and batch is not None:
        raise InputError("give either a sentence or --batch FILE")
    from saps.search.problem import Effort

    effort = Effort(max(beam, top), max_programs, seconds=time_limit)
    if batch is not None:
        if arg or example or interactive or input_ or csv or jsonl or save_as is not None:
            raise InputError(
                "--arg, --example, --interactive, --input, --csv, --jsonl and --save are not for --batch: "
                "its lines have `args`, `examples`"
            )
        return _run_batch(batch, checkpoint, effort, top, min_confidence, short)
    table = read_table(csv, jsonl)
    values = assignments(input_ or []) if table is None else {}
    request = make_request(_sentence(text), parse_args(arg), [parse_example(item) for item in example or []])
    translator = _load(checkpoint, min_confidence)
    (answer,) = translator.answer([request], effort, top)
    if interactive:
        answer = settle(translator, answer, effort, top)
    given = is_given(answer, min_confidence)
    if given and not values and table is None:
        values = answer.request.values(answer.candidates[0].typed.args)
    value = run_on(answer.candidates[0].compiled, values) if given and values else None
    if json_:
        said = answer_json(answer, top, min_confidence, short)
        if given:
            said |= {"python": as_python(answer)} if python else {}
            said |= {"value": value} if values else {}
            if table is not None:
                found = table_values(answer.candidates[0].compiled, table, input_ or [])
                said["values"] = [value_json(one) for _, one in found]
        print_json(said)
    if given and save_as is not None:
        note(f"saved as {save(save_as, to_save(answer))}")

    if given and svg_ is not None:
        with written_aside(svg_) as stream:
            stream.write(svg(picture(translator, answer.candidates[0])))
        note(f"drew {svg_}")

    def show() -> None:
        show_candidates(answer, top, short)
        if tree:
            say(draw(picture(translator, answer.candidates[0])))
        if python:
            say(as_python(answer))
        if input_ and table is None:
            say(f"  {' '.join(input_)} -> {to_line(value)}")
        if table is not None:
            run_on_table(answer.candidates[0].compiled, table, input_ or [], json_=False)

    return _tell(answer, top, min_confidence, None if json_ else show)


def _sentence(text: str | None) -> str:
    """The sentence given, or what is piped in. Raises InputError where there is none."""
    if text not in (None, "-"):
        assert text is not None
        return typed_text(text, "the sentence")
    if text is None and sys.stdin.isatty():
        raise InputError("give either a sentence or --batch FILE")
    try:
        piped = decode_utf8(stdin_bytes().read(_MOST_BYTES), "the sentence on stdin")
    except OSError as error:
        raise InputError(f"give either a sentence or --batch FILE; stdin cannot be read: {error}") from None
    if text is None and not piped.strip():
        raise InputError("give either a sentence or --batch FILE; stdin is empty")
    return piped


_MOST_BYTES = 1 << 20
"""Of a sentence: more than enough to see that it is too long."""


def _load(checkpoint: Path | None, least: float | None) -> Translator:
    translator = load_translator(checkpoint)
    if least and translator.confidence is None:
        raise InputError(
            "--min-confidence: the confidence of this checkpoint was not fitted; "
            "`saps eval --calibrate --split dev --data DIR --checkpoint DIR` does it"
        )
    return translator


def _tell(answer: Answer, top: int, least: float | None, show: Callable[[], None] | None) -> int:
    """Show an answer (unless it was shown as JSON), and say what there is to say about it."""
    best = answer.best
    if best is None:
        note("no program found: try other words, or name the arguments (--arg a:int[])")
        return EXIT_NO
    note_assumptions(best)
    if declined(answer, least):
        note_refusal(answer)
        note_doubts(best)
        return EXIT_NO
    if show is not None:
        show()
    note_doubts(best)
    if not answer.passes:
        note(
            f"none of {answer.tried} programs passes all examples; "
            f"this one passes {best.examples_passed} of {len(best.outcomes)}"
        )
        return EXIT_NO
    if not answer.request.has_examples and top == 1 and (dispute := answer.dispute()) is not None:
        note_dispute(best, *dispute)
    return EXIT_YES


# ---------------------------------------------------------------- batches


def _run_batch(
    path: str, checkpoint: Path | None, effort: Effort, top: int, least: float | None, short: bool
) -> int:
    lines = read_batch(path)
    # whoever writes to our stdin may wait for each answer before sending more; a time limit is for a line
    size = 1 if path == "-" or effort.seconds is not None else _BATCH
    translator: Translator | None = None
    while group := list(islice(lines, size)):
        translator = translator or _load(checkpoint, least)
        for line, answer in zip(group, _answers(translator, group, effort, top), strict=True):
            if answer is None:
                print()
            elif isinstance(answer, SapsError):
                print(told(line, answer))
            else:
                print(told(line, guarded(lambda one: answer_json(one, top, least, short), answer)))
        sys.stdout.flush()
    return EXIT_YES


def _answers(
    translator: Translator, group: list[Line], effort: Effort, top: int
) -> list[Answer | SapsError | None]:
    """What to say to each line: an answer, an error, or nothing to a blank one."""
    read = [guarded(_request, line) if isinstance(line, dict) else line for line in group]
    requests = [one for one in read if one is not None and not isinstance(one, SapsError)]
    answers = _each(translator, requests, effort, top)
    return [one if one is None or isinstance(one, SapsError) else next(answers) for one in read]


def _each(
    translator: Translator, requests: list[Request], effort: Effort, top: int
) -> Iterator[Answer | SapsError]:
    """The answers to all requests; where one of them brings the search down, the others are found alone."""
    found = guarded(lambda asked: translator.each(asked, effort, top), requests)
    if not isinstance(found, SapsError):
        yield from found
        return
    for request in requests:
        yield guarded(lambda asked: translator.answer([asked], effort, top)[0], request)


def _request(record: dict[str, Any]) -> Request:
    text = record.get("text")
    if not isinstance(text, str):
        raise InputError("field `text`: expected a string")
    return make_request(text, args_from_json(record.get("args")), examples_from_json(record.get("examples")))
