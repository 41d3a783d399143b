"""What the documentation takes from the code: commands, functions, the library."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import typer

from saps.cli.main import app
from saps.language.library import built_in
from saps.language.primitives import PRIMITIVES


def on_page_markdown(markdown: str, **_: Any) -> str:
    """mkdocs calls this for each page."""
    for name, make in _PARTS.items():
        mark = f"<!-- generated: {name} -->"
        if mark in markdown:
            markdown = markdown.replace(mark, make())
    return markdown


def _commands() -> str:
    return "\n".join(_helps(typer.main.get_command(app), "saps"))


def _helps(command: Any, path: str) -> Iterable[str]:
    """A command's help, then those of its subcommands."""
    with command.make_context(path, ["--help"], resilient_parsing=True) as context:
        yield f"### {path}\n\n```\n{command.get_help(context).strip()}\n```\n"
        for name in getattr(command, "list_commands", lambda _: [])(context):
            yield from _helps(command.get_command(context, name), f"{path} {name}")


def _primitives() -> str:
    rows = (
        f"| `{_cell(one.name)}` | `{_cell(one.scheme.text)}` | {one.doc} |" for one in PRIMITIVES.values()
    )
    return "\n".join(["| function | type | |", "|---|---|---|", *rows])


def _library() -> str:
    topics: dict[str, list[str]] = {}
    for one in built_in().values():
        topics.setdefault(one.topic, []).append(f"| `{_cell(one.signature)}` | {_cell(one.doc)} |")
    return "\n".join(
        f"## {topic}\n\n| meaning | |\n|---|---|\n" + "\n".join(rows) + "\n" for topic, rows in topics.items()
    )


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


_PARTS: dict[str, Callable[[], str]] = {
    "commands": _commands,
    "primitives": _primitives,
    "library": _library,
}
