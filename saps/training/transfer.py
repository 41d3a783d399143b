"""A decoder handed on from one model to another, as from an autoencoder to the model that reads sentences."""

from __future__ import annotations

from pathlib import Path

from saps.language.errors import CheckpointError
from saps.model.symbols import Symbols
from saps.model.synthesizer import Synthesizer
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
