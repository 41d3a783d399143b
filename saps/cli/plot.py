"""`saps plot`: the learning curves of runs, in the terminal or as a picture."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from saps.cli.options import optional
from saps.cli.output import EXIT_YES, require, say
from saps.language.errors import InputError

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def plot(
    runs: Annotated[
        list[Path], typer.Argument(metavar="RUN...", help="Folders of runs, as saps train --out names them.")
    ],
    out: Annotated[
        Path | None,
        optional("--out", "FILE.png", "Write a picture (needs the extra plots)."),
    ] = None,
) -> int:
    """Show the learning curves of runs: loss, validation loss, exact match."""
    from saps.evaluation.plots import draw, panels, save_png
    from saps.training.history import read_metrics

    if out is not None:
        require("matplotlib", "plots", "--out")
    for run in runs:
        if not run.is_dir():
            raise InputError(f"{run} is no run; expected a folder that saps train made")
    drawn = panels({str(run): read_metrics(run) for run in runs})
    if not drawn:
        raise InputError(f"{', '.join(map(str, runs))}: nothing was validated yet")
    if out is None:
        say("\n\n".join(draw(title, curves) for title, curves in drawn.items()))
    else:
        save_png(out, drawn)
        say(str(out))
    return EXIT_YES
