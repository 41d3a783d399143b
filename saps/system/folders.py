"""Folders that commands write into."""

from __future__ import annotations

from pathlib import Path

from saps.language.errors import InputError


def make_folder(folder: Path) -> None:
    """Makes a folder, and those above it, if need be. Raises InputError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"cannot make the folder {folder}: {error.strerror or error}") from error
