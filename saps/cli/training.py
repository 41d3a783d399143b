"""What `saps train` does between its options and the training loop: data in, model and vocabularies made."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import asdict, dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import torch

from saps.cli.output import cores, note
from saps.corpus.generation.factory import Settings
from saps.corpus.generation.paraphrases import plain_words
from saps.corpus.tasks.task import TaskFile, find_split, read_tasks
from saps.language.errors import InputError
from saps.model.batch import Example, collate
from saps.model.config import Architecture, ModelConfig
from saps.model.meanings import Meanings
from saps.model.symbols import Symbols
from saps.model.synthesizer import Synthesizer
from saps.system.lock import alone_at
from saps.text.tokenizer import Tokenizer, train_tokenizer
from saps.training.batches import BatchSource, CorpusBatches, plan
from saps.training.checkpoint import load_reader
from saps.training.dataset import (
    Pair,
    Skipped,
    common_symbols,
    encode,
    encode_programs,
    language_symbols,
    pairs,
)
from saps.training.distributed import Ranks
from saps.training.embeddings import put_vectors, read_vectors
from saps.training.fresh import FreshBatches
from saps.training.loop import Outcome, train
from saps.training.precision import chosen_precision
from saps.training.pretrained import Bert, taught_by
from saps.training.progress import Progress
from saps.training.provenance import Provenance, fingerprint
from saps.training.recipe import Recipe
from saps.training.run_folder import RunFolder, Vocabularies
from saps.training.transfer import deepened, init_decoder, init_meanings, learn_symbols, learn_words

OnBadLine = Callable[[InputError], None]


class Watch(NamedTuple):
    """Who is told of training: of every step, and of every validation."""

    on_progress: Callable[[Progress], None] = lambda progress: None
    on_metrics: Callable[[Mapping[str, Any]], None] = lambda line: None


VALIDATED = 500
"""People's requests that a run is validated on at most."""


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
    init_decoder: Path | None = None
    embeddings: Path | None = None
    pretrained: Path | None = None

    def run(self, watch: Watch, max_seconds: float) -> Outcome:
        """Train until the recipe's end, no more progress, Ctrl-C or `max_seconds`.

        Raises InputError where another process trains in the run's folder.
        """
        with alone_at(self.out) if self.ranks.leads else nullcontext():
            return self._run(watch, max_seconds)

    def _run(self, watch: Watch, max_seconds: float) -> Outcome:
        skipped = Skipped()
        train_pairs, dev_pairs = self.pairs("train"), [*self.pairs("dev"), *self.dev_requests(skipped)]
        model, vocabularies = self.start(train_pairs)
        model.to(self.ranks.device)
        symbols = vocabularies.symbols
        examples = [] if self.fresh else self.encode(train_pairs, vocabularies, skipped)
        dev = self.encode(dev_pairs, vocabularies, skipped)
        if skipped.reasons:
            self.say(f"not used: {skipped}")
        source = self.source(examples, vocabularies)
        what = "programs" if self.recipe.model.source == "program" else "tasks"
        count = f"{self.recipe.train.fresh:,} fresh" if self.fresh else f"{len(examples):,}"
        sizes = f"{count} {what} to train on, {len(dev):,} to validate"
        self.say(f"{sizes}; {model.parameter_count:,} parameters")
        return train(
            model,
            source,
            self.out,
            self.recipe,
            vocabularies=vocabularies,
            validate=Validation(dev, symbols, self.recipe, self.ranks) if dev else None,
            resume=self.resume,
            max_seconds=max_seconds,
            on_progress=watch.on_progress,
            on_metrics=watch.on_metrics,
            origin=Provenance(fingerprint(self.data, self.files), self.settings),
            ranks=self.ranks,
        )

    def source(self, examples: list[Example], vocabularies: Vocabularies) -> BatchSource:
        """Where the batches come from."""
        limits, train = self.recipe.batches, self.recipe.train
        if self.fresh is not None:
            return FreshBatches(
                self.fresh,
                vocabularies,
                limits,
                train.fresh,
                train.seed,
                jobs=max(1, cores() - 1),
                seen_file=RunFolder(self.out).fresh,
                missed_file=RunFolder(self.out).missed if train.replay else None,
                keeps=self.ranks.leads,
            )
        if not examples:
            raise InputError(f"{self.data} holds no task that can be trained on")
        return CorpusBatches(examples, vocabularies.symbols, limits, train.epochs, train.seed)

    @property
    def settings(self) -> dict[str, Any]:
        """The options, and what else decides the last digits of a result."""
        precision = chosen_precision(self.recipe.train.precision, self.ranks.device)
        return {
            **self.options,
            "threads": torch.get_num_threads(),
            "processes": self.ranks.size,
            "precision": str(precision).removeprefix("torch."),
        }

    @property
    def files(self) -> list[Path]:
        """What is read of the corpus, and of people's requests to validate on."""
        return [*(find_split(self.data, split) for split in ("train", "dev")), *self.dev_request_files]

    @property
    def request_files(self) -> list[Path]:
        """What fresh tasks are taken from."""
        return self.fresh.requests() if self.fresh else []

    @property
    def dev_request_files(self) -> list[Path]:
        """Beside them, what nothing is trained on."""
        return [find_split(file.parent, "dev") for file in self.request_files]

    def say(self, message: str) -> None:
        """A note, once where several processes train together."""
        if self.ranks.leads:
            note(message)

    def pairs(self, split: str) -> list[Pair]:
        skipped = Skipped()
        found = pairs(read_tasks(find_split(self.data, split), self.on_bad_line), skipped)
        if skipped.reasons:
            self.say(f"{split}: not used: {skipped}")
        if not found and split == "train":
            raise InputError(f"{find_split(self.data, split)} holds no task that can be trained on")
        return found

    def encode(self, found: list[Pair], vocabularies: Vocabularies, skipped: Skipped) -> list[Example]:
        """What the model reads and should say, as ids."""
        if self.recipe.model.source == "program":
            return encode_programs(found, vocabularies.symbols, skipped)
        return encode(found, Tokenizer(vocabularies.text_model), vocabularies.symbols, skipped)

    def start(self, train_pairs: list[Pair]) -> tuple[Synthesizer, Vocabularies]:
        """The model and the vocabularies that training starts from."""
        if self.resume:
            vocabularies = RunFolder(self.out).vocabularies()
            return self.seeded(vocabularies, self.recipe.model), vocabularies
        model, vocabularies = self.begun(train_pairs)
        if self.pretrained is not None:
            bert, layers = Bert.read(self.pretrained), self.recipe.model.transformer_layers
            model = taught_by(model, Tokenizer(vocabularies.text_model), bert, layers)
        self.recipe = replace(self.recipe, model=model.config.architecture)
        return model, vocabularies

    def begun(self, train_pairs: list[Pair]) -> tuple[Synthesizer, Vocabularies]:
        """A new model, or a checkpoint's with what the training tasks need beyond what it has."""
        if self.init_from is not None:
            loaded = load_reader(self.init_from)
            model = deepened(loaded.model, self.recipe.model.encoder_layers)
            symbols = loaded.symbols
            if model.config.target != "sequence":
                asked = [*language_symbols(model.config.target).entries, *common_symbols(train_pairs)]
                model, symbols = learn_symbols(model, symbols, asked)
            sentences = chain((pair.words for pair in train_pairs), self.requests())
            model, tokenizer = learn_words(model, Tokenizer(loaded.text_model), sentences)
            return model, Vocabularies(symbols, tokenizer.model)
        vocabularies = self.vocabularies(train_pairs)
        own = (
            self.recipe.model if self.pretrained is None else replace(self.recipe.model, transformer_layers=0)
        )
        if own.transformer_layers:
            self.say("the transformer's layers begin as chance has it; --pretrained gives them a BERT's")
        model = self.seeded(vocabularies, own)
        self.prepare(model, vocabularies, train_pairs)
        return model, vocabularies

    def seeded(self, vocabularies: Vocabularies, architecture: Architecture) -> Synthesizer:
        """A model with fresh weights."""
        symbols, text_model = vocabularies
        config = ModelConfig(
            **asdict(architecture),
            token_count=Tokenizer(text_model).size if text_model else 1,
            symbol_count=len(symbols),
        )
        return Synthesizer.seeded(config, self.recipe.train.seed)

    def vocabularies(self, train_pairs: list[Pair]) -> Vocabularies:
        """Those of a new run; an autoencoder has none of sentences."""
        symbols = language_symbols(self.recipe.model.target)
        if self.recipe.model.source == "program":
            return Vocabularies(symbols, b"")
        text, sentences = self.recipe.text, (pair.words for pair in train_pairs)
        tokenizer = train_tokenizer(sentences, text.pieces, text.signatures)
        return Vocabularies(symbols, tokenizer.learning(self.requests()).model)

    def dev_requests(self, skipped: Skipped) -> Iterator[Pair]:
        """Requests of people to validate on: the corpus has none."""
        for file in self.dev_request_files:
            tasks = TaskFile(file)
            yield from pairs(tasks[:: math.ceil(len(tasks) / VALIDATED)], skipped)

    def requests(self) -> Iterator[list[str]]:
        """The words of the requests that fresh tasks are taken from."""
        for file in self.request_files:
            yield from plain_words(file)

    def prepare(self, model: Synthesizer, vocabularies: Vocabularies, train_pairs: list[Pair]) -> None:
        """Puts into a fresh model what is known before it learns."""
        if isinstance(vocabularies.symbols, Meanings):
            init_meanings(model, vocabularies.symbols)
        if self.init_decoder is not None:
            init_decoder(model, vocabularies.symbols, self.init_decoder)
        if self.embeddings is not None:
            tokenizer = Tokenizer(vocabularies.text_model)
            words = (word for pair in train_pairs for word in pair.words)
            vectors = read_vectors(self.embeddings, model.config.token_embedding, tokenizer, words)
            put_vectors(model, tokenizer, vectors)
            self.say(str(vectors))


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
                found = model(batch)
                right += found.exact_matches
                loss += float(found.total)
                nodes += found.node_count
        right, loss, nodes = self.ranks.add(right, loss, nodes)
        return {"exact_match": right / len(self.examples), "loss": loss / max(1, nodes)}
