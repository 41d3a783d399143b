"""The `saps` program: its commands, and how errors reach the user.

A command's module is imported when the command is asked for, so that help answers at once.
"""

from __future__ import annotations

import gc
import os
import sys
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.exceptions import Abort, Exit

from saps import __version__
from saps.cli.completion import InstallOption, ShowOption, prepare_completion
from saps.cli.options import help_alone
from saps.cli.output import EXIT_WRONG, EXIT_YES, broken_output, note, open_streams, say
from saps.language.errors import InputError, SapsError

_COMMANDS = {
    "synthesize": ("synthesize", "Turn an English sentence into a checked program."),
    "run": ("run", "Run a program on inputs."),
    "check": ("check", "Parse and type-check a program."),
    "shell": ("shell", "Ask one sentence after another; the model is loaded once."),
    "serve": ("serve", "The same as a page on this machine, with a JSON API."),
    "explain": ("explain", "Say in English what a program computes."),
    "python": ("python", "Write a program as typed Python."),
    "saved": ("saved", "List the answers that were kept."),
    "library": ("library", "List the meanings that programs may call, with examples."),
    "train": ("train", "Train a model."),
    "pretrain": ("pretrain", "Train the autoencoder that initialises a decoder."),
    "average": ("average", "Make one model of several."),
    "eval": ("evaluate", "Measure a model on a corpus."),
    "table": ("table", "Train and measure the systems of the literature."),
    "plot": ("plot", "Show the learning curves of runs."),
    "data": ("data", "Make, look at and count corpora."),
}
"""Command to its module in saps.cli and its line of help."""


_GARBAGE = 50_000
"""Objects made between two looks for garbage: torch brings half a million that are none."""


class _Commands(TyperGroup):
    """The commands of the table, each loaded when it is used."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.commands = {name: TyperCommand(name, help=help_) for name, (_, help_) in _COMMANDS.items()}

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in _COMMANDS:
            return None
        command = typer.main.get_command(import_module(f"saps.cli.{_COMMANDS[cmd_name][0]}").app)
        command.name = cmd_name
        return command

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, help_) for name, (_, help_) in _COMMANDS.items()])


app = typer.Typer(
    name="saps", cls=_Commands, invoke_without_command=True, rich_markup_mode=None, add_completion=False
)


def _version(value: bool) -> None:
    if value:
        say(f"saps {__version__}")
        raise typer.Exit()


@app.callback(help="English sentences to type-checked, executed AlgoLisp programs.")
def main(
    context: typer.Context,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
    install_completion: InstallOption = None,
    show_completion: ShowOption = None,
) -> None:
    if debug:
        os.environ["SAPS_DEBUG"] = "1"
    help_alone(context)


_WAITING = {"OMP_WAIT_POLICY": "PASSIVE", "KMP_BLOCKTIME": "0"}
"""How torch's threads wait for one another, for GNU's OpenMP and for LLVM's, which read it while torch is
imported. By default they spin, and where anything else wants the core, the thread that is waited for does not
get it: a step of training took seventy times as long (benchmarks/threads.py)."""


def entry() -> None:
    """The console script."""
    for name, value in _WAITING.items():
        os.environ.setdefault(name, value)
    gc.set_threshold(_GARBAGE)
    open_streams()
    code = invoke(sys.argv[1:])
    gc.freeze()  # what is left ends with the process; looking through all of torch takes a tenth of a second
    sys.exit(code)


def invoke(args: list[str]) -> int:
    """Run a command line; the exit code. Every error ends in one line on stderr and code 2, but for a reader
    of our output that has gone: it had what it wanted."""
    os.environ.pop("SAPS_DEBUG", None)
    prepare_completion()
    code, error = EXIT_WRONG, None
    try:
        code = _called(args)
    except (Abort, KeyboardInterrupt):
        note("interrupted")
        code = 130
    except Exception as caught:
        error = caught
    if (broken := broken_output(error)) is not None:
        if isinstance(broken, BrokenPipeError):
            return EXIT_YES if error is not None else code
        error = InputError(f"cannot write the results: {broken.strerror}")
    if error is None:
        return code
    if os.environ.get("SAPS_DEBUG"):
        raise error
    note(f"error: {_told(error)}")
    return EXIT_WRONG


def _called(args: list[str]) -> int:
    try:
        result = app(args, prog_name="saps", standalone_mode=False)
    except Exit as exit_:
        return exit_.exit_code
    except SystemExit as exit_:  # what typer makes of a broken pipe
        if isinstance(exit_.__context__, BrokenPipeError):
            raise exit_.__context__ from None
        raise
    return result if isinstance(result, int) else EXIT_YES


def _told(error: Exception) -> str:
    """An error in one line: ours, the system's of a file, the option parser's, or one that should not have
    happened."""
    if isinstance(error, SapsError):
        return " ".join(str(error).split())
    if isinstance(error, OSError) and error.filename is not None:  # no such name, no rights
        return f"cannot use {error.filename}: {error.strerror}"
    usage = getattr(error, "format_message", None)
    if usage is not None:
        return " ".join(str(usage()).split())
    what = " ".join(f"{type(error).__name__}: {error}".split())
    return f"internal error ({what}); saps --debug shows where"


if __name__ == "__main__":
    entry()
