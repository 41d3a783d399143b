"""The training loop: step, look, keep, and go on where a killed run stood.

A step's dropout depends on seed, step and process alone, and the batches on seed and epoch (and, where missed
tasks are replayed, on what was missed), so a resumed run does what the unbroken one would have done.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import torch

from saps.language.errors import SapsError
from saps.model.batch import Batch
from saps.model.synthesizer import Loss, Synthesizer
from saps.training.batches import BatchSource, Portion
from saps.training.checkpoint import Checkpoint, save_checkpoint
from saps.training.distributed import Ranks
from saps.training.interruption import stop_flag
from saps.training.optimiser import Learner, learning_rate
from saps.training.precision import chosen_precision
from saps.training.prefetch import prefetch
from saps.training.progress import Meter, Progress
from saps.training.provenance import Provenance
from saps.training.recipe import Recipe
from saps.training.run_folder import RunFolder, TrainState, Vocabularies

METRIC = "exact_match"
"""The validation metric by which the best model is chosen."""

TIE = "loss"
"""The one that decides, the smaller the better, where that is the same."""

Validate = Callable[[Synthesizer], Mapping[str, float]]
Ending = Literal["finished", "no progress", "out of time", "interrupted"]


class TrainingDiverged(SapsError):
    """The loss is no number, or worse than guessing."""


@dataclass(frozen=True)
class Outcome:
    """How a training ended; all but "finished" can be resumed."""

    ending: Ending
    step: int
    elapsed: float
    best: float | None
    """The best validation's exact match."""
    checkpoint: Path


def train(
    model: Synthesizer,
    source: BatchSource,
    folder: Path,
    recipe: Recipe,
    *,
    vocabularies: Vocabularies,
    validate: Validate | None = None,
    resume: bool = False,
    max_seconds: float = math.inf,
    on_progress: Callable[[Progress], None] = lambda progress: None,
    on_metrics: Callable[[Mapping[str, Any]], None] = lambda line: None,
    origin: Provenance | None = None,
    ranks: Ranks | None = None,
) -> Outcome:
    """Trains `model` in place and keeps the best one, or the last, in `folder`/checkpoint (`train.keep`).

    `validate` measures a model in `eval()`; its `exact_match`, and where that is the same its `loss`, chooses
    the best and ends training where nothing is gained (without `validate`, the latest is kept). `max_seconds`
    is for this session. Ctrl-C ends the session with the outcome "interrupted". All endings but "finished"
    can be resumed, and so can a killed run, of which at most `checkpoint_seconds` are lost. `on_progress` is
    told of every step, `on_metrics` gets every line of metrics.jsonl.

    With several `ranks` all of them call this alike; each learns from its share of every batch, the first
    alone writes, and `validate` has to give the same to all.

    Raises InputError where the folder exists (or with `resume` is no run, or of another corpus) or cannot be
    written, RecipeError where a resumed run had another recipe or this machine cannot train in its precision,
    CheckpointError where its state is damaged, TrainingDiverged, LostRank.
    """
    precision = chosen_precision(recipe.train.precision, model.device.type)
    run, origin, ranks = RunFolder(folder), origin or Provenance(), ranks or Ranks()
    learner = Learner(model, recipe.optimiser, ranks)
    standing = run.resume(recipe, origin, learner) if resume else TrainState()
    if ranks.leads and resume:
        run.go_on(recipe, origin, standing.step)
    elif ranks.leads:
        run.create(recipe, origin, vocabularies, learner)
    ranks.copy_leader(list(learner.tensors().values()))
    session = _Session(run, learner, recipe, precision, vocabularies, validate, standing, ranks, on_metrics)
    ending = session.go(source, max_seconds, on_progress)
    return Outcome(ending, standing.step, standing.elapsed, standing.best, run.checkpoint)


