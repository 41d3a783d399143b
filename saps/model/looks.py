"""Where a decoder looks: the weights of its attention, which training and search have no need to keep."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from saps.model.attention import Attention, Memory
from saps.model.batch import Batch, Grid
from saps.model.synthesizer import Synthesizer


@torch.no_grad()
def looks(model: Synthesizer, batch: Batch) -> Tensor:
    """How much each gold node looks at each source position [k, s]: the mean over the model's attentions, a
    row's sum being 1.

    Raises ValueError for a model without attention.
    """
    found: list[Tensor] = []

    def keep(module: Attention, inputs: tuple[Tensor, Grid, Memory], _: Any) -> None:
        queries, grid, memory = inputs
        sentences = grid.slots // grid.width  # [k]
        states, mask = memory.states[sentences], memory.mask[sentences]  # [k, s, c], [k, s]
        scores = torch.einsum("kc,ksc->ks", module.score(queries), states)
        found.append(scores.masked_fill(~mask, -torch.inf).softmax(dim=1))

    hooks = [one.register_forward_hook(keep) for one in model.modules() if isinstance(one, Attention)]
    try:
        model.teacher_forced(batch)
    finally:
        for hook in hooks:
            hook.remove()
    if not found:
        raise ValueError("this model has no attention")
    return torch.stack(found).mean(dim=0)
