"""What one model hands on to another: an autoencoder its decoder, a model the words that it knows to one that
knows more."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import torch

from saps.language.errors import CheckpointError
from saps.model.encoder import PLAIN_LAYERS, Encoder
from saps.model.meanings import Meanings, parts
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


def deepened(model: Synthesizer, layers: int) -> Synthesizer:
    """The model with residual layers on top of its encoder, up to so many; it answers as before.

    The new layers say nothing yet: the rows of their block input are zero, so their cells are. Raises
    CheckpointError where the model has too few layers, or other cells.
    """
    config = model.config
    if layers <= max(PLAIN_LAYERS, config.encoder_layers):
        return model
    if config.encoder_layers < PLAIN_LAYERS or config.cell != "lstm":
        raise CheckpointError(
            f"an encoder of {config.encoder_layers} layers of {config.cell} cells cannot grow to {layers}; "
            f"expected {PLAIN_LAYERS} layers or more of lstm cells"
        )
    larger = Synthesizer.seeded(replace(config, encoder_layers=layers), seed=0)
    encoder = larger.encoder
    assert isinstance(encoder, Encoder)
    larger.load_state_dict(model.state_dict(), strict=False)
    with torch.no_grad():
        for cells in (encoder.forwards, encoder.backwards):
            for cell in cells[config.encoder_layers :]:
                for parameter in cell.parameters():
                    parameter.view(4, config.encoder_units, -1)[_BLOCK_INPUT].zero_()
    return larger


def init_meanings(model: Synthesizer, symbols: Meanings) -> None:
    """Lets each definition's vectors begin near those of what its body is made of, so that a rare meaning is
    no stranger: its own vector and the mean of theirs, brought back to its own length."""
    with torch.no_grad():
        for weight in (model.decoder.embedding.weight, model.decoder.output.weight):
            for index, inner in parts(symbols).items():
                if inner:
                    own = weight[index].clone()
                    mixed = own + weight[inner].mean(0)
                    weight[index] = mixed * (own.norm() / mixed.norm().clamp(min=1e-6))


_BLOCK_INPUT = 2
"""Its place among the four parts of `nn.LSTM`'s rows."""


def learn_symbols(
    model: Synthesizer, known: Symbols, asked: Iterable[tuple[str, int]]
) -> tuple[Synthesizer, Symbols]:
    """The model and its vocabulary with the symbols that are asked for besides.

    A new one's score is everywhere the least of the biases, so that the model answers as before.
    """
    symbols = known.extended(asked)
    if symbols == known:
        return model, known
    larger = Synthesizer.seeded(replace(model.config, symbol_count=len(symbols)), seed=0)
    weights, grown = model.state_dict(), larger.state_dict()
    grown["decoder.output.weight"].zero_()
    grown["decoder.output.bias"].fill_(float(weights["decoder.output.bias"].min()))
    rows = [symbols.id(*entry) for entry in known.entries]
    inputs = [*rows, symbols.root, symbols.padding]
    for name, places in (("embedding.weight", inputs), ("output.weight", rows), ("output.bias", rows)):
        grown[f"decoder.{name}"][places] = weights[f"decoder.{name}"]
        weights[f"decoder.{name}"] = grown[f"decoder.{name}"]
    larger.load_state_dict(weights)
    return larger, symbols


TOKENS = {"encoder.embedding.weight", "encoder.transformer.tokens.weight"}
"""Parameters that have a row for each token."""


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
    parts = [tokenizer.encode([word]) for word in grown.learnt[len(tokenizer.learnt) :]]
    for name in TOKENS & weights.keys():
        known = weights[name]  # [tokens, width]
        weights[name] = torch.cat((known, torch.stack([known[part].mean(0) for part in parts])))
    larger.load_state_dict(weights)
    return larger, grown
