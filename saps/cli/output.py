"""What the commands share: exit codes, printing, batches of JSON lines, values on the command line."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from saps.language.errors import InputError, SapsError, SourceError, UnknownNameError
from saps.language.type_system import Type, TypeConstructor, array, parse_type
from saps.language.typecheck import check_argument_names

EXIT_YES, EXIT_NO, EXIT_WRONG = 0, 1, 2


def note(message: str) -> None:
    """A line for the user, aside from the results."""
    print(message, file=sys.stderr, flush=True)


def print_json(value: Any) -> None:
    """One JSON value on a line of its own."""
    print(to_line(value), flush=True)


def to_line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def error_json(error: SapsError) -> dict[str, Any]:
    """An error as the contract has it: `{"error": {"kind", "message"}}`, with its place if there is one."""
    found: dict[str, Any] = {"kind": error.kind, "message": error.message}
    if isinstance(error, SourceError) and error.place is not None:
        found["line"], found["column"] = error.place
    return {"error": found}


def parse_args(args: list[str] | None) -> dict[str, Type] | None:
    """`--arg NAME:TYPE` options as a signature; None where there are none.

    Raises InputError for an option of another form, an unknown type, a name twice or not allowed.
    """
    if not args:
        return None
    found: dict[str, Type] = {}
    for arg in args:
        name, colon, kind = arg.partition(":")
        name = name.strip()
        if not colon or not name:
            raise InputError(f"--arg {arg!r}: expected NAME:TYPE, such as a:int[]")
        if name in found:
            raise InputError(f"--arg {arg!r}: the argument {name!r} is given twice")
        found[name] = data_type(kind.strip(), f"--arg {arg!r}")
    return check_names(found)


def check_names(args: dict[str, Type]) -> dict[str, Type]:
    """The signature, if its names can be arguments. Raises InputError."""
    try:
        check_argument_names(args)
    except UnknownNameError as error:
        raise InputError(error.message) from None
    return args


def data_type(text: str, where: str) -> Type:
    """A type that values from outside can have. Raises InputError."""
    try:
        kind = parse_type(text)
    except InputError as error:
        raise InputError(f"{where}: {error.message}") from None
    if not _is_data(kind):
        raise InputError(
            f"{where}: an argument is a number, a truth value, a string, an array or a dictionary"
        )
    return kind


def _is_data(kind: Type) -> bool:
    assert isinstance(kind, TypeConstructor)
    return kind.name not in ("func", "type") and all(map(_is_data, kind.args))


def args_from_json(value: Any) -> dict[str, Type] | None:
    """A batch line's `args`, an object of names and types. Raises InputError."""
    if value is None:
        return None
    if not isinstance(value, Mapping) or not all(isinstance(kind, str) for kind in value.values()):
        raise InputError("field `args`: expected an object {name: type}")
    return check_names({name: data_type(kind, f"field `args`, {name!r}") for name, kind in value.items()})


def number_array() -> Type:
    return array(parse_type("int"))


# ---------------------------------------------------------------- batches


def batch_lines(path: str) -> Iterator[str]:
    """The lines of a batch file, `-` for stdin. Raises InputError."""
    if path == "-":
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
        print(to_line(answer_line(line, number, answer)))
    sys.stdout.flush()
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
