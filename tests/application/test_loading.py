"""What a checkpoint's folder holds becomes what answers."""

from pathlib import Path

import pytest

from saps.application.loading import CONFIDENCE, load_translator
from saps.language.errors import CheckpointError
from saps.language.type_system import INT
from saps.search.translator import Request
from saps.training.checkpoint import Checkpoint, save_checkpoint
from tests.search.models import SYMBOLS, TOKENIZER, model


def test_a_model_answers_without_a_confidence(tmp_path: Path) -> None:
    save_checkpoint(tmp_path, Checkpoint(model(0), SYMBOLS, TOKENIZER.model))
    translator = load_translator(tmp_path)
    assert translator.confidence is None
    request = Request("the sum of evens in a and b", {"a": INT, "b": INT})
    assert translator.answer([request])[0].candidates


def test_a_damaged_confidence_is_refused(tmp_path: Path) -> None:
    save_checkpoint(tmp_path, Checkpoint(model(0), SYMBOLS, TOKENIZER.model))
    (tmp_path / CONFIDENCE).write_bytes(b"\xff")
    with pytest.raises(CheckpointError, match=CONFIDENCE):
        load_translator(tmp_path)
    assert load_translator(tmp_path, confident=False).confidence is None
