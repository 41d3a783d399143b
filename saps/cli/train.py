"""`saps train`: train a model on AlgoLisp's files or on a corpus made for it."""

from __future__ import annotations

import math
import os
from pathlib import Path
from typing import Annotated

import typer

from saps.cli.output import EXIT_YES, note
from saps.cli.progress import progress_display
from saps.language.errors import InputError

DEFAULT_SIZE = 20_000


app = typer.Typer(rich_markup_mode=None)


@app.command()
def train(
    data: Annotated[
        Path | None,
        typer.Option(
            "--data",
            metavar="DIR",
            help="A corpus folder with train and dev files; by default one is generated.",
            show_default=False,
        ),
    ] = None,
    recipe: Annotated[
        str, typer.Option("--recipe", metavar="NAME|FILE.toml", help="What to train.")
    ] = "default",
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
        "runs/latest"
    ),
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the run in --out.")] = False,
    size: Annotated[
        int, typer.Option("--size", min=100, help="Tasks to generate where there is no --data.")
    ] = DEFAULT_SIZE,
    init_from: Annotated[
        Path | None,
        typer.Option(
            "--init-from",
            metavar="DIR",
            help="A checkpoint to start from; its sizes are kept.",
            show_default=False,
        ),
    ] = None,
    init_decoder: Annotated[
        Path | None,
        typer.Option(
            "--init-decoder",
            metavar="DIR",
            help="A checkpoint, as of `saps pretrain`, whose decoder to start from.",
            show_default=False,
        ),
    ] = None,
    embeddings: Annotated[
        Path | None,
        typer.Option(
            "--embeddings",
            metavar="FILE",
            help="Word vectors in GloVe's text format to start from.",
            show_default=False,
        ),
    ] = None,
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
    """Train a model; Ctrl-C stops, --resume goes on."""
    from saps.training.recipe import load_recipe, set_values

    chosen = set_values(load_recipe(recipe), set_ or [])
    if threads is not None:
        os.environ.setdefault("OMP_NUM_THREADS", str(threads))
    import torch

    from saps.cli.training import Job

    if threads is not None:
        torch.set_num_threads(threads)
    if device != "cpu" and not torch.cuda.is_available():
        raise InputError(f"--device {device}: no such device here; use cpu")
    if init_from is not None and (init_decoder is not None or embeddings is not None):
        raise InputError("--init-from is a whole model; --init-decoder and --embeddings are for a new one")
    if embeddings is not None and chosen.model.source != "sentence":
        raise InputError("--embeddings is for a model of sentences; model.source is 'program'")
    if not resume and out.exists():
        raise InputError(f"{out} exists already; --resume goes on with it, --out names another folder")
    folder = data or generated(out.with_name(f"{out.name}-data"), size)
    on_bad_line = _on_bad_line if skip_bad_lines else None
    job = Job(folder, chosen, out, resume, init_from, device, on_bad_line, init_decoder, embeddings)
    with progress_display() as show:
        outcome = job.run(show, math.inf if max_time is None else 60 * max_time)
    best = "" if outcome.best is None else f", best validation exact match {100 * outcome.best:.2f} %"
    note(f"{outcome.ending} after {outcome.step:,} steps and {outcome.elapsed / 60:.1f} minutes{best}")
    if outcome.ending != "finished":
        command = "pretrain" if chosen.model.source == "program" else "train"
        note(f"saps {command} --resume --out {out} goes on (with the same --recipe, --set and --data)")
    print(outcome.checkpoint)
    return 130 if outcome.ending == "interrupted" else EXIT_YES


def _on_bad_line(error: InputError) -> None:
    note(f"skipped: {error}")


def generated(folder: Path, size: int) -> Path:
    """The corpus that belongs to a run, made once."""
    from saps.cli.data import write_corpus
    from saps.corpus.generate import Settings

    if not folder.exists():
        note(f"generating {size:,} tasks into {folder}")
        write_corpus(folder, Settings(), size, jobs=os.cpu_count() or 1)
    return folder
