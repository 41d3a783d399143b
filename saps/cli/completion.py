"""Completion of commands and options in the shell: `saps --install-completion bash`, then Tab."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer
from typer._completion_classes import completion_init
from typer._completion_shared import Shells as Shell
from typer._completion_shared import get_completion_script, install

from saps.cli.output import say
from saps.language.errors import InputError

_VARIABLE = "_SAPS_COMPLETE"


def prepare_completion() -> None:
    """Lets the shell ask for completions: each kind of shell asks in its own way."""
    completion_init()


def _installed(shell: Shell | None) -> None:
    if shell is None:
        return
    try:
        _, path = install(shell, "saps", _VARIABLE)
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot install the completion for {shell}: {error}") from error
    say(f"completion for {shell} is in {path}; a new {shell} has it")
    raise typer.Exit()


def _shown(shell: Shell | None) -> None:
    if shell is None:
        return
    say(get_completion_script(prog_name="saps", complete_var=_VARIABLE, shell=shell))
    raise typer.Exit()


def _option(name: str, callback: Callable[[Shell | None], None], help_: str) -> object:
    return typer.Option(
        name, metavar="SHELL", callback=callback, is_eager=True, help=help_, show_default=False
    )


_SHELLS = "bash, zsh, fish, powershell or pwsh"
InstallOption = Annotated[
    Shell | None, _option("--install-completion", _installed, f"Complete commands in {_SHELLS} from now on.")
]
ShowOption = Annotated[
    Shell | None, _option("--show-completion", _shown, "Show the script that does it, to install it by hand.")
]
