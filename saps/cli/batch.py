"""Batches: a JSON object a line in, an answer a line out, in the same places.

A line that cannot be answered gets an error line, and the rest go on. A blank line stays blank, so that line
n of the answers belongs to line n of the batch; an `id` comes back with its answer.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any, TypeAlias, TypeVar, cast

from saps.application.contract import error_json
from saps.cli.output import to_line
from saps.language.errors import InputError, SapsError
from saps.language.json_reader import decode_line, is_blank, numbered_lines

BATCH_HELP = (
    "one JSON object a line, - is stdin. An `id` comes back with its answer; a line that cannot be answered "
    "gets an error line, and a blank line stays blank."
)

Line: TypeAlias = "dict[str, Any] | InputError | None"
"""A line of a batch: its object, what is wrong with it, or None where it is blank."""


def read_batch(path: str) -> Iterator[Line]:
    """The lines of a batch file, `-` for stdin. Raises InputError where there is no such file."""
    for number, line in _numbered(path):
        yield None if is_blank(line) else _object(line, number)


def _object(line: bytes, number: int) -> dict[str, Any] | InputError:
    try:
        record = decode_line(line, f"line {number}")
    except InputError as error:
        return error
    return record if isinstance(record, dict) else InputError(f"line {number}: expected a JSON object")


def _numbered(path: str) -> Iterator[tuple[int, bytes]]:
    if path == "-":
        yield from numbered_lines(stdin_bytes())
        return
    if Path(path).is_dir():
        raise InputError(f"{path} is a directory; expected a file with one JSON object a line")
    try:
        with Path(path).open("rb") as stream:
            yield from numbered_lines(stream)
    except FileNotFoundError:
        raise InputError(f"{path} does not exist") from None
    except (OSError, ValueError) as error:  # a name with a null character is a ValueError
        raise InputError(f"cannot read {path}: {getattr(error, 'strerror', None) or error}") from error


def stdin_bytes() -> IO[bytes]:
    """What is piped in, as bytes."""
    return cast("IO[bytes]", sys.stdin.buffer)


def told(line: Line, answer: dict[str, Any] | SapsError) -> str:
    """The line that answers one of a batch, with the `id` of what it answers."""
    if isinstance(answer, SapsError):
        answer = error_json(answer)
    return to_line({"id": line["id"], **answer} if isinstance(line, dict) and "id" in line else answer)


_Given = TypeVar("_Given")
_Made = TypeVar("_Made")


def guarded(make: Callable[[_Given], _Made], given: _Given) -> _Made | SapsError:
    """What is made, or the error; a fault of saps itself as well, which must not take other lines with it."""
    try:
        return make(given)
    except SapsError as error:
        return error
    except Exception as error:
        if os.environ.get("SAPS_DEBUG"):
            raise
        return InternalError(f"internal error ({type(error).__name__}: {error}); saps --debug shows where")


class InternalError(SapsError):
    """What should not have happened."""

    kind = "internal"


def run_batch(path: str, answer: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Answer the lines one by one: whoever writes to our stdin may wait for each."""
    for line in read_batch(path):
        if line is None:
            print(flush=True)
        else:
            print(told(line, guarded(answer, line) if isinstance(line, dict) else line), flush=True)
