"""The mean of several models."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
import torch

from saps.language.errors import CheckpointError
from saps.model.config import ModelConfig
from saps.model.symbols import Symbols
from saps.model.synthesizer import Synthesizer
from saps.text.tokenizer import Tokenizer, train_tokenizer
from saps.training.averaging import mean_of
from saps.training.checkpoint import Checkpoint
from saps.training.transfer import learn_symbols, learn_words
from tests.model.trees import SYMBOLS

WORDS = train_tokenizer([["the", "sum", "of", "evens"], ["all", "odds"]] * 20, 400)


def trained(seed: int, units: int = 8) -> Checkpoint:
    config = ModelConfig(
        token_count=WORDS.size, symbol_count=len(SYMBOLS), units=units, encoder_units=4, symbol_embedding=6
    )
    return Checkpoint(Synthesizer.seeded(config, seed), SYMBOLS, WORDS.model, {"loss": 0.5})


def grown(one: Checkpoint, words: Sequence[str], symbols: Sequence[tuple[str, int]]) -> Checkpoint:
    model, tokenizer = learn_words(one.model, Tokenizer(one.text_model), [words] * 9)
    model, known = learn_symbols(model, one.symbols, symbols)
    return replace(one, model=model, symbols=known, text_model=tokenizer.model)


def test_every_weight_is_the_mean() -> None:
    one, two, three = (trained(seed) for seed in (1, 2, 3))
    mean = mean_of([one, two, three])
    assert mean.symbols == SYMBOLS and mean.text_model == WORDS.model and mean.metrics == {}
    for name, weight in mean.model.state_dict().items():
        parts = torch.stack([each.model.state_dict()[name] for each in (one, two, three)])
        torch.testing.assert_close(weight, parts.mean(0), rtol=1e-5, atol=1e-7)


def test_tokens_and_symbols_are_found_by_their_names() -> None:
    first = grown(trained(1), ["xylophone", "zebra"], [("aa", 2), ("zz", 0)])
    other = grown(trained(2), ["quartz", "zebra"], [("bb", 1), ("zz", 0)])
    mean = mean_of([first, other])
    assert mean.symbols == first.symbols and mean.text_model == first.text_model

    def row(of: Checkpoint, word: str) -> torch.Tensor:
        (token,) = Tokenizer(of.text_model).encode([word])
        weights: dict[str, torch.Tensor] = of.model.state_dict()
        return weights["encoder.embedding.weight"][token]

    def said(of: Checkpoint, name: str, arity: int) -> torch.Tensor:
        weights, place = of.model.state_dict(), of.symbols.id(name, arity)
        return torch.cat([weights[f"decoder.{one}.weight"][place] for one in ("embedding", "output")])

    torch.testing.assert_close(row(mean, "zebra"), (row(first, "zebra") + row(other, "zebra")) / 2)
    torch.testing.assert_close(row(mean, "xylophone"), row(first, "xylophone"))
    for known in [*SYMBOLS.entries, ("zz", 0)]:
        torch.testing.assert_close(said(mean, *known), (said(first, *known) + said(other, *known)) / 2)
    torch.testing.assert_close(said(mean, "aa", 2), said(first, "aa", 2))
    read, rows = "decoder.embedding.weight", (mean.symbols.root, mean.symbols.padding)
    assert len(mean.model.state_dict()[read]) == len(Symbols(first.symbols.entries)) + len(rows)
    theirs = other.model.state_dict()[read][[other.symbols.root, other.symbols.padding]]
    ours = first.model.state_dict()[read][[*rows]]
    torch.testing.assert_close(mean.model.state_dict()[read][[*rows]], (ours + theirs) / 2)


def test_models_built_otherwise_have_no_mean() -> None:
    with pytest.raises(CheckpointError, match="checkpoint 3 is of another architecture"):
        mean_of([trained(1), trained(2), trained(3, units=16)])
