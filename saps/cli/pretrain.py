"""`saps pretrain`: train the tree-to-tree autoencoder that `saps train --init-decoder` starts from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from saps.cli import train as training

app = typer.Typer(rich_markup_mode=None)


@app.command()
def pretrain(
    data: Annotated[
        Path | None,
        typer.Option(
            "--data",
            metavar="DIR",
            help="A corpus folder, of which the programs count; by default one is generated.",
            show_default=False,
        ),
    ] = None,
    recipe: Annotated[
        str | None,
        typer.Option(
            "--recipe",
            metavar="NAME|FILE.toml",
            help="The recipe of the model that it is for; by default the recipe default.",
            show_default=False,
        ),
    ] = None,
    set_: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="KEY=VALUE",
            help="Change one value of the recipe, such as train.epochs=5.",
            show_default=False,
        ),
    ] = None,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="The run's folder.")] = Path(
        "runs/pretrained"
    ),
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the run in --out, with its recipe and data.")
    ] = False,
    size: Annotated[
        int, typer.Option("--size", min=100, help="Tasks to generate where there is no --data.")
    ] = training.DEFAULT_SIZE,
    max_time: Annotated[
        float | None,
        typer.Option(
            "--max-time", metavar="MINUTES", min=0.0, help="Stop after so many minutes.", show_default=False
        ),
    ] = None,
    threads: Annotated[
        int | None, typer.Option("--threads", min=1, help="CPU threads to use.", show_default=False)
    ] = None,
    device: Annotated[str, typer.Option("--device", help="Where to compute: cpu, cuda.")] = "cpu",
    skip_bad_lines: Annotated[
        bool, typer.Option("--skip-bad-lines", help="Use the good lines of damaged data files.")
    ] = False,
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
