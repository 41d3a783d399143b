"""What one model hands on to another."""

from pathlib import Path
from typing import Any

import pytest
import torch

from saps.language.errors import CheckpointError
from saps.language.tree import Node
from saps.model.batch import Example, collate
from saps.model.config import ModelConfig
from saps.model.encoder import Encoder
from saps.model.symbols import Symbols
from saps.model.synthesizer import Synthesizer
from saps.text.tokenizer import train_tokenizer
from saps.training.checkpoint import Checkpoint, save_checkpoint
from saps.training.transfer import deepened, init_decoder, learn_symbols, learn_words
from tests.model.trees import SYMBOLS, TOKENS

SIZES: dict[str, Any] = {"symbol_count": len(SYMBOLS), "units": 8, "encoder_units": 4, "symbol_embedding": 6}


@pytest.fixture
def pretrained(tmp_path: Path) -> Path:
    config = ModelConfig(source="program", token_count=1, **SIZES)
    save_checkpoint(tmp_path / "pre", Checkpoint(Synthesizer.seeded(config, 1), SYMBOLS, b""))
    return tmp_path / "pre"


def model(**choices: object) -> Synthesizer:
    return Synthesizer.seeded(ModelConfig(token_count=TOKENS, **{**SIZES, **choices}), 2)


def test_the_decoder_is_taken_and_nothing_else(pretrained: Path) -> None:
    ours, before = model(), model()
    init_decoder(ours, SYMBOLS, pretrained)
    theirs = Synthesizer.seeded(ModelConfig(source="program", token_count=1, **SIZES), 1)
    for name, value in theirs.decoder.state_dict().items():
        assert torch.equal(ours.decoder.state_dict()[name], value)
    for name, value in before.encoder.state_dict().items():
        assert torch.equal(ours.encoder.state_dict()[name], value)


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({"units": 16}, r"parameter decoder.attend_context.weight has shape \[8, 8\]; expected \[16, 8\]"),
        ({"attention": False}, "a parameter decoder.attend_context.weight that the model does not have"),
        ({"attention_by_state": True}, "lacks the parameter decoder.context_horizontal"),
    ],
)
def test_what_does_not_fit_is_named(pretrained: Path, choices: dict[str, object], message: str) -> None:
    with pytest.raises(CheckpointError, match=message):
        init_decoder(model(**choices), SYMBOLS, pretrained)


def test_another_vocabulary(pretrained: Path) -> None:
    others = Symbols([("f", 2), ("g", 1), ("h", 3), ("a", 0), ("b", 0), ("d", 0)])
    with pytest.raises(CheckpointError, match="c/0 is in one of them only"):
        init_decoder(model(), others, pretrained)


def test_new_words_begin_as_the_mean_of_what_they_were_made_of() -> None:
    tokenizer = train_tokenizer([["the", "sum", "of", "evens"], ["all", "odds"]] * 20, 400)
    ours = Synthesizer.seeded(ModelConfig(token_count=tokenizer.size, **SIZES), 2).eval()
    same, unchanged = learn_words(ours, tokenizer, [["the", "sum"]] * 9)
    assert same is ours and unchanged is tokenizer
    grown, words = learn_words(ours, tokenizer, [["the", "xylophone"]] * 9)
    assert words.learnt == ("xylophone",) and grown.config.token_count == tokenizer.size + 1
    before, after = ours.encoder.embedding.weight, grown.encoder.embedding.weight
    assert torch.equal(after[:-1], before)
    torch.testing.assert_close(after[-1], before[tokenizer.encode(["xylophone"])].mean(0))
    batch = collate([Example(tuple(words.encode(["the", "sum"])), (SYMBOLS.id("a", 0),))], SYMBOLS)
    torch.testing.assert_close(grown.eval().teacher_forced(batch), ours.teacher_forced(batch))


