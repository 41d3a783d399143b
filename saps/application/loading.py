"""Loading a trained model with the confidence that was fitted for it."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import TYPE_CHECKING

from saps.language.errors import CheckpointError

if TYPE_CHECKING:
    from saps.search.confidence import Confidence
    from saps.search.translator import Translator


def load_translator(checkpoint: Path | None, typed: bool = True, confident: bool = True) -> Translator:
    """The model in a checkpoint folder, by default the one that ships; `typed` keeps the search to well-typed
    programs, `confident` is with its confidence, where that was fitted. Raises CheckpointError."""
    import torch

    from saps.resources import default_checkpoint
    from saps.search.translator import Translator
    from saps.text.tokenizer import Tokenizer
    from saps.training.checkpoint import checkpoint_folder, load_reader

    folder = checkpoint_folder(checkpoint or default_checkpoint())
    # a step of the search is so small that a second thread costs more than it gives, on a busy machine a
    # hundred times as much; more cores are of use as more processes
    torch.set_num_threads(1)
    loaded = load_reader(folder)
    gc.freeze()  # what is loaded by now stays: no need to look through it again and again
    confidence = load_confidence(folder / CONFIDENCE) if confident else None
    return Translator(loaded.model, loaded.symbols, Tokenizer(loaded.text_model), confidence, typed)


CONFIDENCE = "confidence.json"
"""The file of a checkpoint folder that `saps eval --calibrate` adds."""


def load_confidence(path: Path) -> Confidence | None:
    """How far the model's answers can be trusted; None where it was not measured. Raises CheckpointError."""
    from saps.search.confidence import Confidence

    try:
        return Confidence.from_json(path.read_text(encoding="utf-8"), str(path))
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise CheckpointError(f"cannot read {path}: {error}") from error
