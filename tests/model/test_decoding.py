"""What a search remembers of its sentences, while they come to an end."""

import pytest
import torch

from saps.model.config import ModelConfig
from saps.model.decoding import Decoding
from saps.model.synthesizer import Synthesizer
from tests.model.trees import SYMBOLS, TOKENS

SENTENCES = [(1, 2, 3), (4,), (5, 6), (7, 8, 9, 10)]


@pytest.mark.parametrize("order", [[3], [1, 2], [0, 3, 3, 1], [2, 2, 2]])
def test_a_sentence_says_the_same_when_others_are_dropped_and_come_back(order: list[int]) -> None:
    config = ModelConfig(token_count=TOKENS, symbol_count=len(SYMBOLS), units=8, encoder_units=4)
    decoding = Decoding(Synthesizer.seeded(config, 0).eval(), SENTENCES)
    roots = [decoding.root(sentence) for sentence in range(4)]
    together, _ = decoding.expand(roots)
    for asked in (order, [0], order, range(4)):
        found, _ = decoding.expand([roots[sentence] for sentence in asked], asked)
        torch.testing.assert_close(found, together[list(asked)])
