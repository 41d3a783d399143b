"""Batches: complete, within their limits, in an order that can be taken up anywhere."""

import itertools

import pytest
import torch

from saps.model.batch import Batch, Example
from saps.training.batches import CorpusBatches, Position, plan
from saps.training.recipe import Batches
from tests.model.trees import SYMBOLS, random_examples

EXAMPLES = [Example(tree, tree) for _, tree in random_examples(300)]
LIMITS = Batches(positions=200, trees=16)


def test_every_example_once_an_epoch() -> None:
    batches = plan(EXAMPLES, LIMITS, seed=0, epoch=0)
    assert sorted(itertools.chain(*batches)) == list(range(300))
    assert batches == plan(EXAMPLES, LIMITS, seed=0, epoch=0)
    assert batches != plan(EXAMPLES, LIMITS, seed=0, epoch=1)
    assert batches != plan(EXAMPLES, LIMITS, seed=1, epoch=0)


def test_limits_hold_and_little_is_padding() -> None:
    batches = plan(EXAMPLES, LIMITS, seed=0, epoch=0)
    padded = used = 0
    for batch in batches:
        longest = max(len(EXAMPLES[i].tokens) for i in batch)
        largest = max(len(EXAMPLES[i].symbols) for i in batch)
        positions = len(batch) * (longest + largest)
        assert len(batch) <= 16
        assert positions <= 200 or len(batch) == 1
        padded += positions
        used += sum(sum(map(len, EXAMPLES[i])) for i in batch)
    assert used / padded > 0.85


def same(first: Batch, second: Batch) -> bool:
    pairs = (first.trees.symbols, second.trees.symbols), (first.sentences.tokens, second.sentences.tokens)
    return all(torch.equal(*pair) for pair in pairs)


@pytest.mark.parametrize("taken", [0, 1, 7])
def test_the_order_is_taken_up_where_it_was_left(taken: int) -> None:
    source = CorpusBatches(EXAMPLES, SYMBOLS, LIMITS, epochs=2, seed=3)
    whole = list(source.portions(Position()))
    start = whole[taken - 1].next if taken else Position()
    rest = list(source.portions(start))
    assert len(rest) == len(whole) - taken
    for one, other in zip(whole[taken:], rest, strict=True):
        assert same(one.batch, other.batch)
        assert (one.next, one.progress) == (other.next, other.progress)
    assert whole[-1].next == Position(2, 0)
    assert whole[-1].progress == 1
    assert [portion.next.batch for portion in whole].count(0) == 2
    assert not list(source.portions(Position(2, 0)))
