"""What a command in a trial cannot do: change files outside its folder, reach a network, start processes."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_CHANGES = {
    "os.mkdir": 1,
    "os.remove": 1,
    "os.rmdir": 1,
    "os.rename": 2,
    "os.link": 2,
    "os.symlink": 2,
    "shutil.rmtree": 1,
}
"""Audit events of what changes files, with how many of their arguments are paths."""
_REFUSED = (
    "socket.connect",
    "socket.getaddrinfo",
    "subprocess.Popen",
    "os.posix_spawn",
    "os.fork",
    "os.system",
)

_allowed: str | None = None
_installed = False


@contextmanager
def fenced(folder: Path) -> Iterator[None]:
    """Within, all that is refused fails as it does for lack of rights."""
    global _allowed, _installed
    if not _installed:
        sys.addaudithook(_audit)  # for the rest of the process: it cannot be taken back
        _installed = True
    _allowed = os.path.realpath(folder)
    try:
        yield
    finally:
        _allowed = None


def _audit(event: str, args: tuple[Any, ...]) -> None:
    if _allowed is None:
        return
    if event == "open" and args[2] is not None and args[2] & _WRITING:
        _check(args[0])
    elif event in _CHANGES:
        for path in args[: _CHANGES[event]]:
            _check(path)
    elif event in _REFUSED:
        raise PermissionError(1, "refused in a trial")


def _check(path: Any) -> None:
    if isinstance(path, int) or _allowed is None:
        return
    # a folder is emptied by names in it, relative to it: it was looked at itself when that began
    whole = os.path.realpath(os.fsdecode(path))
    if not f"{whole}/".startswith(f"{_allowed}/") and whole != os.devnull and ".pyc" not in whole:
        raise PermissionError(13, "Permission denied", os.fsdecode(path))


class _Inline(Executor):
    """An executor that does at once what it is given."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **options: Any) -> Future[Any]:
        done: Future[Any] = Future()
        try:
            done.set_result(fn(*args, **options))
        except Exception as error:
            done.set_exception(error)
        return done


@contextmanager
def _inline(count: int, start: Callable[[], None]) -> Iterator[Executor]:
    start()
    yield _Inline()


@contextmanager
def inline_workers() -> Iterator[None]:
    """Within, worker processes are this one, however many are asked for."""
    with ExitStack() as stack:
        for user in ("saps.corpus.generation.corpus.workers", "saps.evaluation.evaluate.workers"):
            stack.enter_context(patch(user, _inline))
        yield
