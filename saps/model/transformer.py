"""A transformer that reads the sentence before the LSTM does, so that a model can begin with what another one
has learnt of English.

Its layers are those of BERT (Devlin, Chang, Lee & Toutanova 2019, arXiv 1810.04805): vectors of tokens and
places, added and normalised, then self-attention and a feed-forward part, each added to what it read and
normalised (Vaswani et al. 2017, arXiv 1706.03762). What comes out is added to what the LSTM reads;
while its projection is zero, it says nothing.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from saps.model.attention import weighed
from saps.model.config import HEAD_UNITS, ModelConfig
from saps.model.dropout import Dropout

PLACES = 256
"""Places with a vector of their own; what stands further back shares the last one's."""
RESTS = 2
"""Vectors in front of the sentence for heads that find nothing to look at: BERT's rest on [CLS] and [SEP]
(Clark, Khandelwal, Levy & Manning 2019, arXiv 1906.04341)."""
EPSILON = 1e-12
"""Of BERT's normalisations."""


class Transformer(nn.Module):
    """Token ids [b, s] to what the LSTM reads beside its own vectors [b, s, e]; t is the width within."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        units = config.transformer_units
        self.tokens = nn.Embedding(config.token_count, units)
        self.places = nn.Embedding(PLACES, units)
        self.rests = nn.Parameter(torch.zeros(RESTS, units))
        self.norm = nn.LayerNorm(units, eps=EPSILON)
        self.layers = nn.ModuleList(Layer(units, config.dropout) for _ in range(config.transformer_layers))
        self.project = nn.Linear(units, config.token_embedding)
        nn.init.zeros_(self.project.weight)
        nn.init.zeros_(self.project.bias)
        self.dropout = Dropout(config.dropout)

    def forward(self, tokens: Tensor, mask: Tensor) -> Tensor:
        """`mask` [b, s] is true where the sentence has a token; r below is RESTS."""
        places = torch.arange(tokens.shape[1], device=tokens.device).clamp(max=PLACES - 1)  # [s]
        words = self.tokens(tokens) + self.places(places)  # [b, s, t]
        states = torch.cat((self.rests.expand(len(tokens), -1, -1), words), dim=1)  # [b, r + s, t]
        states = self.dropout(self.norm(states))
        seen = functional.pad(mask, (RESTS, 0), value=True)[:, None, None]  # [b, 1, 1, r + s]
        for layer in self.layers:
            states = layer(states, seen)
        return self.project(states[:, RESTS:])  # type: ignore[no-any-return]


class Layer(nn.Module):
    """States [b, s, t] to states; where `seen` [b, 1, 1, s] is false, nobody looks."""

    def __init__(self, units: int, dropout: float) -> None:
        super().__init__()
        self.ask = nn.Linear(units, 3 * units)  # queries, keys and values
        self.answer = nn.Linear(units, units)
        self.norm_attention = nn.LayerNorm(units, eps=EPSILON)
        self.widen = nn.Linear(units, 4 * units)
        self.narrow = nn.Linear(4 * units, units)
        self.norm = nn.LayerNorm(units, eps=EPSILON)
        self.dropout = Dropout(dropout)

    def forward(self, states: Tensor, seen: Tensor) -> Tensor:
        parts = self.ask(states).unflatten(2, (3, -1, HEAD_UNITS))  # [b, s, 3, h, u], h heads of u units
        asked, keys, values = parts.permute(2, 0, 3, 1, 4)  # [b, h, s, u] each
        found = weighed(asked * HEAD_UNITS**-0.5, keys, values, seen)
        found = self.answer(found.transpose(1, 2).flatten(2))  # [b, s, t]
        states = self.norm_attention(states + self.dropout(found))
        found = self.narrow(functional.gelu(self.widen(states)))
        return self.norm(states + self.dropout(found))  # type: ignore[no-any-return]
