"""The failures of an evaluation for people: one HTML page that needs nothing else, and JSON lines."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from html import escape
from pathlib import Path

from saps.corpus.tasks.task import written_aside
from saps.evaluation.metrics import Result
from saps.evaluation.mistakes import Failure
from saps.evaluation.page import html_page
from saps.system.folders import make_folder


def write_report(folder: Path, title: str, results: Sequence[Result]) -> None:
    """Writes `failures.html` and `failures.jsonl` into a folder, made if need be. Raises InputError."""
    make_folder(folder)
    failures = [result.failure for result in results if result.failure is not None]
    with written_aside(folder / "failures.jsonl") as stream:
        stream.writelines(json.dumps(asdict(one), ensure_ascii=False) + "\n" for one in failures)
    with written_aside(folder / "failures.html") as stream:
        stream.write(page(title, len(results), failures))


def page(title: str, tasks: int, failures: Sequence[Failure]) -> str:
    """The HTML page: kinds of mistakes, the most frequent first, and each task under its kind."""
    kinds: dict[str, list[Failure]] = {}
    for failure in failures:
        kinds.setdefault(failure.kind, []).append(failure)
    ordered = sorted(kinds.items(), key=lambda item: (-len(item[1]), item[0]))
    summary = f"{len(failures):,} of {tasks:,} tasks failed."
    groups = "\n".join(_group(kind, members) for kind, members in ordered)
    return html_page(title, f"<p>{summary}</p>\n{groups}")


def _group(kind: str, failures: Sequence[Failure]) -> str:
    articles = "\n".join(map(_article, failures))
    return f"<details open><summary>{escape(kind)} ({len(failures):,})</summary>\n{articles}\n</details>"


def _article(failure: Failure) -> str:
    sure = "" if failure.confidence is None else f"{failure.confidence:.2f}"
    rows = (
        ("gold", f"<code>{escape(failure.gold)}</code>"),
        ("answer", f"<code>{escape(failure.answer or 'none')}</code>"),
        ("first wrong", f"<code>{escape(failure.difference or '')}</code>"),
        ("confidence", sure),
    )
    return f"<article><b>{escape(failure.sentence)}</b>\n<dl>{_rows(rows)}</dl></article>"


def _rows(rows: Iterable[tuple[str, str]]) -> str:
    return "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in rows)
