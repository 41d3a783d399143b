"""`saps explain`: a program in English."""

from __future__ import annotations

import typer

from saps.application.notation import parse_args, typed_text
from saps.cli.options import ArgOption, JsonOption, ProgramArgument
from saps.cli.output import EXIT_NO, EXIT_YES, note, print_json, say
from saps.language.library import built_in
from saps.language.parser import parse
from saps.language.typecheck import check

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def explain(
    program: ProgramArgument,
    arg: ArgOption = None,
    json_: JsonOption = False,
) -> int:
    """Say in English what a program computes; exit 1 where the grammar has no words for a part of it."""
    from saps.corpus.generation.explanation import explain as explanation

    text = typed_text(program, "the program")
    typed = check(parse(text), parse_args(arg), text, library=built_in())
    found = explanation(typed.node, typed.args)
    if json_:
        print_json({"explanation": found})
    elif found is not None:
        say(found)
    else:
        note("the grammar has no words for a part of this program")
    return EXIT_NO if found is None else EXIT_YES