def test_a_new_word_is_new_to_a_transformer_as_well() -> None:
    tokenizer = train_tokenizer([["the", "sum", "of", "evens"], ["all", "odds"]] * 20, 400)
    config = ModelConfig(token_count=tokenizer.size, transformer_layers=1, transformer_units=32, **SIZES)
    ours = Synthesizer.seeded(config, 2).eval()
    torch.nn.init.normal_(ours.get_parameter("encoder.transformer.project.weight"))
    grown, words = learn_words(ours, tokenizer, [["the", "xylophone"]] * 9)
    before, after = (one.get_parameter("encoder.transformer.tokens.weight") for one in (ours, grown))
    torch.testing.assert_close(after[-1], before[tokenizer.encode(["xylophone"])].mean(0))
    batch = collate([Example(tuple(words.encode(["the", "sum"])), (SYMBOLS.id("a", 0),))], SYMBOLS)
    expected = ours.teacher_forced(batch)
    torch.testing.assert_close(grown.eval().teacher_forced(batch), expected)
    torch.testing.assert_close(deepened(ours, 3).eval().teacher_forced(batch), expected)


def test_a_deeper_encoder_answers_as_before_and_learns() -> None:
    ours = model(encoder_layers=2).eval()
    assert deepened(ours, 2) is ours and deepened(ours, 1) is ours
    grown = deepened(ours, 4).eval()
    assert grown.config.encoder_layers == 4
    batch = collate(
        [Example((1, 2, 3, 4), (SYMBOLS.id("a", 0),)), Example((2,), (SYMBOLS.id("b", 0),))], SYMBOLS
    )
    torch.testing.assert_close(grown.teacher_forced(batch), ours.teacher_forced(batch))
    grown.train()(batch).total.backward()
    assert isinstance(grown.encoder, Encoder)
    for cell in (*grown.encoder.forwards, *grown.encoder.backwards):
        gradient = cell.get_parameter("weight_ih_l0").grad
        assert gradient is not None and gradient.abs().sum() > 0


@pytest.mark.parametrize("choices", [{"encoder_layers": 1}, {"encoder_layers": 2, "cell": "gru"}])
def test_an_encoder_that_cannot_grow(choices: dict[str, object]) -> None:
    ours = model(**choices)
    assert deepened(ours, 2) is ours
    with pytest.raises(CheckpointError, match=r"cannot grow to 3; expected 2 layers or more of lstm cells"):
        deepened(ours, 3)


def test_new_symbols_leave_the_answers_as_they_were() -> None:
    ours = model().eval()
    same, unchanged = learn_symbols(ours, SYMBOLS, SYMBOLS.entries[:2])
    assert same is ours and unchanged is SYMBOLS
    grown, symbols = learn_symbols(ours, SYMBOLS, [("!", 1), ("z", 0), *SYMBOLS.entries])
    assert set(symbols.entries) == {("!", 1), ("z", 0), *SYMBOLS.entries}
    assert grown.config.symbol_count == len(symbols) == len(SYMBOLS) + 2
    program = Node("f", [Node("a"), Node("g", [Node("b")])])
    scores = []
    for one, known in ((grown, symbols), (ours, SYMBOLS)):
        batch = collate([Example((1, 2), tuple(known.encode(program)))], known)
        places = [known.id(*entry) for entry in SYMBOLS.entries]
        scores.append(one.eval().teacher_forced(batch)[:, places])
    torch.testing.assert_close(*scores)
    new = grown.teacher_forced(collate([Example((1, 2), tuple(symbols.encode(program)))], symbols))
    least = ours.decoder.output.bias.min()
    assert bool((new[:, [symbols.id("!", 1), symbols.id("z", 0)]] == least).all())
    batch = collate([Example((1, 2), (symbols.id("z", 0),))], symbols)
    grown(batch).total.backward()
    gradient = grown.decoder.output.weight.grad
    assert gradient is not None and gradient[symbols.id("z", 0)].abs().sum() > 0
