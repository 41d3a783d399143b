"""The Task record and the AlgoLisp files: JSON lines, one task a line, plain or gzip."""

from __future__ import annotations

import gzip
import io
import json
import os
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, TypeVar, overload

from saps.language.errors import InputError, SapsError, UnknownNameError
from saps.language.json_reader import decode_line, is_blank, numbered_lines
from saps.language.parser import from_nested
from saps.language.printer import to_nested, to_sequence
from saps.language.tree import Node
from saps.language.type_system import Type, parse_type
from saps.language.typecheck import check_argument_names
from saps.system.beside import beside
from saps.system.lock import alone_at


@dataclass(frozen=True, slots=True)
class Test:
    """One example: input values by name, and the output, both as JSON, with infinity as a number."""

    __test__ = False  # no test class of pytest's

    input: dict[str, Any]
    output: Any


@dataclass(frozen=True, slots=True)
class Task:
    """A sentence with its program, signature and tests."""

    text: tuple[str, ...]
    program: Node
    args: dict[str, str]
    """Argument to type as written, in the signature's order."""
    return_type: str
    tests: tuple[Test, ...]
    tags: tuple[str, ...] = ()
    nodes: tuple[str, ...] = ()
    funcs: tuple[dict[str, Any], ...] = field(default=())

    @property
    def sentence(self) -> str:
        return " ".join(self.text)

    def arg_types(self) -> dict[str, Type]:
        """Raises InputError for a type that is not known."""
        return {name: parse_type(kind) for name, kind in self.args.items()}

    def to_json(self) -> dict[str, Any]:
        """The task as the files hold it."""
        short_tree = to_nested(self.program)
        return {
            "text": list(self.text),
            "short_tree": short_tree,
            "args": self.args,
            "return_type": self.return_type,
            "tests": [{"input": test.input, "output": test.output} for test in self.tests],
            "tags": list(self.tags),
            "nodes": list(self.nodes),
            "funcs": list(self.funcs),
            "code_tree": short_tree,
            "code_sequence": to_sequence(self.program),
        }


def from_json(record: Any) -> Task:
    """Read a task in any of the published variations: `args` as an object or as pairs, `text` as a list or a
    string, the program as `short_tree` or else as `code_tree`. Raises InputError naming the field that is
    wrong."""
    if not isinstance(record, dict):
        raise InputError("expected a JSON object with the fields of a task")
    text = record.get("text")
    if isinstance(text, str):
        words = tuple(text.split())
    elif isinstance(text, list) and all(isinstance(word, str) for word in text):
        words = tuple(word for token in text for word in token.split())
    else:
        raise InputError("field `text`: expected a list of words or a string")
    return Task(
        text=words,
        program=_program(record),
        args=_args(record.get("args", {})),
        return_type=str(record.get("return_type", "int")),
        tests=tuple(_test(test) for test in _list(record, "tests")),
        tags=tuple(map(str, _list(record, "tags"))),
        nodes=tuple(map(str, _list(record, "nodes"))),
        funcs=tuple(_list(record, "funcs")),
    )


def _program(record: dict[str, Any]) -> Node:
    name = "short_tree" if record.get("short_tree") else "code_tree"
    if not record.get(name):
        raise InputError("field `short_tree` is missing, and so is `code_tree`: there is no program")
    try:
        return from_nested(record[name])
    except SapsError as error:
        raise InputError(f"field `{name}`: {error}") from None


def _args(args: Any) -> dict[str, str]:
    pairs = list(args.items()) if isinstance(args, dict) else args
    if not isinstance(pairs, list) or not all(
        isinstance(pair, list | tuple) and len(pair) == 2 and all(isinstance(part, str) for part in pair)
        for pair in pairs
    ):
        raise InputError("field `args`: expected an object {name: type} or a list of [name, type] pairs")
    found = dict(pairs)
    if len(found) != len(pairs):
        raise InputError("field `args`: a name is there twice")
    try:
        check_argument_names(found)
    except UnknownNameError as error:
        raise InputError(f"field `args`: {error.message}") from None
    return found


def _list(record: dict[str, Any], name: str) -> list[Any]:
    value = record.get(name) or []
    if not isinstance(value, list):
        raise InputError(f"field `{name}`: expected a list")
    return value


def _test(test: Any) -> Test:
    if not isinstance(test, dict) or not isinstance(test.get("input"), dict) or "output" not in test:
        raise InputError('field `tests`: expected objects {"input": {name: value}, "output": value}')
    return Test(test["input"], test["output"])


# ---------------------------------------------------------------- files


