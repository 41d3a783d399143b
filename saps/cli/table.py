"""`saps table`: the table of systems, each trained and measured; a later run fills in the rest."""

from __future__ import annotations

import math
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from saps.cli.options import MOST_TASKS, DeviceOption, SizeOption, ThreadsOption, optional
from saps.cli.output import EXIT_NO, EXIT_YES, note, say
from saps.cli.train import DEFAULT_SIZE
from saps.language.errors import InputError
from saps.system.beside import beside

if TYPE_CHECKING:
    from saps.cli.table_rows import Bench

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def table(
    rows: Annotated[
        str | None,
        optional(
            "--rows",
            "NAME,...",
            "Systems to do, such as h-att,seq2tree,cell-gru; by default all with published figures.",
        ),
    ] = None,
    data: Annotated[
        Path | None,
        optional(
            "--data", "DIR", "A corpus folder with train, dev and test files; by default one is generated."
        ),
    ] = None,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where results and runs go.")] = Path(
        "runs/table"
    ),
    recipe: Annotated[
        str, typer.Option("--recipe", metavar="NAME|FILE.toml", help="Sizes and training of all rows.")
    ] = "default",
    set_: Annotated[
        list[str] | None,
        optional("--set", "KEY=VALUE", "Change one value of all rows' recipes, such as train.epochs=5."),
    ] = None,
    max_time: Annotated[
        float | None,
        typer.Option(
            "--max-time",
            metavar="MINUTES",
            min=0.0,
            help="Train each row for so many minutes at most, all runs of this command together.",
            show_default=False,
        ),
    ] = None,
    report: Annotated[
        Path | None,
        optional("--report", "DIR", "Write DIR/table.html as well: the tables and charts on one page."),
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option(
            "--limit",
            min=1,
            max=MOST_TASKS,
            help="Measure on the first so many test tasks.",
            show_default=False,
        ),
    ] = None,
    size: SizeOption = DEFAULT_SIZE,
    threads: ThreadsOption = None,
    device: DeviceOption = "cpu",
) -> int:
    """Train and measure the systems of the table; Ctrl-C stops, the same command goes on."""
    from saps.cli.machine import prepare_torch
    from saps.evaluation.table import choose
    from saps.training.recipe import load_recipe, set_values

    if os.environ.get("WORLD_SIZE", "1") != "1":
        raise InputError("saps table is one process's work; under torchrun, train the rows with saps train")
    names = choose(rows)
    # what is wrong with it is told before anything is done
    prepare_torch(set_values(load_recipe(recipe), set_ or []), device, threads)
    from saps.cli.table_rows import Bench
    from saps.cli.train import generated, generator_settings

    folder = data or generated(beside(out, "{}-data"), size, generator_settings(None, ["algolisp"]))
    seconds = math.inf if max_time is None else 60 * max_time
    return _fill(Bench(folder, out, recipe, tuple(set_ or ()), seconds, limit, device), names, report)


def _fill(bench: Bench, names: list[str], report: Path | None) -> int:
    """Does the rows that are not complete yet, writing the results, and the report, if any, after each."""
    from saps.cli.table_rows import PAGE
    from saps.training.loop import TrainingDiverged

    failed = []
    bench.write(bench.results(), report)
    for name in names:
        if bench.complete(name):
            note(f"{name}: done already")
            continue
        note(f"{name}: training in {bench.folder(name)}")
        try:
            measured = bench.measure(name)
        except TrainingDiverged as error:
            note(f"{name}: {error}; without a result")
            failed.append(name)
            continue
        if measured is None:
            note("interrupted; the same command goes on")
            return 130
        bench.write(bench.results().with_row(name, measured), report)
    say(bench.markdown.read_text(encoding="utf-8").rstrip("\n"))
    say(str(bench.markdown))
    if report is not None:
        say(str(report / PAGE))
    return EXIT_NO if failed else EXIT_YES
