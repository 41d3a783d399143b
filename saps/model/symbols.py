"""The decoder's vocabulary: program symbols, each with the number of children it is called with.

`+` called with two arguments and `+` passed as a value are two entries, `+/2` and `+/0`. A sequence
of ids in pre-order is therefore a tree without further marks: it closes itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Self

from saps.language.errors import InputError, SapsError
from saps.language.tree import Node
from saps.system.documents import read_document

FORMAT = 1


class UnknownSymbol(SapsError):
    """A program has a symbol that the vocabulary lacks; `name` is its spelling with arity."""

    def __init__(self, name: str) -> None:
        super().__init__(f"the symbol {name} is not in the vocabulary")
        self.name = name


def spell(symbol: str, arity: int) -> str:
    """`+/2`; the arity stands after the last slash, so `//2` is division of two."""
    return f"{symbol}/{arity}"


class Symbols:
    """Symbols with arity, numbered from 0 in the order of their spelling.

    Two more ids follow, for input only: `root`, read where there is no parent or previous node, and
    `padding`. `names[i]` is the spelling of entry i, `arities[i]` its number of children.
    """

    kind = "tree"

    def __init__(self, entries: Iterable[tuple[str, int]]) -> None:
        named = sorted((spell(*entry), entry) for entry in set(entries))
        self.names = [name for name, _ in named]
        self.symbols = [symbol for _, (symbol, _) in named]
        self.arities = [arity for _, (_, arity) in named]
        self._ids = {name: index for index, name in enumerate(self.names)}

    @classmethod
    def from_programs(cls, programs: Iterable[Node]) -> Self:
        """The symbols that occur in the programs, with the arities they occur with."""
        return cls({(node.symbol, len(node.children)) for program in programs for node in program})

    @property
    def entries(self) -> list[tuple[str, int]]:
        """What the vocabulary is made of: symbols and the number of children they are called with."""
        return list(zip(self.symbols, self.arities, strict=True))

    @property
    def root(self) -> int:
        return len(self.names)

    @property
    def padding(self) -> int:
        return len(self.names) + 1

    def __len__(self) -> int:
        return len(self.names)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Symbols) and self.names == other.names

    __hash__ = None  # type: ignore[assignment]  # a vocabulary is compared, never used as a key

    def id(self, symbol: str, arity: int) -> int:
        """The id of an entry. Raises UnknownSymbol."""
        name = spell(symbol, arity)
        if name not in self._ids:
            raise UnknownSymbol(name)
        return self._ids[name]

    def find(self, symbol: str, arity: int) -> int | None:
        """The id of an entry, if there is one."""
        return self._ids.get(spell(symbol, arity))

    def extended(self, entries: Iterable[tuple[str, int]]) -> Symbols:
        """A vocabulary of the same kind with further entries."""
        return type(self)([*self.entries, *entries])

    def encode(self, program: Node) -> list[int]:
        """The ids of a program's nodes in pre-order. Raises UnknownSymbol."""
        return [self.id(node.symbol, len(node.children)) for node in program]

    def decode(self, ids: Sequence[int]) -> Node:
        """The program that the ids spell in pre-order; inverse of `encode`.

        Raises ValueError where they are not exactly one tree.
        """
        return self.tree(ids)

    def tree(self, ids: Sequence[int]) -> Node:
        """The tree of symbols that the ids spell, as the decoder says it. Raises ValueError as `decode`."""
        built: list[Node] = []  # finished subtrees, the leftmost on top
        for index in reversed(ids):
            if not 0 <= index < len(self):
                raise ValueError(f"{index} is not the id of a symbol")
            arity = self.arities[index]
            if arity > len(built):
                raise ValueError(f"the tree is not complete: {self.names[index]} lacks a child")
            children = [built.pop() for _ in range(arity)]
            built.append(Node(self.symbols[index], children))
        if len(built) != 1:
            raise ValueError(f"the ids spell {len(built)} trees, not one")
        return built[0]

    def document(self) -> dict[str, Any]:
        """What `to_json` writes."""
        return {"format": FORMAT, "kind": self.kind, "symbols": self.names}

    def to_json(self) -> str:
        return json.dumps(self.document(), ensure_ascii=False, indent=0) + "\n"

    @classmethod
    def of_document(cls, document: dict[str, Any], entries: Iterable[tuple[str, int]]) -> Symbols:
        """A vocabulary of the entries that a document names, with what else the document says."""
        del document
        return cls(entries)

    @classmethod
    def from_json(cls, text: str) -> Symbols:
        """Inverse of `to_json`. Raises InputError where the text is anything else."""
        try:
            document = read_document(text)
            names = document["symbols"]
            symbols = cls.of_document(document, _read_names(names))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise InputError(f"not a symbol table: {error}") from error
        kind = document.get("kind", Symbols.kind)
        if kind != cls.kind:
            raise InputError(f"a symbol table of kind {kind!r}; expected {cls.kind!r}")
        if document.get("format") != FORMAT:
            raise InputError(f"a symbol table of format {document.get('format')}; expected {FORMAT}")
        if symbols.names != names:
            raise InputError("a symbol table that is not sorted, or has an entry twice")
        return symbols


def _read_names(names: Iterable[str]) -> Iterator[tuple[str, int]]:
    for name in names:
        symbol, _, arity = name.rpartition("/")
        if len(arity) > 2 or not arity.isdecimal():
            raise ValueError(f"{name!r} has no arity")
        yield symbol, int(arity)
