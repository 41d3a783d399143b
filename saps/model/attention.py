"""Soft attention of program nodes over source positions."""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional

from saps.model.batch import Grid
from saps.model.encoder import Memory


class Attention(nn.Module):
    """Luong, Pham & Manning 2015 (arXiv 1508.04025), score "general".

    a = softmax over s of (q^T W m_s);  context = sum over s of a_s m_s.
    """

    def __init__(self, query_units: int, state_units: int) -> None:
        super().__init__()
        self.score = nn.Linear(query_units, state_units, bias=False)

    def forward(self, queries: Tensor, grid: Grid, memory: Memory) -> Tensor:
        """Queries [k, h], by sentence in `grid`, over the memory's states [b, s, c] to contexts [k, c]."""
        sentences, _, width = memory.states.shape
        asked = queries.new_zeros(sentences * grid.width, width)  # [b w, c]
        asked = asked.index_copy(0, grid.slots, self.score(queries))
        context = functional.scaled_dot_product_attention(
            asked.view(sentences, 1, grid.width, width),  # one head
            memory.states[:, None],  # [b, 1, s, c]
            memory.states[:, None],
            attn_mask=memory.mask[:, None, None],  # [b, 1, 1, s]
            scale=1.0,
        )
        return context.reshape(-1, width).index_select(0, grid.slots)


class Context(nn.Module):
    """What a recurrence sees of the sentence, as its share of a merge: C attention(q)."""

    def __init__(self, units: int, memory_units: int) -> None:
        super().__init__()
        self.attention = Attention(units, memory_units)
        self.project = nn.Linear(memory_units, units, bias=False)

    def forward(self, queries: Tensor, grid: Grid, memory: Memory) -> Tensor:
        """Queries [k, h], by sentence in `grid`, to [k, h]."""
        return self.project(self.attention(queries, grid, memory))  # type: ignore[no-any-return]
