"""Answers that a person keeps, each a small JSON file in their own data folder."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

from platformdirs import user_data_path

from saps.corpus.tasks.task import written_aside
from saps.language.errors import InputError
from saps.language.json_reader import decode


@dataclass(frozen=True)
class Saved:
    """A sentence with the program that was found for it."""

    text: str
    program: str
    args: dict[str, str] = field(default_factory=dict)
    """Names with their types, in the signature's order."""
    examples: list[dict[str, Any]] = field(default_factory=list)
    """As a batch line has them."""


def folder() -> Path:
    """Where answers are kept; SAPS_HOME names another folder."""
    own = os.environ.get("SAPS_HOME")
    return (Path(own) if own else user_data_path("saps")) / "saved"


def save(name: str, saved: Saved) -> Path:
    """Keep an answer under a name, in place of one that was called so. Raises InputError."""
    path = _file(name)
    with written(path) as stream:
        stream.write(json.dumps(asdict(saved), indent=2, ensure_ascii=False) + "\n")
    return path


@contextmanager
def written(path: Path) -> Iterator[IO[str]]:
    """A file of a person's own, written aside, its folder made where it is missing. Raises InputError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"cannot write {path}: {error.strerror or error}") from error
    with written_aside(path) as stream:
        yield stream


def saved(name: str) -> Saved:
    """The answer of that name. Raises InputError where there is none, or its file is damaged."""
    path = _file(name)
    try:
        record = decode(path.read_text(encoding="utf-8"))
        return Saved(**record)
    except FileNotFoundError:
        known = ", ".join(sorted(name for name, _ in all_saved())) or "none yet"
        raise InputError(f"no answer is saved as {name!r}; there are {known}") from None
    except (OSError, UnicodeDecodeError, InputError, TypeError) as error:
        raise InputError(f"{path} is damaged: {error}") from error


def all_saved() -> Iterator[tuple[str, Path]]:
    """The names of all answers that are kept, with their files."""
    for path in sorted(folder().glob("*.json")):
        yield path.stem, path


def _file(name: str) -> Path:
    if not name.replace("-", "_").isidentifier():
        raise InputError(f"{name!r} cannot be a name; expected letters, digits, - and _")
    return folder() / f"{name}.json"
