"""A run's folder: everything that is needed to repeat it, to go on with it, and to see how it went.

recipe.json       the whole recipe
symbols.json      the two vocabularies, by which the examples were made
text.model
checkpoint/       the best model so far, ready to use
last.safetensors  where training stands: the learner's tensors, and `Standing` as JSON in its header
metrics.jsonl     a line for each validation
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple

from safetensors import SafetensorError, safe_open
from safetensors.torch import save

from saps.language.errors import CheckpointError, InputError, RecipeError
from saps.model.brackets import read_vocabulary
from saps.model.symbols import Symbols
from saps.training.batches import Position
from saps.training.checkpoint import check
from saps.training.files import write_file
from saps.training.optimiser import Learner
from saps.training.recipe import Recipe, difference, to_json

START = Position()


class Vocabularies(NamedTuple):
    """What turns sentences and programs into ids."""

    symbols: Symbols
    text_model: bytes
    """The sentence vocabulary, opaque here."""


@dataclass
class Standing:
    """Where training stands between two steps. With the learner's tensors it decides all that follows."""

    step: int = 0
    """Steps done."""
    position: Position = START
    progress: float = 0.0
    elapsed: float = 0.0
    """Seconds of training, over all sessions; validation and saving count."""
    loss: float = 0.0
    """Sum since the last validation, in nats."""
    nodes: int = 0
    """Nodes since the last validation."""
    best: float | None = None
    """The best validation's exact match, and how many have been no better since."""
    stale: int = 0

    @property
    def epoch(self) -> int:
        """The epoch of the last step, from 1."""
        return self.position.epoch + (self.position.batch > 0)


class RunFolder:
    """The files of one run. Each method raises InputError where a file cannot be written."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.checkpoint = path / "checkpoint"
        self._recipe = path / "recipe.json"
        self._symbols = path / "symbols.json"
        self._text_model = path / "text.model"
        self._last = path / "last.safetensors"
        self._metrics = path / "metrics.jsonl"

    def create(self, recipe: Recipe, vocabularies: Vocabularies) -> None:
        """Begins a run. Raises InputError where the folder is there already, unless it is empty."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            if any(self.path.iterdir()):
                raise InputError(f"{self.path} exists already; choose another folder, or resume it")
        except OSError as error:
            raise InputError(f"cannot make {self.path}: {error.strerror or error}") from error
        write_file(self._symbols, vocabularies.symbols.to_json().encode())
        write_file(self._text_model, vocabularies.text_model)
        write_file(self._recipe, to_json(recipe).encode())

    def vocabularies(self) -> Vocabularies:
        """Those that the run began with. Raises InputError where there is no run."""
        try:
            return Vocabularies(read_vocabulary(self._symbols.read_text()), self._text_model.read_bytes())
        except OSError as error:
            raise self._no_run() from error

    def save(self, learner: Learner, standing: Standing) -> None:
        write_file(self._last, save(learner.tensors(), {"standing": json.dumps(asdict(standing))}))

    def standing(self) -> Standing | None:
        """Where the run stands, None where there is none. Raises CheckpointError for a damaged state."""
        if not self._last.is_file():
            return None
        try:
            with safe_open(self._last, framework="pt") as file:
                return _standing(file.metadata())
        except (SafetensorError, OSError) as error:
            raise CheckpointError(f"{self._last} is damaged: {error}") from error

    def resume(self, recipe: Recipe, learner: Learner) -> Standing:
        """Puts the learner where the run stands, and cuts the metrics back to there.

        Raises InputError where there is no run, RecipeError (naming the key) where it had another recipe,
        CheckpointError where its state is damaged.
        """
        if not self._last.is_file():
            raise self._no_run()
        if changed := difference(json.loads(self._recipe.read_text()), recipe):
            raise RecipeError(f"{self.path} was begun with another recipe: {changed}")
        try:
            with safe_open(self._last, framework="pt") as file:
                header = file.metadata()
                tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (not a dict)
        except (SafetensorError, OSError) as error:
            raise CheckpointError(f"{self._last} is damaged: {error}") from error
        check(tensors, learner.tensors(), self._last)
        learner.restore(tensors)
        standing = _standing(header)
        self._cut_metrics(standing.step)
        return standing

    def _no_run(self) -> InputError:
        return InputError(f"{self.path} holds no run to resume")

    def append_metrics(self, line: dict[str, Any]) -> None:
        try:
            with self._metrics.open("a", encoding="utf-8") as file:
                file.write(json.dumps(line) + "\n")
        except OSError as error:
            raise InputError(f"cannot write {self._metrics}: {error.strerror or error}") from error

    def metrics(self) -> list[dict[str, Any]]:
        """The lines so far; one that a crash cut short is left out."""
        lines = []
        for text in self._metrics.read_text(encoding="utf-8").splitlines() if self._metrics.exists() else ():
            try:
                lines.append(json.loads(text))
            except ValueError:
                continue
        return lines

    def _cut_metrics(self, step: int) -> None:
        kept = [json.dumps(line) + "\n" for line in self.metrics() if line["step"] <= step]
        write_file(self._metrics, "".join(kept).encode())


def _standing(header: Mapping[str, str]) -> Standing:
    standing = Standing(**json.loads(header["standing"]))
    standing.position = Position(*standing.position)
    return standing
