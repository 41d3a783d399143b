"""What the commands refuse before they do anything: absurd numbers, and a model that was not named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import typer
from typer.core import TyperGroup

from saps.cli.data import app as data
from saps.cli.main import _COMMANDS, _Commands, invoke
from saps.resources import default_checkpoint, sample_corpus
from saps.system.workers import MOST


@pytest.mark.parametrize(
    "args",
    [
        ["train", "--threads", "100000"],
        ["pretrain", "--threads", "100000"],
        ["table", "--threads", "100000"],
        ["data", "generate", "--jobs", "100000", "nowhere"],
        ["eval", "--processes", "100000"],
    ],
    ids=" ".join,
)
def test_more_workers_than_any_machine_has_are_refused(
    args: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert invoke(args) == 2
    told = capsys.readouterr().err
    assert f"should be less than or equal to {MOST}" in told and told.count("\n") == 1


def test_a_model_that_was_not_named_is_not_calibrated(capsys: pytest.CaptureFixture[str]) -> None:
    before = (default_checkpoint() / "confidence.json").read_bytes()
    assert invoke(["eval", "--calibrate"]) == 2
    assert "name it with --checkpoint" in capsys.readouterr().err
    assert (default_checkpoint() / "confidence.json").read_bytes() == before


def test_nothing_is_fitted_on_a_handful_of_tasks(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    few = ["--data", str(sample_corpus()), "--limit", "5"]
    assert invoke(["eval", "--calibrate", "--checkpoint", str(tmp_path), *few]) == 2
    told = capsys.readouterr().err
    assert "5 tasks are too few to fit a confidence on; expected 100 or more" in told
    assert not list(tmp_path.iterdir())


def test_two_do_not_make_one_corpus(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    pytest.importorskip("fcntl")
    from saps.system.lock import alone_at

    with alone_at(tmp_path / "out"):
        assert invoke(["data", "generate", str(tmp_path / "out"), "--size", "10", "--jobs", "1"]) == 2
        told = capsys.readouterr().err
        assert "another process is at work on" in told and told.count("\n") == 1
    assert not list(tmp_path.iterdir())


def _is_number(option: Any) -> bool:
    return option.type_descriptor.annotation is int


_SAPS, _DATA = _Commands(name="saps"), typer.main.get_command(data)
assert isinstance(_DATA, TyperGroup)
OPTIONS = [
    (command.name, option)
    for command in [
        *(_SAPS.get_command(None, name) for name in _COMMANDS if name != "data"),
        *_DATA.commands.values(),
    ]
    for option in command.params
    if _is_number(option) and option.name != "seed"
]


@pytest.mark.parametrize(("command", "option"), OPTIONS, ids=lambda one: getattr(one, "name", one))
def test_every_number_has_a_greatest(command: str, option: Any) -> None:
    assert option.max is not None, f"{command} --{option.name}"


def test_what_has_a_greatest_is_looked_at() -> None:
    assert {option.name for _, option in OPTIONS} >= {
        "count",
        "limit",
        "beam",
        "max_programs",
        "size",
        "ambiguity",
    }
