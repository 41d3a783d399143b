"""Files and folders that are whole or not there: written aside, flushed to the disk, renamed into place."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from saps.language.errors import InputError
from saps.system.beside import beside


def write_file(path: Path, content: bytes) -> None:
    """Replaces a file in one step: after a crash at any moment it is the old or the new one, whole.

    Raises InputError where it cannot be written; then the old file stands.
    """
    aside = beside(path, ".{}.new")
    with _explained(path):
        try:
            _put(aside, content)
            aside.replace(path)
            _flush_folder(path.parent)
        finally:
            aside.unlink(missing_ok=True)


def append(path: Path, content: bytes, lasting: bool = False) -> None:
    """Adds to a file's end, where a crash may leave a part of it; `lasting`: it is on the disk before what is
    written later. Raises InputError."""
    with _explained(path), path.open("ab") as file:
        file.write(content)
        if lasting:
            file.flush()
            os.fsync(file.fileno())


def write_folder(path: Path, contents: Mapping[str, bytes]) -> None:
    """Replaces a folder by one of these files; after a crash at any moment `whole` finds the old or the new.

    Raises InputError where it cannot be written; then the old folder stands.
    """
    aside, old = beside(path, ".{}.new"), _old(path)
    with _explained(path):
        if not path.exists() and old.exists():  # an earlier crash
            old.rename(path)
        shutil.rmtree(old, ignore_errors=True)
        shutil.rmtree(aside, ignore_errors=True)
        try:
            aside.mkdir(parents=True)
            for name, content in contents.items():
                _put(aside / name, content)
            _flush_folder(aside)
            if path.exists():
                path.rename(old)
            aside.rename(path)
            _flush_folder(path.parent)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)


def whole(path: Path) -> Path:
    """Where the folder's files are: `path`, or where a crash came between two renames, the old one aside."""
    old = _old(path)
    return old if old.exists() and not path.exists() else path


def _old(path: Path) -> Path:
    return beside(path, ".{}.old")


def _put(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _flush_folder(path: Path) -> None:
    """Makes renames in the folder last; does nothing where folders cannot be opened (Windows)."""
    if hasattr(os, "O_DIRECTORY"):
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise InputError(f"cannot write {path}: {error.strerror or error}") from error
