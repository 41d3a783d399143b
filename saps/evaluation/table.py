"""The table of systems: its rows, what the papers measured, what we did, as JSON and as Markdown.

Published figures are on the AlgoLisp dataset: SAPS's from Bednarek, Piaskowski & Krawiec 2018 (exact match),
Seq2Seq's and Seq2Tree's from Polosukhin & Skidanov 2018 (accuracy on tests, without search).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace

from saps.evaluation.metrics import Summary
from saps.language.errors import InputError
from saps.language.json_reader import decode

FORMAT = 2


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
    **{
        f"cell-{cell}": Row(f"SAPS VH Att, {title} encoder", "vh-att", (f"model.cell={cell}",))
        for cell, title in {
            "vanilla": "peephole LSTM",
            **{
                name: name.upper()
                for name in ("nig", "nfg", "nog", "niaf", "noaf", "cifg", "np", "fgr", "gru")
            },
        }.items()
    },
}
SYSTEMS = tuple(name for name in ROWS if not name.startswith("cell-"))
"""The rows that are done where none is named: those with published figures."""


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What came of a row. `free` is greedy decoding of what the model says, as the papers measure; `typed`
    keeps to well-typed programs, which a decoder of sequences cannot."""

    ending: str
    """How training ended."""
    seconds: float
    """Of training."""
    pretraining_seconds: float
    steps: int
    parameters: int
    validation: float | None
    """Best exact match on the validation split, from 0 to 1."""
    free: Summary
    typed: Summary | None


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
            to_markdown(cls(conditions, rows))  # figures of other kinds than were written cannot be shown
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise InputError(
                f"not a table's results, or damaged ({error!r}); move the file away to measure again"
            ) from error
        return cls(conditions, rows)


def _measured(values: dict[str, object]) -> Measured:
    summaries = {key: values[key] and Summary(**values[key]) for key in ("free", "typed")}  # type: ignore[arg-type]
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


HEADINGS = (
    "system",
    "validation exact match",
    "test exact match",
    "test accuracy",
    "typed: exact match",
    "typed: accuracy",
    "parameters",
    "training",
    "paper: validation",
    "paper: test",
)


def to_markdown(results: Results) -> str:
    """All rows that have a published figure, and others once they are measured."""
    shown = [name for name in ROWS if name in SYSTEMS or name in results.rows]
    lines = [HEADINGS, ("---", *["---:"] * (len(HEADINGS) - 1))]
    lines += [(ROWS[name].title, *_cells(results.rows.get(name)), *_paper(ROWS[name])) for name in shown]
    table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    conditions = ", ".join(f"{key} {value}" for key, value in results.conditions.items() if value)
    notes = (
        "Test exact match and accuracy are of greedy decoding without type rules, as in the papers; "
        "typed: of greedy search kept to well-typed programs. The papers' figures are on the AlgoLisp "
        "dataset."
    )
    return f"{table}\n\n{notes}\nMeasured with {conditions}.\n"


def _cells(measured: Measured | None) -> Sequence[str]:
    if measured is None:
        return ["–"] * 7
    typed = measured.typed
    ending = "" if measured.ending == "finished" else f", {measured.ending}"
    return [
        _percent(measured.validation),
        _percent(measured.free.exact_match),
        _percent(measured.free.accuracy),
        _percent(None if typed is None else typed.exact_match),
        _percent(None if typed is None else typed.accuracy),
        f"{measured.parameters / 1e6:.2f} M",
        f"{(measured.pretraining_seconds + measured.seconds) / 60:.1f} min{ending}",
    ]


def _paper(row: Row) -> Sequence[str]:
    if row.published is None:
        return ["–"] * 2
    return [
        f"{figure:.2f} %{'' if row.measure == 'exact match' else ' (accuracy)'}" for figure in row.published
    ]


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.2f} %"
