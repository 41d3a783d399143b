"""One process at a time at a file or folder, told by a lock that ends with the process that holds it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from saps.language.errors import InputError
from saps.system.beside import beside

try:
    import fcntl
except ImportError:  # Windows has no such locks: nothing is locked there
    fcntl = None  # type: ignore[assignment]


@contextmanager
def alone_at(path: Path) -> Iterator[None]:
    """Within, no other process is within for the same path, whether or not there is something yet.

    The lock (flock) is on the file `.NAME.lock` beside it, which is removed at the end. A killed process may
    leave the file behind, but not the lock. On file systems that know no locks, as some network ones, nothing
    is locked. Raises InputError where another process is within, or the file cannot be made.
    """
    if fcntl is None:
        yield
        return
    file = beside(path, ".{}.lock")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        descriptor = _locked(file)
    except BlockingIOError:
        raise InputError(f"another process is at work on {path}; wait for its end, or end it") from None
    except OSError as error:
        raise InputError(f"cannot write {path}: {error.strerror or error}") from error
    try:
        yield
    finally:
        file.unlink(missing_ok=True)
        os.close(descriptor)


def _locked(file: Path) -> int:
    """The open, locked file. Raises BlockingIOError where another process holds it, OSError."""
    while True:
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            raise
        except OSError:
            return descriptor  # no locks on this file system
        if _is_at(descriptor, file):
            return descriptor
        os.close(descriptor)  # whoever held it has removed the file in the meantime


def _is_at(descriptor: int, file: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), file.stat())
    except FileNotFoundError:
        return False
