"""A program as the sequence of its tokens, `( reduce a 0 + )`: the vocabulary of attentional Seq2Seq.

A sequence is a tree without branches: each token is a symbol with one child, what follows it, and the mark at
the end is the only leaf. So whatever trains and decodes trees does sequences too; brackets are the model's to
close, and what it says may be no program.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from saps.language.printer import to_sequence
from saps.language.tree import Node
from saps.model.meanings import Meanings
from saps.model.symbols import Symbols
from saps.system.documents import read_document

OPEN, CLOSE, END = "(", ")", "<end>"


class Brackets(Symbols):
    """Tokens numbered from 0 in the order of their spelling, made of the same entries as `Symbols`."""

    kind = "brackets"

    def __init__(self, entries: Iterable[tuple[str, int]]) -> None:
        tokens = {symbol for symbol, _ in entries} | {OPEN, CLOSE}
        super().__init__([*((token, 1) for token in tokens - {END}), (END, 0)])

    def encode(self, program: Node) -> list[int]:
        """The ids of a program's tokens, the end's among them. Raises UnknownSymbol."""
        return [*(self.id(token, 1) for token in to_sequence(program)), self.id(END, 0)]

    def decode(self, ids: Sequence[int]) -> Node:
        """The program that the ids spell; inverse of `encode`. Raises ValueError where they spell none."""
        if not ids or any(not 0 <= index < len(self) for index in ids):
            raise ValueError("ids that are not those of tokens, or none")
        *tokens, end = [self.symbols[index] for index in ids]
        if end != END or END in tokens:
            raise ValueError("the sequence has no end, or goes on after it")
        return _tree(tokens)


def _tree(tokens: Sequence[str]) -> Node:
    """The program that the tokens spell. Raises ValueError."""
    calls: list[tuple[str, list[Node]]] = [
        ("", [])
    ]  # open brackets: name and arguments; the outermost is none
    opened = False  # the token before was an opening bracket
    for place, token in enumerate(tokens, 1):
        if opened:
            if token in (OPEN, CLOSE):
                raise ValueError(f"token {place} is {token}; expected the name of a function")
            calls.append((token, []))
        elif token == CLOSE:
            name, arguments = calls.pop()
            if not (calls and arguments):
                raise ValueError(f"token {place}: nothing to close, or a call without arguments")
            calls[-1][1].append(Node(name, arguments))
        elif token != OPEN:
            calls[-1][1].append(Node(token))
        opened = token == OPEN and not opened
    _, found = calls.pop()
    if opened or calls or len(found) != 1:
        raise ValueError("the tokens are not exactly one program")
    return found[0]


_BY_KIND: dict[str, type[Symbols]] = {one.kind: one for one in (Symbols, Brackets, Meanings)}


def vocabulary(target: str, entries: Iterable[tuple[str, int]]) -> Symbols:
    """The vocabulary of a decoder, by its configuration's `target`."""
    kinds = {"tree": Symbols, "sequence": Brackets, "library": Meanings}
    return kinds[target](entries)


def read_vocabulary(text: str) -> Symbols:
    """What `to_json` of either vocabulary wrote. Raises InputError where the text is anything else."""
    try:
        kind = str(read_document(text)["kind"])
    except (ValueError, KeyError):
        kind = Symbols.kind  # tables had no kind before there were two; what is damaged, `from_json` tells
    return _BY_KIND.get(kind, Symbols).from_json(text)
