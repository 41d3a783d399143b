"""`saps saved`: the answers that were kept."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from saps.application.saved import all_saved
from saps.application.saved import saved as read_saved
from saps.cli.options import JsonOption
from saps.cli.output import EXIT_NO, EXIT_YES, note, print_json, say

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def saved(
    name: Annotated[
        str | None,
        typer.Argument(help="An answer to show whole; all are listed without.", show_default=False),
    ] = None,
    json_: JsonOption = False,
) -> int:
    """List the answers kept by --save; `saps run @NAME` runs one."""
    names = [name] if name is not None else [known for known, _ in all_saved()]
    found = {one: read_saved(one) for one in names}
    if json_:
        print_json({one: asdict(answer) for one, answer in found.items()})
        return EXIT_YES
    if not found:
        note("no answer is saved yet; saps synthesize ... --save NAME keeps one")
        return EXIT_NO
    for one, answer in found.items():
        say(f"{one}: {answer.text}")
        say(f"  {answer.program}")
        if name is not None:
            say("  " + ", ".join(f"{arg}: {kind}" for arg, kind in answer.args.items()))
    return EXIT_YES
