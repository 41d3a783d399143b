"""`saps run`: run a program on inputs."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from saps.cli.batch import BATCH_HELP, run_batch
from saps.cli.options import JsonOption
from saps.cli.output import (
    EXIT_NO,
    EXIT_YES,
    error_json,
    note,
    parse_json,
    print_json,
    say,
    to_line,
    typed_text,
)
from saps.cli.signature import args_from_json, check_names
from saps.language.compiler import compile_program
from saps.language.errors import InputError, RunError
from saps.language.functions import Value
from saps.language.library import built_in
from saps.language.parser import from_nested, parse
from saps.language.printable import shortened
from saps.language.tree import Node
from saps.language.type_system import Type
from saps.language.typecheck import check
from saps.language.values import read_inputs, to_json, type_of

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def run(
    program: Annotated[
        str | None, typer.Argument(help="The program, such as '(+ a b)'.", show_default=False)
    ] = None,
    inputs: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[NAME=JSON]...", help="Values of the arguments, such as a=[1,2].", show_default=False
        ),
    ] = None,
    batch: Annotated[
        str | None,
        typer.Option("--batch", metavar="FILE", help=f"Run {BATCH_HELP}", show_default=False),
    ] = None,
    json_: JsonOption = False,
) -> int:
    """Run a program on inputs.

    AlgoLisp has one type of numbers, which it calls int: values may be whole or not, and (sqrt 7) is 2.64...
    """
    if batch is not None:
        if program is not None:
            raise InputError("give either a program or --batch, not both")
        run_batch(batch, _answer)
        return EXIT_YES
    if program is None:
        raise InputError("no program given; expected saps run '(+ a b)' a=1 b=2")
    program = typed_text(program, "the program")
    values: dict[str, Any] = {}
    for name, value in map(_assignment, inputs or []):
        if name in values:
            raise InputError(f"{name} has a value already")
        values[name] = value
    try:
        result = to_json(execute(parse(program), None, values, program))
    except RunError as error:
        if json_:
            print_json(error_json(error))
        else:
            note(f"error: {error.kind}: {error.message}")
        return EXIT_NO
    print_json({"value": result}) if json_ else say(to_line(result))
    return EXIT_YES


def _assignment(text: str) -> tuple[str, Any]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise InputError(f"{shortened(repr(text), 60)}: expected NAME=JSON, such as a=[1,2]")
    return name.strip(), parse_json(value, f"the value of {name.strip()}")


def execute(
    node: Node, args: dict[str, Type] | None, inputs: dict[str, Any], source: str | None = None
) -> Value:
    """Type-check and run a program; without `args` the types of the inputs are taken.

    Raises what checking and running raise, InputError for inputs that do not fit or are not used.
    """
    check_names(inputs)
    if args is None:
        used = {one.symbol for one in node}
        args = {name: type_of(value, f"argument {name!r}") for name, value in inputs.items() if name in used}
    typed = check(node, args, source, loose=True, library=built_in())
    return compile_program(typed).run(read_inputs(inputs, typed.args))


def _answer(record: dict[str, Any]) -> dict[str, Any]:
    if "program" not in record:
        raise InputError("field `program` is missing")
    program, inputs = record["program"], record.get("input", {})
    if not isinstance(inputs, dict):
        raise InputError("field `input`: expected an object {name: value}")
    node = parse(program) if isinstance(program, str) else from_nested(program)
    source = program if isinstance(program, str) else None
    return {"value": to_json(execute(node, args_from_json(record.get("args")), inputs, source))}
