"""A plain sequence-to-sequence trainer to stand beside: `nn.LSTM` in, `nn.LSTM` out, no attention.

Trees are flattened in pre-order. Embedding 128, a bidirectional 2-layer encoder of 128 units a direction, a
1-layer decoder of 256, forced with the target, batches of 64 in random order padded to their longest.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils.rnn import pad_sequence

from saps.model.batch import Example

BATCH = 64


class Plain(nn.Module):
    """Tokens [b, s] and targets [b, n] to the mean loss of the targets."""

    def __init__(self, tokens: int, symbols: int) -> None:
        super().__init__()
        self.start, self.padding = symbols, symbols + 1
        self.token_embedding = nn.Embedding(tokens, 128, padding_idx=0)
        self.symbol_embedding = nn.Embedding(symbols + 2, 128)
        self.encoder = nn.LSTM(128, 128, num_layers=2, bidirectional=True, batch_first=True)
        self.decoder = nn.LSTM(128, 256, batch_first=True)
        self.output = nn.Linear(256, symbols + 2)

    def forward(self, tokens: Tensor, targets: Tensor) -> Tensor:
        _, states = self.encoder(self.token_embedding(tokens))  # output and cell, [4, b, 128] each
        first = tuple(torch.cat((state[2], state[3]), dim=1)[None].contiguous() for state in states)
        read = functional.pad(targets[:, :-1], (1, 0), value=self.start)
        outputs, _ = self.decoder(self.symbol_embedding(read), first)  # [b, n, 256]
        scores = self.output(outputs).flatten(0, 1)
        return functional.cross_entropy(scores, targets.flatten(), ignore_index=self.padding)


class PlainTrainer:
    """The model with AdamW and clipped gradients, and its batches."""

    def __init__(self, examples: Sequence[Example], tokens: int, symbols: int) -> None:
        torch.manual_seed(0)
        self.model = Plain(tokens, symbols).train()
        self.adam = torch.optim.AdamW(self.model.parameters(), lr=2e-3, fused=True)
        order = random.Random(0).sample(list(examples), len(examples))
        self.batches = [self.padded(order[i : i + BATCH]) for i in range(0, len(order), BATCH)]

    def padded(self, examples: Sequence[Example]) -> tuple[Tensor, Tensor]:
        tokens = [torch.tensor(example.tokens) for example in examples]
        targets = [torch.tensor(example.symbols) for example in examples]
        return pad_sequence(tokens, True), pad_sequence(targets, True, padding_value=self.model.padding)

    def step(self, batch: tuple[Tensor, Tensor]) -> None:
        self.adam.zero_grad()
        self.model(*batch).backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.adam.step()
