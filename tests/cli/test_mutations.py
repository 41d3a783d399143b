"""Spoilt inputs end in an answer or in one line that tells what is wrong: the short form of
benchmarks/mutations.py, without the commands that train."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.cli.mutations.recorded import CASES, Case, make
from tests.cli.mutations.trial import Ended, Trial, perform, spoil

QUICK = [case for case in CASES if not case.trains]
COUNT = 100


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("recorded") / "files"
    make(folder)
    return folder


def as_recorded(case: Case, recorded: Path, tmp_path: Path) -> Ended:
    return perform(Trial(0, 0, case, case.args, {}), recorded, tmp_path / "here")


@pytest.mark.slow
def test_what_is_recorded_is_good(recorded: Path, tmp_path: Path) -> None:
    for case in QUICK:
        ended = as_recorded(case, recorded, tmp_path)
        refused = case.command == "data download"  # there is no network
        assert ended.code in ((2,) if refused else (0, 1)) and not ended.problem, case.args


def test_no_spoilt_input_brings_a_command_down(recorded: Path, tmp_path: Path) -> None:
    commands, codes = set(), set()
    for number in range(COUNT):
        trial = spoil(recorded, 0, number, QUICK)
        ended = perform(trial, recorded, tmp_path / "here")
        assert not ended.problem, f"{trial}: {ended.problem}"
        commands.add(trial.case.command)
        codes.add(ended.code)
    assert codes >= {0, 1, 2} and len(commands) >= 10


def _fails() -> None:
    raise ValueError("should not have happened")


def _writes_raw() -> None:
    print("\x1b[2J")


def _goes_on() -> None:
    while True:
        pass


def _is_deaf() -> None:
    while True:
        with suppress(KeyboardInterrupt):
            _goes_on()


@pytest.mark.parametrize(
    ("fault", "problem"),
    [
        (_fails, "internal error"),
        (_writes_raw, "stdout has"),
        (_goes_on, "more than 0.01 s"),
        (_is_deaf, "hangs"),
    ],
)
def test_a_fault_is_noticed(
    recorded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: Any, problem: str
) -> None:
    monkeypatch.setattr("tests.cli.mutations.trial.GRACE", 0.01)
    monkeypatch.setattr("saps.cli.run.execute", lambda *args: fault())
    ended = as_recorded(Case("run 1", seconds=0.01), recorded, tmp_path)
    assert problem in ended.problem


def test_nothing_outside_the_folder_is_changed(recorded: Path, tmp_path: Path) -> None:
    case = Case(f"data clean corpus {tmp_path}/cleaned")
    assert as_recorded(case, recorded, tmp_path).code == 2
    assert not list(tmp_path.iterdir())
