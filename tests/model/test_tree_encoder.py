"""The tree-LSTM against its equations, and the autoencoder that it makes."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from saps.model.batch import CHILDREN, Example, collate, collate_trees
from saps.model.config import ModelConfig
from saps.model.symbols import Symbols
from saps.model.synthesizer import Synthesizer
from saps.model.tree_encoder import TreeLSTM
from tests.model.trees import SYMBOLS, random_examples

UNITS, LABELS = 5, 4


def written(layer: TreeLSTM, labels: Tensor, tree: list[int]) -> tuple[Tensor, Tensor]:
    """The root's output and cell by recursion, gate by gate as in the paper; `tree` is consumed."""
    symbol = tree.pop(0)
    states = [written(layer, labels, tree) for _ in range(SYMBOLS.arities[symbol])]
    return node(layer, labels[symbol], states)


def node(layer: TreeLSTM, label: Tensor, children: list[tuple[Tensor, Tensor]]) -> tuple[Tensor, Tensor]:
    w_i, w_o, w_u, w_f = layer.labels.weight.chunk(4)
    b_i, b_o, b_u, b_f = layer.labels.bias.chunk(4)
    u = layer.below.weight.view(3 + CHILDREN, UNITS, CHILDREN, UNITS)  # gate, unit, child, its unit

    def argument(w: Tensor, b: Tensor, gate: int) -> Tensor:
        return sum((u[gate, :, place] @ h for place, (h, _) in enumerate(children)), start=w @ label + b)

    i, o = argument(w_i, b_i, 0).sigmoid(), argument(w_o, b_o, 1).sigmoid()
    c = i * argument(w_u, b_u, 2).tanh()
    for k, (_, cell) in enumerate(children):
        c = c + argument(w_f, b_f, 3 + k).sigmoid() * cell
    return o * c.tanh(), c


@torch.no_grad()
def test_all_trees_at_once_are_as_each_by_recursion() -> None:
    torch.manual_seed(0)
    layer, labels = TreeLSTM(LABELS, UNITS), torch.randn(len(SYMBOLS), LABELS)
    trees = [example.symbols for example in random_examples(30)]
    found = layer(labels, collate_trees(trees, SYMBOLS))
    expected = torch.stack([written(layer, labels, list(tree))[0] for tree in trees])
    torch.testing.assert_close(found, expected, atol=1e-6, rtol=0)


def test_a_node_with_too_many_children() -> None:
    symbols = Symbols([("f", 5), ("a", 0)])
    with pytest.raises(ValueError, match="a node has 5 children; the most are 4"):
        TreeLSTM(LABELS, UNITS)(torch.randn(2, LABELS), collate_trees([[1, 0, 0, 0, 0, 0]], symbols))


def autoencoder() -> Synthesizer:
    config = ModelConfig(
        source="program",
        token_count=1,
        symbol_count=len(SYMBOLS),
        symbol_embedding=16,
        encoder_units=16,
        units=32,
        dropout=0.0,
    )
    return Synthesizer.seeded(config, 0)


def test_its_decoder_is_the_one_that_reads_sentences() -> None:
    ours = autoencoder()
    config = ModelConfig(**{**vars(ours.config), "source": "sentence", "token_count": 9})
    theirs = Synthesizer.seeded(config, 1)
    shapes = {name: value.shape for name, value in ours.decoder.state_dict().items()}
    assert shapes == {name: value.shape for name, value in theirs.decoder.state_dict().items()}


def test_every_parameter_learns_but_the_score_of_the_only_state() -> None:
    model = autoencoder()
    model(collate(random_examples(7), SYMBOLS)).total.backward()
    small = []
    for name, value in model.named_parameters():
        assert value.grad is not None, name
        if not value.grad.norm() > 1e-4:
            small.append(name)
    assert small == ["decoder.attention.score.weight"]


def test_it_learns_to_give_programs_back() -> None:
    model = autoencoder()
    trees = sorted({example.symbols for example in random_examples(120) if len(example.symbols) < 10})[:24]
    batch = collate([Example((1,), tree) for tree in trees], SYMBOLS)
    adam = torch.optim.Adam(model.parameters(), lr=2e-2)
    for _ in range(120):
        adam.zero_grad()
        model(batch).per_node.backward()
        adam.step()
    assert model(batch).exact_matches >= 0.8 * len(trees)
