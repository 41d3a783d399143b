"""Outputs: readers that have gone, full disks, and what a terminal would obey."""

from __future__ import annotations

import io
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from saps.cli.main import invoke
from tests.cli.said import Run


class Failing(io.TextIOWrapper):
    """A stream whose writes fail at once, or only when they are flushed."""

    def __init__(self, fault: OSError, at_once: bool) -> None:
        super().__init__(io.BytesIO(), encoding="utf-8")
        self.fault, self.at_once, self.waiting = fault, at_once, False

    def write(self, text: str) -> int:
        self.waiting = True
        if self.at_once:
            raise self.fault
        return len(text)

    def flush(self) -> None:
        if self.waiting:
            raise self.fault

    def close(self) -> None:
        self.waiting = False
        super().close()


TELLING = [
    (["--help"], 0),
    (["--version"], 0),
    (["data"], 0),
    (["run", "(+ 1 2)"], 0),
    (["run", "(+ 1 2)", "--json"], 0),
    (["check", "(+ 1 2)"], 0),
    (["check", "(+ 1 true)"], 1),
    (["synthesize", "the sum of a", "--beam", "1", "--json"], 1),
    (["run", "--batch", "{folder}/batch.jsonl"], 0),
    (["synthesize", "--beam", "1", "--batch", "{folder}/sentences.jsonl"], 0),
    (["data", "show", "{folder}/tasks.jsonl"], 0),
    (["data", "stats", "{folder}/tasks.jsonl"], 0),
]


@pytest.fixture
def files(tmp_path: Path) -> Path:
    from tests.corpus.tasks.test_task import lines

    (tmp_path / "batch.jsonl").write_text('{"program": "(+ 1 2)"}\n' * 3)
    (tmp_path / "sentences.jsonl").write_text('{"text": "the sum of a"}\n' * 3)
    (tmp_path / "tasks.jsonl").write_text(lines(3))
    return tmp_path


@pytest.mark.parametrize("at_once", [True, False])
@pytest.mark.parametrize(("args", "code"), TELLING, ids=lambda value: str(value)[:40])
def test_a_reader_that_has_gone_and_a_full_disk(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    untrained: Any,
    files: Path,
    args: list[str],
    code: int,
    at_once: bool,
) -> None:
    args = [arg.replace("{folder}", str(files)) for arg in args]
    monkeypatch.setattr("sys.stdout", Failing(BrokenPipeError(32, "Broken pipe"), at_once))
    assert invoke(args) in (0, code)
    assert capsys.readouterr().err in ("", "no program found: try other words, or name the arguments\n")
    monkeypatch.setattr("sys.stdout", Failing(OSError(28, "No space left on device"), at_once))
    assert invoke(args) == 2
    assert capsys.readouterr().err == "error: cannot write the results: No space left on device\n"


def test_notes_that_nobody_reads_stop_nothing(saps: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stderr", Failing(BrokenPipeError(32, "Broken pipe"), True))
    assert saps("run", "(+ a b)", "a=1").code == 2


def test_streams_that_were_closed_are_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    from saps.cli.output import open_streams

    for name in ("stdin", "stdout", "stderr"):
        monkeypatch.setattr(sys, name, None)
    open_streams()
    opened = [sys.stdin, sys.stdout, sys.stderr]
    assert sys.stdin.read() == "" and invoke(["run", "(+ 1 2)"]) == 0
    for stream in opened:
        assert stream.name == os.devnull
        stream.close()


# ---------------------------------------------------------------- what a terminal would obey


def test_control_characters_are_shown_escaped(saps: Run, files: Path) -> None:
    from tests.corpus.tasks.test_task import RECORD

    (files / "tasks.jsonl").write_text(json.dumps(RECORD | {"text": ["add", "\x1b[31m", "a\x9b"]}))
    shown = saps("data", "show", str(files / "tasks.jsonl")).out
    assert "add \\u001b[31m a\\u009b" in shown and not set("\x1b\x9b") & set(shown)
    said = saps("check", '(+ "\x1b[31m" 1)')
    assert said.code == 1 and "\x1b" not in said.out and "^" * 12 in said.out
    for args in (["run", '(str_concat s "\x9b")', 's="\x7f"'], ["run", "\x1b"], ["run", "1", "\x1b=1"],
                 ["data", "stats", "/no\x1bwhere"], ["\x1b"], ["run", "--\x1b"]):  # fmt: skip
        said = saps(*args)
        assert not set("\x1b\x9b\x7f") & set(said.out + said.err), args
        assert said.out or "\\" in said.err


def test_a_message_is_of_a_length_that_people_read_however_it_is_spelt(saps: Run) -> None:
    said = saps("run", "--" + "\udcb4" * 1_900)
    assert said.code == 2 and "characters) ..." in said.err and len(said.err) < 2_100


def test_a_program_that_is_shown_reads_back_as_it_was(saps: Run) -> None:
    assert json.loads(saps("run", '"\x9b\u202e"').out) == "\x9b\u202e"
