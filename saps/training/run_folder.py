"""A run's folder: everything that is needed to repeat it, to go on with it, and to see how it went.

recipe.json       the whole recipe
symbols.json      the two vocabularies, by which the examples were made
text.model
origin.json       digests of these three; the corpus (sizes, digests); each session's options and versions
checkpoint/       the best model so far, or with train.keep = "last" the last one validated, ready to use
last.safetensors  where training stands: the learner's tensors, and in its header `TrainState` as JSON, the
                  run that it belongs to, and its own digest (`saps.training.sealed`)
fresh.u64         digests of the fresh tasks trained on, and where, if any (`saps.training.fresh`)
missed.jsonl      those of them that came out wrong, where they are replayed
metrics.jsonl     a line for each validation (`saps.training.history` reads it)

The folder appears with its first state in one step: whatever moment ends the process, it can be resumed or is
not there. What was damaged since, or comes from another run, is told before anything is changed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from saps.language.errors import CheckpointError, InputError, RecipeError
from saps.model.brackets import read_vocabulary
from saps.model.symbols import Symbols
from saps.system.documents import read_document
from saps.training.batches import Position
from saps.training.checkpoint import check, digests, load_checkpoint
from saps.training.files import write_file, write_folder
from saps.training.history import METRICS, read_metrics
from saps.training.optimiser import Learner
from saps.training.provenance import Provenance
from saps.training.recipe import RECIPE, Recipe, difference, from_json, refuse_another, to_json
from saps.training.sealed import Sealed, seal, unseal

START = Position()


class Vocabularies(NamedTuple):
    """What turns sentences and programs into ids."""

    symbols: Symbols
    text_model: bytes
    """The sentence vocabulary, opaque here."""


@dataclass
class TrainState:
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
    """As `Provenance.corpus`."""
    options: Mapping[str, Any]
    """Of the command that began it."""

    @property
    def folder(self) -> Path | None:
        """Where the corpus lay; None where no files are read."""
        return Path(self.corpus["folder"]) if "folder" in self.corpus else None

    def same_model(self, recipe: Recipe) -> Recipe:
        """A recipe with this run's model where that came from another one, whose sizes go before."""
        other = self.options.get("init_from") or self.options.get("pretrained")
        return replace(recipe, model=self.recipe.model) if other else recipe


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

    def create(
        self, recipe: Recipe, origin: Provenance, vocabularies: Vocabularies, learner: Learner
    ) -> None:
        """Begins a run. Raises InputError where the folder is there already, unless it is empty."""
        try:
            if self.path.exists() and any(self.path.iterdir()):
                raise InputError(f"{self.path} exists already; choose another folder, or resume it")
        except OSError as error:
            raise InputError(f"cannot write {self.path}: {error.strerror or error}") from error
        made = {
            self._recipe.name: to_json(recipe).encode(),
            self._symbols.name: vocabularies.symbols.to_json().encode(),
            self._text_model.name: vocabularies.text_model,
        }
        document = {"files": digests(made), "corpus": origin.corpus, "sessions": [origin.session()]}
        document["run"] = _identity(document)  # it stays when a run that goes on longer gets another recipe
        state = _state(learner, TrainState(), str(document["run"]))
        write_folder(self.path, made | {self._origin.name: _json(document), self._last.name: state})

    def begun(self) -> Begun:
        """What the run was begun with. Raises InputError where there is no run, or a damaged one."""
        origin = self._read_origin()
        content = self._made(self._recipe, origin)
        try:
            recipe = from_json(content.decode())
        except (RecipeError, UnicodeDecodeError) as error:
            raise RecipeError(f"{self._recipe}: {error}") from error
        return Begun(recipe, origin["corpus"], origin["sessions"][0]["options"])

    def vocabularies(self) -> Vocabularies:
        """Those that the run began with. Raises InputError where there is no run, or a damaged one."""
        origin = self._read_origin()
        content = self._made(self._symbols, origin)
        try:
            symbols = read_vocabulary(content.decode())
        except (InputError, UnicodeDecodeError) as error:
            raise CheckpointError(f"{self._symbols}: {error}") from error
        return Vocabularies(symbols, self._made(self._text_model, origin))

    def _made(self, file: Path, origin: Mapping[str, Any]) -> bytes:
        """The content of a file that was written when the run began. Raises InputError."""
        content = self._read(file)
        written = origin.get("files", {}).get(file.name)  # saps 0.5 and before wrote down no digests
        if written is not None and written != hashlib.sha256(content).hexdigest():
            raise CheckpointError(
                f"{file} is not the file that {self._origin.name} tells of; it is damaged, or another run's"
            )
        return content

    def save(self, learner: Learner, standing: TrainState) -> None:
        write_file(self._last, _state(learner, standing, self._run))

    @cached_property
    def _run(self) -> str:
        origin = self._read_origin()
        return str(origin.get("run") or _identity(origin))

    def standing(self) -> TrainState | None:
        """Where the run stands, None where there is none. Raises CheckpointError for a damaged state."""
        return self._standing(self._state()) if self._last.is_file() else None

    def resume(self, recipe: Recipe, origin: Provenance, learner: Learner) -> TrainState:
        """Puts the learner where the run stands; changes no file.

        Raises InputError where there is no run or its corpus is another now, RecipeError (naming the key)
        where it had another recipe, CheckpointError where its files are damaged or another run's.
        """
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
        state = self._state()
        if state.header.get("run", self._run) != self._run:
            raise CheckpointError(f"{self._last} is the state of another run than {self._origin} tells of")
        check(state.tensors, learner.tensors(), self._last)
        standing = self._standing(state)
        read_metrics(self.path)  # a damaged file is told before training
        if standing.best is not None:
            self._check_best()
        learner.restore(state.tensors)
        return standing

    def _check_best(self) -> None:
        """Raises CheckpointError where the best model so far is gone, damaged or another run's."""
        best = load_checkpoint(self.checkpoint)
        if (best.symbols, best.text_model) != self.vocabularies():
            raise CheckpointError(
                f"{self.checkpoint} is another run's: its vocabularies are not {self.path}'s"
            )

    def _state(self) -> Sealed:
        try:
            return unseal(self._read(self._last))
        except ValueError as error:
            raise CheckpointError(f"{self._last} is damaged: {error}") from error

    def _standing(self, state: Sealed) -> TrainState:
        try:
            standing = TrainState(**json.loads(state.header["standing"]))
            standing.position = Position(*standing.position)
        except (KeyError, TypeError, ValueError) as error:
            raise CheckpointError(f"{self._last} holds no state of a run: {error!r}") from error
        return standing

    def go_on(self, recipe: Recipe, origin: Provenance, step: int) -> None:
        """A new session starts at a step: it is noted, and the metrics are cut back to there."""
        content = to_json(recipe).encode()
        known = self._read_origin()
        known["sessions"].append(origin.session())
        if "files" in known:
            known["files"] |= digests({self._recipe.name: content})
        write_file(self._recipe, content)
        write_file(self._origin, _json(known))
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
        """Raises InputError where there is no run, CheckpointError for a damaged file."""
        try:
            document = read_document(self._read(self._origin))
        except ValueError as error:
            raise CheckpointError(f"{self._origin} {error}") from error
        if not _is_origin(document):
            raise CheckpointError(f"{self._origin} does not tell what the run was begun with; it is damaged")
        return document

    def _read(self, file: Path) -> bytes:
        """Raises InputError where there is no run, CheckpointError where it lacks the file."""
        if not self._recipe.exists() and not self._last.exists():
            raise InputError(f"{self.path} holds no run to resume")
        try:
            return file.read_bytes()
        except OSError as error:
            raise CheckpointError(f"cannot read {file}: {error.strerror or error}") from error


def _is_origin(document: Mapping[str, Any]) -> bool:
    corpus, sessions, made = (document.get(key) for key in ("corpus", "sessions", "files"))
    return (
        isinstance(corpus, dict)
        and isinstance(corpus.get("files", {}), dict)
        and isinstance(corpus.get("folder", ""), str)
        and isinstance(made or {}, dict)
        and isinstance(sessions, list)
        and len(sessions) > 0
        and all(isinstance(one, dict) and isinstance(one.get("options"), dict) for one in sessions)
    )


def _identity(origin: Mapping[str, Any]) -> str:
    """A run by what it is made of, wherever it lies."""
    made = [origin.get("files"), origin["corpus"].get("files")]
    return hashlib.sha256(json.dumps(made, sort_keys=True).encode()).hexdigest()


def _state(learner: Learner, standing: TrainState, run: str) -> bytes:
    return seal(learner.tensors(), {"standing": json.dumps(asdict(standing)), "run": run})


def _json(document: Mapping[str, Any]) -> bytes:
    return (json.dumps(document, indent=2) + "\n").encode()
