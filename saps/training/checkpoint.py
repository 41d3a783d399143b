"""A checkpoint: a folder with all that turns a sentence into a program, and nothing that is executed.

    config.json        format version, the model's configuration, and the SHA-256 of the next three files
    model.safetensors  its parameters
    symbols.json       the decoder's vocabulary, sorted
    text.model         the sentence vocabulary, bytes that the text floor reads
    metrics.json       what was measured of it
    confidence.json    optional, by `saps eval --calibrate`: how far its answers can be trusted

Loading is strict: anything missing, surplus or of another shape is an error that names it, and so is a file
that is not the one that was written with the others. (A checkpoint without digests is of saps 0.5 or before;
there, what the files hold has to fit.) Nothing is allocated by what config.json says: the sizes that it gives
have to be those of the weights.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor
from torch.nn import init
from torch.overrides import TorchFunctionMode

from saps.language.errors import CheckpointError, InputError
from saps.model.brackets import read_vocabulary
from saps.model.config import ModelConfig
from saps.model.encoder import PLAIN_LAYERS
from saps.model.symbols import Symbols
from saps.model.synthesizer import Synthesizer
from saps.system.documents import read_document
from saps.text.tokenizer import Tokenizer
from saps.training.files import whole, write_folder

FORMAT = 2
"""In format 1 no layer of an encoder added to what it reads: what had three or more is another model now."""

_WEIGHTS, _SYMBOLS, _TEXT = _PARTS = ("model.safetensors", "symbols.json", "text.model")
"""The files that belong together; config.json knows them by their digests."""


@dataclass(frozen=True)
class Checkpoint:
    model: Synthesizer
    symbols: Symbols
    text_model: bytes
    metrics: dict[str, float] = field(default_factory=dict)


def save_checkpoint(path: Path, checkpoint: Checkpoint, dtype: torch.dtype = torch.float32) -> None:
    """Writes the folder, replacing an older one in one step; parameters as `dtype`: float16 halves it, int8
    quarters it (`_packed`).

    Raises InputError where it cannot be written; then the older one stands.
    """
    parts = {
        _WEIGHTS: save(_packed(checkpoint.model.state_dict(), dtype)),
        _SYMBOLS: checkpoint.symbols.to_json().encode(),
        _TEXT: checkpoint.text_model,
    }
    config = {"format": FORMAT, "model": asdict(checkpoint.model.config), "sha256": digests(parts)}
    contents = {"config.json": _json(config), **parts, "metrics.json": _json(checkpoint.metrics)}
    write_folder(path, contents)


def load_checkpoint(path: Path) -> Checkpoint:
    """Reads a checkpoint; its model is float32, on the CPU and set to `eval()`. Raises CheckpointError."""
    folder = checkpoint_folder(path)
    if not folder.is_dir():
        raise CheckpointError(f"no checkpoint at {path}; expected a folder")
    document = _read_json(folder / "config.json")
    config = _config(document, folder / "config.json")
    parts = {name: _read(folder / name) for name in _PARTS}
    _check_digests(parts, document.get("sha256"), folder)
    symbols = _symbols(parts[_SYMBOLS], config.symbol_count, folder / _SYMBOLS)
    model = _model(config, parts[_WEIGHTS], folder / _WEIGHTS)
    return Checkpoint(model.eval(), symbols, parts[_TEXT], _read_json(folder / "metrics.json"))


def digests(parts: Mapping[str, bytes]) -> dict[str, str]:
    """The SHA-256 of each file."""
    return {name: hashlib.sha256(content).hexdigest() for name, content in parts.items()}


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
    size, said = Tokenizer(loaded.text_model).size, loaded.model.config.token_count
    if size != said:
        raise CheckpointError(f"{path / _TEXT} has {size} tokens; config.json says {said}")
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
        return read_document(_read(path))
    except ValueError as error:
        raise CheckpointError(f"{path} {error}") from error


def _check_digests(parts: Mapping[str, bytes], written: object, folder: Path) -> None:
    if written is None:
        return
    found = digests(parts)
    if not isinstance(written, dict) or written.keys() != found.keys():
        raise CheckpointError(
            f"{folder / 'config.json'}: sha256 does not tell the digests of {', '.join(found)}"
        )
    for name, digest in found.items():
        if digest != written[name]:
            raise CheckpointError(
                f"{folder / name} is not the file that config.json was written with; it is damaged or of "
                "another model"
            )


def _config(document: Mapping[str, Any], path: Path) -> ModelConfig:
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


def _symbols(content: bytes, count: int, path: Path) -> Symbols:
    try:
        symbols = read_vocabulary(content.decode())
    except (InputError, UnicodeDecodeError) as error:
        raise CheckpointError(f"{path}: {error}") from error
    if len(symbols) != count:
        raise CheckpointError(f"{path} has {len(symbols)} symbols; config.json says {count}")
    return symbols


def _model(config: ModelConfig, content: bytes, path: Path) -> Synthesizer:
    """The model with its weights, which alone decide what is allocated."""
    try:
        weights = load(content)
    except SafetensorError as error:
        raise CheckpointError(f"{path} is damaged or cut short: {error}") from error
    with torch.device("meta"), _Undrawn():
        model = Synthesizer(config)
    weights = _unpacked(weights, path)
    check(weights, model.state_dict(), path)
    model.load_state_dict(weights, assign=True)
    return model


class _Undrawn(TorchFunctionMode):
    """Within, no weights are drawn: for a meta tensor's torch would import its compiler, for seconds."""

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        return None if func is init.normal_ else func(*args, **(kwargs or {}))


_SCALE = ".scale"
"""What follows a parameter's name where its rows' scales are kept."""


def _packed(weights: Mapping[str, Tensor], dtype: torch.dtype) -> dict[str, Tensor]:
    """The parameters as they are written. As int8, each row of a matrix is integers from -127 to 127 times a
    scale of its own; vectors are float16 then."""
    if dtype != torch.int8:
        return {name: value.to("cpu", dtype) for name, value in weights.items()}
    packed = {}
    for name, value in weights.items():
        if value.dim() < 2:
            packed[name] = value.to("cpu", torch.float16)
            continue
        scale = value.abs().amax(dim=1, keepdim=True).clamp(min=torch.finfo(torch.float32).tiny) / 127
        packed[name] = (value / scale).round().to("cpu", torch.int8)
        packed[name + _SCALE] = scale.to("cpu")
    return packed


def _unpacked(weights: Mapping[str, Tensor], path: Path) -> dict[str, Tensor]:
    """What was packed, as float32. Raises CheckpointError for integers without their rows' scales."""
    found = dict(weights)
    for name, value in weights.items():
        if value.dtype == torch.int8:
            scale = found.pop(name + _SCALE, None)
            if scale is None or value.dim() < 2 or scale.shape != (len(value), 1):
                raise CheckpointError(f"{path} lacks the scales of the rows of {name}")
            found[name] = value * scale
    return {name: value.to(torch.float32, copy=True) for name, value in found.items()}


def _json(document: Mapping[str, Any]) -> bytes:
    return (json.dumps(document, indent=2, sort_keys=True) + "\n").encode()
