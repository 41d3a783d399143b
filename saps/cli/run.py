"""`saps run`: run a program on inputs."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any

import typer

from saps.application.contract import error_json
from saps.application.notation import assignments, typed_text
from saps.application.programs import execute
from saps.application.requests import args_from_json
from saps.application.saved import saved
from saps.cli.batch import BATCH_HELP, run_batch
from saps.cli.options import JsonOption, optional
from saps.cli.output import EXIT_NO, EXIT_YES, note, print_json, say, to_line
from saps.cli.tables import CsvOption, JsonlOption, read_table, run_on_table
from saps.language.budget import DEFAULT_BUDGET, Budget
from saps.language.compiler import compile_program
from saps.language.errors import BudgetError, InputError, RunError
from saps.language.library import built_in
from saps.language.parser import from_nested, parse
from saps.language.stack import MAX_CALLS
from saps.language.typecheck import check
from saps.language.values import to_json

app = typer.Typer(rich_markup_mode=None, add_completion=False)

_RAISED_BY = {"steps": "--steps", "range": "--max-range", "depth": "--max-depth"}
"""The option for each limit of a run that can be raised."""


@app.command()
def run(
    program: Annotated[
        str | None,
        typer.Argument(
            help="The program, such as '(+ a b)', or @NAME of a saved answer.", show_default=False
        ),
    ] = None,
    inputs: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[NAME=JSON]...", help="Values of the arguments, such as a=[1,2].", show_default=False
        ),
    ] = None,
    batch: Annotated[
        str | None,
        optional(
            "--batch",
            "FILE",
            f"Run {BATCH_HELP} Its fields: `program`; `args`, names with types; `input`, names with values.",
        ),
    ] = None,
    max_range: Annotated[
        int,
        typer.Option("--max-range", metavar="N", min=1, max=10_000_000, help="Numbers of one range at most."),
    ] = DEFAULT_BUDGET.range_length,
    max_depth: Annotated[
        int,
        typer.Option(
            "--max-depth", metavar="N", min=1, max=MAX_CALLS, help="Lambda calls inside one another at most."
        ),
    ] = DEFAULT_BUDGET.depth,
    steps: Annotated[
        int,
        typer.Option(
            "--steps",
            metavar="N",
            min=1,
            max=1_000_000_000,
            help="Steps of a run at most; about one for each symbol evaluated and each element made.",
        ),
    ] = DEFAULT_BUDGET.steps,
    csv: CsvOption = None,
    jsonl: JsonlOption = None,
    json_: JsonOption = False,
) -> int:
    """Run a program on inputs.

    AlgoLisp has one type of numbers, which it calls int: values may be whole or not, and (sqrt 7) is 2.64...

    What a run may use is limited: it ends in an error of the kind `budget` beyond.
    """
    budget = Budget(
        steps=steps,
        depth=max_depth,
        range_length=max_range,
        array_length=max(max_range, DEFAULT_BUDGET.array_length),
    )
    if batch is not None:
        if program is not None or csv is not None or jsonl is not None:
            raise InputError(
                "give either a program or --batch, whose lines have `program` and `input`, not both"
            )
        run_batch(batch, partial(_answer, budget))
        return EXIT_YES
    if program is None:
        raise InputError("no program given; expected saps run '(+ a b)' a=1 b=2")
    program = typed_text(program, "the program")
    if program.startswith("@"):
        program = saved(program[1:]).program
    if (table := read_table(csv, jsonl)) is not None:
        typed = check(parse(program), None, program, loose=True, library=built_in())
        return run_on_table(compile_program(typed), table, inputs or [], json_, budget)
    values = assignments(inputs or [])
    try:
        result = to_json(execute(parse(program), None, values, program, budget))
    except RunError as error:
        if json_:
            print_json(error_json(error))
        else:
            note(f"error: {error.kind}: {error.message}{_advice(error)}")
        return EXIT_NO
    print_json({"value": result}) if json_ else say(to_line(result))
    return EXIT_YES


def _advice(error: RunError) -> str:
    option = _RAISED_BY.get(error.limit) if isinstance(error, BudgetError) else None
    return f"; {option} allows more" if option else ""


def _answer(budget: Budget, record: dict[str, Any]) -> dict[str, Any]:
    if "program" not in record:
        raise InputError("field `program` is missing")
    program, inputs = record["program"], record.get("input", {})
    if not isinstance(inputs, dict):
        raise InputError("field `input`: expected an object {name: value}")
    node = parse(program) if isinstance(program, str) else from_nested(program)
    source = program if isinstance(program, str) else None
    return {"value": to_json(execute(node, args_from_json(record.get("args")), inputs, source, budget))}
