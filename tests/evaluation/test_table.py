"""The table's rows, results and Markdown."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from saps.evaluation.metrics import Summary
from saps.evaluation.table import CELLS, ROWS, SYSTEMS, Measured, Results, choose, to_markdown, to_page
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
    passes=2,
    machine="cpu, float32, 2 threads",
    parameters=5_143_944,
    validated=100,
    curve=[(1, 0.125), (2, 0.25), (3, 0.2)],
    depths=[(3, 6, 0.5), (4, 4, 0.25)],
    free=SUMMARY,
    typed=replace(SUMMARY, exact_match=0.75),
    searched=replace(SUMMARY, accuracy=0.9),
)


WRITTEN = Results(CONDITIONS).with_row("vh", MEASURED).to_json()


def test_results_come_back_as_they_were() -> None:
    results = Results(CONDITIONS).with_row("vh", MEASURED).with_row("seq2seq", replace(MEASURED, typed=None))
    text = results.to_json()
    read = Results.from_json(text, CONDITIONS)
    assert read.to_json() == text and read.rows["vh"].searched == MEASURED.searched
    assert list(json.loads(text)["rows"]) == ["seq2seq", "vh"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "not a table's results"),
        ("[]", "not a table's results"),
        ('{"rows": {"vh": {}}}', "not a table's results"),
        (Results(CONDITIONS).to_json().replace("{}", '{"vh": {}}'), "not a table's results"),
        (WRITTEN.replace('"vh"', '"vhh"'), "there is no row 'vhh'"),
        (WRITTEN.replace("cpu", "\\ud800"), "not a table's results"),
        (WRITTEN.replace("0.125", "1e400"), "not a table's results"),
        (WRITTEN.replace("0.125", '"x"'), "not a table's results"),
        (Results(CONDITIONS).to_json().replace("small", "paper"), "are of recipe paper, not small"),
        (Results(CONDITIONS).to_json().replace('"format": 3', '"format": 1'), "are of format 1, not 3"),
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


def tables(markdown: str) -> dict[str, list[list[str]]]:
    """By heading: the lines, cell by cell."""
    found: dict[str, list[list[str]]] = {}
    for line in markdown.splitlines():
        if line.startswith("## "):
            found[line[3:]] = []
        elif line.startswith("|") and "---" not in line:
            found[list(found)[-1]].append(line.strip("| ").split(" | "))
    return found


def test_the_markdown_has_what_was_measured_beside_the_papers_figures() -> None:
    results = Results(CONDITIONS).with_row("h-att", replace(MEASURED, ending="out of time"))
    text = to_markdown(results.with_row("cell-nig", replace(MEASURED, typed=None, searched=None)))
    found = tables(text)
    by_title = {line[0]: line[1:] for line in found["Systems"]}
    assert len(found["Systems"]) == 1 + len(SYSTEMS) and {len(line) for line in found["Systems"]} == {12}
    free = ["25.00 % (17.5 to 34.3)", "50.00 % (23.7 to 76.3)", "62.50 %", "70.00 %"]
    assert by_title["SAPS H Att"] == [
        *free,
        *["75.00 %", "62.50 %", "5.14 M", "2", "1.5 min, out of time", "89.54 %", "86.20 %"],
    ]
    assert by_title["Seq2Tree"] == ["–"] * 9 + ["61.20 % (accuracy)", "61.00 % (accuracy)"]
    assert found["Cells of the encoder of SAPS VH Att"][1:] == [
        ["NIG", *free, "–", "–", "5.14 M", "2", "1.5 min"]
    ]
    searches = found["Accuracy with search, three tests as examples"]
    assert searches[1] == ["SAPS H Att", "90.00 % (59.6 to 98.2)", "10"]
    assert ["Seq2Tree + Search", "85.80 %", "AlgoLisp"] in searches
    assert found["Test exact match by the depth of the program"] == [
        ["depth", "tasks", "SAPS H Att", "NIG"],
        ["3", "6", "50.00 %", "50.00 %"],
        ["4", "4", "25.00 %", "25.00 %"],
    ]
    assert "Measured with data corpus (0123), recipe small. Trained on cpu, float32, 2 threads." in text


def test_a_row_without_validation_shows_none() -> None:
    found = tables(to_markdown(Results(CONDITIONS).with_row("vh", replace(MEASURED, curve=[]))))
    assert ["SAPS VH", "–"] in [line[:2] for line in found["Systems"]]


def test_without_results_the_papers_figures_alone_are_shown() -> None:
    assert list(tables(to_markdown(Results(CONDITIONS)))) == ["Systems"]
    assert "<svg" not in to_page(Results(CONDITIONS))


class Page(HTMLParser):
    """The elements of a page, what they refer to, and the words of its cells."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: Counter[str] = Counter()
        self.references: list[str] = []
        self.cells: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements[tag] += 1
        self.references += [value or "" for key, value in attrs if key in ("src", "href")]
        if tag in ("td", "th"):
            self.cells.append("")

    def handle_data(self, data: str) -> None:
        if self.lasttag in ("td", "th") and data.strip():
            self.cells[-1] += data


def test_the_page_has_the_tables_and_a_chart_of_depths_and_of_training_for_each_kind() -> None:
    results = (
        Results({**CONDITIONS, "data": "<corpus>"}).with_row("vh", MEASURED).with_row("cell-gru", MEASURED)
    )
    text = to_page(results)
    page = Page(text)
    assert page.elements["table"] == 4 and page.elements["svg"] == 4
    assert page.elements["polyline"] == 4 and page.elements["circle"] == 2 * (2 + 3)
    assert not page.references and "http" not in text
    for lines in tables(to_markdown(results)).values():
        for line in lines:
            assert set(line) <= set(page.cells)
    assert "<corpus>" not in text and "&lt;corpus&gt;" in text


def test_every_system_of_the_literature_has_its_figures() -> None:
    assert all(ROWS[name].published for name in SYSTEMS)
    assert len(SYSTEMS) == 9 and set(CELLS) & set(SYSTEMS) == set()
