"""Files that ship with saps: grammars, the trained checkpoint, what else was learnt.

In a wheel they lie inside the package, in a checkout at its top level.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def _folder(name: str) -> Path:
    packaged = _PACKAGE / "_resources" / name
    return packaged if packaged.is_dir() else _PACKAGE.parent / name


def grammar_path(name: str) -> Path:
    """Where a grammar file lies."""
    return _folder("grammar") / name


def grammar_text(name: str) -> str:
    """A grammar file's text."""
    return grammar_path(name).read_text(encoding="utf-8")


def default_checkpoint() -> Path:
    """The checkpoint that answers where none is named."""
    return _folder("data") / "checkpoint"


def sample_corpus() -> Path:
    """A small corpus to try things out on."""
    return _folder("data") / "sample"


def paraphrase_file(name: str) -> Path:
    """A file of sentences in people's own words."""
    return _folder("data") / "paraphrases" / name


def name_weights() -> Path:
    """The weights by which words are taken for names of arguments."""
    return _folder("data") / "names.json"


def familiar_pairs() -> Path:
    """The pairs of neighbouring words that people's requests have."""
    return _folder("data") / "pairs.bin"


def grammar_files() -> list[Path]:
    """The files of the grammar of meanings."""
    return sorted(_folder("grammar").glob("*/*.scfg"))


def library_files() -> list[Path]:
    """The files of the library, in the order in which their definitions may use one another."""
    return sorted(_folder("grammar").joinpath("library").glob("*.lib"))
