"""A program's tree of meanings as a picture, with the words that each node looked at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from typing import TYPE_CHECKING, NamedTuple

from saps.language.errors import InputError
from saps.language.tree import Node

if TYPE_CHECKING:
    from saps.search.translator import Candidate, Translator

_TYPES = "(types)"
"""Stands for all that was said of types, which the model reads in front of the sentence."""


class Row(NamedTuple):
    """A node of the tree, in pre-order."""

    symbol: str
    depth: int
    weights: tuple[float, ...]
    """How much it looked at each word; they add up to 1."""


class Picture(NamedTuple):
    words: tuple[str, ...]
    rows: tuple[Row, ...]


def picture(translator: Translator, candidate: Candidate) -> Picture:
    """A candidate's tree, as the model says it. Raises InputError where the model says no trees, or does not
    look at words."""
    from saps.model.batch import Example, collate
    from saps.model.looks import looks
    from saps.model.symbols import UnknownSymbol

    symbols, reading = translator.beam_search.symbols, candidate.reading
    try:
        ids = symbols.encode(reading.placeholders.hide(candidate.program))
        tree = reading.placeholders.reveal(symbols.tree(ids))
        weights = looks(
            translator.model, collate([Example(tuple(reading.query.tokens), tuple(ids))], symbols)
        )
    except (UnknownSymbol, ValueError) as error:
        raise InputError(f"there is no picture of this program: {error}") from None
    words, owners = _owners(translator, candidate)
    rows = []
    for (symbol, depth), row in zip(_pre_order(tree, 0), weights.tolist(), strict=True):
        sums = [0.0] * len(words)
        for owner, weight in zip(owners, row, strict=True):
            sums[owner] += weight
        rows.append(Row(symbol, depth, tuple(sums)))
    return Picture(words, tuple(rows))


def _pre_order(node: Node, depth: int) -> Iterator[tuple[str, int]]:
    yield node.symbol, depth
    for child in node.children:
        yield from _pre_order(child, depth + 1)


def _owners(translator: Translator, candidate: Candidate) -> tuple[tuple[str, ...], list[int]]:
    """The words as they were typed, and to which of them each token belongs."""
    reading = candidate.reading
    pieces = [len(translator.reader.tokenizer.encode([word])) for word in reading.heard]
    before = len(reading.query.tokens) - sum(pieces)
    shown = {letter: name for name, letter in reading.placeholders.names.items()}
    shown |= {mark: literal for literal, mark in reading.placeholders.literals.items()}
    words = [shown.get(word, word) for word in reading.heard]
    if before < 0:  # pieces that run across words: none is told apart
        return tuple(words), [0] * len(reading.query.tokens)
    head = [_TYPES] if before else []
    owners = [0] * before + [len(head) + index for index, count in enumerate(pieces) for _ in range(count)]
    return (*head, *words), owners


# ---------------------------------------------------------------- drawing


def branches(rows: Sequence[Row]) -> Iterator[str]:
    """What stands in front of each node of a tree that is drawn in a terminal."""
    for index, row in enumerate(rows):
        text = ""
        for level in range(1, row.depth + 1):
            following = next((one.depth for one in rows[index + 1 :] if one.depth <= level), 0)
            more = following == level
            text += ("├─ " if more else "└─ ") if level == row.depth else ("│  " if more else "   ")
        yield text


def draw(picture: Picture, least: float = 0.15) -> str:
    """The tree in lines, each node with the words that it looked at by at least that share."""
    rows = list(zip(branches(picture.rows), picture.rows, strict=True))
    width = max(len(branch) + len(row.symbol) for branch, row in rows)
    lines = []
    for branch, row in rows:
        seen = sorted(zip(row.weights, picture.words, strict=True), reverse=True)
        told = ", ".join(f"{word} {weight:.0%}" for weight, word in seen if weight >= least)
        lines.append(f"{(branch + row.symbol).ljust(width)}   {told}".rstrip())
    return "\n".join(lines)


_CELL, _CHARACTER, _HEAD = 22, 8.5, 14


def svg(picture: Picture) -> str:
    """The tree beside a grid of nodes by words, darker where a node looked more."""
    branch = list(branches(picture.rows))
    left = max(len(text) + len(row.symbol) for text, row in zip(branch, picture.rows, strict=True))
    x, y = 20 + left * _CHARACTER, 30 + max(map(len, picture.words)) * _CHARACTER * 0.8
    width, height = x + _CELL * len(picture.words) + 60, y + _CELL * len(picture.rows) + 20
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" '
        f'width="{width:.0f}" height="{height:.0f}" font-family="monospace" font-size="{_HEAD}">',
        '<rect width="100%" height="100%" fill="white"/>',
    ]
    for index, word in enumerate(picture.words):
        at = x + _CELL * index + _CELL * 0.7
        parts.append(f'<text transform="translate({at:.1f} {y - 6:.1f}) rotate(-50)">{escape(word)}</text>')
    for index, (text, row) in enumerate(zip(branch, picture.rows, strict=True)):
        top = y + _CELL * index
        parts.append(
            f'<text x="10" y="{top + 16:.1f}" xml:space="preserve">{escape(text + row.symbol)}</text>'
        )
        for place, (word, weight) in enumerate(zip(picture.words, row.weights, strict=True)):
            parts.append(
                f'<rect x="{x + _CELL * place:.1f}" y="{top:.1f}" width="{_CELL - 2}" height="{_CELL - 2}" '
                f'fill="#0a58ca" fill-opacity="{weight:.3f}" stroke="#ccc">'
                f"<title>{escape(f'{row.symbol} looks at {word}: {weight:.0%}')}</title></rect>"
            )
    return "\n".join([*parts, "</svg>", ""])
