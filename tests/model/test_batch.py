"""Sentences and trees as tensors."""

import pytest
import torch

from saps.model.batch import Example, collate, collate_sentences, collate_trees
from saps.model.symbols import Symbols
from tests.model.trees import SYMBOLS, random_examples

F, G, A = (SYMBOLS.id(*entry) for entry in (("f", 2), ("g", 1), ("a", 0)))
ROOT, NONE = SYMBOLS.root, SYMBOLS.padding


def test_sentences_are_padded() -> None:
    batch = collate_sentences([[5, 6, 7], [8]])
    assert batch.tokens.tolist() == [[5, 6, 7], [8, 0, 0]]
    assert batch.lengths.tolist() == [3, 1]


def test_trees_know_their_paths() -> None:
    trees = collate_trees([[A], [F, G, A, G, F, A, A]], SYMBOLS)  # a and f(g(a), g(f(a, a)))
    assert trees.symbols.tolist() == [A, F, G, A, G, F, A, A]
    assert trees.grid.slots.tolist() == [0, 7, 8, 9, 10, 11, 12, 13]
    assert trees.grid.width == 7
    assert trees.previous.tolist() == [[ROOT] + [NONE] * 6, [ROOT, F, G, A, G, F, A]]
    assert trees.levels == [2, 1, 2, 1]
    assert trees.parents.tolist() == [ROOT, ROOT, F, G, G, F]
    assert trees.grandparents.tolist() == [1, 0, 0, 1]
    assert trees.parent.tolist() == [0, 1, 2, 3, 2, 4, 5, 5]
    assert trees.ranks.tolist() == [0, 0, 0, 0, 1, 0, 0, 1]
    assert trees.parent_ranks.tolist() == [0, 0, 0, 0, 1, 0]
    assert trees.node_count == 8


def test_every_node_reads_its_parent() -> None:
    examples = random_examples(20)
    trees = collate_trees([example.symbols for example in examples], SYMBOLS)
    parents = iter(trees.parents[trees.parent].tolist())
    for example in examples:
        awaiting = [ROOT]
        for symbol in example.symbols:
            assert next(parents) == awaiting.pop()
            awaiting += [symbol] * SYMBOLS.arities[symbol]


@pytest.mark.parametrize("tree", [[F], [F, A], [A, A], [F, A, A, A], []])
def test_ids_that_are_not_one_tree(tree: list[int]) -> None:
    with pytest.raises(ValueError):
        collate_trees([tree], SYMBOLS)


def test_an_empty_sentence_or_batch() -> None:
    with pytest.raises(ValueError):
        collate([Example((), (A,))], SYMBOLS)
    with pytest.raises(ValueError):
        collate([], SYMBOLS)


def test_a_batch_moves_whole() -> None:
    moved = collate(random_examples(3), SYMBOLS).to("meta")
    assert {moved.sentences.tokens.device.type, moved.trees.parent.device.type} == {"meta"}
    assert moved.tree_count == 3


def test_deep_trees_need_no_recursion() -> None:
    symbols = Symbols([("g", 1), ("a", 0)])
    trees = collate_trees([[1] * 3000 + [0]], symbols)
    assert len(trees.levels) == 3001
    assert torch.equal(trees.parent, torch.arange(3001))
