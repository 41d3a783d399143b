"""The table of systems: its rows, what the papers measured, what we did, as JSON, as Markdown and as a page.

Published figures are on the AlgoLisp dataset: SAPS's from Bednarek, Piaskowski & Krawiec 2018 (exact match),
Seq2Seq's and Seq2Tree's from Polosukhin & Skidanov 2018 (accuracy on tests, without search). Greff et al.
2017 compare the encoder's cells, on other tasks.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from html import escape
from typing import NamedTuple

from saps.evaluation.charts import line_chart
from saps.evaluation.metrics import Summary, interval
from saps.evaluation.page import html_page
from saps.evaluation.plots import Curve
from saps.language.errors import InputError
from saps.language.json_reader import decode

FORMAT = 3


@dataclass(frozen=True)
class Row:
    """A system: its recipe, joined to one that says how large, and the figures published of it in %."""

    title: str
    recipe: str
    settings: tuple[str, ...] = ()
    pretrained: bool = False
    """Whether its decoder comes from an autoencoder."""
    published: tuple[float, float] | None = None
    """On the validation and on the test split."""
    measure: str = "exact match"


OURS = ("model.attention_by_state=true", "model.birth_ranks=true")
"""What our decoder has and the paper's has not."""

ROWS = {
    "seq2seq": Row("Attentional Seq2Seq", "seq2seq", published=(54.4, 54.1), measure="accuracy"),
    "seq2tree": Row("Seq2Tree", "seq2tree", published=(61.2, 61.0), measure="accuracy"),
    "v": Row("SAPS V", "v", published=(0.0, 0.0)),
    "v-att": Row("SAPS V Att", "v-att", published=(0.0, 0.0)),
    "h": Row("SAPS H", "h", published=(84.31, 78.92)),
    "h-att": Row("SAPS H Att", "h-att", published=(89.54, 86.20)),
    "vh": Row("SAPS VH", "vh", published=(93.65, 89.10)),
    "vh-att": Row("SAPS VH Att", "vh-att", published=(93.73, 92.36)),
    "pre-vh-att": Row("SAPSpre VH Att", "vh-att", pretrained=True, published=(86.67, 83.80)),
    "ours": Row("VH Att, ours: each state looks", "vh-att", OURS),
    "ours-library": Row("VH Att, ours: and says meanings", "vh-att", (*OURS, "model.target=library")),
    **{
        f"cell-{cell}": Row(title, "vh-att", (f"model.cell={cell}",))
        for cell, title in {
            "vanilla": "peephole LSTM",
            **{
                name: name.upper()
                for name in ("nig", "nfg", "nog", "niaf", "noaf", "cifg", "np", "fgr", "gru")
            },
        }.items()
    },
}
SYSTEMS = tuple(name for name, row in ROWS.items() if row.published)
"""The rows that are done where none is named: those with published figures."""

CELLS = tuple(name for name in ROWS if name.startswith("cell-"))
"""The rows that have a table of their own: SAPS VH Att with other cells in the encoder."""

SEARCHES = {
    "Seq2Tree + Search": 85.8,
    "SketchAdapt, cleaned": 95.8,
    "TP-N2F, cleaned": 93.48,
    "TokPair, beam 10, cleaned": 99.24,
}
"""Published accuracies in % on the test split, of systems that search, or on the dataset cleaned of tasks
that fail their own tests."""

