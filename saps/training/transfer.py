"""What one model hands on to another: an autoencoder its decoder, a model the words that it knows to one that
knows more."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import torch

from saps.language.errors import CheckpointError
from saps.model.symbols import Symbols
from saps.model.synthesizer import Synthesizer
from saps.text.tokenizer import Tokenizer
from saps.training.checkpoint import check, load_checkpoint


def init_decoder(model: Synthesizer, symbols: Symbols, source: Path) -> None:
    """Puts the decoder of the checkpoint `source` into `model`, whose vocabulary is `symbols`.

    Raises CheckpointError that names the first symbol or parameter that does not fit.
    """
    loaded = load_checkpoint(source)
    if loaded.symbols != symbols:
        odd = sorted(set(loaded.symbols.names) ^ set(symbols.names))
        raise CheckpointError(f"{source} has another vocabulary of symbols: {odd[0]} is in one of them only")
    ours, theirs = (
        {f"decoder.{name}": value for name, value in one.decoder.state_dict().items()}
        for one in (model, loaded.model)
    )
    check(theirs, ours, source / "model.safetensors")
    model.decoder.load_state_dict(loaded.model.decoder.state_dict())


def learn_words(
    model: Synthesizer, tokenizer: Tokenizer, sentences: Iterable[Sequence[str]]
) -> tuple[Synthesizer, Tokenizer]:
    """The model and its tokenizer with tokens for words that were several tokens so far.

    A new token begins as the mean of what its word was made of, so the model reads as it did before.
    """
    grown = tokenizer.learning(sentences)
    if grown is tokenizer:
        return model, tokenizer
    larger = Synthesizer(replace(model.config, token_count=grown.size))
    weights = model.state_dict()
    known = weights["encoder.embedding.weight"]  # [t, e]
    new = [known[tokenizer.encode([word])].mean(0) for word in grown.learnt[len(tokenizer.learnt) :]]
    weights["encoder.embedding.weight"] = torch.cat((known, torch.stack(new)))
    larger.load_state_dict(weights)
    return larger, grown
