"""What the commands share: exit codes, printing, cores."""

from __future__ import annotations

import errno
import json
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from importlib.util import find_spec
from io import TextIOWrapper
from typing import TYPE_CHECKING, Any, TextIO, TypeVar

from saps.language.errors import InputError
from saps.language.printable import escaped, shortened

if TYPE_CHECKING:
    from rich.table import Table

Item = TypeVar("Item")

EXIT_YES, EXIT_NO, EXIT_WRONG = 0, 1, 2


# ---------------------------------------------------------------- streams


def open_streams() -> None:
    """Make sure that there are streams to read and write: one that was closed by whoever started us is empty,
    and what an encoding lacks is no reason to fail."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode))  # noqa: PTH123, SIM115
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    if isinstance(sys.stdin, TextIOWrapper):
        sys.stdin.reconfigure(encoding="utf-8", errors="surrogateescape")  # `typed_text` tells


_OF_WRITING = frozenset({errno.EPIPE, errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF})


def broken_output(error: Exception | None) -> OSError | None:
    """What keeps the results from being written: `error` or what comes of writing the rest of them now,
    which Python would only do, and complain about, at its end."""
    try:
        sys.stdout.flush()
    except OSError as found:
        error = found
    if isinstance(error, OSError) and error.filename is None and error.errno in _OF_WRITING:
        _silence(sys.stdout)
        return error
    return None


def _silence(stream: TextIO) -> None:
    """Let what is still to be written go nowhere: Python would try again at its end."""
    with suppress(OSError):  # a stream of a test has no file
        target = stream.fileno()
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, target)
        os.close(nowhere)


def note(message: str) -> None:
    """A line for the user, aside from the results. Where it cannot be written nobody reads notes, which is no
    reason to stop."""
    try:
        print(shortened(escaped(message)), file=sys.stderr, flush=True)
    except OSError:
        _silence(sys.stderr)


def say(text: str) -> None:
    """A line, or lines, of the results."""
    print(escaped(text))


def print_json(value: Any) -> None:
    """One JSON value on a line of its own."""
    print(to_line(value), flush=True)


def to_line(value: Any) -> str:
    """The value as JSON, of which nothing is hidden from the eye; infinity is a string, as JSON lacks it."""
    from saps.language.values import spelt_out

    return escaped(json.dumps(spelt_out(value), ensure_ascii=False))


def show_table(table: Table) -> None:
    """A table of rich's; where nobody looks, a file gets the whole width."""
    from rich.console import Console

    console = Console()
    (console if console.is_terminal else Console(width=130)).print(table)


def counted(items: Iterable[Item], total: int) -> Iterator[Item]:
    """The items, with their count on a terminal."""
    for done, item in enumerate(items, 1):
        if sys.stderr.isatty():
            end = "\n" if done == total else ""
            print(f"\r{done:,} of {total:,}", end=end, file=sys.stderr, flush=True)
        yield item


# ---------------------------------------------------------------- the machine


def require(module: str, extra: str, what: str) -> None:
    """Raises InputError that tells how to install the extra where a module of it is missing."""
    if find_spec(module) is None:
        raise InputError(f"{what} needs {module}, which is not installed: pip install 'saps[{extra}]'")


def cores() -> int:
    """Cores that this process may use: its share of the machine's under torchrun."""
    affinity = getattr(os, "sched_getaffinity", None)  # Linux alone has it
    found = len(affinity(0)) if affinity else os.cpu_count() or 1
    return max(1, found // int(os.environ.get("LOCAL_WORLD_SIZE", "1")))


def note_bad_line(error: InputError) -> None:
    """Say of a line that is left out what is wrong with it."""
    note(f"skipped: {error}")
