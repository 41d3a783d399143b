"""Encoder, decoder and loss: everything that is trained, built from one frozen configuration."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from saps.model.attention import Memory
from saps.model.batch import Batch, Grid, Sentences
from saps.model.config import ModelConfig
from saps.model.encoder import Encoder
from saps.model.tree_decoder import Places, TreeDecoder, Views
from saps.model.tree_encoder import TreeEncoder


@dataclass(frozen=True)
class Loss:
    """Cross-entropy of a batch's symbols, in nats."""

    total: Tensor  # [] summed over the nodes of all trees
    node_count: int
    mistakes: Tensor  # [b] nodes of each tree at which the gold symbol is not the best-scored

    @property
    def per_node(self) -> Tensor:
        return self.total / self.node_count

    @property
    def exact_matches(self) -> int:
        """Trees without a mistake: those that greedy decoding without a mask gets wholly right, since it
        leaves the gold tree at its first mistake."""
        return int((self.mistakes == 0).sum())


class Synthesizer(nn.Module):
    """A distribution over programs for each sentence, or, for an autoencoder, for each program.

    Dimensions as in `TreeDecoder`.
    """

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.config = config
        self.encoder = TreeEncoder(config) if config.source == "program" else Encoder(config)
        self.decoder = TreeDecoder(config)

    @classmethod
    def seeded(cls, config: ModelConfig, seed: int) -> Synthesizer:
        """A model with fresh weights that depend on the seed alone."""
        torch.manual_seed(seed)
        return cls(config)

    @property
    def device(self) -> torch.device:
        return self.decoder.output.weight.device

    @property
    def parameter_count(self) -> int:
        return sum(parameter.numel() for parameter in self.parameters())

    def encode(self, sentences: Sentences) -> Memory:
        """What the decoder needs to know of the sentences; once for a whole search."""
        return self.encoder(sentences)  # type: ignore[no-any-return]

    def begin(self, sentences: Sentences) -> tuple[Views, Tensor]:
        """What a search sets out with: the sentences as the decoder's attentions see them, and the states
        [b, q] from which their roots come."""
        memory = self.encode(sentences)
        return self.decoder.views(memory), self.decoder.initial(memory)

    def step(self, views: Views, grid: Grid, places: Places) -> tuple[Tensor, Tensor]:
        """One more node for each of k partial trees: its scores [k, v] and state [k, q]; `views` are those of
        `begin`."""
        return self.decoder.step(views, grid, places)

    def teacher_forced(self, batch: Batch) -> Tensor:
        """Scores [k, v] of all nodes, tree after tree, each given the gold nodes before it."""
        memory = (
            self.encoder(batch.trees) if self.config.source == "program" else self.encode(batch.sentences)
        )
        return self.decoder(memory, batch.trees)  # type: ignore[no-any-return]

    def forward(self, batch: Batch) -> Loss:
        """The loss of a batch: -sum over nodes of log P(symbol | sentence, nodes before it)."""
        scores, gold = self.teacher_forced(batch), batch.trees.symbols
        wrong = scores.detach().argmax(dim=1) != gold  # [k]
        trees = batch.trees.grid.slots // batch.trees.grid.width  # [k]
        mistakes = torch.bincount(trees[wrong], minlength=batch.tree_count)  # [b]
        total = functional.cross_entropy(scores, gold, reduction="sum")
        return Loss(total, batch.trees.node_count, mistakes)
