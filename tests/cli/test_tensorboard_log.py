"""TensorBoard gets the points of a run; without it nothing is written."""

from pathlib import Path

import pytest

from saps.cli.tensorboard_log import opened_board
from saps.training.progress import Progress


def progress(step: int) -> Progress:
    return Progress(step, 1, 0.5, 2.0, 100.0, 10.0, 1.0, 1.0, {})


def test_without_a_folder_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with opened_board(None) as board:
        board.on_progress(progress(1))
        board.on_metrics({"step": 1, "loss": 2.0})
    assert not list(tmp_path.iterdir())


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of what TensorBoard imports
def test_what_is_told_is_written(tmp_path: Path) -> None:
    pytest.importorskip("tensorboard")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    with opened_board(tmp_path) as board:
        for step in range(5, 45):
            board.on_progress(progress(step))
        board.on_metrics({"step": 44, "epoch": 1, "exact_match": 0.25})
    events = EventAccumulator(str(tmp_path / "tensorboard"))
    events.Reload()
    assert [event.step for event in events.Scalars("train/loss")] == [5, 20, 40]
    assert [(event.step, event.value) for event in events.Scalars("validation/exact_match")] == [(44, 0.25)]
