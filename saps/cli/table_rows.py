"""What `saps table` does for each row: train it, measure it, keep the results."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path

from saps.cli.output import note
from saps.cli.progress import watching
from saps.cli.training import Job
from saps.corpus.tasks.task import Task, find_split, read_tasks
from saps.evaluation.evaluate import Setting, evaluate
from saps.evaluation.metrics import Summary, summarize
from saps.evaluation.table import ROWS, Measured, Results, to_markdown
from saps.language.errors import InputError
from saps.search.translator import Effort, Translator
from saps.text.tokenizer import Tokenizer
from saps.training.checkpoint import Checkpoint, load_reader
from saps.training.distributed import Ranks
from saps.training.files import write_file
from saps.training.loop import Outcome
from saps.training.provenance import fingerprint
from saps.training.recipe import Recipe, load_recipe, set_values
from saps.training.run_folder import RunFolder

_GREEDY = Effort(beam=1, programs=1)


@dataclass(frozen=True)
class Bench:
    """The conditions of a table and the folder that holds it: table.json, table.md, a run for each row."""

    data: Path
    out: Path
    recipe: str
    settings: tuple[str, ...]
    max_seconds: float
    """Of training, for each row."""
    limit: int | None
    """Test tasks to measure on; None is all."""
    device: str

    @property
    def results_file(self) -> Path:
        return self.out / "table.json"

    @property
    def markdown(self) -> Path:
        return self.out / "table.md"

    def folder(self, name: str) -> Path:
        return self.out / "rows" / name

    @cached_property
    def corpus(self) -> str:
        """The corpus by what it holds, wherever it lies."""
        files = [find_split(self.data, split) for split in ("train", "dev", "test")]
        digests = json.dumps(fingerprint(self.data, files)["files"], sort_keys=True)
        return f"{self.data.name} ({hashlib.sha256(digests.encode()).hexdigest()[:12]})"

    def results(self) -> Results:
        """Those so far. Raises InputError where they are of other conditions."""
        conditions = {
            "data": self.corpus,
            "recipe": self.recipe,
            "settings": " ".join(self.settings),
            "tasks": "all" if self.limit is None else f"the first {self.limit}",
        }
        if not self.results_file.exists():
            return Results(conditions)
        try:
            return Results.from_json(self.results_file.read_text(encoding="utf-8"), conditions)
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(f"cannot read {self.results_file}: {error}") from error
        except InputError as error:
            raise InputError(f"{self.results_file}: {error}") from error

    def write(self, results: Results) -> None:
        try:
            self.out.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(f"cannot make {self.out}: {error.strerror or error}") from error
        write_file(self.results_file, results.to_json().encode())
        write_file(self.markdown, to_markdown(results).encode())

    def complete(self, name: str) -> bool:
        """Whether a row is measured, and more time would change nothing or is not given."""
        measured = self.results().rows.get(name)
        return measured is not None and (
            measured.ending != "out of time" or measured.seconds >= self.max_seconds
        )

    def measure(self, name: str) -> Measured | None:
        """Trains a row, or goes on with it, and measures it; None where training was interrupted."""
        row = ROWS[name]
        recipe = self._recipe(name)
        first = RunFolder(self.folder(f"{name}-decoder"))
        if row.pretrained and RunFolder(self.folder(name)).standing() is None:
            pretraining = self._train(first.path, self._recipe(name, "+pretrain"))
            if pretraining.ending == "interrupted":
                return None
        outcome = self._train(self.folder(name), recipe, first.checkpoint if row.pretrained else None)
        if outcome.ending == "interrupted":
            return None
        pretrained = first.standing() if row.pretrained else None
        checkpoint = load_reader(outcome.checkpoint)
        tasks = list(islice(read_tasks(find_split(self.data, "test")), self.limit))
        if not tasks:
            raise InputError(f"{find_split(self.data, 'test')} holds no tasks")
        note(f"{name}: {outcome.ending} after {outcome.elapsed / 60:.1f} minutes; measuring")
        return Measured(
            ending=outcome.ending,
            seconds=round(outcome.elapsed, 3),
            pretraining_seconds=0.0 if pretrained is None else round(pretrained.elapsed, 3),
            steps=outcome.step,
            parameters=checkpoint.model.parameter_count,
            validation=outcome.best,
            free=self._summary(checkpoint, tasks, typed=False),
            typed=self._summary(checkpoint, tasks, typed=True) if recipe.model.target != "sequence" else None,
        )

    def _recipe(self, name: str, more: str = "") -> Recipe:
        row = ROWS[name]
        return set_values(load_recipe(f"{self.recipe}+{row.recipe}{more}"), [*row.settings, *self.settings])

    def _train(self, folder: Path, recipe: Recipe, decoder: Path | None = None) -> Outcome:
        """A run up to its time, from where it stands."""
        standing = RunFolder(folder).standing()
        left = self.max_seconds - (0.0 if standing is None else standing.elapsed)
        options = {"recipe": self.recipe, "set_": self.settings, "init_decoder": decoder and str(decoder)}
        ranks = Ranks(device=self.device)
        job = Job(
            self.data, recipe, folder, standing is not None, None, ranks, None, options, init_decoder=decoder
        )
        with watching(leads=True, board_in=None) as watch:
            return job.run(watch, max(0.0, left))

    def _summary(self, checkpoint: Checkpoint, tasks: Sequence[Task], typed: bool) -> Summary:
        model = checkpoint.model.to(self.device)
        tokenizer = Tokenizer(checkpoint.text_model)
        translator = Translator(model, checkpoint.symbols, tokenizer, typed=typed)
        return summarize(list(evaluate(lambda: translator, tasks, Setting(_GREEDY))))
