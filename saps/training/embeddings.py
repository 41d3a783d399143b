"""Pretrained word vectors for the sentence encoder, from a text file in GloVe's format.

A line is a word and its numbers, separated by single spaces. Sentences are read in SentencePiece tokens, not
words; but all but the rarest words are one token, and those get their word's vector. Words of several tokens,
and words that the file lacks, keep the vectors that training starts with.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import torch

from saps.language.errors import InputError
from saps.model.synthesizer import Synthesizer
from saps.text.tokenizer import Tokenizer

SHOWN = 5
"""Words named in a report."""


@dataclass(slots=True)
class Bad:
    """Lines of one kind that were not used: how many, and the first."""

    count: int = 0
    first: str = ""

    def add(self, number: int, what: str) -> None:
        self.count += 1
        self.first = self.first or f"line {number}: {what}"

    def told(self, kind: str) -> list[str]:
        return [f"{self.count:,} {kind} ({self.first})"] if self.count else []


@dataclass(slots=True)
class Vectors:
    """Word vectors from a file, and what there was to report of it."""

    source: Path
    found: dict[str, list[float]] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    """Words that are one token and not in the file."""
    split: int = 0
    """Words that are several tokens."""
    broken: Bad = field(default_factory=Bad)
    other_width: Bad = field(default_factory=Bad)

    def __str__(self) -> str:
        words = len(self.found) + len(self.missing) + self.split
        parts = [f"{self.source}: {len(self.found):,} of {words:,} words have a vector"]
        if self.missing:
            more = ", ..." if len(self.missing) > SHOWN else ""
            parts.append(
                f"{len(self.missing):,} are not in the file ({', '.join(self.missing[:SHOWN])}{more})"
            )
        if self.split:
            parts.append(f"{self.split:,} are several tokens")
        return "; ".join(
            [*parts, *self.broken.told("broken lines"), *self.other_width.told("lines of another width")]
        )


def read_vectors(path: Path, width: int, tokenizer: Tokenizer, words: Iterable[str]) -> Vectors:
    """The vectors of those `words` that are one token. Lines that cannot be used are counted, not fatal.

    Raises InputError where the file cannot be read, or no line of it has `width` numbers.
    """
    vectors = Vectors(path)
    wanted: dict[str, None] = {}
    for word in dict.fromkeys(words):
        if tokenizer.knows(word):
            wanted[word] = None
        else:
            vectors.split += 1
    try:
        with path.open(encoding="utf-8", errors="replace") as lines:
            usable = sum(_take(vectors, width, wanted, *numbered) for numbered in enumerate(lines, 1))
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror or error}") from error
    if not usable:
        odd = vectors.other_width.first or vectors.broken.first or "it is empty"
        raise InputError(
            f"{path} has no line of a word and {width} numbers ({odd}); "
            "--set model.token_embedding=N makes the model's vectors as wide as the file's"
        )
    vectors.missing = [word for word in wanted if word not in vectors.found]
    return vectors


def _take(vectors: Vectors, width: int, wanted: Mapping[str, None], place: int, line: str) -> bool:
    """Notes what a line has; whether it is a word and `width` numbers, read of wanted words only."""
    word, *numbers = line.rstrip().split(" ")
    if len(numbers) != width:
        kind = vectors.other_width if _numbers(numbers) else vectors.broken
        kind.add(place, f"{len(numbers)} numbers" if _numbers(numbers) else "not a word and numbers")
        return False
    if word in wanted and word not in vectors.found:
        values = _numbers(numbers)
        if values is None:
            vectors.broken.add(place, f"{word!r} has something that is no number")
            return False
        vectors.found[word] = values
    return True


def _numbers(texts: list[str]) -> list[float] | None:
    """The numbers; None if there is none, or one that is no finite number."""
    try:
        values = [float(text) for text in texts]
    except ValueError:
        return None
    return values if values and all(map(math.isfinite, values)) else None


@torch.no_grad()
def put_vectors(model: Synthesizer, tokenizer: Tokenizer, vectors: Vectors) -> None:
    """Gives the tokens of the words found their vectors; they go on learning."""
    for word, values in vectors.found.items():
        (token,) = tokenizer.encode([word])
        model.encoder.embedding.weight[token] = torch.tensor(values)
