"""In which precision a training step multiplies: what the recipe wishes, what the processor can do."""

from __future__ import annotations

from functools import cache
from typing import Final

import torch
from torch import nn

from saps.language.errors import RecipeError

PRECISIONS: Final = {"float32": torch.float32, "bfloat16": torch.bfloat16}


def chosen_precision(wish: str, device: str) -> torch.dtype:
    """The type that a step's products have on a device (`cpu`, `cuda:1`), for a recipe's
    `train.precision`.

    `auto` is bfloat16 where the processor multiplies in it, else float32. Raises RecipeError where torch
    cannot train in what is wished here.
    """
    device = torch.device(device).type
    if wish == "auto":
        return torch.bfloat16 if _pays(device) and works(torch.bfloat16, device) else torch.float32
    if not works(PRECISIONS[wish], device):
        raise RecipeError(
            f"train.precision is {wish!r}, in which torch cannot train an LSTM on this {device}; "
            "expected 'float32', or 'auto' for the best that works"
        )
    return PRECISIONS[wish]


@cache
def works(precision: torch.dtype, device: str) -> bool:
    """Whether a tiny LSTM can be run forward and back: torch says so in no other way."""
    lstm = nn.LSTM(4, 4, bidirectional=True).to(device)
    inputs = torch.zeros(3, 2, 4, device=device)
    try:
        with torch.autocast(device, precision, enabled=precision != torch.float32):
            lstm(inputs)[0].sum().backward()
    except RuntimeError:
        return False
    return True


def _pays(device: str) -> bool:
    """Whether the hardware multiplies in bfloat16; where it is imitated it works, but slowly."""
    if device == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    return bool(torch.cpu._is_avx512_bf16_supported())
