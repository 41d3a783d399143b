"""`saps python`: a program as typed Python."""

from __future__ import annotations

from typing import Annotated

import typer

from saps.application.notation import parse_args, typed_text
from saps.cli.options import ArgOption, JsonOption, ProgramArgument
from saps.cli.output import EXIT_YES, print_json, say
from saps.language.errors import InputError
from saps.language.library import built_in
from saps.language.parser import parse
from saps.language.typecheck import check

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def python(
    program: ProgramArgument,
    arg: ArgOption = None,
    name: Annotated[str, typer.Option("--name", metavar="NAME", help="The function's name.")] = "program",
    doc: Annotated[str, typer.Option("--doc", metavar="TEXT", help="The function's docstring.")] = "",
    json_: JsonOption = False,
) -> int:
    """Write a program as a typed Python function."""
    from saps.language.python import python_function

    if not name.isidentifier():
        raise InputError(f"--name {name!r} cannot be a function's name in Python")
    text = typed_text(program, "the program")
    typed = check(parse(text), parse_args(arg), text, library=built_in())
    code = python_function(typed.node, typed.args, typed_text(doc, "the docstring") if doc else "", name)
    if json_:
        print_json({"python": code})
    else:
        say(code.rstrip())
    return EXIT_YES
