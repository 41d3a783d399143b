"""`saps average`: one checkpoint of several."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from saps.cli.output import EXIT_YES, say
from saps.language.errors import InputError

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def average(
    checkpoints: Annotated[
        list[Path],
        typer.Argument(
            metavar="CHECKPOINT...",
            help="Checkpoints or runs, two or more, of trainings that began from one another.",
        ),
    ],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where to.", show_default=False)],
    stored: Annotated[
        str, typer.Option("--stored", metavar="float32|float16|int8", help="The parameters' format.")
    ] = "int8",
) -> int:
    """Write the mean of checkpoints' weights, with the first one's vocabularies."""
    import torch

    from saps.training.averaging import mean_of
    from saps.training.checkpoint import load_checkpoint, save_checkpoint
    from saps.training.recipe import STORED

    if stored not in STORED:
        raise InputError(f"--stored {stored}: expected one of {', '.join(STORED)}")
    if len(checkpoints) < 2:
        raise InputError("one checkpoint is its own mean; expected two or more")
    save_checkpoint(out, mean_of([load_checkpoint(one) for one in checkpoints]), getattr(torch, stored))
    say(str(out))
    return EXIT_YES
