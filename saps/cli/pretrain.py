"""`saps pretrain`: train the tree-to-tree autoencoder that `saps train --init-decoder` starts from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from saps.cli import train as training
from saps.cli.options import (
    DeviceOption,
    MaxTimeOption,
    ResumeOption,
    SetOption,
    SizeOption,
    SkipOption,
    ThreadsOption,
    optional,
)

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def pretrain(
    data: Annotated[
        Path | None,
        optional(
            "--data", "DIR", "A corpus folder, of which the programs count; by default one is generated."
        ),
    ] = None,
    recipe: Annotated[
        str | None,
        optional(
            "--recipe",
            "NAME|FILE.toml",
            "The recipe of the model that it is for; by default the recipe default.",
        ),
    ] = None,
    set_: SetOption = None,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="The run's folder.")] = Path(
        "runs/pretrained"
    ),
    resume: ResumeOption = False,
    size: SizeOption = training.DEFAULT_SIZE,
    max_time: MaxTimeOption = None,
    threads: ThreadsOption = None,
    device: DeviceOption = "cpu",
    skip_bad_lines: SkipOption = False,
) -> int:
    """Train a decoder to give programs back that a tree-LSTM has read; Ctrl-C stops, --resume goes on."""
    return training.train(
        data=data,
        recipe=None if resume and not (recipe or set_) else f"{recipe or 'default'}+pretrain",
        set_=set_,
        out=out,
        resume=resume,
        size=size,
        max_time=max_time,
        threads=threads,
        device=device,
        skip_bad_lines=skip_bad_lines,
    )
