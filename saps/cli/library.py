"""`saps library`: the meanings that programs may call, with their examples."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from saps.cli.options import JsonOption
from saps.cli.output import EXIT_YES, print_json, say
from saps.corpus.grammar.model import nearest
from saps.language.definition import Definition
from saps.language.errors import InputError
from saps.language.library import Library, built_in
from saps.language.printer import to_text

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def library(
    name: Annotated[
        str | None, typer.Argument(help="A meaning or a topic; all are listed without.", show_default=False)
    ] = None,
    json_: JsonOption = False,
) -> int:
    """List the library's meanings by topic, or show one with its examples."""
    known = built_in()
    if name is not None and name in known:
        _show(known[name], known, json_)
        return EXIT_YES
    topics = list(dict.fromkeys(one.topic for one in known.values()))
    if name is not None and name not in topics:
        raise InputError(f"no meaning or topic is called {name!r}{nearest(name, [*known, *topics])}")
    chosen = [one for one in known.values() if name in (None, one.topic)]
    if json_:
        print_json({"meanings": [_summary(one) for one in chosen]})
        return EXIT_YES
    for topic in topics:
        of_topic = [one for one in chosen if one.topic == topic]
        if of_topic:
            say(f"{topic}:")
            width = min(48, max(len(one.signature) for one in of_topic))
            for one in of_topic:
                say(f"  {one.signature:{width}}  {one.doc}")
    return EXIT_YES


def _summary(definition: Definition) -> dict[str, Any]:
    return {
        "name": definition.name,
        "topic": definition.topic,
        "params": dict(definition.params),
        "return_type": definition.result,
        "doc": definition.doc,
    }


def _show(definition: Definition, known: Library, json_: bool) -> None:
    plain = known.expander.plain(definition).body
    if json_:
        shown = _summary(definition) | {
            "body": definition.source,
            "plain": to_text(plain),
            "examples": list(definition.cases),
        }
        print_json(shown)
        return
    say(f"{definition.signature}   [{definition.topic}]")
    say(f"  {definition.doc}")
    say(f"  = {definition.source}")
    if plain != definition.body:
        say(f"  = {to_text(plain)}")
    for case in definition.cases:
        say(f"  e.g. {case}")
