"""Brothers, chains and generations, worked out from a batch's tensors."""

import torch

from saps.model.batch import collate_trees
from saps.model.families import families, generations, traversal
from tests.model.trees import SYMBOLS, random_examples

F, G, A, B = (SYMBOLS.id(*entry) for entry in (("f", 2), ("g", 1), ("a", 0), ("b", 0)))
ROOT, NONE = SYMBOLS.root, SYMBOLS.padding
TREES = collate_trees([[A], [F, G, A, G, F, A, B]], SYMBOLS)  # a and f(g(a), g(f(a, b)))


def test_a_chain_through_each_tree() -> None:
    chains = traversal(TREES)
    assert chains.previous.t().tolist() == [[ROOT] + [NONE] * 6, [ROOT, F, G, A, G, F, A]]
    assert chains.owner is None
    assert chains.place.tolist() == [0, 1, 3, 5, 7, 9, 11, 13]


def test_a_chain_through_each_family() -> None:
    chains = families(TREES, ROOT)
    assert TREES.parents.tolist() == [ROOT, ROOT, F, G, G, F]
    assert chains.previous.tolist() == [[ROOT] * 6, [A, F, G, A, F, A]]
    assert chains.owner is not None
    assert chains.owner.tolist() == [0, 1, 1, 1, 1, 1]
    assert chains.place.tolist() == [0, 1, 2, 3, 8, 4, 5, 11]


def test_generations_know_their_parents() -> None:
    nodes, parents = generations(TREES)
    assert [level.tolist() for level in nodes] == [[0, 1], [2, 4], [3, 5], [6, 7]]
    assert [level.tolist() for level in parents] == [[1, 1], [0, 1], [1, 1]]


def test_generations_of_many_trees() -> None:
    examples = random_examples(30)
    trees = collate_trees([example.symbols for example in examples], SYMBOLS)
    nodes, parents = generations(trees)
    assert sorted(torch.cat(nodes).tolist()) == list(range(trees.node_count))
    for level, above, below in zip(nodes[1:], nodes, parents, strict=False):
        read = trees.parents[trees.parent[level]]  # what the decoder's vertical path says the parents are
        assert trees.symbols[above[below]].tolist() == read.tolist()
