"""The lock: one process at a time, nothing left behind that keeps others out."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from saps.language.errors import InputError
from saps.system.lock import alone_at

pytest.importorskip("fcntl")

HOLDER = """
import sys, signal, pathlib
from saps.system.lock import alone_at
with alone_at(pathlib.Path(sys.argv[1])):
    print("held", flush=True)
    signal.pause()
"""


def test_the_second_is_told_and_nothing_stays(tmp_path: Path) -> None:
    run = tmp_path / "deep" / "run"
    with alone_at(run):
        with pytest.raises(InputError, match=r"another process is at work on \S+run"), alone_at(run):
            pass
        with pytest.raises(InputError, match="another process"), alone_at(run):
            pass  # the one who was told has taken nothing away
        with alone_at(run.with_name("other")):
            pass
    assert not list(run.parent.iterdir())
    with alone_at(run):
        pass


def test_a_killed_process_leaves_no_lock(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    code = [sys.executable, "-c", HOLDER, str(tmp_path / "run")]
    process = subprocess.Popen(code, stdout=subprocess.PIPE, cwd=root)
    assert process.stdout is not None and process.stdout.readline() == b"held\n"
    with pytest.raises(InputError, match="another process"), alone_at(tmp_path / "run"):
        pass
    process.send_signal(signal.SIGKILL)
    process.communicate()
    with alone_at(tmp_path / "run"):
        pass
    assert not list(tmp_path.iterdir())


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot write"), alone_at(tmp_path / "file" / "run"):
        pass


def test_who_finds_the_file_gone_takes_a_new_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever held the lock removed the file before we locked it: that lock would keep nobody out."""
    import fcntl

    flock = fcntl.flock
    calls: list[int] = []

    def late(descriptor: int, operation: int) -> None:
        if not calls:
            (tmp_path / ".run.lock").unlink()
        calls.append(descriptor)
        flock(descriptor, operation)

    monkeypatch.setattr(fcntl, "flock", late)
    with alone_at(tmp_path / "run"):
        assert len(calls) == 2 and os.path.samestat(os.fstat(calls[1]), (tmp_path / ".run.lock").stat())


def test_a_file_system_without_locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import fcntl

    def none(descriptor: int, operation: int) -> None:
        raise OSError(38, "Function not implemented")

    monkeypatch.setattr(fcntl, "flock", none)
    with alone_at(tmp_path / "run"), alone_at(tmp_path / "run"):
        pass
