"""`saps eval`: how well a checkpoint does on a split."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from saps.cli.options import MOST_TASKS, CheckpointOption, JsonOption, SkipOption, optional
from saps.cli.output import EXIT_YES, cores, counted, note, note_bad_line, print_json, say, show_table
from saps.language.errors import InputError
from saps.language.printable import escaped
from saps.search.problem import PUBLISHED_PROGRAMS
from saps.system.workers import MOST

if TYPE_CHECKING:
    from saps.corpus.tasks.task import Task
    from saps.evaluation.evaluate import Setting
    from saps.evaluation.metrics import Result
    from saps.search.translator import Translator

_TASKS_A_PROCESS = 100
"""For fewer tasks another process is not worth its start."""

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def evaluate(
    data: Annotated[
        Path | None,
        optional("--data", "DIR", "A corpus folder or file; by default the sample that ships."),
    ] = None,
    split: Annotated[str, typer.Option("--split", help="train, dev or test.")] = "test",
    checkpoint: CheckpointOption = None,
    limit: Annotated[
        int | None,
        typer.Option(
            "--limit", min=1, max=MOST_TASKS, help="Only the first so many tasks.", show_default=False
        ),
    ] = None,
    search: Annotated[
        bool, typer.Option("--search", help="Search with the first 3 tests as examples; the others decide.")
    ] = False,
    beam: Annotated[
        int | None,
        typer.Option(
            "--beam",
            min=1,
            max=1000,
            help="Partial programs kept; by default 1, which is greedy, and 10 with --search.",
            show_default=False,
        ),
    ] = None,
    free: Annotated[
        bool, typer.Option("--free", help="Take what the model says, well-typed or not, as the papers do.")
    ] = False,
    max_programs: Annotated[
        int,
        typer.Option(
            "--max-programs", min=1, max=MOST_TASKS, help="With --search: programs to try for a task."
        ),
    ] = PUBLISHED_PROGRAMS,
    processes: Annotated[
        int | None,
        typer.Option(
            "--processes",
            min=1,
            max=MOST,
            help="Cores at work; by default as many as help.",
            show_default=False,
        ),
    ] = None,
    report: Annotated[
        Path | None,
        optional("--report", "DIR", "Write the failures as one HTML page and as JSON lines."),
    ] = None,
    calibrate: Annotated[
        bool,
        typer.Option(
            "--calibrate",
            help="Fit the confidence of the model in --checkpoint on the split (use dev), and store it.",
        ),
    ] = False,
    skip_bad_lines: SkipOption = False,
    json_: JsonOption = False,
) -> int:
    """Exact match, accuracy on tests and share of well-typed programs, by depth and by register.

    Under torchrun its processes share the tasks.
    """
    from saps.application.loading import load_translator
    from saps.cli.calibration import calibrate_checkpoint
    from saps.corpus.tasks.task import find_split, read_tasks
    from saps.evaluation.evaluate import GUIDES, Setting, usable
    from saps.resources import sample_corpus
    from saps.search.problem import Effort

    if calibrate and checkpoint is None:
        raise InputError("--calibrate writes into the model's folder; name it with --checkpoint")
    path = find_split(data or sample_corpus(), split)
    on_bad_task = note_bad_line if skip_bad_lines else None
    tasks = list(islice(usable(read_tasks(path, on_bad_task), on_bad_task), limit))
    if not tasks:
        raise InputError(f"{path} holds no tasks")
    beam = beam or (10 if search else 1)
    if calibrate and checkpoint is not None:
        if free or os.environ.get("WORLD_SIZE", "1") != "1":
            raise InputError("--calibrate is one process's work, and of well-typed answers: not with --free")
        return calibrate_checkpoint(checkpoint, path, tasks, json_)
    effort = Effort(beam, max_programs if search else beam, conventions=False)
    load = partial(load_translator, checkpoint, typed=not free, confident=not free)
    results = _results(load, tasks, Setting(effort, GUIDES if search else 0), processes)
    if results is None:
        return EXIT_YES
    if report is not None:
        from saps.evaluation.report import write_report

        write_report(report, f"Failures on {path}", results)
        note(f"wrote {report / 'failures.html'} and failures.jsonl")
    document = {"data": str(path), "search": search, "beam": beam, "free": free} | _summaries(results)
    print_json(document) if json_ else _table(document)
    return EXIT_YES


def _results(
    load: Callable[[], Translator], tasks: list[Task], setting: Setting, processes: int | None
) -> list[Result] | None:
    """The results in the tasks' order; None in a process that does not lead under torchrun, where each does
    its share with one core."""
    from saps.evaluation.evaluate import evaluate
    from saps.training.distributed import opened_ranks

    with opened_ranks("cpu") as ranks:
        mine = tasks[ranks.rank :: ranks.size]
        helpful = min(cores(), len(mine) // _TASKS_A_PROCESS) if ranks.size == 1 else 1
        found = evaluate(load, mine, setting, processes or max(1, helpful))
        shown = counted(found, len(mine)) if ranks.leads else found
        shares = ranks.gather(json.dumps([asdict(result) for result in shown]))
    return _dealt([json.loads(share) for share in shares], len(tasks)) if ranks.leads else None


def _dealt(shares: list[list[dict[str, Any]]], total: int) -> list[Result]:
    """The results in the order in which their tasks were dealt out."""
    from saps.evaluation.metrics import Result
    from saps.evaluation.mistakes import Failure

    ordered = [shares[index % len(shares)][index // len(shares)] for index in range(total)]
    return [Result(**{**one, "failure": one["failure"] and Failure(**one["failure"])}) for one in ordered]


def _summaries(results: list[Result]) -> dict[str, Any]:
    from saps.evaluation.metrics import grouped, summarize

    by_depth = grouped(results, lambda result: result.depth)
    by_register = grouped(results, lambda result: result.register)
    return {
        "all": asdict(summarize(results)),
        "by_depth": {str(depth): asdict(summary) for depth, summary in by_depth.items()},
        "by_register": {name: asdict(summary) for name, summary in by_register.items()},
    }


_COLUMNS: dict[str, tuple[str, str]] = {
    "tasks": ("tasks", "{:,}"),
    "exact match": ("exact_match", "{:.2%}"),
    "accuracy": ("accuracy", "{:.2%}"),
    "50p accuracy": ("half_accuracy", "{:.2%}"),
    "well-typed": ("well_typed", "{:.2%}"),
}
_SEARCH_COLUMNS = _COLUMNS | {
    "oracle@10": ("oracle", "{:.2%}"),
    "programs tried": ("programs_tried", "{:.1f}"),
    "ms": ("milliseconds", "{:.0f}"),
}


def _table(document: dict[str, Any]) -> None:
    from rich.markup import escape
    from rich.table import Table

    columns = _SEARCH_COLUMNS if document["search"] else _COLUMNS
    table = Table(title=escape(escaped(document["data"])), title_justify="left")
    table.add_column("")
    for heading in columns:
        table.add_column(heading, justify="right")
    rows = [("all", document["all"])]
    rows += [(f"depth {depth}", summary) for depth, summary in document["by_depth"].items()]
    rows += [(f"register {name}", summary) for name, summary in document["by_register"].items()]
    for name, summary in rows:
        table.add_row(escape(escaped(name)), *[form.format(summary[key]) for key, form in columns.values()])
    show_table(table)
    if document["all"]["sure"]:
        sure, right = document["all"]["sure"], document["all"]["sure_right"]
        say(f"confidence above 0.9: {sure:.2%} of the answers, of which {right:.2%} are right")
