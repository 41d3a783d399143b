"""The table's rows, results and Markdown."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from saps.evaluation.metrics import Summary
from saps.evaluation.table import ROWS, SYSTEMS, Measured, Results, choose, to_markdown
from saps.language.errors import InputError

CONDITIONS = {"data": "corpus (0123)", "recipe": "small", "settings": ""}
SUMMARY = Summary(
    tasks=10,
    exact_match=0.5,
    accuracy=0.625,
    half_accuracy=0.7,
    well_typed=0.9,
    oracle=0.75,
    programs_tried=1.0,
    milliseconds=12.5,
    sure=0.0,
    sure_right=0.0,
)
MEASURED = Measured(
    ending="finished",
    seconds=90.0,
    pretraining_seconds=0.0,
    steps=3,
    parameters=5_143_944,
    validation=0.25,
    free=SUMMARY,
    typed=replace(SUMMARY, exact_match=0.75),
)


def test_results_come_back_as_they_were() -> None:
    results = Results(CONDITIONS).with_row("vh", MEASURED).with_row("seq2seq", replace(MEASURED, typed=None))
    text = results.to_json()
    assert Results.from_json(text, CONDITIONS) == results
    assert list(json.loads(text)["rows"]) == ["seq2seq", "vh"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "not a table's results"),
        ("[]", "not a table's results"),
        ('{"rows": {"vh": {}}}', "not a table's results"),
        (Results(CONDITIONS).to_json().replace("{}", '{"vh": {}}'), "not a table's results"),
        (Results(CONDITIONS).to_json().replace("small", "paper"), "are of recipe paper, not small"),
        (Results(CONDITIONS).to_json().replace('"format": 2', '"format": 1'), "are of format 1, not 2"),
    ],
)
def test_other_results_are_refused(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        Results.from_json(text, CONDITIONS)


def test_rows_are_chosen_by_name() -> None:
    assert choose(None) == list(SYSTEMS)
    assert choose("vh, seq2seq") == ["seq2seq", "vh"]
    with pytest.raises(InputError, match="no row 'vhh'; there are seq2seq, seq2tree, v, v-att"):
        choose("vhh")


def test_the_markdown_has_what_was_measured_beside_the_papers_figures() -> None:
    results = Results(CONDITIONS).with_row("h-att", replace(MEASURED, ending="out of time"))
    lines = to_markdown(results.with_row("cell-nig", MEASURED)).splitlines()
    table = [line.strip("| ").split(" | ") for line in lines if line.startswith("|")]
    assert {len(line) for line in table} == {10}
    by_title = {line[0]: line[1:] for line in table}
    measured = ["25.00 %", "50.00 %", "62.50 %", "75.00 %", "62.50 %", "5.14 M"]
    assert by_title["SAPS H Att"] == [*measured, "1.5 min, out of time", "89.54 %", "86.20 %"]
    assert by_title["SAPS VH Att, NIG encoder"] == [*measured, "1.5 min", "–", "–"]
    assert by_title["Seq2Tree"] == ["–"] * 7 + ["61.20 % (accuracy)", "61.00 % (accuracy)"]
    assert len(table) == 2 + len(SYSTEMS) + 1
    assert "Measured with data corpus (0123), recipe small." in lines


def test_every_system_of_the_literature_has_its_figures() -> None:
    assert all(ROWS[name].published for name in SYSTEMS)
    assert not any(row.published for name, row in ROWS.items() if name not in SYSTEMS)
