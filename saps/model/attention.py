"""Soft attention of program nodes over source positions."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from saps.model.batch import Grid


class Memory(NamedTuple):
    """What the decoder knows of the sentences; c is twice the encoder's units."""

    states: Tensor  # [b, s, c] one for each source position
    mask: Tensor  # [b, s] true where the sentence has a token
    summary: Tensor  # [b, c] the last state of each direction


class View(NamedTuple):
    """A memory behind the weights of an attention and of what projects its contexts: they are applied once to
    each source position, where a search comes back at each node."""

    keys: Tensor  # [b, s, h]
    values: Tensor  # [b, s, p]
    mask: Tensor  # [b, s]

    def of(self, sentences: Tensor) -> View:
        """That of some of the sentences."""
        return View(*(part.index_select(0, sentences) for part in self))

    def attend(self, queries: Tensor, grid: Grid) -> Tensor:
        """Queries [k, h], by sentence in `grid`, to what their contexts are projected to [k, p]."""
        return attend(queries, grid, self.keys, self.values, self.mask)


class Attention(nn.Module):
    """Luong, Pham & Manning 2015 (arXiv 1508.04025), score "general".

    a = softmax over s of (q^T W m_s);  context = sum over s of a_s m_s.
    """

    def __init__(self, query_units: int, state_units: int) -> None:
        super().__init__()
        self.score = nn.Linear(query_units, state_units, bias=False)

    def forward(self, queries: Tensor, grid: Grid, memory: Memory) -> Tensor:
        """Queries [k, h], by sentence in `grid`, over the memory's states [b, s, c] to contexts [k, c]."""
        return attend(self.score(queries), grid, memory.states, memory.states, memory.mask)

    def view(self, memory: Memory, project: nn.Linear) -> View:
        """What this attention and `project` of its contexts make of a memory."""
        keys = functional.linear(memory.states, self.score.weight.t())
        return View(keys, project(memory.states), memory.mask)


def attend(queries: Tensor, grid: Grid, keys: Tensor, values: Tensor, mask: Tensor) -> Tensor:
    """Queries [k, h], by sentence in `grid`, over keys [b, s, h] with values [b, s, p] where the mask [b, s]
    is true, to [k, p]."""
    sentences, _, width = keys.shape
    asked = queries.new_zeros(sentences * grid.width, width).index_copy(0, grid.slots, queries)  # [b w, h]
    found = weighed(asked.view(sentences, grid.width, width), keys, values, mask[:, None])
    return found.reshape(-1, values.shape[2]).index_select(0, grid.slots)


def weighed(queries: Tensor, keys: Tensor, values: Tensor, mask: Tensor) -> Tensor:
    """softmax(q k^T) v where the mask is true: queries [.., n, h], keys [.., s, h], values [.., s, p], mask
    [.., n or 1, s] to [.., n, p].

    Written out: on a CPU, in bfloat16 and at a sentence's size, the way back through torch's fused attention
    takes several times as long.
    """
    scores = queries @ keys.transpose(-1, -2)  # [.., n, s]
    return scores.masked_fill(~mask, -torch.inf).softmax(dim=-1).to(values.dtype) @ values


class Context(nn.Module):
    """What a recurrence sees of the sentence, as its share of a merge: C attention(q)."""

    def __init__(self, units: int, memory_units: int) -> None:
        super().__init__()
        self.attention = Attention(units, memory_units)
        self.project = nn.Linear(memory_units, units, bias=False)

    def forward(self, queries: Tensor, grid: Grid, memory: Memory) -> Tensor:
        """Queries [k, h], by sentence in `grid`, to [k, h]."""
        return self.project(self.attention(queries, grid, memory))  # type: ignore[no-any-return]

    def view(self, memory: Memory) -> View:
        """What it makes of a memory."""
        return self.attention.view(memory, self.project)
