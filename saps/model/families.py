"""Who is whose child, sibling and parent in a batch of trees, worked out from `Trees` where a model asks.

Dimensions as in `saps.model.batch`. A family is the children of one parent; parents [m] number the families.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from saps.model.batch import Trees


class Chains(NamedTuple):
    """Rows of nodes along which a horizontal chain runs."""

    previous: Tensor  # [n, r] ids of the labels before each node of each row, padded
    owner: Tensor | None  # [r] the sentence of each row; None where row i is sentence i's
    place: Tensor  # [k] of each node in [n, r], flat


def traversal(trees: Trees) -> Chains:
    """One chain through each whole tree."""
    slots, (count, width) = trees.grid.slots, trees.previous.shape
    return Chains(trees.previous.t(), None, slots % width * count + slots // width)


def families(trees: Trees, root: int) -> Chains:
    """One chain through each family; the eldest reads the label `root`. Families are short: w is 3 or so."""
    count = len(trees.parents)
    place = trees.ranks * count + trees.parent  # [k]
    width = int(trees.ranks.max()) + 1
    labels = trees.symbols.new_full(((width + 1) * count,), root)  # the last row is read by nobody
    labels = labels.index_copy(0, place + count, trees.symbols)  # one row later: the next sibling's
    sentence = trees.grid.slots // trees.grid.width  # [k]
    owner = sentence.new_zeros(count).index_copy(0, trees.parent, sentence)  # siblings write the same
    return Chains(labels[: width * count].view(width, count), owner, place)


class Generations(NamedTuple):
    """Nodes by depth, the roots first."""

    nodes: list[Tensor]  # the nodes of each depth, in order
    parents: list[Tensor]  # for all depths but the first: each one's parent, counted within its own depth


def generations(trees: Trees) -> Generations:
    """The nodes of all trees by depth."""
    levels = torch.tensor(trees.levels, device=trees.parent.device)
    above = torch.repeat_interleave(torch.arange(len(levels), device=levels.device), levels)  # [m]
    depth = above.index_select(0, trees.parent)  # [k] 0 for roots
    order = torch.argsort(depth, stable=True)  # [k]
    sizes: list[int] = torch.bincount(depth).tolist()
    place = torch.empty_like(order).index_copy(0, order, torch.arange(len(order), device=order.device))
    starts = place.new_tensor([0, *sizes]).cumsum(0)
    within = place - starts.index_select(0, depth)  # [k]
    # in pre-order a parent is followed by its eldest; parents are numbered by depth, then as they are met
    has_child = torch.zeros_like(depth, dtype=torch.bool)
    has_child[:-1] = depth[1:] > depth[:-1]
    parent_nodes = order[has_child.index_select(0, order)]  # [m - b]
    nodes = torch.split(order, sizes)
    roots = trees.levels[0]
    parents = [
        within.index_select(0, parent_nodes.index_select(0, trees.parent.index_select(0, level) - roots))
        for level in nodes[1:]
    ]
    return Generations(list(nodes), parents)
