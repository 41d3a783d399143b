"""A run's folder: everything that is needed to repeat it, to go on with it, and to see how it went.

recipe.json       the whole recipe
origin.json       the corpus (sizes, digests), and each session's options and versions
symbols.json      the two vocabularies, by which the examples were made
text.model
checkpoint/       the best model so far, ready to use
last.safetensors  where training stands: the learner's tensors, and `Standing` as JSON in its header
fresh.u64         digests of the fresh tasks trained on, and where, if any (`saps.training.fresh`)
missed.jsonl      those of them that came out wrong, where they are replayed
metrics.jsonl     a line for each validation (`saps.training.history` reads it)

The folder appears with its first state in one step: whatever moment ends the process, it can be resumed or is
not there.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from safetensors import SafetensorError, safe_open
from safetensors.torch import save

from saps.language.errors import CheckpointError, InputError, RecipeError
from saps.model.brackets import read_vocabulary
from saps.model.symbols import Symbols
from saps.training.batches import Position
from saps.training.checkpoint import check
from saps.training.files import write_file, write_folder
from saps.training.history import METRICS, read_metrics
from saps.training.optimiser import Learner
from saps.training.origin import Origin
from saps.training.recipe import RECIPE, Recipe, difference, of_run, refuse_another, to_json

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
    """The best validation's exact match, its loss, and how many validations have been no better since."""
    best_loss: float | None = None
    stale: int = 0

    @property
    def epoch(self) -> int:
        """The epoch of the last step, from 1."""
        return self.position.epoch + (self.position.batch > 0)


class Begun(NamedTuple):
    """What a run was begun with."""

    recipe: Recipe
    corpus: Mapping[str, Any]
    """As `Origin.corpus`."""
    options: Mapping[str, Any]
    """Of the command that began it."""

    @property
    def folder(self) -> Path | None:
        """Where the corpus lay; None where no files are read."""
        return Path(self.corpus["folder"]) if "folder" in self.corpus else None

    def same_model(self, recipe: Recipe) -> Recipe:
        """A recipe with this run's model where that came from a checkpoint, whose sizes go before."""
        return replace(recipe, model=self.recipe.model) if self.options.get("init_from") else recipe


class RunFolder:
    """The files of one run. Each method raises InputError where a file cannot be written."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.checkpoint = path / "checkpoint"
        self.fresh = path / "fresh.u64"
        self.missed = path / "missed.jsonl"
        self._recipe = path / RECIPE
        self._origin = path / "origin.json"
        self._symbols = path / "symbols.json"
        self._text_model = path / "text.model"
        self._last = path / "last.safetensors"
        self._metrics = path / METRICS

    def create(self, recipe: Recipe, origin: Origin, vocabularies: Vocabularies, learner: Learner) -> None:
        """Begins a run. Raises InputError where the folder is there already, unless it is empty."""
        try:
            if self.path.exists() and any(self.path.iterdir()):
                raise InputError(f"{self.path} exists already; choose another folder, or resume it")
        except OSError as error:
            raise InputError(f"cannot write {self.path}: {error.strerror or error}") from error
        contents = {
            self._recipe: to_json(recipe).encode(),
            self._origin: _json({"corpus": origin.corpus, "sessions": [origin.session()]}),
            self._symbols: vocabularies.symbols.to_json().encode(),
            self._text_model: vocabularies.text_model,
            self._last: _state(learner, Standing()),
        }
        write_folder(self.path, {file.name: content for file, content in contents.items()})

    def begun(self) -> Begun:
        """What the run was begun with. Raises InputError where there is no run, RecipeError."""
        recipe = of_run(self.path)
        origin = self._read_origin()
        return Begun(recipe, origin["corpus"], origin["sessions"][0]["options"] if origin["sessions"] else {})

    def vocabularies(self) -> Vocabularies:
        """Those that the run began with. Raises InputError where there is no run."""
        try:
            return Vocabularies(read_vocabulary(self._symbols.read_text()), self._text_model.read_bytes())
        except OSError as error:
            raise self._no_run() from error

    def save(self, learner: Learner, standing: Standing) -> None:
        write_file(self._last, _state(learner, standing))

    def standing(self) -> Standing | None:
        """Where the run stands, None where there is none. Raises CheckpointError for a damaged state."""
        if not self._last.is_file():
            return None
        try:
            with safe_open(self._last, framework="pt") as file:
                return _standing(file.metadata())
        except (SafetensorError, OSError) as error:
            raise CheckpointError(f"{self._last} is damaged: {error}") from error

    def resume(self, recipe: Recipe, origin: Origin, learner: Learner) -> Standing:
        """Puts the learner where the run stands; changes no file.

        Raises InputError where there is no run or its corpus is another now, RecipeError (naming the key)
        where it had another recipe, CheckpointError where its state is damaged.
        """
        if not self._last.is_file():
            raise self._no_run()
        begun = self.begun()
        try:
            refuse_another(begun.recipe, recipe)
        except RecipeError as error:
            raise RecipeError(f"{self.path} was begun with another recipe: {error}") from None
        changed = difference(begun.corpus.get("files", {}), origin.corpus.get("files", {}))
        if begun.corpus and changed:
            raise InputError(
                f"the corpus in {origin.corpus.get('folder')} is not the one that {self.path} was begun "
                f"with: {changed}"
            )
        try:
            with safe_open(self._last, framework="pt") as file:
                header = file.metadata()
                tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (not a dict)
        except (SafetensorError, OSError) as error:
            raise CheckpointError(f"{self._last} is damaged: {error}") from error
        check(tensors, learner.tensors(), self._last)
        learner.restore(tensors)
        return _standing(header)

    def go_on(self, recipe: Recipe, origin: Origin, step: int) -> None:
        """A new session starts at a step: it is noted, and the metrics are cut back to there."""
        write_file(self._recipe, to_json(recipe).encode())
        known = self._read_origin()
        write_file(self._origin, _json({**known, "sessions": [*known["sessions"], origin.session()]}))
        kept = [json.dumps(line) + "\n" for line in read_metrics(self.path) if line["step"] <= step]
        write_file(self._metrics, "".join(kept).encode())

    def append_metrics(self, line: dict[str, Any]) -> None:
        try:
            with self._metrics.open("a", encoding="utf-8") as file:
                file.write(json.dumps(line) + "\n")
        except OSError as error:
            raise InputError(f"cannot write {self._metrics}: {error.strerror or error}") from error

    def metrics(self) -> list[dict[str, Any]]:
        """The lines so far."""
        return read_metrics(self.path)

    def _read_origin(self) -> dict[str, Any]:
        if not self._origin.exists():  # a run of a saps that did not write it
            return {"corpus": {}, "sessions": []}
        try:
            return json.loads(self._origin.read_text(encoding="utf-8"))  # type: ignore[no-any-return]
        except OSError as error:
            raise self._no_run() from error
        except ValueError as error:
            raise InputError(f"{self._origin} is not JSON: {error}") from error

    def _no_run(self) -> InputError:
        return InputError(f"{self.path} holds no run to resume")


def _state(learner: Learner, standing: Standing) -> bytes:
    return save(learner.tensors(), {"standing": json.dumps(asdict(standing))})


def _json(document: Mapping[str, Any]) -> bytes:
    return (json.dumps(document, indent=2) + "\n").encode()


def _standing(header: Mapping[str, str]) -> Standing:
    standing = Standing(**json.loads(header["standing"]))
    standing.position = Position(*standing.position)
    return standing
