"""Learning curves: as characters for a terminal, as a PNG where matplotlib is installed.

The curves are those of metrics.jsonl, one mapping a validation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from saps.language.errors import InputError

PANELS = {
    "train_loss": "training loss (nats a node)",
    "loss": "validation loss (nats a node)",
    "exact_match": "validation exact match",
}
"""What is drawn of a run, and how it is called."""

_BEYOND = 1e30
"""Larger values, as of a diverged run, are left out: beside them the others could not be seen."""

MARKS = "*o+x#@%&"
"""Of the curves in a terminal, in turn."""


@dataclass(frozen=True, slots=True)
class Curve:
    name: str
    points: list[tuple[float, float]]
    """(step, value), by step."""


def panels(runs: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, list[Curve]]:
    """Each panel's title and curves, from the metrics of runs by name; only panels that were measured."""
    found = {}
    for key, title in PANELS.items():
        curves = [Curve(name, _points(lines, key)) for name, lines in runs.items()]
        if drawn := [curve for curve in curves if curve.points]:
            found[title] = drawn
    return found


def _points(lines: Sequence[Mapping[str, Any]], key: str) -> list[tuple[float, float]]:
    points = [(line["step"], line[key]) for line in lines if type(line.get(key)) in (int, float)]
    return sorted((step, value) for step, value in points if abs(value) < _BEYOND)


def draw(title: str, curves: Sequence[Curve], width: int = 72, height: int = 12) -> str:
    """Curves as lines of text: values upwards, steps to the right, a mark for each curve."""
    low, high = extent([value for curve in curves for _, value in curve.points])
    first, last = extent([step for curve in curves for step, _ in curve.points])
    grid = [[" "] * width for _ in range(height)]
    for curve, mark in zip(curves, _marks(len(curves)), strict=True):
        for column in range(width):
            step = first + (last - first) * column / (width - 1)
            value = value_at(curve.points, step)
            if value is not None:
                grid[round((high - value) / (high - low) * (height - 1))][column] = mark
    labels = [f"{high - (high - low) * row / (height - 1):.4g}" for row in range(height)]
    margin = max(map(len, labels))
    rows = [f"{label:>{margin}} |{''.join(row).rstrip()}" for label, row in zip(labels, grid, strict=True)]
    axis = " " * margin + " +" + "-" * width
    steps = f"{first:,.0f}".ljust(width - len(f"{last:,.0f}")) + f"{last:,.0f}"
    legend = "   ".join(
        f"{mark} {curve.name}" for curve, mark in zip(curves, _marks(len(curves)), strict=True)
    )
    return "\n".join([f"{title}: {legend}", *rows, axis, " " * (margin + 2) + steps])


def value_at(points: Sequence[tuple[float, float]], step: float) -> float | None:
    """The value at a step, on the line between its neighbours; None outside of the points."""
    if not points[0][0] <= step <= points[-1][0]:
        return None
    after = next(index for index, (there, _) in enumerate(points) if there >= step)
    (right, above), (left, below) = points[after], points[max(0, after - 1)]
    return above if right == left else below + (above - below) * (step - left) / (right - left)


def save_png(path: Path, drawn: Mapping[str, Sequence[Curve]]) -> None:
    """Writes the panels, one above the other, with matplotlib. Raises InputError where that fails."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 3 * len(drawn)), layout="constrained")
    FigureCanvasAgg(figure)
    places = figure.subplots(len(drawn), squeeze=False)[:, 0]
    for axes, (title, curves) in zip(places, drawn.items(), strict=True):
        for curve in curves:
            axes.plot(*zip(*curve.points, strict=True), marker=".", label=curve.name)
        axes.set(title=title, xlabel="step")
        axes.grid(alpha=0.3)
        axes.legend()
    try:
        figure.savefig(path, format="png", dpi=120)
    except OSError as error:
        raise InputError(f"cannot write {path}: {error.strerror or error}") from error


def extent(values: Sequence[float]) -> tuple[float, float]:
    """The least and the greatest; one more than the least where they are the same. Raises ValueError for
    none."""
    low, high = min(values), max(values)
    return (low, high) if low < high else (low, low + 1)


def _marks(count: int) -> str:
    return (MARKS * (count // len(MARKS) + 1))[:count]
