"""A grammar that was read and checked once, kept for the next process: reading the built-in one takes long.

It lies in the user's folder for such things, under a name that tells what it was made from: the grammar's
files and the code that read them. The latest few are kept.
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import platformdirs

from saps.corpus.synchronous import Grammar

_PACKAGE = Path(__file__).resolve().parent.parent
_DIGEST = sha256().digest_size
_LATEST = 4


def kept(sources: Sequence[Path], read: Callable[[], Grammar]) -> Grammar:
    """What `read` makes of the `sources`, from the last time where there was one."""
    code = (file for floor in ("corpus", "language") for file in sorted((_PACKAGE / floor).glob("*.py")))
    made_from = sha256()
    for file in (*sources, *code):
        made_from.update(file.read_bytes())
    try:
        folder = platformdirs.user_cache_path("saps")
    except RuntimeError:  # a user without a home
        return read()
    file = folder / f"grammar-{made_from.hexdigest()[:32]}.pickle"
    try:
        content = file.read_bytes()
    except OSError:
        content = b""
    if sha256(content[_DIGEST:]).digest() == content[:_DIGEST]:
        return pickle.loads(content[_DIGEST:])  # type: ignore[no-any-return]
    grammar = read()
    _keep(file, pickle.dumps(grammar, pickle.HIGHEST_PROTOCOL))
    return grammar


def _keep(file: Path, content: bytes) -> None:
    """Where the folder cannot be written, nothing is kept and nothing is lost."""
    aside = file.with_suffix(f".{os.getpid()}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        made = sorted(file.parent.glob("grammar-*"), key=lambda old: old.stat().st_mtime)
        for old in made[: 1 - _LATEST]:
            old.unlink(missing_ok=True)
        aside.write_bytes(sha256(content).digest() + content)
        aside.replace(file)
    except OSError:
        with suppress(OSError):
            aside.unlink()
