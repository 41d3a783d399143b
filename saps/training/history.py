"""The course of a run: a line for each validation in metrics.jsonl. Reading it needs no torch."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from saps.language.errors import InputError

METRICS = "metrics.jsonl"


def read_metrics(run: Path) -> list[dict[str, Any]]:
    """The lines so far of the run in a folder; what is no measurement of a step, as where a crash cut a line
    short, is left out. Raises InputError where the file cannot be read."""
    file = run / METRICS
    lines = []
    try:
        content = file.read_text(encoding="utf-8", errors="replace") if file.exists() else ""
    except OSError as error:
        raise InputError(f"cannot read {file}: {error.strerror or error}") from error
    for text in content.splitlines():
        try:
            line = json.loads(text)
        except (ValueError, RecursionError):
            continue
        if isinstance(line, dict) and type(line.get("step")) is int:
            lines.append(line)
    return lines
