"""Several models that answer together: a symbol is as probable as the geometric mean of what each says.

Models trained apart make different mistakes, and what one of them finds improbable is hardly ever right; of
recurrent translators, means of a few were worth more than larger ones (Sutskever, Vinyals & Le 2014,
arXiv 1409.3215).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from saps.model.batch import Batch, Grid, Sentences
from saps.model.config import ModelConfig
from saps.model.synthesizer import Synthesizer
from saps.model.tree_decoder import Places, Views


class Committee(nn.Module):
    """Models with the same vocabularies and the same kind of decoder, to be asked, not trained.

    Where a `Synthesizer` has views of one memory and states of one width, a committee has those of all its
    members, one behind the other. Raises ValueError for members that cannot answer together.
    """

    def __init__(self, members: Sequence[Synthesizer]) -> None:
        super().__init__()
        for key in ("source", "target", "fraternal", "token_count", "symbol_count"):
            first, *others = (getattr(member.config, key) for member in members)
            if odd := [other for other in others if other != first]:
                raise ValueError(f"{key} is {odd[0]}, of the first model {first}")
        self.members = cast("Sequence[Synthesizer]", nn.ModuleList(members))

    @property
    def config(self) -> ModelConfig:
        """The first member's; the others differ in nothing that a search asks for."""
        return self.members[0].config

    @property
    def device(self) -> torch.device:
        return self.members[0].device

    @property
    def parameter_count(self) -> int:
        return sum(member.parameter_count for member in self.members)

    def begin(self, sentences: Sentences) -> tuple[list[Views], Tensor]:
        """As `Synthesizer.begin`."""
        begun = [member.begin(sentences) for member in self.members]
        views = [view for found, _ in begun for view in found]
        return views, torch.cat([states for _, states in begun], dim=1)

    def step(self, views: Sequence[Views], grid: Grid, places: Places) -> tuple[Tensor, Tensor]:
        """As `Synthesizer.step`; the scores [k, v] are the means of the members' log-probabilities."""
        widths = [sum(member.decoder.widths) for member in self.members]
        before, above = (torch.split(states, widths, dim=1) for states in (places.before, places.above))
        found = [
            member.step([view], grid, places._replace(before=own, above=high))
            for member, view, own, high in zip(self.members, views, before, above, strict=True)
        ]
        scores = [functional.log_softmax(one, dim=1) for one, _ in found]
        return torch.stack(scores).mean(dim=0), torch.cat([states for _, states in found], dim=1)

    def teacher_forced(self, batch: Batch) -> Tensor:
        """As `Synthesizer.teacher_forced`; the scores are means of log-probabilities."""
        scores = [functional.log_softmax(one.teacher_forced(batch), dim=1) for one in self.members]
        return torch.stack(scores).mean(dim=0)
