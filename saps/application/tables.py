"""Tables that a program runs on: a CSV file with a header, or JSON lines of objects.

Where each argument that is a column takes one cell, the program runs on each row; where one takes a list of
cells, it runs once, on whole columns.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from saps.language.errors import InputError, quote
from saps.language.json_reader import decode, decode_line, decode_utf8, is_blank, numbered_lines
from saps.language.type_system import (
    BOOL,
    INT,
    STRING,
    Type,
    TypeVariable,
    array,
    concrete,
    levels,
    prune,
)
from saps.language.values import type_of

Row: TypeAlias = "dict[str, Any] | InputError"
"""Cells by column, or what is wrong with the line."""

_DELIMITERS = ",;\t"


class Table(NamedTuple):
    columns: tuple[str, ...]
    rows: list[tuple[int, Row]]
    """With the line on which each ends."""
    spelt: bool
    """Whether cells are texts, to be read by the type that is wanted; else they are JSON values."""


def read_csv(path: Path) -> Table:
    """A file whose first line names the columns, which commas, semicolons or tabs part. Raises InputError."""
    text = decode_utf8(_bytes(path), str(path))
    first = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    lines = ((reader.line_num, cells) for cells in _cells(reader, path) if cells)
    columns = [name.strip() for name in next(lines, (0, []))[1]]
    if not columns or not all(columns):
        raise InputError(f"{path}, line 1: expected the columns' names")
    if len(set(columns)) < len(columns):
        raise InputError(f"{path}, line 1: two columns have one name")
    return Table(tuple(columns), [(number, _row(columns, cells)) for number, cells in lines], spelt=True)


def _cells(reader: Any, path: Path) -> Iterator[list[str]]:
    try:
        yield from reader
    except csv.Error as error:
        raise InputError(f"{path}, line {reader.line_num}: {error}") from None


def _row(columns: list[str], cells: list[str]) -> Row:
    if len(cells) != len(columns):
        return InputError(f"{len(cells)} cells; expected {len(columns)}")
    return dict(zip(columns, cells, strict=True))


def read_jsonl(path: Path) -> Table:
    """A file with a JSON object on each line. Raises InputError."""
    rows: list[tuple[int, Row]] = []
    columns: dict[str, None] = {}
    for number, line in numbered_lines(BytesIO(_bytes(path))):
        if not is_blank(line):
            row = _object(line)
            columns |= dict.fromkeys(row if isinstance(row, dict) else ())
            rows.append((number, row))
    if not columns:
        raise InputError(f"{path} holds no JSON object")
    return Table(tuple(columns), rows, spelt=False)


def _object(line: bytes) -> Row:
    try:
        value = decode_line(line)
    except InputError as error:
        return error
    return value if isinstance(value, dict) else InputError("expected a JSON object")


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise InputError(f"{path} does not exist") from None
    except (OSError, ValueError) as error:
        raise InputError(f"cannot read {path}: {getattr(error, 'strerror', None) or error}") from None


# ---------------------------------------------------------------- what a program gets of it


Inputs: TypeAlias = "tuple[int | None, Row]"
"""What one run gets, or what is wrong with it, and the line that it is of: None where it gets columns."""


def inputs_of(
    table: Table, args: Mapping[str, Type], given: Mapping[str, Any], chosen: Mapping[str, str]
) -> list[Inputs]:
    """What a program of these arguments gets: `given` values, the columns that are `chosen` for arguments,
    and for the others those of their own names, in small or capital letters. Raises InputError."""
    columns = {name: _column(table, name, chosen.get(name)) for name in args if name not in given}
    kinds = {name: _settled(table, column, args[name]) for name, column in columns.items()}
    if any(_takes_list(table, columns[name], kind) for name, kind in kinds.items()):
        whole = {name: _whole(table, columns[name], kind) for name, kind in kinds.items()}
        return [(None, {**given, **whole})]
    return [(line, _inputs(table, row, columns, kinds, given)) for line, row in table.rows]


def _settled(table: Table, column: str, kind: Type) -> Type:
    """The type with what is open in it taken from the column."""
    kind = prune(kind)
    if isinstance(kind, TypeVariable):
        cells = [row[column] for _, row in table.rows if isinstance(row, dict) and column in row]
        return INT if not table.spelt or all(map(_is_number, cells)) else STRING
    return array(_settled(table, column, kind.args[0])) if kind.name == "array" else concrete(kind)


def _is_number(text: str) -> bool:
    try:
        return type(decode(text.strip())) in (int, float)
    except InputError:
        return False


def _column(table: Table, name: str, chosen: str | None) -> str:
    wanted = chosen or name
    same = [one for one in table.columns if one == wanted]
    same = same or [one for one in table.columns if one.lower() == wanted.lower()]
    if len(same) != 1:
        known = ", ".join(table.columns)
        raise InputError(f"no column {wanted!r} for the argument {name!r}: {name}=COLUMN, one of {known}")
    return same[0]


def _takes_list(table: Table, column: str, kind: Type) -> bool:
    """Whether an argument takes a list of such cells: its type has more levels than they have."""
    if table.spelt:
        return levels(kind) > 0
    cells = (row[column] for _, row in table.rows if isinstance(row, dict) and column in row)
    first = next(cells, None)
    return first is not None and levels(kind) > levels(concrete(type_of(first, f"column {column!r}")))


def _whole(table: Table, column: str, kind: Type) -> Any:
    """A column as a list. Raises InputError naming the line of a row, or a cell, that does not fit."""
    if not levels(kind):
        raise InputError(f"column {column!r} is for an argument that takes one value: give it one, NAME=JSON")
    element = kind.args[0]  # type: ignore[union-attr]
    found = []
    for line, row in table.rows:
        try:
            found.append(_cell(table, row, column, element))
        except InputError as error:
            raise InputError(f"line {line}: {error.message}") from None
    return found


def _inputs(
    table: Table, row: Row, columns: Mapping[str, str], kinds: Mapping[str, Type], given: Mapping[str, Any]
) -> Row:
    try:
        return {**given, **{name: _cell(table, row, columns[name], kind) for name, kind in kinds.items()}}
    except InputError as error:
        return error


def _cell(table: Table, row: Row, column: str, kind: Type) -> Any:
    """A row's cell as a JSON value. Raises InputError."""
    if isinstance(row, InputError):
        raise row
    if column not in row:
        raise InputError(f"there is no {column!r}")
    text = row[column]
    if not table.spelt or kind == STRING:
        return text
    text = text.strip()
    if kind == BOOL:
        text = text.lower()
    try:
        return text if text in ("inf", "-inf") else decode(text)
    except InputError:
        expected = "true or false" if kind == BOOL else "a number"
        raise InputError(f"column {column!r}: expected {expected}, found {quote(text)}") from None
