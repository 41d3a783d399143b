"""Learning curves: what is drawn is what was measured."""

from pathlib import Path

import pytest

from saps.evaluation.plots import Curve, draw, panels, save_png, value_at
from saps.language.errors import InputError
from saps.training.history import read_metrics

RUNS = {
    "first": [{"step": 10, "train_loss": 3.0, "exact_match": 0.0}, {"step": 30, "train_loss": 1.0}],
    "second": [{"step": 20, "train_loss": 2.0}, {"step": 50, "train_loss": float("nan")}],
}


def test_a_panel_for_each_measure_that_there_is() -> None:
    found = panels(RUNS)
    assert list(found) == ["training loss (nats a node)", "validation exact match"]
    first, second = found["training loss (nats a node)"]
    assert (first.name, first.points) == ("first", [(10, 3.0), (30, 1.0)])
    assert second.points == [(20, 2.0)]
    assert panels({"none": []}) == {}


@pytest.mark.parametrize(
    ("step", "value"), [(9, None), (10, 3.0), (15, 2.5), (30, 1.0), (45, 4.0), (60, 7.0), (61, None)]
)
def test_between_points_runs_a_line(step: float, value: float | None) -> None:
    assert value_at([(10, 3.0), (30, 1.0), (60, 7.0)], step) == value


def test_a_falling_curve_falls() -> None:
    text = draw("loss", [Curve("run", [(0, 1.0), (10, 0.0)])], width=11, height=11)
    title, *rows, axis, steps = text.splitlines()
    assert title == "loss: * run"
    assert [row.split("|")[1] for row in rows] == [" " * column + "*" for column in range(11)]
    assert rows[0].startswith("  1 |") and rows[-1].startswith("  0 |")
    assert axis.endswith("+" + "-" * 11) and steps.split() == ["0", "10"]


def test_each_curve_has_its_mark_and_one_point_is_enough() -> None:
    text = draw("loss", [Curve("a", [(5, 0.2)]), Curve("b", [(5, 0.7)])])
    assert text.startswith("loss: * a   o b\n")
    assert {"*", "o"} < set("".join(text.splitlines()[1:]))


def test_a_diverged_run_is_drawn_as_far_as_it_goes(recwarn: pytest.WarningsRecorder) -> None:
    lines = [{"step": 1, "loss": 2.0}, {"step": 2, "loss": 1e300}, {"step": 3, "loss": float("inf")}]
    found = panels({"run": [*lines, {"step": 4, "loss": None}, {"step": 5, "loss": "x"}]})
    ((title, (curve,)),) = found.items()
    assert curve.points == [(1, 2.0)]
    assert "*" in draw(title, [curve])
    assert panels({"run": [{"step": 1, "loss": float("nan")}]}) == {}
    assert not recwarn.list


def test_a_line_that_was_cut_short_is_left_out_and_a_damaged_one_told(tmp_path: Path) -> None:
    (tmp_path / "metrics.jsonl").write_bytes(b'{"step": 1, "loss": 2}\n{"st')
    assert read_metrics(tmp_path) == [{"step": 1, "loss": 2}]
    (tmp_path / "metrics.jsonl").write_bytes(b'{"step": 1, "loss": 2}\n[1]\n{"step": 3, "loss": 1}\n')
    with pytest.raises(InputError, match="line 2 is not a JSON object"):
        read_metrics(tmp_path)


def test_a_picture(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    save_png(tmp_path / "curves.png", panels(RUNS))
    content = (tmp_path / "curves.png").read_bytes()
    assert content.startswith(b"\x89PNG") and len(content) > 5000
    with pytest.raises(InputError, match="cannot write"):
        save_png(tmp_path / "none" / "curves.png", panels(RUNS))