SEARCHED = 1000
"""Test tasks at most that are searched with examples."""


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What came of a row. `free` is greedy decoding of what the model says, as the papers measure; `typed`
    keeps to well-typed programs; `searched` is told three tests, and the others decide. A decoder of
    sequences has the first alone."""

    ending: str
    """How training ended."""
    seconds: float
    """Of training."""
    pretraining_seconds: float
    steps: int
    passes: int
    """Over the training split."""
    machine: str
    """Device, precision and threads of the process that trained it to its end."""
    parameters: int
    validated: int
    """Tasks of the validation split."""
    curve: Sequence[tuple[int, float]]
    """Of each validation the step and the exact match, from 0 to 1."""
    depths: Sequence[tuple[int, int, float]]
    """Of each depth of the test programs: how many have it, and the exact match of `free`."""
    free: Summary
    typed: Summary | None
    searched: Summary | None

    @property
    def validation(self) -> float | None:
        """The best exact match on the validation split; None without one."""
        return max((share for _, share in self.curve), default=None)


@dataclass(frozen=True)
class Results:
    """The rows measured so far, under conditions that are the same for all."""

    conditions: Mapping[str, str]
    rows: Mapping[str, Measured] = field(default_factory=dict)

    def with_row(self, name: str, measured: Measured) -> Results:
        return replace(self, rows={**self.rows, name: measured})

    def to_json(self) -> str:
        rows = {name: asdict(self.rows[name]) for name in ROWS if name in self.rows}
        return json.dumps({"format": FORMAT, **self.conditions, "rows": rows}, indent=2) + "\n"

    @classmethod
    def from_json(cls, text: str, conditions: Mapping[str, str]) -> Results:
        """What `to_json` wrote. Raises InputError for anything else; it names a condition that differs."""
        try:
            document = decode(text, "not a table's results")
            for key, value in {"format": FORMAT, **conditions}.items():
                if (found := document[key]) != value:
                    raise InputError(f"the results are of {key} {found}, not {value}; choose another folder")
            rows = {name: _measured(values) for name, values in document["rows"].items()}
            results = cls(conditions, rows)
            if odd := rows.keys() - ROWS.keys():
                raise InputError(f"there is no row {min(odd)!r}")
            # figures of other kinds than were written cannot be shown
            (to_markdown(results) + to_page(results)).encode()
        except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError, RecursionError) as error:
            raise InputError(
                f"not a table's results, or damaged ({error!r}); move the file away to measure again"
            ) from error
        return results


def _measured(values: dict[str, object]) -> Measured:
    summaries = {key: values[key] and Summary(**values[key]) for key in ("free", "typed", "searched")}  # type: ignore[arg-type]
    return Measured(**{**values, **summaries})  # type: ignore[arg-type]


def choose(names: str | None) -> list[str]:
    """The rows named, separated by commas, in the table's order; without names, the systems.

    Raises InputError for a name that is none.
    """
    asked = list(SYSTEMS) if names is None else [name.strip() for name in names.split(",")]
    for name in asked:
        if name not in ROWS:
            raise InputError(f"no row {name!r}; there are {', '.join(ROWS)}")
    return [name for name in ROWS if name in asked]


class Grid(NamedTuple):
    """A table as it is shown: each line's first cell is a name, the others are figures."""

    title: str
    headings: Sequence[str]
    lines: Sequence[Sequence[str]]


_FIGURES = (
    "validation exact match",
    "test exact match",
    "test accuracy",
    "50p-accuracy",
    "typed: exact match",
    "typed: accuracy",
    "parameters",
    "passes",
    "training",
)

_NOTES = (
    "Exact match with its 95 % confidence interval. Test exact match, accuracy (all tests pass) and "
    "50p-accuracy (half of them do) are of greedy decoding without type rules, as in the papers; typed: of "
    "greedy search kept to well-typed programs. The papers' figures are on the AlgoLisp dataset."
)


def grids(results: Results) -> list[Grid]:
    """What the results say as tables; those of which nothing was measured are left out, but for the first."""
    rows = results.rows
    systems = [name for name in ROWS if name in SYSTEMS or (name in rows and name not in CELLS)]
    cells = [name for name in CELLS if name in rows]
    found = [
        Grid(
            "Systems",
            ("system", *_FIGURES, "paper: validation", "paper: test"),
            [(ROWS[name].title, *_figures(rows.get(name)), *_paper(ROWS[name])) for name in systems],
        )
    ]
    searched = {ROWS[name].title: row.searched for name, row in rows.items() if row.searched}
    if searched:
        ours = [
            (title, _percent(one.accuracy, one.tasks), f"{one.tasks:,}") for title, one in searched.items()
        ]
        papers = [(title, f"{figure:.2f} %", "AlgoLisp") for title, figure in SEARCHES.items()]
        found.append(
            Grid(
                "Accuracy with search, three tests as examples",
                ("system", "accuracy", "tasks"),
                ours + papers,
            )
        )
    if cells:
        lines = [(ROWS[name].title, *_figures(rows[name])) for name in cells]
        found.append(Grid("Cells of the encoder of SAPS VH Att", ("cell", *_FIGURES), lines))
    if rows:
        names = [name for name in ROWS if name in rows]
        shares = {name: {depth: share for depth, _, share in rows[name].depths} for name in names}
        counts = {depth: count for row in rows.values() for depth, count, _ in row.depths}
        found.append(
            Grid(
                "Test exact match by the depth of the program",
                ("depth", "tasks", *(ROWS[name].title for name in names)),
                [
                    (str(depth), f"{counts[depth]:,}", *(_percent(shares[name].get(depth)) for name in names))
                    for depth in sorted(counts)
                ],
            )
        )
    return found


