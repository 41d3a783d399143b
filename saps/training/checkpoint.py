"""A checkpoint: a folder with all that turns a sentence into a program, and nothing that is executed.

    config.json        format version and the model's configuration
    model.safetensors  its parameters
    symbols.json       the decoder's vocabulary, sorted
    text.model         the sentence vocabulary, bytes that the text floor reads
    metrics.json       what was measured of it
    confidence.json    optional, by `saps eval --calibrate`: how far its answers can be trusted

Loading is strict: anything missing, surplus or of another shape is an error that names it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from saps.language.errors import CheckpointError, InputError
from saps.model.brackets import read_vocabulary
from saps.model.config import ModelConfig
from saps.model.encoder import PLAIN_LAYERS
from saps.model.symbols import Symbols
from saps.model.synthesizer import Synthesizer
from saps.training.files import whole, write_folder

FORMAT = 2
"""In format 1 no layer of an encoder added to what it reads: what had three or more is another model now."""


@dataclass(frozen=True)
class Checkpoint:
    model: Synthesizer
    symbols: Symbols
    text_model: bytes
    metrics: dict[str, float] = field(default_factory=dict)


def save_checkpoint(path: Path, checkpoint: Checkpoint, dtype: torch.dtype = torch.float32) -> None:
    """Writes the folder, replacing an older one in one step; parameters as `dtype` (float16 halves it).

    Raises InputError where it cannot be written; then the older one stands.
    """
    config = {"format": FORMAT, "model": asdict(checkpoint.model.config)}
    weights = {name: value.to("cpu", dtype) for name, value in checkpoint.model.state_dict().items()}
    contents = {
        "config.json": _json(config),
        "model.safetensors": save(weights),
        "symbols.json": checkpoint.symbols.to_json().encode(),
        "text.model": checkpoint.text_model,
        "metrics.json": _json(checkpoint.metrics),
    }
    write_folder(path, contents)


def load_checkpoint(path: Path) -> Checkpoint:
    """Reads a checkpoint; its model is float32, on the CPU and set to `eval()`. Raises CheckpointError."""
    folder = checkpoint_folder(path)
    if not folder.is_dir():
        raise CheckpointError(f"no checkpoint at {path}; expected a folder")
    config = _read_config(folder / "config.json")
    symbols = _read_symbols(folder / "symbols.json", config.symbol_count)
    model = Synthesizer(config)
    weights = _read_weights(folder / "model.safetensors")
    check(weights, model.state_dict(), folder / "model.safetensors")
    model.load_state_dict(weights)
    metrics = _read_json(folder / "metrics.json")
    return Checkpoint(model.eval(), symbols, _read(folder / "text.model"), metrics)


def checkpoint_folder(path: Path) -> Path:
    """Where a checkpoint's files are: in the folder itself, or, where it is a run's, in the best model's."""
    folder = whole(path)
    of_run = whole(path / "checkpoint")
    return of_run if of_run.is_dir() and not (folder / "config.json").exists() else folder


def load_reader(path: Path) -> Checkpoint:
    """Reads a checkpoint of a model that reads sentences. Raises CheckpointError, also for an autoencoder."""
    loaded = load_checkpoint(path)
    if loaded.model.config.source != "sentence":
        raise CheckpointError(
            f"{path} is an autoencoder, which reads no sentences; "
            f"`saps train --init-decoder {path}` trains a model from it that does"
        )
    return loaded


def check(found: Mapping[str, Tensor], expected: Mapping[str, Tensor], source: Path) -> None:
    """Raises CheckpointError that names the first one missing, surplus or of another shape."""
    for name in sorted(expected.keys() | found.keys()):
        if name not in found:
            raise CheckpointError(f"{source} lacks the parameter {name}")
        if name not in expected:
            raise CheckpointError(f"{source} has a parameter {name} that the model does not have")
        ours, theirs = list(expected[name].shape), list(found[name].shape)
        if ours != theirs:
            raise CheckpointError(f"{source}: the parameter {name} has shape {theirs}; expected {ours}")


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CheckpointError(f"cannot read {path}: {error.strerror or error}") from error


def _read_json(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(_read(path))
    except ValueError as error:
        raise CheckpointError(f"{path} is not JSON: {error}") from error
    if not isinstance(document, dict):
        raise CheckpointError(f"{path} is not a JSON object")
    return document


def _read_config(path: Path) -> ModelConfig:
    document = _read_json(path)
    version = document.get("format")
    if version not in (1, FORMAT):
        raise CheckpointError(f"{path} says format {version}; this saps reads format {FORMAT}")
    values = document.get("model")  # a choice that was not yet there when it was written has its default
    if not isinstance(values, dict):
        raise CheckpointError(f"{path} lacks the key 'model'")
    if odd := sorted(values.keys() - {item.name for item in fields(ModelConfig)}):
        raise CheckpointError(f"{path} has the key {odd[0]!r}, which this saps does not know")
    try:
        config = ModelConfig(**values)
    except (ValueError, TypeError) as error:
        raise CheckpointError(f"{path}: {error}") from error
    if version == 1 and config.encoder_layers > PLAIN_LAYERS:
        raise CheckpointError(
            f"{path} says format 1, whose encoders of more than {PLAIN_LAYERS} layers are others"
        )
    return config


def _read_symbols(path: Path, count: int) -> Symbols:
    try:
        symbols = read_vocabulary(_read(path).decode())
    except (InputError, UnicodeDecodeError) as error:
        raise CheckpointError(f"{path}: {error}") from error
    if len(symbols) != count:
        raise CheckpointError(f"{path} has {len(symbols)} symbols; config.json says {count}")
    return symbols


def _read_weights(path: Path) -> dict[str, Tensor]:
    try:
        return load(_read(path))
    except SafetensorError as error:
        raise CheckpointError(f"{path} is damaged or cut short: {error}") from error


def _json(document: Mapping[str, Any]) -> bytes:
    return (json.dumps(document, indent=2, sort_keys=True) + "\n").encode()
