"""The progress of training on the terminal; plain lines now and then where there is none."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from saps.cli.output import note
from saps.cli.tensorboard_log import opened_board

if TYPE_CHECKING:
    from saps.cli.training import Watch
    from saps.training.progress import Progress

_PLAIN_SECONDS = 60.0


@contextmanager
def watching(leads: bool, board_in: Path | None) -> Iterator[Watch]:
    """Who watches training: the terminal, and TensorBoard in a run's folder; nobody where another leads."""
    from saps.cli.training import Watch

    if not leads:
        yield Watch()
        return
    with progress_display() as show, opened_board(board_in) as board:

        def on_progress(progress: Progress) -> None:
            show(progress)
            board.on_progress(progress)

        yield Watch(on_progress, board.on_metrics)


@contextmanager
def progress_display() -> Iterator[Callable[[Progress], None]]:
    """A callable that shows where training stands, after each step."""
    if not sys.stderr.isatty():
        yield _Plain()
        return
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TimeElapsedColumn(),
        TextColumn("left {task.fields[left]}"),
    )
    with Bars(*columns, console=Console(stderr=True)) as bars:
        bar = bars.add_task("training", total=1.0, left="?")

        def show(progress: Progress) -> None:
            bars.update(
                bar,
                completed=progress.progress,
                description=describe(progress),
                left=_clock(progress.remaining),
            )

        yield show


class _Plain:
    def __init__(self) -> None:
        self.shown = 0.0
        self.validated: object = None

    def __call__(self, progress: Progress) -> None:
        now = time.monotonic()
        if now - self.shown >= _PLAIN_SECONDS or progress.metrics != self.validated:
            self.shown, self.validated = now, dict(progress.metrics)
            note(
                f"{describe(progress)}  elapsed {_clock(progress.elapsed)}  left {_clock(progress.remaining)}"
            )


def describe(progress: Progress) -> str:
    """Epoch, step, loss, speed and the last validation in a line."""
    exact = progress.metrics.get("exact_match")
    validated = "" if exact is None else f"  exact match {100 * exact:.2f} %"
    return (
        f"epoch {progress.epoch}  step {progress.step:,}  loss {progress.loss:.4f}"
        f"  {progress.nodes_per_second:,.0f} nodes/s  {progress.trees_per_second:,.0f} trees/s{validated}"
    )


def _clock(seconds: float) -> str:
    if seconds != seconds or seconds == float("inf"):
        return "?"
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}:{rest:02}"
