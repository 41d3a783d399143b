"""Options that several commands have."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from saps.cli.output import say
from saps.system.workers import MOST

MOST_TASKS = 100_000_000
"""Of any number of tasks, or of programs for one, that is asked for: beyond it is a slip."""


def optional(name: str, metavar: str, help_: str) -> Any:
    """An option that may be left out, and has no default to show."""
    return typer.Option(name, metavar=metavar, help=help_, show_default=False)


def help_alone(context: typer.Context) -> None:
    """A group of commands without a command shows its help, which is what was asked for."""
    if context.invoked_subcommand is None:
        say(context.get_help())


CheckpointOption = Annotated[
    Path | None, optional("--checkpoint", "DIR", "The trained model; by default the one that ships.")
]
RegisterOption = Annotated[
    list[str] | None,
    optional(
        "--register",
        "NAME[=SHARE]",
        "A register of generated tasks: algolisp, paraphrase, terse, names, literals, "
        "messy, people, explained; by default all but the last.",
    ),
]
ProductionOption = Annotated[
    list[str] | None,
    optional(
        "--production",
        "NAME",
        "Let half of the tasks hold this production of the grammar (or one of several).",
    ),
]
GrammarOption = Annotated[
    Path | None,
    optional("--grammar", "FILE", "A task grammar; by default the built-in one."),
]
SkipOption = Annotated[bool, typer.Option("--skip-bad-lines", help="Use the good lines of damaged files.")]
SetOption = Annotated[
    list[str] | None,
    optional("--set", "KEY=VALUE", "Change one value of the recipe, such as train.epochs=5."),
]
ResumeOption = Annotated[
    bool, typer.Option("--resume", help="Go on with the run in --out, with its recipe and data.")
]
SizeOption = Annotated[
    int, typer.Option("--size", min=100, max=MOST_TASKS, help="Tasks to generate where there is no --data.")
]
MaxTimeOption = Annotated[
    float | None,
    typer.Option(
        "--max-time", metavar="MINUTES", min=0.0, help="Stop after so many minutes.", show_default=False
    ),
]
ThreadsOption = Annotated[
    int | None, typer.Option("--threads", min=1, max=MOST, help="CPU threads to use.", show_default=False)
]
DeviceOption = Annotated[str, typer.Option("--device", help="Where to compute: cpu, cuda.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]

ProgramArgument = Annotated[
    str, typer.Argument(help="The program, such as '(reduce a 0 +)'.", show_default=False)
]
ArgOption = Annotated[
    list[str] | None,
    optional("--arg", "NAME:TYPE", "An argument and its type, such as prices:int[]."),
]
