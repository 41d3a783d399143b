"""What the commands share: exit codes, printing, cores, batches of JSON lines, values on the command line."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from io import TextIOWrapper
from pathlib import Path
from typing import IO, Any

from saps.language.errors import InputError, SapsError, SourceError

EXIT_YES, EXIT_NO, EXIT_WRONG = 0, 1, 2


def note(message: str) -> None:
    """A line for the user, aside from the results."""
    print(message, file=sys.stderr, flush=True)


def require(module: str, extra: str, what: str) -> None:
    """Raises InputError that tells how to install the extra where a module of it is missing."""
    if find_spec(module) is None:
        raise InputError(f"{what} needs {module}, which is not installed: pip install 'saps[{extra}]'")


def print_json(value: Any) -> None:
    """One JSON value on a line of its own."""
    print(to_line(value), flush=True)


def to_line(value: Any) -> str:
    """The value as JSON; half a surrogate pair, which no encoding knows, as an escape; infinity, which JSON
    does not know, as a string."""
    from saps.language.values import spelt_out

    text = json.dumps(spelt_out(value), ensure_ascii=False)
    return _SURROGATE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


_SURROGATE = re.compile("[\ud800-\udfff]")


def error_json(error: SapsError) -> dict[str, Any]:
    """An error as the contract has it: `{"error": {"kind", "message"}}`, with its place if there is one."""
    found: dict[str, Any] = {"kind": error.kind, "message": error.message}
    if isinstance(error, SourceError) and error.place is not None:
        found["line"], found["column"] = error.place
    return {"error": found}


def cores() -> int:
    """Cores that this process may use: its share of the machine's under torchrun."""
    affinity = getattr(os, "sched_getaffinity", None)  # Linux alone has it
    found = len(affinity(0)) if affinity else os.cpu_count() or 1
    return max(1, found // int(os.environ.get("LOCAL_WORLD_SIZE", "1")))


# ---------------------------------------------------------------- batches


def batch_lines(path: str) -> Iterator[str]:
    """The lines of a batch file, `-` for stdin. Raises InputError."""
    if path == "-":
        if isinstance(sys.stdin, TextIOWrapper):
            sys.stdin.reconfigure(encoding="utf-8", errors="replace")
        yield from sys.stdin
        return
    yield from _file_lines(Path(path))


def _file_lines(path: Path) -> Iterator[str]:
    if path.is_dir():
        raise InputError(f"{path} is a directory; expected a file with one JSON object a line")
    try:
        stream: IO[str]
        with path.open(encoding="utf-8", errors="replace") as stream:
            yield from stream
    except FileNotFoundError:
        raise InputError(f"{path} does not exist") from None
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror or error}") from error


def run_batch(path: str, answer: Callable[[dict[str, Any]], dict[str, Any]]) -> int:
    """Answer one JSON object a line, in order; a bad line gives an error line and the rest go on."""
    for number, line in enumerate(batch_lines(path), 1):
        if not line.strip():
            continue
        print_json(answer_line(line, number, answer))  # whoever writes to our stdin may wait for it
    return EXIT_YES


def answer_line(line: str, number: int, answer: Callable[[dict[str, Any]], dict[str, Any]]) -> dict[str, Any]:
    """The answer to one line, or its error."""
    try:
        return answer(read_object(line, number))
    except SapsError as error:
        return error_json(error)


def read_object(line: str, number: int) -> dict[str, Any]:
    """A batch line as a JSON object. Raises InputError naming line and column."""
    try:
        record = json.loads(line)
    except json.JSONDecodeError as error:
        raise InputError(f"line {number}, column {error.colno}: not JSON: {error.msg}") from None
    except RecursionError:
        raise InputError(f"line {number}: JSON nested too deeply") from None
    if not isinstance(record, dict):
        raise InputError(f"line {number}: expected a JSON object")
    return record


# ---------------------------------------------------------------- values


def parse_json(text: str, where: str) -> Any:
    """A JSON value from the command line; `inf` and `-inf` are numbers. Raises InputError."""
    if text.strip() in ("inf", "-inf"):
        return text.strip()
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise InputError(
            f"{where}: {text!r} is not JSON (column {error.colno}: {error.msg}); "
            'expected 3, 2.5, true, "text", [1, 2] or the like'
        ) from None
    except RecursionError:
        raise InputError(f"{where}: JSON nested too deeply") from None


def note_bad_line(error: InputError) -> None:
    """Say of a line that is left out what is wrong with it."""
    note(f"skipped: {error}")
