"""Line charts as SVG, for pages that are read without a network."""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from html import escape

from saps.evaluation.plots import Curve, extent

WIDTH, HEIGHT = 640, 320
"""Of the plane that the curves are in, in pixels; labels and the legend come around it."""

COLOURS = (
    "#4477aa",
    "#ee6677",
    "#228833",
    "#ccbb44",
    "#66ccee",
    "#aa3377",
    "#994455",
    "#6699cc",
    "#997700",
    "#777777",
)
"""Told apart by colour-blind readers too (from schemes of Paul Tol); curves after the tenth are dashed."""

_LEFT, _TOP, _BELOW, _LEGEND = 60, 34, 44, 270


def line_chart(title: str, curves: Sequence[Curve], across: str) -> str:
    """An `svg` element: values upwards, what `across` names to the right, a legend beside it.

    Raises ValueError where there is no point.
    """
    low, high = extent([value for curve in curves for _, value in curve.points])
    first, last = extent([place for curve in curves for place, _ in curve.points])

    def x(place: float) -> float:
        return _LEFT + WIDTH * (place - first) / (last - first)

    def y(value: float) -> float:
        return _TOP + HEIGHT * (high - value) / (high - low)

    parts = [f'<text x="{_LEFT}" y="20" font-weight="bold">{escape(title)}</text>']
    for value in ticks(low, high):
        parts.append(
            f'<path d="M{_LEFT} {y(value):.1f}h{WIDTH}" stroke="#ccc"/>'
            f'<text x="{_LEFT - 6}" y="{y(value) + 4:.1f}" text-anchor="end">{value:.10g}</text>'
        )
    for place in ticks(first, last, whole=True):
        parts.append(
            f'<text x="{x(place):.1f}" y="{_TOP + HEIGHT + 18}" text-anchor="middle">{place:,.10g}</text>'
        )
    parts.append(
        f'<text x="{_LEFT + WIDTH / 2}" y="{_TOP + HEIGHT + 38}" text-anchor="middle">{escape(across)}</text>'
    )
    for index, curve in enumerate(curves):
        colour = COLOURS[index % len(COLOURS)]
        stroke = f'stroke="{colour}" fill="none" stroke-width="1.8"' + _dash(index)
        points = [(x(place), y(value)) for place, value in curve.points]
        path = " ".join(f"{across:.1f},{up:.1f}" for across, up in points)
        dots = "".join(f'<circle cx="{across:.1f}" cy="{up:.1f}" r="2.2"/>' for across, up in points)
        line = _TOP + 14 + 20 * index
        parts.append(
            f'<polyline points="{path}" {stroke}/><g fill="{colour}">{dots}</g>'
            f'<path d="M{_LEFT + WIDTH + 16} {line - 4}h22" {stroke}/>'
            f'<text x="{_LEFT + WIDTH + 44}" y="{line}">{escape(curve.name)}</text>'
        )
    width, height = _LEFT + WIDTH + _LEGEND, _TOP + max(HEIGHT + _BELOW, 20 * len(curves) + 14)
    return (
        f'<svg viewBox="0 0 {width} {height}" width="{width}" role="img" font-family="sans-serif" '
        f'font-size="12" fill="#222"><title>{escape(title)}</title>\n' + "\n".join(parts) + "\n</svg>"
    )


def ticks(low: float, high: float, whole: bool = False) -> list[float]:
    """At most seven round values between two, 1, 2 or 5 times a power of ten apart; `whole`: at least 1."""
    least = max((high - low) / 6, 1.0 if whole else sys.float_info.min)
    power = 10.0 ** math.floor(math.log10(least))
    step = next((power * factor for factor in (1, 2, 5) if power * factor >= least * (1 - 1e-9)), 10 * power)
    return [index * step for index in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)]


def _dash(index: int) -> str:
    return ' stroke-dasharray="6 3"' if index >= len(COLOURS) else ""
