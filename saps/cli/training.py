"""What `saps train` does between its options and the training loop: data in, model and vocabularies made."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

import torch

from saps.cli.output import note
from saps.corpus.generate import Settings
from saps.corpus.task import find_split, read_tasks
from saps.language.errors import InputError
from saps.model.batch import Example, collate
from saps.model.config import ModelConfig
from saps.model.symbols import Symbols
from saps.model.synthesizer import Synthesizer
from saps.text.tokenizer import Tokenizer, train_tokenizer
from saps.training.batches import BatchSource, CorpusBatches, plan
from saps.training.checkpoint import load_checkpoint
from saps.training.dataset import Pair, Skipped, encode, language_symbols, pairs
from saps.training.distributed import Ranks
from saps.training.fresh import FreshBatches
from saps.training.loop import Outcome, train
from saps.training.origin import Origin, fingerprint
from saps.training.progress import Progress
from saps.training.recipe import Recipe
from saps.training.run_folder import RunFolder, Vocabularies

OnBadLine = Callable[[InputError], None]


class Watch(NamedTuple):
    """Who is told of training: of every step, and of every validation."""

    on_progress: Callable[[Progress], None] = lambda progress: None
    on_metrics: Callable[[Mapping[str, Any]], None] = lambda line: None


@dataclass(slots=True)
class Job:
    """One training run."""

    data: Path
    recipe: Recipe
    out: Path
    resume: bool
    init_from: Path | None
    ranks: Ranks
    on_bad_line: OnBadLine | None
    options: Mapping[str, Any]
    """Of the command, as they are kept in the run's folder."""
    fresh: Settings | None = None
    """What fresh tasks are made by; None where the corpus is trained on."""

    def run(self, watch: Watch, max_seconds: float) -> Outcome:
        """Train until the recipe's end, no more progress, Ctrl-C or `max_seconds`."""
        train_pairs, dev_pairs = self.pairs("train"), self.pairs("dev")
        model, symbols, tokenizer = self.start(train_pairs)
        model.to(self.ranks.device)
        skipped = Skipped()
        examples = [] if self.fresh else encode(train_pairs, tokenizer, symbols, skipped)
        dev = encode(dev_pairs, tokenizer, symbols, skipped)
        if skipped.reasons:
            self.say(f"not used: {skipped}")
        source = self.source(examples, symbols, tokenizer)
        count = f"{self.recipe.train.fresh:,} fresh" if self.fresh else f"{len(examples):,}"
        sizes = f"{count} tasks to train on, {len(dev):,} to validate"
        self.say(f"{sizes}; {model.parameter_count:,} parameters")
        return train(
            model,
            source,
            self.out,
            self.recipe,
            vocabularies=Vocabularies(symbols, tokenizer.model),
            validate=Validation(dev, symbols, self.recipe, self.ranks) if dev else None,
            resume=self.resume,
            max_seconds=max_seconds,
            on_progress=watch.on_progress,
            on_metrics=watch.on_metrics,
            origin=Origin(fingerprint(self.data, self.files), self.settings),
            ranks=self.ranks,
        )

    def source(self, examples: list[Example], symbols: Symbols, tokenizer: Tokenizer) -> BatchSource:
        """Where the batches come from."""
        limits, train = self.recipe.batches, self.recipe.train
        if self.fresh is not None:
            jobs = max(1, (os.cpu_count() or 1) - 1)
            seen = RunFolder(self.out).fresh
            return FreshBatches(
                self.fresh, tokenizer.model, symbols, limits, train.fresh, train.seed, jobs, seen, self.ranks.leads
            )
        if not examples:
            raise InputError(f"{self.data} holds no task that can be trained on")
        return CorpusBatches(examples, symbols, limits, train.epochs, train.seed)

    @property
    def settings(self) -> dict[str, Any]:
        """The options, and what else decides the last digits of a result."""
        return {**self.options, "threads": torch.get_num_threads(), "processes": self.ranks.size}

    @property
    def files(self) -> list[Path]:
        """What is read of the corpus."""
        return [find_split(self.data, split) for split in ("train", "dev")]

    def say(self, message: str) -> None:
        """A note, once where several processes train together."""
        if self.ranks.leads:
            note(message)

    def pairs(self, split: str) -> list[Pair]:
        skipped = Skipped()
        found = pairs(read_tasks(find_split(self.data, split), self.on_bad_line), skipped)
        if skipped.reasons:
            self.say(f"{split}: not used: {skipped}")
        return found

    def start(self, train_pairs: list[Pair]) -> tuple[Synthesizer, Symbols, Tokenizer]:
        """The model and the vocabularies that training starts from."""
        seed = self.recipe.train.seed
        if self.init_from is not None and not self.resume:
            loaded = load_checkpoint(self.init_from)
            self.recipe = replace(self.recipe, model=loaded.model.config.architecture)
            return loaded.model, loaded.symbols, Tokenizer(loaded.text_model)
        if self.resume:
            symbols, text_model = RunFolder(self.out).vocabularies()
            tokenizer = Tokenizer(text_model)
        else:
            symbols = language_symbols()
            tokenizer = train_tokenizer((pair.words for pair in train_pairs), self.recipe.text.pieces)
        config = ModelConfig(
            **asdict(self.recipe.model), token_count=tokenizer.size, symbol_count=len(symbols)
        )
        return Synthesizer.seeded(config, seed), symbols, tokenizer


@dataclass(frozen=True, slots=True)
class Validation:
    """Exact match and loss on the dev split, by teacher forcing: a tree counts if every symbol is right,
    which is when greedy decoding finds it."""

    examples: list[Example]
    symbols: Symbols
    recipe: Recipe
    ranks: Ranks = field(default_factory=Ranks)

    def __call__(self, model: Synthesizer) -> dict[str, float]:
        right = loss = nodes = 0.0
        limits = replace(self.recipe.batches, positions=4 * self.recipe.batches.positions)
        with torch.inference_mode():
            batches = plan(self.examples, limits, 0, 0)
            for indices in batches[self.ranks.rank :: self.ranks.size]:
                batch = collate([self.examples[index] for index in indices], self.symbols).to(model.device)
                right += model.exact_matches(batch)
                found = model(batch)
                loss += float(found.total)
                nodes += found.node_count
        right, loss, nodes = self.ranks.add(right, loss, nodes)
        return {"exact_match": right / len(self.examples), "loss": loss / max(1, nodes)}
