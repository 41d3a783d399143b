"""What a checkpoint's folder holds becomes what answers."""

import shutil
from pathlib import Path

import pytest

from saps.application.loading import SECOND, load_translator
from saps.language.errors import CheckpointError
from saps.language.type_system import INT
from saps.model.committee import Committee
from saps.model.synthesizer import Synthesizer
from saps.search.translator import Request
from saps.text.tokenizer import train_tokenizer
from saps.training.checkpoint import Checkpoint, save_checkpoint
from tests.search.models import SYMBOLS, TOKENIZER, model


def test_a_second_model_answers_with_the_first(tmp_path: Path) -> None:
    save_checkpoint(tmp_path / "one", Checkpoint(model(0), SYMBOLS, TOKENIZER.model))
    alone = load_translator(tmp_path / "one")
    assert isinstance(alone.model, Synthesizer)
    save_checkpoint(tmp_path / "one" / SECOND, Checkpoint(model(1, units=24), SYMBOLS, TOKENIZER.model))
    both = load_translator(tmp_path / "one")
    assert isinstance(both.model, Committee)
    assert both.model.parameter_count > 2 * alone.model.parameter_count
    request = Request("the sum of evens in a and b", {"a": INT, "b": INT})
    scores = [one.answer([request], top=10)[0].candidates[0].score for one in (alone, both)]
    assert scores[0] != scores[1]


def test_a_second_model_that_cannot_be_used_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "one"
    save_checkpoint(folder, Checkpoint(model(0), SYMBOLS, TOKENIZER.model))
    save_checkpoint(folder / SECOND, Checkpoint(model(1, fraternal=True), SYMBOLS, TOKENIZER.model))
    with pytest.raises(CheckpointError, match=r"second cannot answer with .*: fraternal is True"):
        load_translator(folder)
    (folder / SECOND / "model.safetensors").write_bytes(b"damaged")
    with pytest.raises(CheckpointError, match=r"second/model.safetensors is not the file"):
        load_translator(folder)
    shutil.rmtree(folder / SECOND)
    (folder / SECOND).touch()
    with pytest.raises(CheckpointError, match=r"no checkpoint at .*second; expected a folder"):
        load_translator(folder)


def test_a_second_model_of_other_words_is_refused(tmp_path: Path) -> None:
    save_checkpoint(tmp_path / "one", Checkpoint(model(0), SYMBOLS, TOKENIZER.model))
    others = train_tokenizer([["quite", "other", "words"]] * 20, TOKENIZER.size)
    other = model(1, token_count=others.size)
    save_checkpoint(tmp_path / "one" / SECOND, Checkpoint(other, SYMBOLS, others.model))
    with pytest.raises(CheckpointError, match=r"second has other vocabularies than"):
        load_translator(tmp_path / "one")