@dataclass
class _Session:
    """One process's share of a run."""

    run: RunFolder
    learner: Learner
    recipe: Recipe
    precision: torch.dtype
    """Of a step's products."""
    vocabularies: Vocabularies
    validate: Validate | None
    standing: TrainState
    ranks: Ranks
    on_metrics: Callable[[Mapping[str, Any]], None]
    metrics: dict[str, float] = field(default_factory=dict)
    meter: Meter = field(default_factory=Meter)

    def go(self, source: BatchSource, max_seconds: float, on_progress: Callable[[Progress], None]) -> Ending:
        standing, train = self.standing, self.recipe.train
        began = time.perf_counter() - standing.elapsed
        limit = standing.elapsed + max_seconds
        saved = standing.elapsed
        with stop_flag() as stop:
            for portion in prefetch(source.portions(standing.position)):
                if standing.stale >= train.patience:
                    return "no progress"
                source.learnt(portion, self._step(portion))
                standing.elapsed = time.perf_counter() - began
                on_progress(self._progress())
                wished, over = self.ranks.agree(stop.is_set, standing.elapsed >= limit)
                if self._due():
                    self._look()
                    saved = standing.elapsed
                elif wished or standing.elapsed - saved >= train.checkpoint_seconds:
                    self._save()
                    saved = standing.elapsed
                if wished:
                    return "interrupted"
                if over:
                    self._look()
                    return "out of time"
            self._look()
            return "finished"

    def _step(self, portion: Portion) -> list[int]:
        """Learns from a portion; the rows in which the model was wrong."""
        standing = self.standing
        nodes, trees = portion.batch.trees.node_count, portion.batch.tree_count
        share = self.ranks.share(portion.batch, self.vocabularies.symbols)
        torch.manual_seed(
            (self.recipe.train.seed * 1_000_003 + standing.step) * self.ranks.size + self.ranks.rank
        )
        found = None if share is None else self._loss(share)
        loss = torch.zeros((), requires_grad=True) if found is None else found.total
        norm = self.learner.update(loss / nodes, standing.step, standing.progress)
        mistakes = [0] * trees
        if found is not None:
            mistakes[self.ranks.mine] = found.mistakes.tolist()
        total, *counts = self.ranks.add(float(loss.detach()), *mistakes)
        self.meter.stop(total, nodes, trees)
        self._refuse_divergence(norm)
        standing.step += 1
        standing.position, standing.progress = portion.next, portion.progress
        standing.loss += total
        standing.nodes += nodes
        return [row for row, count in enumerate(counts) if count]

    def _loss(self, batch: Batch) -> Loss:
        model = self.learner.model.train()
        halved = self.precision != torch.float32
        with torch.autocast(model.device.type, self.precision, enabled=halved):
            return model(batch.to(model.device))  # type: ignore[no-any-return]

    def _refuse_divergence(self, norm: float) -> None:
        """Raises TrainingDiverged where the gradient is no number or the loss is thrice that of guessing."""
        loss = self.meter.rates[0]
        bound = 3 * math.log(len(self.vocabularies.symbols) + 2)
        if not (math.isfinite(norm) and loss <= bound):  # a loss that is no number is not below it either
            rate = learning_rate(self.recipe.optimiser, self.standing.step, self.standing.progress)
            kept = (
                f"; a new run can start from the model kept before: --init-from {self.run.checkpoint}"
                if self.run.checkpoint.is_dir()
                else ""
            )
            raise TrainingDiverged(
                f"training diverged at step {self.standing.step + 1} (loss {loss:.3g} a node, "
                f"gradient {norm:.3g}, learning rate {rate:.2g}); begin again with a lower "
                f"optimiser.learning_rate{kept}"
            )

    def _due(self) -> bool:
        every = self.recipe.train.validate_steps
        return self.standing.step % every == 0 if every else self.standing.position.batch == 0

    def _look(self) -> None:
        """Validates, unless nothing was learnt since; writes the result down, and the state."""
        standing = self.standing
        if not standing.nodes:
            return
        model = self.learner.averaged.eval()
        self.metrics = dict(self.validate(model)) if self.validate else {}
        line = {
            "step": standing.step,
            "epoch": standing.epoch,
            "train_loss": standing.loss / standing.nodes,
            "learning_rate": learning_rate(self.recipe.optimiser, standing.step, standing.progress),
            "elapsed": round(standing.elapsed, 1),
            **self.metrics,
        }
        self._keep(model, line)
        if self.ranks.leads:
            self.run.append_metrics(line)
        standing.loss, standing.nodes = 0.0, 0
        self._save()
        self.on_metrics(line)
        self.meter.start()

    def _save(self) -> None:
        if self.ranks.leads:
            self.run.save(self.learner, self.standing)

    def _keep(self, model: Synthesizer, metrics: dict[str, float]) -> None:
        """Keeps a model just validated, if it is the best so far or the recipe keeps the last."""
        standing, score, loss = self.standing, self.metrics.get(METRIC), self.metrics.get(TIE)
        better = score is None or self._better(score, loss)
        if better:
            standing.best, standing.best_loss, standing.stale = score, loss, 0
        else:
            standing.stale += 1
        if self.ranks.leads and (better or self.recipe.train.keep == "last"):
            kept = Checkpoint(model, *self.vocabularies, metrics)
            save_checkpoint(self.run.checkpoint, kept, getattr(torch, self.recipe.train.stored))

    def _better(self, score: float, loss: float | None) -> bool:
        """Whether a validation is better than the best so far: while nothing comes out right yet, say, a loss
        that falls is progress."""
        best, best_loss = self.standing.best, self.standing.best_loss
        if score == best:
            return loss is not None and best_loss is not None and loss < best_loss
        return best is None or score > best

    def _progress(self) -> Progress:
        standing = self.standing
        loss, nodes, trees = self.meter.rates
        remaining = standing.elapsed * (1 - standing.progress) / standing.progress
        return Progress(
            standing.step,
            standing.epoch,
            standing.progress,
            loss,
            nodes,
            trees,
            standing.elapsed,
            remaining,
            self.metrics,
        )
