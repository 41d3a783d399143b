"""`saps eval --calibrate`: the confidence of a checkpoint, fitted and shown."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from saps.cli.output import EXIT_YES, counted, note, print_json, show_table
from saps.language.errors import InputError

if TYPE_CHECKING:
    from saps.corpus.tasks.task import Task
    from saps.evaluation.calibrate import Trusted

_TASKS_TO_CALIBRATE = 100
"""For fewer, a dozen weights follow single answers."""


def _foreign(path: Path) -> list[str]:
    """The sentences about something else that lie beside a split, if any."""
    file = path.parent / "foreign.txt"
    if not file.is_file():
        return []
    try:
        return [line for line in file.read_text(encoding="utf-8-sig").splitlines() if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot read {file}: {error}") from None


def calibrate_checkpoint(folder: Path, split: Path, tasks: list[Task], json_: bool) -> int:
    """Fit the confidence on a split's tasks, put it into the checkpoint's folder, and show how far it can be
    trusted. Raises InputError."""
    if len(tasks) < _TASKS_TO_CALIBRATE:
        raise InputError(
            f"{len(tasks):,} tasks are too few to fit a confidence on; expected {_TASKS_TO_CALIBRATE} or more"
        )
    from saps.application.loading import CONFIDENCE, load_translator
    from saps.corpus.tasks.task import written_aside
    from saps.evaluation.calibrate import calibrate
    from saps.search.problem import Effort
    from saps.training.checkpoint import checkpoint_folder

    folder, foreign = checkpoint_folder(folder), _foreign(split)
    translator = load_translator(folder, confident=False)  # what was fitted before may be damaged
    fitted = calibrate(translator, counted(tasks, len(tasks)), Effort(), foreign)
    with written_aside(folder / CONFIDENCE) as stream:
        stream.write(fitted.confidence.to_json())
    others = f" and {len(foreign):,} sentences about something else" if foreign else ""
    note(f"fitted the confidence on {len(tasks):,} tasks{others} and wrote {folder / CONFIDENCE}")
    if not fitted.held_out:
        note("how far it can be trusted is not known: one half of the tasks has no answers")
    document = _reliability(fitted.held_out)
    if json_:
        print_json(document)
    elif document:
        _show_reliability(document)
    return EXIT_YES


def _reliability(held_out: Sequence[Trusted]) -> dict[str, Any]:
    """How far the confidence can be trusted, by how was asked: the calibration error, and each tenth."""
    from saps.evaluation.calibrate import calibration_error, tenths

    kinds = {
        kind: [one for one in held_out if one.kind == kind]
        for kind in dict.fromkeys(one.kind for one in held_out)
    }
    return {
        kind: {
            "answers": len(members),
            "right": sum(one.right for one in members) / len(members),
            "calibration_error": calibration_error(members),
            "tenths": [{"from": index / 10, **tenth._asdict()} for index, tenth in tenths(members).items()],
        }
        for kind, members in {"all": list(held_out), **kinds}.items()
        if members
    }


def _show_reliability(document: dict[str, Any]) -> None:
    from rich.table import Table

    table = Table(title="confidence on the half that it was not fitted on", title_justify="left")
    table.add_column("asked")
    for heading in ("answers", "right", "calibration error"):
        table.add_column(heading, justify="right")
    for kind, found in document.items():
        table.add_row(
            kind, f"{found['answers']:,}", f"{found['right']:.2%}", f"{found['calibration_error']:.3f}"
        )
    show_table(table)
    table = Table(title="all, by tenths of the confidence", title_justify="left")
    for heading in ("from", "answers", "mean confidence", "right"):
        table.add_column(heading, justify="right")
    for tenth in document["all"]["tenths"]:
        table.add_row(
            f"{tenth['from']:.1f}",
            f"{tenth['answers']:,}",
            f"{tenth['confidence']:.2%}",
            f"{tenth['right']:.2%}",
        )
    show_table(table)
