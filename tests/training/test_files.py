"""Files and folders that are whole after a crash at any moment."""

import contextlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from saps.language.errors import InputError
from saps.training.files import whole, write_file, write_folder

OLD, NEW = {"a": b"old a", "b": b"old b"}, {"a": b"new a", "c": b"new c"}


class Crash(BaseException):
    """The process ends here: no handler of the code under test may run on."""


def crash_at(monkeypatch: pytest.MonkeyPatch, moment: int) -> None:
    """Ends the process before the `moment`th step that changes the disk; nothing more happens to it then."""
    passed = iter(range(1000))

    def guarded(action: Callable[..., object]) -> Callable[..., object]:
        def act(*args: object, **options: object) -> object:
            if next(passed) >= moment:
                raise Crash
            return action(*args, **options)

        return act

    steps: list[tuple[object, str]] = [(os, "fsync"), (shutil, "rmtree")]
    steps += [(Path, name) for name in ("open", "mkdir", "rename", "replace", "unlink")]
    for owner, name in steps:
        monkeypatch.setattr(owner, name, guarded(getattr(owner, name)))


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in whole(folder).iterdir()}


@pytest.mark.parametrize("moment", range(20))
def test_a_folder_is_the_old_or_the_new_one(tmp_path: Path, moment: int) -> None:
    folder = tmp_path / "folder"
    write_folder(folder, OLD)
    with pytest.MonkeyPatch.context() as monkeypatch:
        crash_at(monkeypatch, moment)
        with contextlib.suppress(Crash):
            write_folder(folder, NEW)
    assert contents(folder) in (OLD, NEW)
    assert moment < 14 or contents(folder) == NEW
    write_folder(folder, NEW)
    assert contents(folder) == NEW
    assert [entry.name for entry in tmp_path.iterdir()] == ["folder"]


@pytest.mark.parametrize("moment", range(8))
def test_a_file_is_the_old_or_the_new_one(tmp_path: Path, moment: int) -> None:
    file = tmp_path / "file"
    write_file(file, b"old")
    with pytest.MonkeyPatch.context() as monkeypatch:
        crash_at(monkeypatch, moment)
        with contextlib.suppress(Crash):
            write_file(file, b"new")
    assert file.read_bytes() in (b"old", b"new")
    write_file(file, b"new")
    assert file.read_bytes() == b"new"


def test_a_full_disk_leaves_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, folder = tmp_path / "file", tmp_path / "folder"
    write_file(file, b"old")
    write_folder(folder, OLD)

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(InputError, match=r"cannot write .*file: No space left on device"):
        write_file(file, b"new")
    with pytest.raises(InputError, match=r"cannot write .*folder: No space left on device"):
        write_folder(folder, NEW)
    assert file.read_bytes() == b"old"
    assert contents(folder) == OLD
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["file", "folder"]


def test_a_place_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot write"):
        write_folder(tmp_path / "file" / "folder", NEW)
    with pytest.raises(InputError, match="cannot write"):
        write_file(tmp_path / "file" / "other", b"")
