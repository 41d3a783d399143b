"""The `saps` program: its commands, and how errors reach the user."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer
from typer.exceptions import Abort, Exit

from saps import __version__
from saps.cli import check, data, evaluate, run, synthesize, train
from saps.cli.output import EXIT_NO, EXIT_WRONG, note
from saps.language.errors import SapsError

app = typer.Typer(
    name="saps",
    help="English sentences to type-checked, executed AlgoLisp programs.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
)


def _version(value: bool) -> None:
    if value:
        print(f"saps {__version__}")
        raise typer.Exit()


@app.callback()
def main(
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    if debug:
        os.environ["SAPS_DEBUG"] = "1"


app.command("synthesize")(synthesize.synthesize)
app.command("run")(run.run)
app.command("check")(check.check)
app.command("train")(train.train)
app.command("eval")(evaluate.evaluate)
app.add_typer(data.app, name="data")


def entry(args: list[str] | None = None) -> None:
    """The console script. Every error ends in one line on stderr and exit code 2."""
    sys.exit(invoke(sys.argv[1:] if args is None else args))


def invoke(args: list[str]) -> int:
    """Run a command line; the exit code."""
    os.environ.pop("SAPS_DEBUG", None)
    try:
        result = app(args, prog_name="saps", standalone_mode=False)
    except SapsError as error:
        if os.environ.get("SAPS_DEBUG"):
            raise
        note(f"error: {error}")
        return EXIT_WRONG
    except Exit as error:
        return error.exit_code
    except (Abort, KeyboardInterrupt):
        note("interrupted")
        return 130
    except BrokenPipeError:
        # the reader of our output has gone; Python would complain again while flushing at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_NO
    except Exception as error:
        format_message = getattr(error, "format_message", None)
        if format_message is not None:  # a usage error of typer's
            note(f"error: {' '.join(format_message().split())}")
            return EXIT_WRONG
        if os.environ.get("SAPS_DEBUG"):
            raise
        note(f"error: internal error ({type(error).__name__}: {error}); run saps --debug ... to see where")
        return EXIT_WRONG
    return result if isinstance(result, int) else 0


if __name__ == "__main__":
    entry()
