"""The vocabulary of a decoder that speaks the library: programs are folded on their way in and written out on
their way out.

A definition has an entry for each number of arguments that it can be called with, `divisible_by/2` and
`divisible_by/1`. The table holds the definitions, so that a model means what it was taught, whatever the
library that ships becomes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from saps.language.errors import InputError, SapsError
from saps.language.library import Library, built_in, parse_library
from saps.language.tree import Node
from saps.model.symbols import Symbols

MAX_SIZE = 1_000
"""Symbols of a program that is written out; what is larger is no answer."""


class Meanings(Symbols):
    """Symbols of plain AlgoLisp and of a library, numbered in the order of their spelling."""

    kind = "library"

    def __init__(
        self, entries: Iterable[tuple[str, int]], library: Library | None = None, complete: bool = False
    ) -> None:
        """`complete`: the entries hold those of the library already; to find them takes a while."""
        self.library = built_in() if library is None else library
        super().__init__(entries if complete else [*entries, *self.library.entries()])

    def encode(self, program: Node) -> list[int]:
        """The ids of the shortest way to say a program, in pre-order. Raises UnknownSymbol."""
        return super().encode(self.library.fold(program))

    def decode(self, ids: Sequence[int]) -> Node:
        """The plain program that the ids spell. Raises ValueError where they spell none that can be written
        out."""
        try:
            program = self.library.expand(self.library.directed(self.tree(ids)))
        except SapsError as error:
            raise ValueError(error.message) from error
        if program.size > MAX_SIZE:
            raise ValueError(f"a program of {program.size} symbols")
        return program

    def extended(self, entries: Iterable[tuple[str, int]]) -> Meanings:
        """With further entries, and what the library that ships has besides or says better."""
        return Meanings([*self.entries, *entries], Library({**self.library, **built_in()}.values()))

    def document(self) -> dict[str, Any]:
        return super().document() | {"library": self.library.to_text()}

    @classmethod
    def of_document(cls, document: dict[str, Any], entries: Iterable[tuple[str, int]]) -> Meanings:
        text = document.get("library")
        if not isinstance(text, str):
            raise InputError("a symbol table without its library")
        return cls(entries, parse_library(text), complete=True)


def parts(symbols: Meanings) -> dict[int, list[int]]:
    """By the id of a definition's entry: the ids of what its body is made of."""
    return {
        index: [
            found
            for node in symbols.library[name].body
            if (found := symbols.find(node.symbol, len(node.children))) not in (None, index)
        ]
        for index, (name, _) in enumerate(symbols.entries)
        if name in symbols.library
    }
