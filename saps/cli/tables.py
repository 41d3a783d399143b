"""Running a program on a table: the options for it, and what is printed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

from saps.application.contract import error_json
from saps.application.notation import Column, assignments
from saps.application.tables import Table, inputs_of, read_csv, read_jsonl
from saps.cli.options import optional
from saps.cli.output import EXIT_NO, EXIT_YES, note, print_json, say, to_line
from saps.language.budget import DEFAULT_BUDGET, Budget
from saps.language.compiler import CompiledProgram
from saps.language.errors import InputError, SapsError
from saps.language.values import read_inputs, to_json

CsvOption = Annotated[
    Path | None,
    optional(
        "--csv",
        "FILE",
        "Run on a table whose first line names the columns: on whole columns where an argument is a "
        "list, else on each row. An argument takes the column of its name, or NAME=COLUMN.",
    ),
]
JsonlOption = Annotated[
    Path | None,
    optional("--jsonl", "FILE", "The same on JSON lines of objects."),
]


def read_table(csv: Path | None, jsonl: Path | None) -> Table | None:
    """The table that is asked for. Raises InputError."""
    if csv is not None and jsonl is not None:
        raise InputError("give either --csv or --jsonl")
    return read_csv(csv) if csv is not None else read_jsonl(jsonl) if jsonl is not None else None


def table_values(
    program: CompiledProgram, table: Table, texts: Sequence[str], budget: Budget = DEFAULT_BUDGET
) -> Iterator[tuple[int | None, Any | SapsError]]:
    """The value of each run, or what is wrong with it, and the line that it is of. `texts` are NAME=JSON or
    NAME=COLUMN. Raises InputError where there is nothing to run on."""
    said = assignments(texts, table.columns)
    chosen = {name: value for name, value in said.items() if isinstance(value, Column)}
    given = {name: value for name, value in said.items() if name not in chosen}
    kinds = program.typed.args
    for line, inputs in inputs_of(table, kinds, given, chosen):
        try:
            if isinstance(inputs, InputError):
                raise inputs
            yield line, to_json(program.run(read_inputs(inputs, kinds), budget))
        except SapsError as error:
            if line is None and isinstance(error, InputError):
                raise
            yield line, error


def run_on_table(
    program: CompiledProgram, table: Table, texts: Sequence[str], json_: bool, budget: Budget = DEFAULT_BUDGET
) -> int:
    """Print each run's value on a line; one that fails leaves its line empty, and is told."""
    code = EXIT_YES
    for line, value in table_values(program, table, texts, budget):
        if isinstance(value, SapsError):
            code = EXIT_NO
            where = "" if line is None else f"line {line}: "
            note(f"{where}error: {value.kind}: {value.message}")
        if json_:
            print_json(value_json(value))
        else:
            say("" if isinstance(value, SapsError) else to_line(value))
    return code


def value_json(value: Any | SapsError) -> dict[str, Any]:
    return error_json(value) if isinstance(value, SapsError) else {"value": value}
