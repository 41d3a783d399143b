"""The course of a run: a line for each validation in metrics.jsonl. Reading it needs no torch."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from saps.language.errors import InputError
from saps.system.documents import read_document

METRICS = "metrics.jsonl"


def read_metrics(run: Path) -> list[dict[str, Any]]:
    """The lines so far of the run in a folder; a last one that a crash cut short is left out.

    Raises InputError for a file that cannot be read, or a line that is none of a run's.
    """
    file = run / METRICS
    try:
        content = file.read_bytes() if file.exists() else b""
    except OSError as error:
        raise InputError(f"cannot read {file}: {error.strerror or error}") from error
    lines = []
    for number, text in enumerate(whole := content.split(b"\n"), 1):
        try:
            lines.append(_line(text))
        except ValueError as error:
            if number < len(whole):
                raise InputError(
                    f"{file}, line {number} {error}; without the line the rest can be used"
                ) from None
    return lines


def _line(text: bytes) -> dict[str, Any]:
    line = read_document(text)
    if type(line.get("step")) is not int:
        raise ValueError("tells no step")
    return line
