"""SAPS's doubly-recurrent tree decoder: V, H or VH, without or with attention, by configuration.

Nodes are produced in pre-order. For node t with parent p and the node t-1 before it in traversal order

    h_t = LSTM_h(label of t-1, h_{t-1})        horizontal chain
    v_t = LSTM_v(label of p,   v_p)            vertical path
    m_t = tanh(W_h h_t + W_v v_t + b)          merge of the recurrences that are present
    c_t = attention(m_t)                       context of the sentence
    a_t = tanh(W_m m_t + W_c c_t + b')         attentional vector; a_t = m_t where there is no attention
    P(symbol of t) = softmax(W a_t + b'')

after SAPS (Bednarek, Piaskowski & Krawiec 2018, arXiv 1810.09717) and doubly-recurrent networks
(Alvarez-Melis & Jaakkola 2017). Arity is part of a symbol, so no topology is predicted.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from saps.model.attention import Attention
from saps.model.batch import Trees
from saps.model.config import ModelConfig
from saps.model.dropout import Dropout
from saps.model.encoder import Memory
from saps.model.recurrences import HorizontalChain, VerticalPaths


class TreeDecoder(nn.Module):
    """Scores of program symbols for the nodes of trees, all at once or one node a tree.

    Dimensions: b sentence, n node, m parent, w partial tree of a sentence, q width of a state.
    """

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        labels, units, memory_units = config.symbol_embedding, config.units, 2 * config.encoder_units
        self.embedding = nn.Embedding(config.symbol_count + 2, labels)
        if config.horizontal:
            self.horizontal = HorizontalChain(labels, units)
            self.merge_horizontal = nn.Linear(units, units)
        if config.vertical:
            self.vertical = VerticalPaths(labels, units)
            self.merge_vertical = nn.Linear(units, units)
        if config.attention:
            self.attention = Attention(units, memory_units)
            self.attend_node = nn.Linear(units, units)
            self.attend_context = nn.Linear(memory_units, units, bias=False)
        self.config = config
        self.widths = [2 * units * config.horizontal, 2 * units * config.vertical]  # adding up to q
        self.bridge = nn.Linear(memory_units, sum(self.widths))
        self.output = nn.Linear(units, config.symbol_count)
        self.dropout = Dropout(config.dropout)

    def initial(self, memory: Memory) -> Tensor:
        """The states [b, q] that the imagined predecessor and parent of each root hand to it."""
        return self.bridge(memory.summary).tanh()  # type: ignore[no-any-return]

    def forward(self, memory: Memory, trees: Trees) -> Tensor:
        """Scores [b, n, v] of the gold trees' nodes (teacher forcing); no meaning where a tree has ended."""
        horizontal, vertical = torch.split(self.initial(memory), self.widths, dim=1)  # [b, 2h] or [b, 0] each
        merged = []  # [b, n, h] each
        if self.config.horizontal:
            chain = self.horizontal(self._labels(trees.previous), horizontal)  # [b, n, h]
            merged.append(self.merge_horizontal(chain))
        if self.config.vertical:
            paths = self.vertical(self._labels(trees.parents), trees.grandparents, trees.levels, vertical)
            merged.append(functional.embedding(trees.parent, self.merge_vertical(paths)))  # paths [m, h]
        return self._scores(sum(merged), memory)

    def step(
        self, memory: Memory, previous: Tensor, before: Tensor, parent: Tensor, above: Tensor
    ) -> tuple[Tensor, Tensor]:
        """One more node for each of w partial trees a sentence: its scores [b, w, v] and state [b, w, q].

        `previous` [b, w] and `before` [b, w, q] are label and state of the node before it in traversal
        order, `parent` [b, w] and `above` [b, w, q] those of its parent. For a root both labels are the
        root id and both states `initial`.
        """
        shape = previous.shape
        horizontal, _ = torch.split(before.flatten(0, 1), self.widths, dim=1)  # [k, 2h] or [k, 0], k = b w
        _, vertical = torch.split(above.flatten(0, 1), self.widths, dim=1)
        merged, units = [], self.config.units
        if self.config.horizontal:
            horizontal = self.horizontal.step(self._labels(previous.flatten()), horizontal)
            merged.append(self.merge_horizontal(horizontal[:, :units]))
        if self.config.vertical:
            vertical = self.vertical.step(self._labels(parent.flatten()), vertical)
            merged.append(self.merge_vertical(vertical[:, :units]))
        scores = self._scores(sum(merged).view(*shape, units), memory)
        return scores, torch.cat((horizontal, vertical), dim=1).view(*shape, -1)

    def _labels(self, symbols: Tensor) -> Tensor:
        """Symbol ids [...] to label vectors [..., e]."""
        return self.dropout(self.embedding(symbols))  # type: ignore[no-any-return]

    def _scores(self, merged: Tensor, memory: Memory) -> Tensor:
        """Scores [b, n, v] from the sum [b, n, h] of what the recurrences say."""
        nodes = merged.tanh()  # [b, n, h]
        if self.config.attention:
            context = self.attention(nodes, memory)  # [b, n, c]
            nodes = (self.attend_node(nodes) + self.attend_context(context)).tanh()
        return self.output(self.dropout(nodes))  # type: ignore[no-any-return]
