"""A grammar of meanings, read and compiled."""

from __future__ import annotations

import gc
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from saps.corpus.grammar.compiler import compiled
from saps.corpus.grammar.model import Grammar
from saps.corpus.grammar.reader import Reader
from saps.language.library import built_in

_MARK = re.compile(r'^(say|form)\b|^include "(meanings\.scfg|core/)', re.MULTILINE)


def speaks_of_meanings(path: Path) -> bool:
    """Whether a grammar file is one of meanings."""
    try:
        text = path.read_text(encoding="utf-8-sig", errors="replace")
    except OSError:
        return False  # whoever reads it tells why
    return _MARK.search(text) is not None


@contextmanager
def uncollected() -> Iterator[None]:
    """Without the garbage collector, which would walk over all that was read each time that more was: half of
    the time goes there."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


@cache
def load_meanings(path: Path) -> Grammar:
    """Raises GrammarError with the place of a fault, InputError for a file that cannot be read."""
    with uncollected():
        reader = Reader(built_in())
        reader.file(path)
        grammar = compiled(reader)
    gc.freeze()  # it stays: no need to look through it again and again
    return grammar
