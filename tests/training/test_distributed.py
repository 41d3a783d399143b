"""Shares of a batch: together they are the batch, and their gradients add up to its gradient."""

import pytest
import torch

from saps.model.batch import Example, collate
from saps.model.config import ModelConfig
from saps.model.synthesizer import Synthesizer
from saps.training.distributed import Ranks, opened_ranks
from tests.model.trees import SYMBOLS, TOKENS, random_examples

EXAMPLES = random_examples(7)
BATCH = collate(EXAMPLES, SYMBOLS)


def share(rank: int, size: int) -> list[Example]:
    """The examples of a share, read back from it by way of a process's share alone in its world."""
    batch = Ranks(rank, size).share(BATCH, SYMBOLS)
    if batch is None:
        return []
    ends = torch.bincount(batch.trees.grid.slots // batch.trees.grid.width).cumsum(0).tolist()
    trees = [batch.trees.symbols[a:b].tolist() for a, b in zip([0, *ends], ends, strict=False)]
    rows = zip(batch.sentences.tokens.tolist(), batch.sentences.lengths.tolist(), trees, strict=True)
    return [Example(tuple(row[:length]), tuple(tree)) for row, length, tree in rows]


@pytest.mark.parametrize("size", [2, 3, 7, 9])
def test_shares_make_the_batch(size: int) -> None:
    shares = [share(rank, size) for rank in range(size)]
    assert sorted(example for part in shares for example in part) == sorted(EXAMPLES)
    assert max(map(len, shares)) - min(map(len, shares)) <= 1


def test_alone_the_share_is_the_batch() -> None:
    assert Ranks().share(BATCH, SYMBOLS) is BATCH


def test_gradients_of_shares_add_up() -> None:
    config = ModelConfig(token_count=TOKENS, symbol_count=len(SYMBOLS), units=8, encoder_units=4, dropout=0.0)
    model = Synthesizer.seeded(config, 0)

    def gradient(batch: object) -> torch.Tensor:
        model.zero_grad()
        (model(batch).total / BATCH.trees.node_count).backward()
        return torch.cat([p.grad.flatten() for p in model.parameters() if p.grad is not None])

    parts = [Ranks(rank, 3).share(BATCH, SYMBOLS) for rank in range(3)]
    torch.testing.assert_close(sum(map(gradient, parts)), gradient(BATCH), atol=1e-6, rtol=1e-4)


def test_alone_nothing_is_exchanged() -> None:
    with opened_ranks("cpu") as ranks:
        assert (ranks.leads, ranks.size) == (True, 1)
        assert ranks.add(1.5, 2) == [1.5, 2]
        assert ranks.agree(True, False) == [True, False]
        assert ranks.gather("text") == ["text"]
        with ranks.leader_first():
            assert not torch.distributed.is_initialized()
