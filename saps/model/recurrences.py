"""The two recurrences of a doubly-recurrent decoder (Alvarez-Melis & Jaakkola 2017), each in two forms.

Both read labels only, never the decoder's own output. With the gold tree known, `forward` computes the
states of all nodes at once; `step` computes those of one node of each of k partial trees. A state is one
row [2h]: the LSTM's output, then its cell.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from saps.model.batch import Trees


class HorizontalChain(nn.Module):
    """An LSTM chain along rows of nodes; a node reads the label before it.

    SAPS runs one through the whole tree in traversal order; doubly-recurrent networks begin it anew in each
    family (their fraternal state). The rows are the caller's to choose.
    """

    def __init__(self, label_units: int, units: int) -> None:
        super().__init__()
        self.lstm = nn.LSTM(label_units, units)

    def forward(self, previous: Tensor, initial: Tensor) -> Tensor:
        """Labels before each node [n, r, e] and initial states [r, 2h] to outputs [n, r, h]."""
        output, cell = initial.chunk(2, dim=1)
        outputs, _ = self.lstm(previous, (output[None].contiguous(), cell[None].contiguous()))
        return outputs  # type: ignore[no-any-return]

    def step(self, previous: Tensor, before: Tensor) -> Tensor:
        """Labels [k, e] and states [k, 2h] of the nodes before to the new nodes' states [k, 2h]."""
        weights = self.lstm.all_weights[0]
        return torch.cat(torch.lstm_cell(previous, before.chunk(2, dim=1), *weights), dim=1)


class VerticalPaths(nn.Module):
    """An LSTM down every path from the root; a node reads its parent's label.

    Siblings have the same state, so one state a parent is enough. With `ranks`, the most children that a node
    may have, it reads beside a parent's label which child that is of its own parent: the path is an address.
    """

    def __init__(self, label_units: int, units: int, ranks: int = 0) -> None:
        super().__init__()
        self.cell = nn.LSTMCell(label_units, units)
        self.ranks = nn.Embedding(ranks, label_units) if ranks else None

    def forward(self, labels: Tensor, trees: Trees, initial: Tensor) -> Tensor:
        """Labels of all symbols [v, e] to the outputs that the children of each parent share [m, h].

        `initial` [b, 2h] are the states of the first level. One product of all symbols with the input
        weights, then one of the recurrent weights a level.
        """
        cell = self.cell
        inputs = functional.linear(labels, cell.weight_ih, cell.bias_ih + cell.bias_hh)  # [v, 4h]
        recurrent = cell.weight_hh.t()
        output, memory = initial.chunk(2, dim=1)  # [b, h] each
        above = (None, *torch.split(trees.grandparents, trees.levels[1:]))
        reads = functional.embedding(trees.parents, inputs)  # [m, 4h]
        if self.ranks is not None:
            ranks = functional.linear(self.ranks.weight, cell.weight_ih)  # [r, 4h]
            reads = reads + functional.embedding(trees.parent_ranks, ranks)
        outputs = []  # [level's parents, h] each
        for read, rows in zip(torch.split(reads, trees.levels), above, strict=True):
            if rows is not None:
                output, memory = output.index_select(0, rows), memory.index_select(0, rows)
            output, memory = _lstm(torch.addmm(read, output, recurrent), memory)
            outputs.append(output)
        return torch.cat(outputs)

    def step(self, parent: Tensor, rank: Tensor, above: Tensor) -> Tensor:
        """Labels [k, e], ranks [k] and states [k, 2h] of the parents to the new nodes' states [k, 2h]."""
        read = parent if self.ranks is None else parent + self.ranks(rank)
        return torch.cat(self.cell(read, above.chunk(2, dim=1)), dim=1)


def _lstm(gates: Tensor, cell: Tensor) -> tuple[Tensor, Tensor]:
    """Output and cell [k, h] from pre-activations [k, 4h] (input, forget, candidate, output) and cell."""
    admit, keep, candidate, emit = gates.chunk(4, dim=1)
    cell = keep.sigmoid() * cell + admit.sigmoid() * candidate.tanh()
    return emit.sigmoid() * cell.tanh(), cell
