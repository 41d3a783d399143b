"""`saps eval`: how well a checkpoint does on a split."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import typer

from saps.cli.output import EXIT_YES, note, print_json
from saps.language.errors import InputError

app = typer.Typer(rich_markup_mode=None)


@app.command()
def evaluate(
    data: Annotated[
        Path | None,
        typer.Option(
            "--data",
            metavar="DIR",
            help="A corpus folder or file; by default the sample that ships.",
            show_default=False,
        ),
    ] = None,
    split: Annotated[str, typer.Option("--split", help="train, dev or test.")] = "test",
    checkpoint: Annotated[
        Path | None,
        typer.Option(
            "--checkpoint",
            metavar="DIR",
            help="The trained model; by default the one that ships.",
            show_default=False,
        ),
    ] = None,
    limit: Annotated[
        int | None, typer.Option("--limit", min=1, help="Only the first so many tasks.", show_default=False)
    ] = None,
    beam: Annotated[int, typer.Option("--beam", min=1, help="Partial programs kept; 1 is greedy.")] = 1,
    free: Annotated[
        bool, typer.Option("--free", help="Take what the model says, well-typed or not, as the papers do.")
    ] = False,
    skip_bad_lines: Annotated[
        bool, typer.Option("--skip-bad-lines", help="Use the good lines of a damaged file.")
    ] = False,
    json_: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> int:
    """Exact match, accuracy on tests and share of well-typed programs, by depth and by register.

    Under torchrun its processes share the tasks.
    """
    from saps.corpus.task import find_split, read_tasks
    from saps.evaluation import metrics
    from saps.resources import sample_corpus

    path = find_split(data or sample_corpus(), split)
    tasks = list(islice(read_tasks(path, _skip if skip_bad_lines else None), limit))
    if not tasks:
        raise InputError(f"{path} holds no tasks")
    from saps.cli.synthesize import load_translator
    from saps.training.distributed import opened_ranks

    translator = load_translator(checkpoint, typed=not free)
    with opened_ranks("cpu") as ranks:
        mine = tasks[ranks.rank :: ranks.size]
        shown = _progress(len(mine)) if ranks.leads else lambda done: None
        own = [asdict(result) for result in metrics.evaluate(translator, mine, beam, shown)]
        results = [
            metrics.Result(**one) for part in ranks.gather(json.dumps(own)) for one in json.loads(part)
        ]
    if not ranks.leads:
        return EXIT_YES
    report: dict[str, Any] = {
        "data": str(path),
        "all": asdict(metrics.summarize(results)),
        "by_depth": {
            str(k): asdict(v) for k, v in metrics.grouped(results, lambda result: result.depth).items()
        },
        "by_register": {
            k: asdict(v) for k, v in metrics.grouped(results, lambda result: result.register).items()
        },
    }
    if json_:
        print_json(report)
    else:
        _table(report)
    return EXIT_YES


def _skip(error: InputError) -> None:
    note(f"skipped: {error}")


def _progress(total: int) -> Any:
    def show(done: int) -> None:
        if sys.stderr.isatty():
            print(f"\r{done:,} of {total:,}", end="\n" if done == total else "", file=sys.stderr, flush=True)

    return show


def _table(report: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(title=f"{report['data']}", title_justify="left")
    table.add_column("")
    for heading in ("tasks", "exact match", "accuracy", "50p accuracy", "well-typed"):
        table.add_column(heading, justify="right")
    rows = [("all", report["all"])]
    rows += [(f"depth {depth}", summary) for depth, summary in report["by_depth"].items()]
    rows += [(f"register {name}", summary) for name, summary in report["by_register"].items()]
    for name, summary in rows:
        shares = [
            f"{100 * summary[key]:.2f} %"
            for key in ("exact_match", "accuracy", "half_accuracy", "well_typed")
        ]
        table.add_row(name, f"{summary['tasks']:,}", *shares)
    Console().print(table)
