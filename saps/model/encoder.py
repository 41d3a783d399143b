"""The sentence encoder: a bidirectional multi-layer LSTM (or GRU) whose padding changes no result.

Each direction is one layer of cells (by default the fused `nn.LSTM`) over the padded batch. The backward
direction reads each sentence reversed within its own length, so padding trails in both and is read after all
that counts; no sequence needs packing. The lowest layer reads a vector a token, and what a transformer, where
there is one, found in its place. From the third layer on, a layer adds to what it reads (He, Zhang, Ren & Sun
2016, arXiv 1512.03385, equation 1), so that one can be put on top of a trained encoder
(`saps.training.transfer.deepened`).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from saps.model.attention import Memory
from saps.model.batch import Sentences
from saps.model.cells import make_cell
from saps.model.config import ModelConfig
from saps.model.dropout import Dropout
from saps.model.transformer import Transformer

PLAIN_LAYERS = 2
"""Layers whose states are handed on alone."""


class Encoder(nn.Module):
    """Token ids [b, s] to states [b, s, c]."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        units = config.encoder_units
        widths = [config.token_embedding] + [2 * units] * (config.encoder_layers - 1)
        self.embedding = nn.Embedding(config.token_count, config.token_embedding)
        self.forwards = nn.ModuleList(make_cell(config.cell, width, units) for width in widths)
        self.backwards = nn.ModuleList(make_cell(config.cell, width, units) for width in widths)
        self.transformer = Transformer(config) if config.transformer_layers else None
        self.dropout = Dropout(config.dropout)

    def forward(self, sentences: Sentences) -> Memory:
        """Shapes: tokens [b, s] to states [b, s, c], mask [b, s] and summary [b, c].

        Within, positions come first, as the fused LSTM wants them: [s, b, e].
        """
        place = torch.arange(sentences.tokens.shape[1], device=sentences.tokens.device)[:, None]  # [s, 1]
        last = sentences.lengths - 1  # [b]
        row = torch.arange(len(last), device=last.device)  # [b]
        mask = place <= last  # [s, b]
        mirror = (
            torch.where(mask, last - place, place) * len(last) + row
        ).flatten()  # [s b], its own inverse
        states = self.embedding(sentences.tokens.t())  # [s, b, e]
        if self.transformer is not None:
            states = states + self.transformer(sentences.tokens, mask.t()).transpose(0, 1)
        for layer, (ahead, back) in enumerate(zip(self.forwards, self.backwards, strict=True)):
            read = self.dropout(states)
            right, _ = ahead(read)  # [s, b, c/2]
            left, _ = back(_take(read, mirror))  # [s, b, c/2], mirrored
            found = torch.cat((right, _take(left, mirror)), dim=2)  # [s, b, c]
            states = found if layer < PLAIN_LAYERS else states + found
        right, left = states.chunk(2, dim=2)
        summary = torch.cat((right[last, row], left[0]), dim=1)  # [b, c]
        return Memory(states.transpose(0, 1), mask.t(), summary)


def _take(states: Tensor, order: Tensor) -> Tensor:
    """`states` [s, b, e] with its s b rows in `order` [s b]."""
    return states.flatten(0, 1).index_select(0, order).view_as(states)
