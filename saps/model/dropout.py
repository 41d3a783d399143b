"""Dropout from eight random bits an element.

The CPU's generator makes numbers one after the other; at one number an element, dropout took a seventh
of a training step. Sixty-four bits serve eight elements.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Dropout(nn.Module):
    """Sets each element to 0 with probability `rate`, rounded to 1/256, and scales the rest to the same mean.

    Srivastava, Hinton, Krizhevsky, Sutskever & Salakhutdinov 2014. In `eval()` it changes nothing.
    """

    def __init__(self, rate: float) -> None:
        super().__init__()
        self.threshold = round(rate * 256)
        if not 0 <= self.threshold < 256:
            raise ValueError(f"a dropout rate of {rate} leaves nothing")

    def forward(self, values: Tensor) -> Tensor:
        """Values [...] to the same shape."""
        if not (self.training and self.threshold):
            return values
        words = torch.empty((values.numel() + 7) // 8, dtype=torch.int64, device=values.device)
        words.random_(-(2**63), None)
        bytes_ = words.view(torch.uint8)[: values.numel()].view(values.shape)
        kept = torch.ge(bytes_, self.threshold, out=torch.empty_like(values, requires_grad=False))  # 0 or 1
        return values * kept.mul_(256 / (256 - self.threshold))
