"""`saps train`: train a model on AlgoLisp's files or on a corpus made for it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from saps.cli.options import (
    MOST_TASKS,
    DeviceOption,
    GrammarOption,
    MaxTimeOption,
    RegisterOption,
    ResumeOption,
    SetOption,
    SkipOption,
    ThreadsOption,
    optional,
)
from saps.cli.output import EXIT_YES, cores, note, note_bad_line, say
from saps.cli.progress import watching
from saps.language.errors import InputError
from saps.system.beside import beside

if TYPE_CHECKING:
    from saps.corpus.generation.factory import Settings
    from saps.training.loop import Outcome
    from saps.training.recipe import Recipe

DEFAULT_SIZE = 20_000
_FRESH_SEED = 1_000_000
"""Added to the seed of fresh tasks, which are to be others than those of the generated corpus."""
_FRESH_TESTS = 3
"""Of each fresh task: its inputs and outputs only show that the program runs, and not always alike. As many
as people's requests keep, to which none are drawn then."""


_KEPT = 0.75
"""Draws of which a fresh task comes, about."""


app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def train(
    data: Annotated[
        Path | None,
        optional(
            "--data", "DIR", "A corpus folder with train and dev files; by default tasks are generated."
        ),
    ] = None,
    recipe: Annotated[
        str | None,
        optional("--recipe", "NAME|FILE.toml", "What to train; by default the recipe default."),
    ] = None,
    set_: SetOption = None,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="The run's folder.")] = Path(
        "runs/latest"
    ),
    resume: ResumeOption = False,
    size: Annotated[
        int,
        typer.Option(
            "--size",
            min=100,
            max=MOST_TASKS,
            help="Without --data: tasks of the corpus that is generated, to validate on, and to train on "
            "where the recipe asks for no fresh ones (train.fresh).",
        ),
    ] = DEFAULT_SIZE,
    grammar: GrammarOption = None,
    register: RegisterOption = None,
    init_from: Annotated[
        Path | None,
        optional(
            "--init-from",
            "DIR",
            "A checkpoint to start from; it keeps its sizes, and gets encoder layers that it lacks.",
        ),
    ] = None,
    init_decoder: Annotated[
        Path | None,
        optional(
            "--init-decoder", "DIR", "A checkpoint, as of `saps pretrain`, whose decoder to start from."
        ),
    ] = None,
    embeddings: Annotated[
        Path | None,
        optional("--embeddings", "FILE", "Word vectors in GloVe's text format to start from."),
    ] = None,
    pretrained: Annotated[
        Path | None,
        optional(
            "--pretrained",
            "DIR",
            "The folder of a BERT (config.json, model.safetensors, vocab.txt); of its lower layers the model "
            "gets as many as model.transformer_layers says.",
        ),
    ] = None,
    max_time: MaxTimeOption = None,
    threads: ThreadsOption = None,
    device: DeviceOption = "cpu",
    skip_bad_lines: SkipOption = False,
    tensorboard: Annotated[
        bool, typer.Option("--tensorboard", help="Write OUT/tensorboard too (needs the extra tensorboard).")
    ] = False,
) -> int:
    """Train a model; Ctrl-C stops, --resume goes on. Under torchrun all its processes train one model."""
    options = {name: str(value) if isinstance(value, Path) else value for name, value in locals().items()}
    from saps.cli.machine import prepare_torch
    from saps.training.recipe import load_recipe, of_run, set_values

    told = of_run(out) if resume and recipe is None else load_recipe(recipe or "default")
    chosen = set_values(told, set_ or [])
    prepare_torch(chosen, device, threads)
    from saps.cli.training import Job
    from saps.training.distributed import opened_ranks
    from saps.training.run_folder import RunFolder

    given = data
    if resume:
        begun = RunFolder(out).begun()
        given = begun.options.get("data")  # `data` may only tell where its corpus lies now
        grammar, register = begun.options.get("grammar"), begun.options.get("register")
        data = data or begun.folder
        chosen = begun.same_model(chosen)
    if init_from is not None and (init_decoder is not None or embeddings is not None):
        raise InputError("--init-from is a whole model; --init-decoder and --embeddings are for a new one")
    if embeddings is not None and chosen.model.source != "sentence":
        raise InputError("--embeddings is for a model of sentences; model.source is 'program'")
    if (
        pretrained is not None
        and not resume
        and not (chosen.model.transformer_layers and chosen.model.source == "sentence")
    ):
        raise InputError(
            "--pretrained is for a model of sentences with a transformer: "
            "--set model.transformer_layers=N says how many layers it gets"
        )
    settings = generator_settings(grammar, register or chosen.train.registers.split())
    on_bad_line = note_bad_line if skip_bad_lines else None
    with opened_ranks(device) as ranks, watching(ranks.leads, out if tensorboard else None) as watch:
        if ranks.leads and not resume and out.exists():
            raise InputError(f"{out} exists already; --resume goes on with it, --out names another folder")
        with ranks.leader_first():
            folder = data or generated(beside(out, "{}-data"), size, settings)
        fresh = fresh_settings(settings, chosen, moves=not register)
        is_fresh = given is None and chosen.train.fresh > 0 and chosen.model.source == "sentence"
        job = Job(
            folder,
            chosen,
            out,
            resume,
            init_from,
            ranks,
            on_bad_line,
            options,
            fresh=fresh if is_fresh else None,
            init_decoder=init_decoder,
            embeddings=embeddings,
            pretrained=pretrained,
        )
        outcome = job.run(watch, math.inf if max_time is None else 60 * max_time)
    if ranks.leads:
        _report(outcome, out, chosen.train.keep)
    return 130 if outcome.ending == "interrupted" else EXIT_YES


def _report(outcome: Outcome, out: Path, kept: str) -> None:
    best = "" if outcome.best is None else f", best validation exact match {100 * outcome.best:.2f} %"
    best += ", the last model kept" if best and kept == "last" else ""
    note(f"{outcome.ending} after {outcome.step:,} steps and {outcome.elapsed / 60:.1f} minutes{best}")
    if outcome.ending != "finished":
        note(f"saps train --resume --out {out} goes on")
    say(str(outcome.checkpoint))


def generator_settings(grammar: Path | str | None, registers: Sequence[str]) -> Settings:
    """What generated tasks are made by. Raises InputError for a wrong share."""
    from saps.corpus.generation.factory import Settings
    from saps.corpus.generation.registers import parse_shares

    return Settings(registers=parse_shares(registers), grammar=None if grammar is None else str(grammar))


def fresh_settings(settings: Settings, recipe: Recipe, moves: bool) -> Settings:
    """What fresh tasks are made by; with `moves`, in the recipe's mixtures from the first to the last."""
    from saps.corpus.generation.factory import CHUNK
    from saps.corpus.generation.registers import parse_shares

    at_end = parse_shares(recipe.train.registers_end.split()) if moves else ()
    chunks = max(1, round(recipe.train.fresh / (CHUNK * _KEPT)))
    seed = _FRESH_SEED + recipe.train.seed
    return replace(settings, seed=seed, tests=_FRESH_TESTS, at_end=at_end, chunks=chunks)


def generated(folder: Path, size: int, settings: Settings) -> Path:
    """The corpus that belongs to a run, made once."""
    from saps.cli.data import write_corpus

    if not folder.exists():
        note(f"generating {size:,} tasks into {folder}")
        write_corpus(folder, settings, size, jobs=cores())
    return folder
