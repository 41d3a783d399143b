"""The transformer beneath the LSTM: BERT's layers, whose padding changes no result."""

import pytest
import torch
from torch import nn

from saps.model.batch import Example, collate, collate_sentences
from saps.model.config import ModelConfig
from saps.model.encoder import Encoder
from saps.model.synthesizer import Synthesizer
from saps.model.transformer import EPSILON, PLACES, Layer, Transformer
from tests.model.trees import SYMBOLS, TOKENS, random_examples

CONFIG = ModelConfig(
    token_count=TOKENS,
    symbol_count=len(SYMBOLS),
    token_embedding=6,
    encoder_units=4,
    units=8,
    transformer_layers=2,
    transformer_units=64,
)


@pytest.fixture
def model() -> Synthesizer:
    """One whose transformer says something."""
    model = Synthesizer.seeded(CONFIG, 1).eval()
    nn.init.normal_(transformer(model).project.weight)
    nn.init.normal_(transformer(model).rests)
    return model


def transformer(model: Synthesizer) -> Transformer:
    assert isinstance(model.encoder, Encoder) and model.encoder.transformer is not None
    return model.encoder.transformer


def test_a_layer_is_torchs_normalised_afterwards() -> None:
    torch.manual_seed(0)
    ours = Layer(64, dropout=0.0)
    theirs = nn.TransformerEncoderLayer(
        64, 2, 256, dropout=0.0, activation="gelu", layer_norm_eps=EPSILON, batch_first=True
    )
    names = {
        "self_attn.in_proj_": "ask.",
        "self_attn.out_proj.": "answer.",
        "linear1.": "widen.",
        "linear2.": "narrow.",
        "norm1.": "norm_attention.",
        "norm2.": "norm.",
    }
    state = ours.state_dict()
    theirs.load_state_dict(
        {old + kind: state[new + kind] for old, new in names.items() for kind in ("weight", "bias")}
    )
    states, seen = torch.randn(3, 5, 64), torch.ones(3, 5, dtype=torch.bool)
    seen[1, 3:] = False
    expected = theirs(states, src_key_padding_mask=~seen)
    torch.testing.assert_close(ours(states, seen[:, None, None])[seen], expected[seen])


def test_padding_changes_nothing(model: Synthesizer) -> None:
    examples = random_examples(9)
    together = model.encode(collate(examples, SYMBOLS).sentences)
    for row, example in enumerate(examples):
        alone = model.encode(collate_sentences([example.tokens]))
        length = len(example.tokens)
        torch.testing.assert_close(together.states[row, :length], alone.states[0])
        torch.testing.assert_close(together.summary[row], alone.summary[0])


def test_the_order_of_words_and_those_far_away_count(model: Synthesizer) -> None:
    def first(tokens: list[int]) -> torch.Tensor:
        return transformer(model)(torch.tensor([tokens]), torch.ones(1, len(tokens), dtype=torch.bool))[0, 0]  # type: ignore[no-any-return]

    assert not torch.allclose(first([1, 2, 3, 4]), first([1, 2, 4, 3]))
    assert not torch.allclose(first([1, 2, 3, 4]), first([1, 2, 3, 5]))


def test_a_sentence_longer_than_the_places(model: Synthesizer) -> None:
    tokens = [1 + place % (TOKENS - 1) for place in range(PLACES + 40)]
    memory = model.encode(collate_sentences([tokens]))
    assert memory.states.shape == (1, len(tokens), 8) and memory.states.isfinite().all()


def test_it_says_nothing_at_first_and_learns() -> None:
    fresh = Synthesizer.seeded(CONFIG, 1)
    batch = collate([Example((1, 2, 3), (SYMBOLS.id("a", 0),))], SYMBOLS)
    found = transformer(fresh)(batch.sentences.tokens, batch.sentences.tokens > 0)
    assert found.shape == (1, 3, 6) and not found.any()
    optimiser = torch.optim.SGD(fresh.parameters(), lr=0.1)
    for _ in range(2):  # the projection learns first, then what it projects
        optimiser.zero_grad()
        fresh(batch).total.backward()
        optimiser.step()
    for name, parameter in transformer(fresh).named_parameters():
        assert parameter.grad is not None and (parameter.grad.abs().sum() > 0 or "ask" in name), name
