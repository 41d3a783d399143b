"""`saps check`: parse and type-check a program."""

from __future__ import annotations

import typer

from saps.application.contract import error_json
from saps.application.notation import parse_args, typed_text
from saps.cli.options import ArgOption, JsonOption, ProgramArgument
from saps.cli.output import EXIT_NO, EXIT_YES, print_json, say
from saps.language import typecheck
from saps.language.errors import SourceError
from saps.language.library import built_in
from saps.language.parser import parse
from saps.language.printable import shortened
from saps.language.printer import to_nested, to_text

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def check(
    program: ProgramArgument,
    arg: ArgOption = None,
    json_: JsonOption = False,
) -> int:
    """Parse and type-check a program; print its signature, or the error with its place."""
    args = parse_args(arg)
    program = typed_text(program, "the program")
    try:
        typed = typecheck.check(parse(program), args, program, library=built_in())
    except SourceError as error:
        if json_:
            print_json(error_json(error))
        else:
            say(shortened(f"{error.kind}: {error}"))
            if caret := error.caret():
                say(caret)
        return EXIT_NO
    if json_:
        shown, result = typed.types()
        tree = to_nested(typed.node)
        print_json({"program": to_text(typed.node), "tree": tree, "args": shown, "return_type": result})
    else:
        say(typed.signature())
    return EXIT_YES