def read_tasks(path: Path, on_bad_line: Callable[[InputError], None] | None = None) -> Iterator[Task]:
    """Stream the tasks of a `.jsonl` or `.jsonl.gz` file.

    A bad line raises InputError naming the file and the line, or is handed to `on_bad_line` and skipped; so
    is all that a damaged gzip file does not give.
    """
    for number, line in _given(_lines(path), on_bad_line):
        if is_blank(line):
            continue
        try:
            task = _task(path, number, line)
        except InputError as problem:
            if on_bad_line is None:
                raise
            on_bad_line(problem)
            continue
        yield task


def _task(path: Path, number: int, line: bytes) -> Task:
    try:
        return from_json(decode_line(line))
    except InputError as error:
        raise InputError(f"{path}, line {number}: {error}") from None


class TaskFile(Sequence[Task]):
    """The tasks of a file, each made of its line when it is asked for: the lines take a tenth of the tasks'
    memory and time, and who draws from many sees a part of them.

    Raises InputError for a file that cannot be read, and where a bad line is asked for.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lines = [(number, line) for number, line in _lines(path) if not is_blank(line)]

    def __len__(self) -> int:
        return len(self.lines)

    @overload
    def __getitem__(self, index: int) -> Task: ...
    @overload
    def __getitem__(self, index: slice) -> list[Task]: ...
    def __getitem__(self, index: int | slice) -> Task | list[Task]:
        if isinstance(index, slice):
            return [_task(self.path, *line) for line in self.lines[index]]
        return _task(self.path, *self.lines[index])


Line = TypeVar("Line")


class _CutShort(InputError):
    """A file gives no more than it gave."""


def _given(lines: Iterator[Line], on_end: Callable[[InputError], None] | None) -> Iterator[Line]:
    """The lines, up to where a file is damaged if `on_end` wants to hear of that."""
    try:
        yield from lines
    except _CutShort as error:
        if on_end is None:
            raise
        on_end(error)


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    if path.is_dir():
        raise InputError(f"{path} is a directory; expected a .jsonl or .jsonl.gz file")
    try:
        with path.open("rb") as raw:
            zipped = raw.read(2) == b"\x1f\x8b"
            raw.seek(0)
            if path.suffix == ".gz" and not zipped:
                raise InputError(f"{path} is named .gz but is not a gzip file")
            yield from numbered_lines(gzip.GzipFile(fileobj=raw) if zipped else raw)
    except FileNotFoundError:
        raise InputError(f"{path} does not exist") from None
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise _CutShort(f"{path} is a damaged or truncated gzip file: {error}") from None
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror or error}") from error


def to_file_line(task: Task) -> str:
    """A task as a line of a file."""
    return json.dumps(task.to_json(), ensure_ascii=False, separators=(",", ":")) + "\n"


@contextmanager
def written_aside(path: Path) -> Iterator[IO[str]]:
    """A text file that appears under its name only when it is complete; what a killed process left of it, the
    next one for the same name replaces. Raises InputError where another process writes it."""
    aside = beside(path, ".{}.part")
    with alone_at(path):
        try:
            with aside.open("wb") as raw:
                if path.suffix == ".gz":
                    # without a name and a time in the header, the same tasks give the same bytes
                    with (
                        gzip.GzipFile(
                            filename="", fileobj=raw, mode="wb", compresslevel=2, mtime=0
                        ) as zipped,
                        io.TextIOWrapper(zipped, encoding="utf-8") as stream,
                    ):
                        yield stream
                else:
                    with io.TextIOWrapper(raw, encoding="utf-8") as stream:
                        yield stream
                        stream.flush()
                        os.fsync(raw.fileno())
            aside.replace(path)
        except OSError as error:
            raise InputError(f"cannot write {path}: {error.strerror or error}") from error
        finally:
            with suppress(FileNotFoundError):
                aside.unlink()


def find_split(data: Path, split: str) -> Path:
    """The file of a split in a data folder: `{split}.jsonl`, `.jsonl.gz`, or official `metaset3.{split}...`.

    Raises InputError saying what was looked for.
    """
    if not data.exists():
        advice = "" if data.suffix else f"; `saps data generate {data}` makes a corpus"
        raise InputError(f"{data} does not exist{advice}")
    if data.is_file():
        return data
    names = [f"{prefix}{split}{suffix}" for prefix in ("", "metaset3.") for suffix in (".jsonl", ".jsonl.gz")]
    for name in names:
        if (data / name).is_file():
            return data / name
    raise InputError(f"{data} holds no {split} split; looked for {', '.join(names)}")
