"""Sentences and trees as tensors.

Dimensions: b sentence, s source position, n node of a tree in pre-order (padded), k node of all trees
(not padded), m parent.

The vertical recurrence hands one state to all children of a parent. Parents are therefore numbered
over the whole batch, level by level: first the b roots' imagined parents, then the parents at depth 1,
and so on. Pre-order ids and arities say all of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from saps.model.symbols import Symbols

CHILDREN = 4
"""The most children that a symbol of any vocabulary may have; AlgoLisp's have three."""


class Example(NamedTuple):
    """A sentence's token ids and its program's symbol ids in pre-order."""

    tokens: tuple[int, ...]
    symbols: tuple[int, ...]


@dataclass(frozen=True)
class Sentences:
    """Padded sentences."""

    tokens: Tensor  # [b, s] ids, 0 where a sentence has ended
    lengths: Tensor  # [b] from 1 to s

    def to(self, device: torch.device | str) -> Sentences:
        return Sentences(self.tokens.to(device), self.lengths.to(device))


class Grid(NamedTuple):
    """Rows, of which each sentence has its own number, in a grid of sentences by `width`."""

    slots: Tensor  # [k] each row's place in the grid [b, w], flat; all different
    width: int


@dataclass(frozen=True)
class Trees:
    """Gold trees, with the paths along which the two recurrences run."""

    symbols: Tensor  # [k] ids of all nodes, tree after tree
    grid: Grid  # of the nodes, [b, n]
    previous: Tensor  # [b, n] id of the node before, `Symbols.root` for the first; `padding` after the last
    parents: Tensor  # [m] ids of the parents, level by level; `Symbols.root` for the first b
    grandparents: Tensor  # [m - b] the parents of all but the first b, counted within their level
    levels: list[int]  # parents on each level; they add up to m, and the first is b
    parent: Tensor  # [k] index of each node's parent into `parents`
    ranks: Tensor  # [k] how many left siblings each node has
    parent_ranks: Tensor  # [m] how many left siblings each parent has; 0 for the first b

    @property
    def node_count(self) -> int:
        return len(self.symbols)

    def to(self, device: torch.device | str) -> Trees:
        moved = {name: value.to(device) for name, value in vars(self).items() if isinstance(value, Tensor)}
        grid = Grid(self.grid.slots.to(device), self.grid.width)
        return Trees(**{**vars(self), **moved, "grid": grid})


@dataclass(frozen=True)
class Batch:
    """Sentences with their gold trees."""

    sentences: Sentences
    trees: Trees

    @property
    def tree_count(self) -> int:
        return self.sentences.tokens.shape[0]

    def to(self, device: torch.device | str) -> Batch:
        return Batch(self.sentences.to(device), self.trees.to(device))


def collate(examples: Sequence[Example], symbols: Symbols) -> Batch:
    """A batch of the examples, in order. Raises ValueError for an empty sentence or tree, or no example."""
    return Batch(
        collate_sentences([example.tokens for example in examples]),
        collate_trees([example.symbols for example in examples], symbols),
    )


def uncollate(batch: Batch) -> list[Example]:
    """The examples that a batch was made of; inverse of `collate`."""
    sentences, trees = batch.sentences, batch.trees
    sizes = torch.bincount(trees.grid.slots // trees.grid.width, minlength=batch.tree_count)
    tokens = zip(sentences.tokens.tolist(), sentences.lengths.tolist(), strict=True)
    symbols = torch.split(trees.symbols, sizes.tolist())
    return [
        Example(tuple(row[:length]), tuple(tree.tolist()))
        for (row, length), tree in zip(tokens, symbols, strict=True)
    ]


def collate_sentences(sentences: Sequence[Sequence[int]]) -> Sentences:
    """Sentences padded to the longest. Raises ValueError for an empty one, or none at all."""
    return Sentences(_pad(sentences, 0), torch.tensor([len(sentence) for sentence in sentences]))


def collate_trees(trees: Sequence[Sequence[int]], symbols: Symbols) -> Trees:
    """Trees in pre-order as tensors. Raises ValueError for ids that are not one tree."""
    met = [_Parent(symbols.root, index, 0, 0) for index in range(len(trees))]
    walks = [node for root, tree in enumerate(trees) for node in _walk(tree, symbols.arities, root, met)]
    parents_met, ranks = np.asarray(walks).T  # [k] each
    ids, above, depth, parent_ranks = np.asarray(met).T  # [m] each, in the order met
    order = np.argsort(depth, kind="stable")  # [m] level by level
    place = np.empty_like(order)  # [m] inverse of `order`
    place[order] = np.arange(len(order))
    sizes = np.bincount(depth)
    starts = np.cumsum(sizes) - sizes
    later = order[len(trees) :]
    width = max(map(len, trees))
    previous = _pad([(symbols.root, *tree[:-1]) for tree in trees], symbols.padding)
    return Trees(
        symbols=torch.from_numpy(np.concatenate(trees)),
        grid=Grid(
            torch.tensor([w + i * width for i, tree in enumerate(trees) for w in range(len(tree))]), width
        ),
        previous=previous,
        parents=torch.from_numpy(ids[order]),
        grandparents=torch.from_numpy(place[above[later]] - starts[depth[later] - 1]),
        levels=sizes.tolist(),
        parent=torch.from_numpy(place[parents_met]),
        ranks=torch.from_numpy(ranks.copy()),
        parent_ranks=torch.from_numpy(parent_ranks[order]),
    )


class _Parent(NamedTuple):
    symbol: int
    above: int  # its own parent, as an index into the parents met; itself at depth 0
    depth: int
    rank: int


def _walk(
    tree: Sequence[int], arities: Sequence[int], root: int, met: list[_Parent]
) -> list[tuple[int, int]]:
    """Each node's parent, as an index into `met`, and its rank among the children there; appends the tree's
    parents to `met`."""
    nodes = []
    awaiting = [(root, 0)]  # the children still to come, the next one last
    for symbol in tree:
        if not awaiting:
            raise ValueError("the ids go on after the tree's end")
        parent, rank = awaiting.pop()
        nodes.append((parent, rank))
        if arity := arities[symbol]:
            awaiting += [(len(met), child) for child in reversed(range(arity))]
            met.append(_Parent(symbol, parent, met[parent].depth + 1, rank))
    if awaiting:
        raise ValueError("the ids end before the tree does")
    return nodes


def _pad(rows: Sequence[Sequence[int]], filler: int) -> Tensor:
    """Rows of unequal length as one tensor [rows, longest]."""
    if not rows or not all(rows):
        raise ValueError("a batch needs at least one row, and each row at least one id")
    padded = np.full((len(rows), max(map(len, rows))), filler, dtype=np.int64)
    for target, row in zip(padded, rows, strict=True):
        target[: len(row)] = row
    return torch.from_numpy(padded)
