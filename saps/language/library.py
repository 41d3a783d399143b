"""The library of meanings: definitions in the order in which they stand, from `grammar/library/*.lib`."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property
from pathlib import Path
from threading import Lock

from saps.language.definition import Definition
from saps.language.errors import GrammarError
from saps.language.expansion import Expander
from saps.language.folding import Folder
from saps.language.json_reader import decode_utf8
from saps.language.library_file import read_definitions
from saps.language.primitives import PARTIALS, PRIMITIVES
from saps.language.tree import Node
from saps.resources import library_files

_WORD = re.compile(r"[^\s()]+")
_LASTING = frozenset(PRIMITIVES.keys() - PARTIALS.keys() - {"invoke1", "combine", "!"})
"""Primitives that stay where a program is written out; the others may be worked in."""


class Library(Mapping[str, Definition]):
    """Definitions by name. Reads as a mapping; writes programs out and folds them."""

    def __init__(self, definitions: Iterable[Definition]) -> None:
        self._definitions = {definition.name: definition for definition in definitions}
        self._growing = Lock()

    def __getitem__(self, name: str) -> Definition:
        return self._definitions[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._definitions)

    def __len__(self) -> int:
        return len(self._definitions)

    def __reduce__(self) -> tuple[Callable[[str], Library], tuple[str]]:
        return parse_library, (self.to_text(),)  # what was made of it for use stays in its process

    @cached_property
    def expander(self) -> Expander:
        return Expander(self._definitions)

    @cached_property
    def _folder(self) -> Folder:
        return Folder(self.expander)

    @cached_property
    def _unready(self) -> dict[str, int]:
        """The definitions that the folder does not know yet, with their places."""
        return {name: place for place, name in enumerate(self)}

    @cached_property
    def _ready(self) -> set[frozenset[str] | None]:
        """Primitives, for all of whose programs the folder is ready; None: for all programs."""
        return set()

    def _get_ready(self, symbols: frozenset[str] | None = None) -> None:
        """For programs with these primitives, or for all."""
        with self._growing:
            if symbols is None or symbols not in self._ready:
                needed = self._needed
                able = [name for name in self._unready if symbols is None or needed[name] <= symbols]
                for name in able:
                    self._folder.add(self._unready[name], self._definitions[name])
                    del self._unready[name]
                self._ready.add(symbols)

    def expand(self, program: Node, arguments: Container[str] = frozenset()) -> Node:
        """The program in plain AlgoLisp; `arguments` stand for themselves. Raises ProgramTypeError."""
        return self.expander.expand(program, arguments)

    def directed(self, program: Node, arguments: Container[str] = frozenset()) -> Node:
        """As `Expander.directed`."""
        return self.expander.directed(program, arguments)

    def fold(self, program: Node, arguments: Container[str] = frozenset()) -> Node:
        """The shortest way to say a program: `expand(fold(p)) == expand(p)`."""
        self._get_ready()
        return self._folder.fold(program, arguments)

    def fold_one(self, program: Node, arguments: Container[str] = frozenset()) -> Node:
        """As `fold`, for one program: only the definitions that can be in it are made ready."""
        plain = self.expand(program, arguments)
        symbols = _LASTING.intersection(node.symbol for node in plain)
        self._get_ready(symbols)
        return self._folder.fold(plain, arguments)

    @cached_property
    def _needed(self) -> dict[str, frozenset[str]]:
        """By definition: primitives without which no program holds it, by the text of its body."""
        found: dict[str, frozenset[str]] = {}

        def needed(name: str) -> frozenset[str]:
            if name not in found:
                found[name] = frozenset()  # a definition by itself, which is told elsewhere
                definition = self._definitions[name]
                params = {param for param, _ in definition.params}
                words = set(_WORD.findall(definition.source)) - params
                inner = (needed(word) for word in words & self._definitions.keys())
                found[name] = frozenset(words & _LASTING).union(*inner)
            return found[name]

        return {name: needed(name) for name in self._definitions}

    def entries(self) -> list[tuple[str, int]]:
        """Each definition with each number of arguments that it can be called with."""
        return [
            (name, given)
            for name, definition in self._definitions.items()
            for given in range(definition.arity + 1)
            if self.closed(name, given) is not None
        ]

    def closed(self, name: str, given: int) -> frozenset[int] | None:
        """Which of so many given arguments may not mention `arg1`, `arg2` or `self` of a lambda around; None
        where it cannot be called with so many."""
        if (name, given) not in self._closed:
            self._closed[name, given] = self.expander.closed(self._definitions[name], given)
        return self._closed[name, given]

    @cached_property
    def _closed(self) -> dict[tuple[str, int], frozenset[int] | None]:
        return {}

    def to_text(self) -> str:
        """All definitions as `grammar/library/*.lib` has them."""
        return "\n".join(definition.to_text() for definition in self._definitions.values())

    def function(self, name: str, given: Sequence[Node]) -> Node:
        """A definition or primitive as a function of its first parameter, the others being given."""
        if name in self or not given:
            return Node(name, given)
        if len(given) > 1:
            raise GrammarError(f"`{name}` cannot have {len(given)} arguments fixed; define it in the library")
        return Node("partial1", [given[0], Node(name)])

    def call(self, function: Node, args: Sequence[Node]) -> Node:
        """A function of the library, with arguments for the parameters that it leaves open."""
        symbol = function.symbol
        if symbol in self:
            return Node(symbol, [*args, *function.children])
        if not function.children and symbol in PRIMITIVES:
            return Node(symbol, args)
        if symbol in PARTIALS and len(args) == 1 and not function.children[1].children:
            fixed, inner = function.children
            place = PARTIALS[symbol]
            return self.call(inner, [*args[:place], fixed, *args[place:]])
        return Node("invoke1", [function, *args])

    def compose(self, program: Node, values: Mapping[str, Node]) -> Node:
        """A program with others in place of its names: where they stand alone, and where they are called."""
        if not program.children:
            return values.get(program.symbol, program)
        children = [self.compose(child, values) for child in program.children]
        if program.symbol in values:
            return self.call(values[program.symbol], children)
        return Node(program.symbol, children)


@cache
def built_in() -> Library:
    """The library that ships with saps. Bodies and types are looked at when they are used."""
    return load(library_files())


def parse_library(text: str, topic: str = "library") -> Library:
    """The definitions of a text. Raises GrammarError with the place of a fault."""
    definitions: dict[str, Definition] = {}
    read_definitions(text, topic, definitions)
    return Library(definitions.values())


def load(files: Iterable[Path]) -> Library:
    """The definitions of some files, in their order.

    Raises GrammarError with the place of a fault, InputError for a file that is not UTF-8 text.
    """
    definitions: dict[str, Definition] = {}
    for file in files:
        read_definitions(decode_utf8(file.read_bytes(), str(file)), file.stem, definitions)
    return Library(definitions.values())
