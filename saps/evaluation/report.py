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
from saps.language.errors import InputError

_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>{title}</title>
<style>
body {{ font: 15px/1.45 sans-serif; max-width: 72em; margin: 2em auto; padding: 0 1em; color: #222 }}
summary {{ font-size: 1.15em; margin: .8em 0; cursor: pointer }}
article {{ border-left: 3px solid #ccc; padding: .1em 1em; margin: 0 0 1em 1em }}
code {{ font: 13px/1.4 monospace; overflow-wrap: anywhere }}
dl {{ display: grid; grid-template-columns: 7em 1fr; gap: .15em .5em; margin: .3em 0 }}
dt {{ color: #777 }} dd {{ margin: 0 }}
</style>
<h1>{title}</h1>
<p>{summary}</p>
{groups}
</html>
"""


def write_report(folder: Path, title: str, results: Sequence[Result]) -> None:
    """Writes `failures.html` and `failures.jsonl` into a folder, made if need be. Raises InputError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"cannot make the folder {folder}: {error.strerror or error}") from error
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
    return _PAGE.format(title=escape(title), summary=summary, groups=groups)


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
