"""What `saps table` does for each row: train it, measure it, keep the results."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from operator import attrgetter
from pathlib import Path

import torch

from saps.cli.output import note
from saps.cli.progress import watching
from saps.cli.training import Job
from saps.corpus.tasks.task import Task, find_split, read_tasks
from saps.evaluation.evaluate import GUIDES, Setting, evaluate
from saps.evaluation.metrics import Result, grouped, summarize
from saps.evaluation.table import ROWS, SEARCHED, Measured, Results, to_markdown, to_page
from saps.language.errors import InputError
from saps.search.problem import PUBLISHED_PROGRAMS, Effort
from saps.search.translator import Translator
from saps.system.folders import make_folder
from saps.text.tokenizer import Tokenizer
from saps.training.checkpoint import Checkpoint, load_reader
from saps.training.distributed import Ranks
from saps.training.files import write_file
from saps.training.history import read_metrics
from saps.training.loop import Outcome
from saps.training.precision import chosen_precision
from saps.training.provenance import fingerprint
from saps.training.recipe import Recipe, load_recipe, set_values
from saps.training.run_folder import RunFolder

PAGE = "table.html"
"""The file of a report's folder that holds the page."""

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

    def write(self, results: Results, report: Path | None) -> None:
        """Writes the results, and as a page into the folder of a report, if any. Raises InputError."""
        make_folder(self.out)
        write_file(self.results_file, results.to_json().encode())
        write_file(self.markdown, to_markdown(results).encode())
        if report is not None:
            make_folder(report)
            write_file(report / PAGE, to_page(results).encode())

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
        run = RunFolder(self.folder(name))
        lines = [line for line in read_metrics(run.path) if line.keys() >= {"epoch", "exact_match"}]
        checkpoint = load_reader(outcome.checkpoint)
        tasks = list(islice(read_tasks(find_split(self.data, "test")), self.limit))
        if not tasks:
            raise InputError(f"{find_split(self.data, 'test')} holds no tasks")
        note(f"{name}: {outcome.ending} after {outcome.elapsed / 60:.1f} minutes; measuring")
        decodes_trees = recipe.model.target != "sequence"
        free = self._results(checkpoint, tasks, typed=False)
        return Measured(
            ending=outcome.ending,
            seconds=round(outcome.elapsed, 3),
            pretraining_seconds=0.0 if pretrained is None else round(pretrained.elapsed, 3),
            steps=outcome.step,
            passes=lines[-1]["epoch"] if lines else 0,
            machine=self._machine(recipe),
            parameters=checkpoint.model.parameter_count,
            validated=sum(1 for _ in read_tasks(find_split(self.data, "dev"))),
            curve=[(line["step"], line["exact_match"]) for line in lines],
            depths=[
                (depth, found.tasks, found.exact_match)
                for depth, found in grouped(free, attrgetter("depth")).items()
            ],
            free=summarize(free),
            typed=summarize(self._results(checkpoint, tasks, typed=True)) if decodes_trees else None,
            searched=summarize(self._results(checkpoint, tasks[:SEARCHED], guides=GUIDES))
            if decodes_trees
            else None,
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

    def _machine(self, recipe: Recipe) -> str:
        precision = str(chosen_precision(recipe.train.precision, self.device)).removeprefix("torch.")
        threads = torch.get_num_threads()
        used = f", {threads} thread{'s' if threads > 1 else ''}" if self.device == "cpu" else ""
        return f"{self.device}, {precision}{used}"

    def _results(
        self, checkpoint: Checkpoint, tasks: Sequence[Task], typed: bool = True, guides: int = 0
    ) -> list[Result]:
        """Greedy without guides, else a search as wide as usual."""
        model = checkpoint.model.to(self.device)
        tokenizer = Tokenizer(checkpoint.text_model)
        translator = Translator(model, checkpoint.symbols, tokenizer, typed=typed)
        effort = Effort(programs=PUBLISHED_PROGRAMS, conventions=False) if guides else _GREEDY
        return list(evaluate(lambda: translator, tasks, Setting(effort, guides)))
