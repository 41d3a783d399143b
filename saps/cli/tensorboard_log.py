"""TensorBoard, for those who have it: the scalars of a run, written while it trains."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from saps.cli.output import require

if TYPE_CHECKING:
    from torch.utils.tensorboard import SummaryWriter

    from saps.training.progress import Progress

_STEPS = 20
"""Steps between two points of loss and speed."""


class Board:
    """Writes progress and validations into a folder; nothing where there is none."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._writer: SummaryWriter | None = None

    def on_progress(self, progress: Progress) -> None:
        if self._folder is None or (self._writer is not None and progress.step % _STEPS):
            return
        values = {
            "loss": progress.loss,
            "nodes_per_second": progress.nodes_per_second,
            "trees_per_second": progress.trees_per_second,
        }
        self._write("train", values, progress.step)

    def on_metrics(self, line: Mapping[str, Any]) -> None:
        if self._folder is not None:
            values = {name: value for name, value in line.items() if name not in ("step", "epoch")}
            self._write("validation", values, line["step"])

    def _write(self, group: str, values: Mapping[str, float], step: int) -> None:
        if self._writer is None:  # a resumed run writes over what came after its last state
            from torch.utils.tensorboard import SummaryWriter

            self._writer = SummaryWriter(str(self._folder), purge_step=step)
        for name, value in values.items():
            self._writer.add_scalar(f"{group}/{name}", value, step)

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()


@contextmanager
def opened_board(run: Path | None) -> Iterator[Board]:
    """The board of a run's folder; without one, a board that writes nothing.

    Raises InputError where TensorBoard is not installed.
    """
    if run is not None:
        require("tensorboard", "tensorboard", "--tensorboard")
    board = Board(None if run is None else run / "tensorboard")
    try:
        yield board
    finally:
        board.close()
