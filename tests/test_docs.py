"""The examples in the README and in docs/ print what they say; `...` stands for anything."""

from __future__ import annotations

import doctest
import re
import shlex
import subprocess
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from saps.cli.main import invoke
from tests import notebooks

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
_FENCE = re.compile(r"```(?:console|pycon)\n(.*?)```", re.DOTALL)
_INDENTED = re.compile(r"(?:^    .*\n|^\n(?=    ))+", re.MULTILINE)


def blocks(page: Path) -> Iterator[str]:
    """The examples of a page: fenced, or indented by four."""
    text = page.read_text(encoding="utf-8")
    yield from _FENCE.findall(text)
    for block in _INDENTED.findall(re.sub(r"```.*?```", "", text, flags=re.DOTALL)):
        yield re.sub("^    ", "", block, flags=re.MULTILINE)


class Command(NamedTuple):
    page: str
    line: str
    printed: list[str]


def sessions() -> Iterator[list[Command]]:
    """The commands of each block that has some."""
    for page in PAGES:
        for block in blocks(page):
            lines = block.strip("\n").split("\n")
            starts = [index for index, line in enumerate(lines) if line.startswith("$ ")]
            found = []
            for index in starts:
                printed = takewhile(lambda line: not line.startswith(("$ ", ">>> ")), lines[index + 1 :])
                found.append(Command(page.name, lines[index][2:], list(printed)))
            if found:
                yield found


def pattern(lines: list[str]) -> str:
    """What the lines may be, as a regular expression. `...` alone is any number of lines."""
    while lines and not lines[-1]:
        lines = lines[:-1]
    anything, part = r"(?:.*\n)*?", re.escape("...")
    parts = [
        anything if line.strip() == "..." else f"{re.escape(line)}\n".replace(part, ".*") for line in lines
    ]
    # the last digit may be another one on another processor
    return re.sub(r"confidence\\ \d\\\.\d\d", r"confidence\\ \\d\\.\\d\\d", "".join(parts))


SESSIONS = list(sessions())


@pytest.mark.parametrize("commands", SESSIONS, ids=[f"{one[0].page} {one[0].line[:40]}" for one in SESSIONS])
def test_commands_print_what_is_said(
    commands: list[Command],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    for _, line, printed in commands:
        if line.startswith("saps "):
            invoke(shlex.split(line)[1:])
            found = capsys.readouterr().out
        else:
            found = subprocess.run(line, shell=True, check=True, capture_output=True, text=True).stdout
        assert re.fullmatch(pattern(printed), found), f"$ {line}\n{found}"


PYTHON = [(page.name, block) for page in PAGES for block in blocks(page) if ">>> " in block]


@pytest.mark.parametrize(("page", "block"), PYTHON, ids=[page for page, _ in PYTHON])
def test_python_prints_what_is_said(page: str, block: str) -> None:
    code = "\n".join(line for line in block.split("\n") if not line.startswith("$ "))
    code = code[code.index(">>> ") :]
    test = doctest.DocTestParser().get_doctest(code, {}, page, page, 0)
    told: list[str] = []
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    assert runner.run(test, out=told.append).failed == 0, "".join(told)


def test_the_notebook_prints_what_it_holds() -> None:
    names: dict[str, Any] = {}
    for source, kept in notebooks.cells(ROOT / "docs" / "notebook.ipynb"):
        found = notebooks.run(source, names).rstrip("\n")
        assert _unsure(found) == _unsure(kept.rstrip("\n")), source


def _unsure(text: str) -> str:
    """Without the digits of a confidence, of which the last may be another one on another processor."""
    return re.sub(r"\(0\.\d\d\)", "()", text)


def test_there_are_examples() -> None:
    assert {one[0].page for one in SESSIONS} >= {"README.md", "index.md", "language.md", "library.md"}
    assert {page for page, _ in PYTHON} == {"README.md", "index.md"}


def test_what_a_pattern_takes() -> None:
    assert re.fullmatch(pattern(["a", "...", "c ... d"]), "a\nx\ny\nc 1 d\n")
    assert not re.fullmatch(pattern(["a", "c"]), "a\nb\nc\n")
