"""The N-ary tree-LSTM over programs (Tai, Socher & Manning 2015, arXiv 1503.00075, equations 9 to 14).

For a node with label x and children 1 to N, `CHILDREN` (where one is missing, its output and cell are zeros)

    i = s(W_i x + sum_l U_il h_l + b_i)         f_k = s(W_f x + sum_l U_fkl h_l + b_f)   for each child k
    o = s(W_o x + sum_l U_ol h_l + b_o)         u = tanh(W_u x + sum_l U_ul h_l + b_u)
    c = i * u + sum_k f_k * c_k                 h = o * tanh(c)

N-ary, not child-sum: the order of a program's arguments matters. All nodes of a generation, of all trees, are
computed at once, from the deepest up.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from saps.model.attention import Memory
from saps.model.batch import CHILDREN, Trees
from saps.model.config import ModelConfig
from saps.model.dropout import Dropout
from saps.model.families import generations


class TreeLSTM(nn.Module):
    """States of all nodes from their labels and their children's states, up to the roots'."""

    def __init__(self, label_units: int, units: int) -> None:
        super().__init__()
        self.units = units
        self.labels = nn.Linear(label_units, 4 * units)  # i, o, u, f
        self.below = nn.Linear(CHILDREN * units, (3 + CHILDREN) * units, bias=False)  # i, o, u, f_1 to f_N

    def forward(self, labels: Tensor, trees: Trees) -> Tensor:
        """Labels [v, e] of all symbols to the outputs of the b roots [b, h].

        Raises ValueError for a node with more than `CHILDREN` children.
        """
        if (most := int(trees.ranks.max()) + 1) > CHILDREN:
            raise ValueError(f"a node has {most} children; the most are {CHILDREN}")
        read: Tensor = self.labels(labels)  # [v, 4h]
        nodes, parents = generations(trees)
        states = read.new_zeros(0, 2 * self.units)  # the states of the generation below, outputs and cells
        places = trees.ranks.new_zeros(0)  # and where each stands among the children of this one
        for depth in reversed(range(len(nodes))):
            count = len(nodes[depth])
            children = states.new_zeros(count * CHILDREN, 2 * self.units).index_copy(0, places, states)
            arguments = functional.embedding(trees.symbols.index_select(0, nodes[depth]), read)  # [l, 4h]
            states = self._level(arguments, children.view(count, CHILDREN, 2 * self.units))
            if depth:
                places = parents[depth - 1] * CHILDREN + trees.ranks.index_select(0, nodes[depth])
        return states[:, : self.units]

    def _level(self, read: Tensor, children: Tensor) -> Tensor:
        """States [l, 2h] from what the labels say [l, 4h] and the children's states [l, N, 2h]."""
        outputs, cells = children.chunk(2, dim=2)  # [l, N, h] each
        said = self.below(outputs.flatten(1)).view(-1, 3 + CHILDREN, self.units)  # [l, 3 + N, h]
        labels = read.view(-1, 4, self.units)  # [l, 4, h]
        admit, emit, candidate = (said[:, :3] + labels[:, :3]).unbind(1)  # [l, h] each
        keep = (said[:, 3:] + labels[:, 3:]).sigmoid()  # [l, N, h]
        cell = admit.sigmoid() * candidate.tanh() + (keep * cells).sum(1)
        return torch.cat((emit.sigmoid() * cell.tanh(), cell), dim=1)


class TreeEncoder(nn.Module):
    """Programs to one latent vector each: all that the decoder of a tree-to-tree autoencoder gets to see.

    The latent vector stands where a sentence's summary stands, and as the only state to attend to, so the
    decoder is the very one that will read sentences.
    """

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.embedding = nn.Embedding(config.symbol_count, config.symbol_embedding)
        self.tree = TreeLSTM(config.symbol_embedding, config.units)
        self.latent = nn.Linear(config.units, 2 * config.encoder_units)
        self.dropout = Dropout(config.dropout)

    def forward(self, trees: Trees) -> Memory:
        """Trees to states [b, 1, c], mask [b, 1] and summary [b, c]."""
        roots = self.tree(self.dropout(self.embedding.weight), trees)  # [b, h]
        latent = self.latent(roots).tanh()  # [b, c]
        return Memory(latent[:, None], latent.new_ones(len(latent), 1, dtype=torch.bool), latent)