def to_markdown(results: Results) -> str:
    """All rows that have a published figure, and others once they are measured."""
    parts = [f"## {grid.title}\n\n{_markdown_table(grid)}" for grid in grids(results)]
    return "\n\n".join([*parts, _NOTES, _conditions(results)]) + "\n"


def _markdown_table(grid: Grid) -> str:
    lines = [grid.headings, ("---", *["---:"] * (len(grid.headings) - 1)), *grid.lines]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def to_page(results: Results) -> str:
    """The same as an HTML page, with exact match by depth and the learning curves as charts."""
    tables = [f"<h2>{escape(grid.title)}</h2>\n{_html_table(grid)}" for grid in grids(results)]
    charts = [
        f"<figure>{line_chart(title, curves, across)}</figure>" for title, curves, across in _charts(results)
    ]
    body = "\n".join([*tables, f"<p>{escape(_NOTES)}</p>", *charts, f"<p>{escape(_conditions(results))}</p>"])
    return html_page("Systems of the literature on generated tasks", body)


def _html_table(grid: Grid) -> str:
    head = "".join(f'<th scope="col">{escape(heading)}</th>' for heading in grid.headings)
    lines = "\n".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in line) + "</tr>" for line in grid.lines
    )
    return f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{lines}\n</tbody>\n</table>"


def _charts(results: Results) -> Iterator[tuple[str, list[Curve], str]]:
    """Title, curves in %, and what is to the right."""
    rows = {name: results.rows[name] for name in ROWS if name in results.rows}
    for title, among in (("systems", rows.keys() - set(CELLS)), ("cells", rows.keys() & set(CELLS))):
        chosen = {ROWS[name].title: row for name, row in rows.items() if name in among}
        for what, across, curves in (
            (
                "Test exact match (%) by depth",
                "levels of the program",
                [
                    Curve(name, [(depth, 100 * share) for depth, _, share in row.depths])
                    for name, row in chosen.items()
                ],
            ),
            (
                "Validation exact match (%) during training",
                "steps",
                [
                    Curve(name, [(step, 100 * share) for step, share in row.curve])
                    for name, row in chosen.items()
                ],
            ),
        ):
            if drawn := [curve for curve in curves if curve.points]:
                yield f"{what}: {title}", drawn, across


def _conditions(results: Results) -> str:
    machines = sorted({row.machine for row in results.rows.values()})
    measured = ", ".join(f"{key} {value}" for key, value in results.conditions.items() if value)
    return f"Measured with {measured}." + (f" Trained on {'; '.join(machines)}." if machines else "")


def _figures(measured: Measured | None) -> Sequence[str]:
    if measured is None:
        return ["–"] * len(_FIGURES)
    free, typed = measured.free, measured.typed
    ending = "" if measured.ending == "finished" else f", {measured.ending}"
    return [
        _percent(measured.validation, measured.validated),
        _percent(free.exact_match, free.tasks),
        _percent(free.accuracy),
        _percent(free.half_accuracy),
        _percent(None if typed is None else typed.exact_match),
        _percent(None if typed is None else typed.accuracy),
        f"{measured.parameters / 1e6:.2f} M",
        f"{measured.passes:,}",
        f"{(measured.pretraining_seconds + measured.seconds) / 60:.1f} min{ending}",
    ]


def _paper(row: Row) -> Sequence[str]:
    if row.published is None:
        return ["–"] * 2
    return [
        f"{figure:.2f} %{'' if row.measure == 'exact match' else ' (accuracy)'}" for figure in row.published
    ]


def _percent(share: float | None, count: int = 0) -> str:
    """In %; with the confidence interval where it is said of how many."""
    if share is None:
        return "–"
    if not count:
        return f"{100 * share:.2f} %"
    low, high = interval(share, count)
    return f"{100 * share:.2f} % ({100 * low:.1f} to {100 * high:.1f})"
