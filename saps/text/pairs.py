"""How familiar a sentence sounds: which of its words stand beside one another in requests of people.

"sort my photos" has the words of a request, but nobody who wants a program says "my photos". The pairs of
neighbouring words that were met are kept as bits of a table, at the places that a checksum gives them, so a
few pairs that were never met count as familiar (a Bloom filter of one function, Bloom 1970).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from zlib import crc32

from saps.language.errors import InputError
from saps.resources import familiar_pairs
from saps.text.normalize import normalize
from saps.text.placeholders import place
from saps.text.spoken import without_examples

_BYTES = 2**17
_LEAST = 2
"""Sentences that have a pair, from which on it is familiar."""
_EDGE, _SLOT = "", "_"
"""What stands before the first word and behind the last, and for names, numbers and strings."""


def placed_words(sentence: str, args: Iterable[str]) -> list[str] | None:
    """The words of a sentence as readings have them, placeholders for its names and literals; None where it
    cannot be read."""
    try:
        return place(normalize(without_examples(sentence)[0]), [name.lower() for name in args])[0]
    except InputError:
        return None


class Pairs:
    """The familiar pairs of neighbouring words."""

    def __init__(self, table: bytes) -> None:
        self.table = table

    def unfamiliar(self, words: Sequence[str]) -> float:
        """The share of neighbouring words, from 0 to 1, that are not beside one another in requests."""
        found = list(_pairs(words))
        return sum(not self._holds(pair) for pair in found) / len(found)

    def _holds(self, pair: tuple[str, str]) -> bool:
        byte, bit = _place(pair)
        return bool(self.table[byte] & bit)

    @classmethod
    def fitted(cls, sentences: Iterable[Sequence[str]]) -> Pairs:
        counts = Counter(pair for words in sentences for pair in set(_pairs(words)))
        table = bytearray(_BYTES)
        for pair, count in counts.items():
            if count >= _LEAST:
                byte, bit = _place(pair)
                table[byte] |= bit
        return cls(bytes(table))

    @classmethod
    def read(cls, path: Path) -> Pairs:
        """Raises InputError where the file cannot be read, or is none that holds such a table."""
        try:
            table = path.read_bytes()
        except OSError as error:
            raise InputError(f"{path}: {error.strerror}") from None
        if len(table) != _BYTES:
            raise InputError(f"{path}: expected a table of {_BYTES:,} bytes, found {len(table):,}")
        return cls(table)


@cache
def shipped_pairs() -> Pairs:
    """Those that ship with saps."""
    return Pairs.read(familiar_pairs())


def _pairs(words: Sequence[str]) -> Iterator[tuple[str, str]]:
    said = [
        _SLOT if len(word) == 1 or word[0] == "<" else word for word in words if any(map(str.isalnum, word))
    ]
    return pairwise([_EDGE, *said, _EDGE])


def _place(pair: tuple[str, str]) -> tuple[int, int]:
    byte, bit = divmod(crc32(" ".join(pair).encode()) % (8 * _BYTES), 8)
    return byte, 1 << bit
