"""The doubly-recurrent tree decoder of every system of the table, chosen by configuration.

Nodes are produced in pre-order. For node t with parent p and the node before it, t-1,

    h_t = LSTM_h(label of t-1, h_{t-1})        horizontal chain
    v_t = LSTM_v(label of p,   v_p)            vertical path
    m_t = tanh(W_h h_t + W_v v_t + b)          merge of the recurrences that are present
    c_t = attention(m_t)                       context of the sentence
    a_t = tanh(W_m m_t + W_c c_t + b')         attentional vector; a_t = m_t where there is no attention
    P(symbol of t) = softmax(W a_t + b'')

after SAPS (Bednarek, Piaskowski & Krawiec 2018, arXiv 1810.09717), t-1 the node before in traversal order.
Seq2Tree (Polosukhin & Skidanov 2018, arXiv 1802.04335), after doubly-recurrent networks (Alvarez-Melis &
Jaakkola 2017, equations 1 to 3), differs by two choices: `fraternal`, where t-1 is the left sibling of t
and the first begins from the sentence's initial state; and `attention_by_state` in place of `attention`,
where what is known of the parent and of the left sibling each attends, before they meet:

    m_t = tanh(W_h h_t + C_h attention_h(h_t) + W_v v_t + C_v attention_v(v_t) + b)

With both kinds of attention a node looks twice: first where its parent and what came before point, then from
what it found there. `birth_ranks` adds to v_t's input which child of its own parent p is, and to the merge
which child t is: after a large first argument the chain alone hardly knows where it is. Neither belongs to
the papers' systems.

Attentional Seq2Seq is the horizontal chain alone over a program's tokens (`saps.model.brackets`). Arity is
part of a symbol, so no topology is predicted.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from saps.model.attention import Attention, Context, Memory, View
from saps.model.batch import CHILDREN, Grid, Trees
from saps.model.config import ModelConfig
from saps.model.dropout import Dropout
from saps.model.families import families, traversal
from saps.model.recurrences import HorizontalChain, VerticalPaths


class Places(NamedTuple):
    """Where the next nodes of k partial trees come: what they read of the nodes there already.

    For a chain's first node and for the root the label is the root id, the state `initial` and the rank 0.
    """

    previous: Tensor  # [k] symbol of the node before in its chain
    before: Tensor  # [k, q] state of that node
    parent: Tensor  # [k] symbol of its parent
    above: Tensor  # [k, q] state of its parent
    rank: Tensor  # [k] how many left siblings it has
    parent_rank: Tensor  # [k] how many its parent has


class Views(NamedTuple):
    """The memory as each attention that there is sees it."""

    horizontal: View | None
    vertical: View | None
    node: View | None

    def of(self, sentences: Tensor) -> Views:
        """Those of some of the sentences."""
        return Views(*(None if view is None else view.of(sentences) for view in self))


class TreeDecoder(nn.Module):
    """Scores of program symbols for the nodes of trees, all at once or one node a tree.

    Dimensions: b sentence, n node of a tree, k node of all trees, or partial tree, m parent,
    q width of a state.
    """

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        labels, units, memory_units = config.symbol_embedding, config.units, 2 * config.encoder_units
        self.embedding = nn.Embedding(config.symbol_count + 2, labels)
        if config.horizontal:
            self.horizontal = HorizontalChain(labels, units)
            self.merge_horizontal = nn.Linear(units, units)
        if config.vertical:
            self.vertical = VerticalPaths(labels, units, CHILDREN if config.birth_ranks else 0)
            self.merge_vertical = nn.Linear(units, units)
        if config.birth_ranks:
            self.merge_rank = nn.Embedding(CHILDREN, units)
        if config.attention_by_state:
            if config.horizontal:
                self.context_horizontal = Context(units, memory_units)
            if config.vertical:
                self.context_vertical = Context(units, memory_units)
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
        """Scores [k, v] of the gold trees' nodes, tree after tree (teacher forcing)."""
        labels = self._labels()
        horizontal, vertical = torch.split(self.initial(memory), self.widths, dim=1)  # [b, 2h] or [b, 0] each
        merged = []  # [k, h] each
        if self.config.horizontal:
            chains = families(trees, self.config.root_id) if self.config.fraternal else traversal(trees)
            if chains.owner is not None:
                horizontal = horizontal.index_select(0, chains.owner)  # [r, 2h]
            chain = self.horizontal(functional.embedding(chains.previous, labels), horizontal)  # [n, r, h]
            chain = chain.flatten(0, 1).index_select(0, chains.place)  # [k, h]
            merged.append(self.merge_horizontal(chain))
            if self.config.attention_by_state:
                merged.append(self.context_horizontal(chain, trees.grid, memory))
        if self.config.vertical:
            paths = self.vertical(labels, trees, vertical)  # [m, h]
            merged.append(self.merge_vertical(paths).index_select(0, trees.parent))
            if self.config.attention_by_state:
                paths = paths.index_select(0, trees.parent)  # [k, h]
                merged.append(self.context_vertical(paths, trees.grid, memory))
        if self.config.birth_ranks:
            merged.append(self.merge_rank(trees.ranks))
        nodes = sum(merged[1:], start=merged[0]).tanh()  # [k, h]
        if self.config.attention:
            context = self.attention(nodes, trees.grid, memory)  # [k, c]
            nodes = (self.attend_node(nodes) + self.attend_context(context)).tanh()
        return self.output(self.dropout(nodes))  # type: ignore[no-any-return]

    def views(self, memory: Memory) -> Views:
        """What `step` needs of a memory."""
        config, by_state = self.config, self.config.attention_by_state
        return Views(
            self.context_horizontal.view(memory) if by_state and config.horizontal else None,
            self.context_vertical.view(memory) if by_state and config.vertical else None,
            self.attention.view(memory, self.attend_context) if config.attention else None,
        )

    def step(self, views: Views, grid: Grid, places: Places) -> tuple[Tensor, Tensor]:
        """One more node for each of k partial trees: its scores [k, v] and state [k, q].

        `grid` says which trees are whose sentence's.
        """
        labels, units = self._labels(), self.config.units
        horizontal, _ = torch.split(places.before, self.widths, dim=1)  # [k, 2h] or [k, 0] each
        _, vertical = torch.split(places.above, self.widths, dim=1)
        merged = []
        if self.config.horizontal:
            horizontal = self.horizontal.step(functional.embedding(places.previous, labels), horizontal)
            merged.append(self.merge_horizontal(horizontal[:, :units]))
            if views.horizontal is not None:
                merged.append(views.horizontal.attend(horizontal[:, :units], grid))
        if self.config.vertical:
            parent = functional.embedding(places.parent, labels)
            vertical = self.vertical.step(parent, places.parent_rank, vertical)
            merged.append(self.merge_vertical(vertical[:, :units]))
            if views.vertical is not None:
                merged.append(views.vertical.attend(vertical[:, :units], grid))
        if self.config.birth_ranks:
            merged.append(self.merge_rank(places.rank))
        nodes = sum(merged[1:], start=merged[0]).tanh()  # [k, h]
        if views.node is not None:
            nodes = (self.attend_node(nodes) + views.node.attend(nodes, grid)).tanh()
        return self.output(nodes), torch.cat((horizontal, vertical), dim=1)

    def _labels(self) -> Tensor:
        """Label vectors [v, e] of all symbols; what dropout takes, a symbol loses in the whole batch."""
        return self.dropout(self.embedding.weight)  # type: ignore[no-any-return]
