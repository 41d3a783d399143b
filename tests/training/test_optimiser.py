"""The learning rate's course, clipping, averaging, and a learner's way back."""

import math

import pytest
import torch

from saps.model.batch import collate
from saps.model.config import ModelConfig
from saps.model.synthesizer import Synthesizer
from saps.training.optimiser import Learner, learning_rate
from saps.training.recipe import Optimiser
from tests.model.trees import SYMBOLS, TOKENS, random_examples

BATCH = collate(random_examples(8), SYMBOLS)


def learner(recipe: Optimiser) -> Learner:
    config = ModelConfig(token_count=TOKENS, symbol_count=len(SYMBOLS), units=8, encoder_units=4, dropout=0.0)
    return Learner(Synthesizer.seeded(config, 0), recipe)


def test_the_rate_warms_up_and_falls_to_its_final_share() -> None:
    recipe = Optimiser(learning_rate=1.0, warmup_steps=4, final_share=0.1)
    assert [learning_rate(recipe, step, 0) for step in range(6)] == [0.25, 0.5, 0.75, 1, 1, 1]
    assert learning_rate(recipe, 99, 0.5) == pytest.approx(0.55)
    assert learning_rate(recipe, 99, 1.0) == pytest.approx(0.1)


def test_learning_lowers_the_loss() -> None:
    learning = learner(Optimiser(learning_rate=1e-2, warmup_steps=1))
    losses = []
    for step in range(30):
        loss = learning.model(BATCH).per_node
        learning.update(loss, step, 0)
        losses.append(loss.item())
    assert losses[-1] < 0.7 * losses[0]


def test_nothing_is_learnt_from_a_loss_that_is_no_number() -> None:
    learning = learner(Optimiser())
    before = {name: tensor.clone() for name, tensor in learning.tensors().items()}
    norm = learning.update(learning.model(BATCH).per_node * math.nan, 0, 0)
    assert math.isnan(norm)
    assert all(torch.equal(tensor, before[name]) for name, tensor in learning.tensors().items())


def test_the_average_follows_the_weights() -> None:
    learning = learner(Optimiser(average=0.5, learning_rate=1e-2, warmup_steps=1))
    assert learning.averaged is not learning.model
    expected = learning.model.decoder.output.weight.detach().clone()
    for step, decay in enumerate((0.1, 2 / 11, 3 / 12)):
        learning.update(learning.model(BATCH).per_node, step, 0)
        expected = decay * expected + (1 - decay) * learning.model.decoder.output.weight.detach()
    torch.testing.assert_close(learning.averaged.decoder.output.weight.detach(), expected)


@pytest.mark.parametrize("average", [0.0, 0.9])
def test_a_restored_learner_goes_on_alike(average: float) -> None:
    first, second = (learner(Optimiser(average=average, warmup_steps=1)) for _ in range(2))
    for step in range(3):
        first.update(first.model(BATCH).per_node, step, 0)
    second.restore({name: tensor.clone() for name, tensor in first.tensors().items()})
    for learning in (first, second):
        learning.update(learning.model(BATCH).per_node, 3, 0)
    ours, theirs = first.tensors(), second.tensors()
    assert all(torch.equal(ours[name], theirs[name]) for name in ours)


def test_the_transformer_learns_at_a_rate_of_its_own() -> None:
    config = ModelConfig(
        token_count=TOKENS, symbol_count=len(SYMBOLS), units=8, encoder_units=4, transformer_layers=1
    )
    learning = Learner(
        Synthesizer.seeded(config, 0),
        Optimiser(learning_rate=1e-2, transformer_share=0.25, warmup_steps=0, weight_decay=0.0),
    )
    torch.nn.init.normal_(learning.model.get_parameter("encoder.transformer.project.weight"))
    before = {name: value.detach().clone() for name, value in learning.model.named_parameters()}
    learning.update(learning.model(BATCH).per_node, 0, 0)
    # Adam's first step is the rate itself where the gradient is well above its epsilon
    for name, rate in {
        "encoder.transformer.layers.0.widen.weight": 2.5e-3,
        "encoder.transformer.project.weight": 1e-2,
        "decoder.output.bias": 1e-2,
    }.items():
        moved = (learning.model.get_parameter(name).detach() - before[name]).abs().max()
        assert float(moved) == pytest.approx(rate, rel=0.1)
