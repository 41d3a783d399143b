"""Charts: what is drawn lies where its values are."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saps.evaluation.charts import line_chart, ticks
from saps.evaluation.plots import Curve


def polylines(svg: str) -> list[list[tuple[float, float]]]:
    found = [element for element in ElementTree.fromstring(svg).iter() if element.tag == "polyline"]
    return [
        [(float(x), float(y)) for x, y in re.findall(r"([\d.]+),([\d.]+)", element.attrib["points"])]
        for element in found
    ]


def test_values_go_upwards_and_steps_to_the_right() -> None:
    svg = line_chart(
        "share & <depth>", [Curve("a", [(1, 0.0), (3, 50.0)]), Curve("b", [(2, 100.0)])], "levels"
    )
    (left, right), (middle,) = polylines(svg)
    assert left[0] < middle[0] < right[0] and left[1] > right[1] > middle[1]
    assert middle[0] - left[0] == right[0] - middle[0] and left[1] - right[1] == right[1] - middle[1]
    words = [element.text for element in ElementTree.fromstring(svg).iter("text")]
    assert {"share & <depth>", "levels", "a", "b", "0", "100"} <= set(words)


def test_each_of_many_curves_can_be_told() -> None:
    svg = line_chart("many", [Curve(str(index), [(0, index)]) for index in range(15)], "steps")
    lines = list(ElementTree.fromstring(svg).iter("polyline"))
    assert len({(line.attrib["stroke"], line.get("stroke-dasharray")) for line in lines}) == 15


def test_a_chart_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError):
        line_chart("nothing", [], "steps")


def test_steps_are_whole_and_written_out() -> None:
    svg = line_chart("steps", [Curve("a", [(0, 0.0), (60_000, 1.0)])], "steps")
    words = [element.text for element in ElementTree.fromstring(svg).iter("text")]
    assert {"0", "10,000", "60,000", "0.2"} <= set(words)
    svg = line_chart("levels", [Curve("a", [(3, 0.0), (4, 1.0)])], "levels")
    words = [element.text for element in ElementTree.fromstring(svg).iter("text")]
    assert "3" in words and "3.2" not in words


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6))
def test_ticks_are_few_round_and_within(low: float, width: float) -> None:
    found = ticks(low, low + width)
    assert 1 <= len(found) <= 7
    assert all(low - 1e-6 * width <= value <= low + width * (1 + 1e-6) for value in found)
    if len(found) > 1:
        step = f"{found[1] - found[0]:.0e}"
        assert step[0] in "125"
