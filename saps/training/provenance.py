"""What a run was made from and by: the corpus, told by sizes and digests, options and versions."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

import saps
from saps.language.errors import InputError

_PACKAGES = ("torch", "numpy", "sentencepiece", "safetensors")


@dataclass(frozen=True)
class Provenance:
    """What one session of a run is given."""

    corpus: Mapping[str, Any] = field(default_factory=dict)
    """From `fingerprint`; empty where no files are read. A run goes on only with the one it began with."""
    options: Mapping[str, Any] = field(default_factory=dict)
    """Of the command; they may differ from session to session."""

    def session(self) -> dict[str, Any]:
        """Options and versions, as they are kept for each session."""
        return {"options": self.options, "versions": versions()}


def fingerprint(folder: Path, files: Iterable[Path]) -> dict[str, Any]:
    """A corpus as a run remembers it: where it lies, and the size and SHA-256 of each file.

    Files of other folders are told with theirs. Raises InputError for a file that cannot be read.
    """
    names = {
        file.name if file.parent == folder else f"{file.parent.name}/{file.name}": file for file in files
    }
    return {
        "folder": str(folder.resolve()),
        "files": {name: _digest(file) for name, file in names.items()},
    }


def versions() -> dict[str, str]:
    """Of everything that can change a result."""
    found = {"saps": saps.__version__, "python": platform.python_version(), "machine": platform.platform()}
    return found | {name: version(name) for name in _PACKAGES}


def _digest(file: Path) -> dict[str, Any]:
    try:
        with file.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
        return {"bytes": file.stat().st_size, "sha256": digest}
    except OSError as error:
        raise InputError(f"cannot read {file}: {error.strerror or error}") from error
