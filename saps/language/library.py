"""The library of meanings: definitions in the order in which they stand, from `grammar/library/*.lib`."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from functools import cache, cached_property
from pathlib import Path

from saps.language.definition import Definition
from saps.language.expansion import Expander
from saps.language.folding import Folder
from saps.language.library_file import read_definitions
from saps.language.tree import Node
from saps.resources import library_files


class Library(Mapping[str, Definition]):
    """Definitions by name. Reads as a mapping; writes programs out and folds them."""

    def __init__(self, definitions: Iterable[Definition]) -> None:
        self._definitions = {definition.name: definition for definition in definitions}

    def __getitem__(self, name: str) -> Definition:
        return self._definitions[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._definitions)

    def __len__(self) -> int:
        return len(self._definitions)

    @cached_property
    def expander(self) -> Expander:
        return Expander(self._definitions)

    @cached_property
    def _folder(self) -> Folder:
        return Folder(self.expander)

    def expand(self, program: Node, arguments: Container[str] = frozenset()) -> Node:
        """The program in plain AlgoLisp; `arguments` stand for themselves. Raises ProgramTypeError."""
        return self.expander.expand(program, arguments)

    def fold(self, program: Node, arguments: Container[str] = frozenset()) -> Node:
        """The shortest way to say a program: `expand(fold(p)) == expand(p)`."""
        return self._folder.fold(program, arguments)


@cache
def built_in() -> Library:
    """The library that ships with saps. Bodies and types are looked at when they are used."""
    return load(library_files())


def load(files: Iterable[Path]) -> Library:
    """The definitions of some files, in their order. Raises GrammarError with the place of a fault."""
    definitions: dict[str, Definition] = {}
    for file in files:
        read_definitions(file.read_text(encoding="utf-8"), file.stem, definitions)
    return Library(definitions.values())
