"""Whatever command a message names does exist, with the options that it names."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer

from saps.cli.main import app

ROOT = Path(__file__).parents[2] / "saps"
NAMED = sorted(
    {
        " ".join(match[1].split())
        for file in ROOT.rglob("*.py")
        for match in re.finditer(r"`(saps [^`]*)`", re.sub(r'"\s*\n\s*f?"', "", file.read_text()))
    }
)


def test_messages_name_commands() -> None:
    assert len(NAMED) > 10


@pytest.mark.parametrize("line", NAMED)
def test_a_command_that_is_named_exists(line: str) -> None:
    words = line.split()[1:]
    command = typer.main.get_command(app)
    while words and isinstance(command, typer.core.TyperGroup):
        name = words.pop(0)
        if name == "COMMAND":
            return
        if name.startswith("-"):
            words.insert(0, name)
            break
        found = command.get_command(typer.Context(command), name)
        assert found is not None, f"{line}: no command {name}"
        command = found
    known = {option for parameter in command.params for option in parameter.opts}
    assert {word for word in words if word.startswith("--")} <= known, line
