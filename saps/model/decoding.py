"""The states of a search over partial trees, kept as rows of one growing table.

A search holds its partial trees as it likes; what it must remember of a node is its row, a plain int.
Rows are never changed, so partial trees share them freely.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

from saps.model.batch import Grid, collate_sentences
from saps.model.synthesizer import Synthesizer
from saps.model.tree_decoder import Places, Views


class Site(NamedTuple):
    """Where the next node of a partial tree comes: the nodes whose labels and states it reads."""

    previous: int
    """Symbol of the node before it in its chain (its left sibling where `Decoding.fraternal`, else the node
    before it in pre-order); the root id for the first."""
    before: int
    """Row of that node; the root's for the first."""
    parent: int
    """Symbol of its parent; the root id for the first node."""
    above: int
    """Row of its parent."""
    rank: int = 0
    """How many left siblings it has."""
    parent_rank: int = 0
    """How many its parent has."""


class Decoding:
    """One search over a batch of sentences (token ids; none may be empty: ValueError).

    `root(i)` is the site of sentence i's first node; `expand` scores the symbols at sites and gives the
    nodes there their rows. Runs without gradients and with the model as it is (call `eval()` first).
    """

    def __init__(self, model: Synthesizer, sentences: Sequence[Sequence[int]]) -> None:
        self.model = model
        self.fraternal = model.config.fraternal
        with torch.inference_mode():
            # the table is [r, q], with room for more rows than are in use
            self._views, self._table = model.begin(collate_sentences(sentences).to(model.device))
            self._near = self._views
            self._places = {row: row for row in range(len(sentences))}
        self._rows = len(sentences)

    def root(self, sentence: int) -> Site:
        root = self.model.config.root_id
        return Site(root, sentence, root, sentence)

    @torch.inference_mode()
    def expand(self, sites: Sequence[Site], sentences: Sequence[int] | None = None) -> tuple[Tensor, range]:
        """Log-probabilities [k, v] of the symbols at k sites, and the rows of the nodes there.

        `sentences` [k] says which sentence each site's tree is for; without it, site i is for sentence i.
        """
        views, places = self._remembered(range(len(sites)) if sentences is None else sentences)
        grid = _grid(places, self._table.device)
        where = Site(*torch.tensor(sites, device=self._table.device).t())  # [k] each
        states = {name: self._table.index_select(0, getattr(where, name)) for name in ("before", "above")}
        scores, new = self.model.step(views, grid, Places(**{**where._asdict(), **states}))
        return functional.log_softmax(scores, dim=1), self._append(new)

    def _remembered(self, sentences: Sequence[int]) -> tuple[Views, list[int]]:
        """What is known of the sentences and not of many others, and the place of each there.

        Attention looks through all that is known: where half the trees are done, half would be in vain.
        """
        wanted = sorted(set(sentences))
        if 2 * len(wanted) <= len(self._places) or not self._places.keys() >= set(wanted):
            rows = torch.tensor(wanted, device=self._table.device)
            self._near = self._views.of(rows)
            self._places = {sentence: place for place, sentence in enumerate(wanted)}
        return self._near, [self._places[sentence] for sentence in sentences]

    def _append(self, states: Tensor) -> range:
        """Puts states [k, q] into the table, doubling it where it is full; their rows."""
        rows = range(self._rows, self._rows + len(states))
        if rows.stop > len(self._table):
            room = self._table.new_empty(2 * rows.stop, self._table.shape[1])
            room[: rows.start] = self._table[: rows.start]
            self._table = room
        self._table[rows.start : rows.stop] = states
        self._rows = rows.stop
        return rows


def _grid(sentences: Sequence[int], device: torch.device) -> Grid:
    """A grid as wide as the sentence with the most sites needs."""
    ranks: list[int] = []
    used: dict[int, int] = {}
    for sentence in sentences:
        ranks.append(used.get(sentence, 0))
        used[sentence] = ranks[-1] + 1
    width = max(used.values())
    slots = [sentence * width + rank for sentence, rank in zip(sentences, ranks, strict=True)]
    return Grid(torch.tensor(slots, device=device), width)
