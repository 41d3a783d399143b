"""One step of learning: clipped gradients, AdamW, the learning rate's course, the average of the weights."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from copy import deepcopy

import torch
from torch import Tensor, nn

from saps.model.synthesizer import Synthesizer
from saps.training.distributed import Ranks
from saps.training.recipe import Optimiser


def learning_rate(recipe: Optimiser, step: int, progress: float) -> float:
    """The rate of step `step` (from 0), after a share `progress` of the training.

    rate = top * min(1, (step + 1) / warm-up) * (final + (1 - final) (1 + cos(pi progress)) / 2)
    """
    warmup = min(1.0, (step + 1) / max(1, recipe.warmup_steps))
    cosine = (1 + math.cos(math.pi * min(1.0, progress))) / 2
    return recipe.learning_rate * warmup * (recipe.final_share + (1 - recipe.final_share) * cosine)


def _shares(model: Synthesizer, of_transformer: float) -> dict[float, list[nn.Parameter]]:
    """The parameters by their share of the learning rate."""
    found: dict[float, list[nn.Parameter]] = defaultdict(list)
    for name, parameter in model.named_parameters():
        inner = name.startswith("encoder.transformer.") and ".project." not in name
        found[of_transformer if inner else 1.0].append(parameter)
    return found


class Learner:
    """A model, what AdamW remembers of it, and the moving average of its weights.

    `averaged` is the model to validate and keep: the average, or where the recipe has none the model itself.
    """

    def __init__(self, model: Synthesizer, recipe: Optimiser, ranks: Ranks | None = None) -> None:
        self.model = model
        self.recipe = recipe
        self.ranks = ranks or Ranks()
        groups = [
            {"params": parameters, "share": share}
            for share, parameters in _shares(model, recipe.transformer_share).items()
        ]
        self.adam = torch.optim.AdamW(
            groups, lr=recipe.learning_rate, weight_decay=recipe.weight_decay, fused=True
        )
        for parameter in model.parameters():
            self.adam.state[parameter] = {
                "step": torch.zeros((), device=parameter.device),
                "exp_avg": torch.zeros_like(parameter),
                "exp_avg_sq": torch.zeros_like(parameter),
            }
        self.averaged = deepcopy(model) if recipe.average else model

    def update(self, loss: Tensor, step: int, progress: float) -> float:
        """Learns from a loss [], where there are several processes from the sum of theirs.

        Returns the gradient's norm before clipping. Learns nothing if it is infinite or no number.
        """
        self.adam.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        parameters: list[nn.Parameter] = list(self.model.parameters())
        self.ranks.add_gradients(parameters)
        norm = float(nn.utils.clip_grad_norm_(parameters, self.recipe.clip))
        if math.isfinite(norm):
            rate = learning_rate(self.recipe, step, progress)
            for group in self.adam.param_groups:
                group["lr"] = group["share"] * rate
            self.adam.step()
            self._average(step)
        return norm

    @torch.no_grad()
    def _average(self, step: int) -> None:
        """average += (1 - decay) (weights - average), the decay growing from 0.1 to the recipe's."""
        if self.recipe.average:
            decay = min(self.recipe.average, (1 + step) / (10 + step))
            averages: list[Tensor] = list(self.averaged.parameters())
            weights: list[Tensor] = list(self.model.parameters())
            torch._foreach_lerp_(averages, weights, 1 - decay)

    def tensors(self) -> dict[str, Tensor]:
        """All that changes while learning, by name; the tensors themselves, not copies."""
        named = {f"weights.{name}": value for name, value in self.model.state_dict().items()}
        if self.recipe.average:
            named |= {f"average.{name}": value for name, value in self.averaged.state_dict().items()}
        for name, parameter in self.model.named_parameters():
            named |= {f"{part}.{name}": value for part, value in self.adam.state[parameter].items()}
        return named

    @torch.no_grad()
    def restore(self, saved: Mapping[str, Tensor]) -> None:
        """Goes back to what `tensors` gave, name by name."""
        for name, tensor in self.tensors().items():
            tensor.copy_(saved[name])
