"""The encoder's cells: forward values against the written equations, gradients against backpropagation
through time by hand (Greff et al. 2017, arXiv 1503.04069, appendix A), in numpy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from saps.model.batch import collate
from saps.model.cells import CELLS, VARIANTS, PeepholeLSTM, make_cell
from saps.model.config import ModelConfig
from saps.model.synthesizer import Synthesizer
from tests.model.trees import SYMBOLS, TOKENS, random_examples

Array = np.ndarray[Any, np.dtype[np.float64]]

LENGTH, COUNT, WIDTH, UNITS = 6, 3, 4, 5


def logistic(x: Array) -> Array:
    return 1 / (1 + np.exp(-x))


class Written:
    """A variant as it is written in the paper, each gate with matrices of its own, and its gradients.

    The matrices of a gate that a variant lacks are not read. After `backward`, `gradients` has those of all
    that were.
    """

    def __init__(self, name: str, seed: int = 0) -> None:
        chance = np.random.default_rng(seed)
        self.name = name
        self.weights: dict[str, Array] = {}
        for gate in "ifoz":
            self.weights |= {
                f"W{gate}": chance.normal(size=(UNITS, WIDTH)),
                f"R{gate}": chance.normal(size=(UNITS, UNITS)),
                f"b{gate}": chance.normal(size=UNITS),
                f"p{gate}": chance.normal(size=UNITS),
            }
        self.weights |= {f"R{a}{b}": chance.normal(size=(UNITS, UNITS)) for a in "ifo" for b in "ifo"}

    def forward(self, inputs: Array) -> Array:
        """Inputs [s, b, e] to outputs [s, b, h]; remembers what the gradients need."""
        w, name = self.weights, self.name
        peep = 0.0 if name == "np" else 1.0
        zeros = np.zeros((inputs.shape[1], UNITS))
        before = dict.fromkeys(("y", "c", "i", "f", "o"), zeros)
        self.inputs, self.steps = inputs, []
        for x in inputs:
            now: dict[str, Array] = {}

            def pressed(gate: str, x: Array = x, before: dict[str, Array] = before) -> Array:
                sum_ = x @ w[f"W{gate}"].T + before["y"] @ w[f"R{gate}"].T + w[f"b{gate}"]
                if name == "fgr" and gate != "z":
                    for other in "ifo":
                        sum_ = sum_ + before[other] @ w[f"R{other}{gate}"].T
                return np.asarray(sum_)

            block = pressed("z")
            now["z"] = block if name == "niaf" else np.tanh(block)
            ones = np.ones_like(block)
            now["i"] = ones if name == "nig" else logistic(pressed("i") + peep * w["pi"] * before["c"])
            now["f"] = ones if name == "nfg" else logistic(pressed("f") + peep * w["pf"] * before["c"])
            if name == "cifg":
                now["f"] = 1 - now["i"]
            now["c"] = now["z"] * now["i"] + before["c"] * now["f"]
            now["o"] = ones if name == "nog" else logistic(pressed("o") + peep * w["po"] * now["c"])
            now["h"] = now["c"] if name == "noaf" else np.tanh(now["c"])
            now["y"] = now["h"] * now["o"]
            self.steps.append((before, now))
            before = now
        return np.stack([now["y"] for _, now in self.steps])

    def backward(self, gradient: Array) -> Array:
        """The gradient of the outputs [s, b, h] to that of the inputs [s, b, e], from the last step back."""
        w, name = self.weights, self.name
        self.gradients = {key: np.zeros_like(value) for key, value in w.items()}
        peep = 0.0 if name == "np" else 1.0
        lasting = {
            key: np.zeros(gradient.shape[1:]) for key in ("y", "c", "i", "f", "o")
        }  # from the next step
        inputs = np.zeros_like(self.inputs)
        for t in reversed(range(len(self.steps))):
            before, now = self.steps[t]
            d_y = gradient[t] + lasting["y"]
            d_o = (d_y * now["h"] + lasting["o"]) * now["o"] * (1 - now["o"])  # of the gate's argument
            d_c = d_y * now["o"] * (1 if name == "noaf" else 1 - now["h"] ** 2)
            d_c = d_c + lasting["c"] + peep * w["po"] * d_o
            of_f, of_i = d_c * before["c"] + lasting["f"], d_c * now["z"] + lasting["i"]
            if name == "cifg":
                of_i, of_f = of_i - of_f, np.zeros_like(of_f)
            d_f, d_i = of_f * now["f"] * (1 - now["f"]), of_i * now["i"] * (1 - now["i"])
            d_z = d_c * now["i"] * (1 if name == "niaf" else 1 - now["z"] ** 2)
            d = {"i": d_i, "f": d_f, "o": d_o, "z": d_z}
            for gate, value in d.items():
                self.gradients[f"W{gate}"] += value.T @ self.inputs[t]
                self.gradients[f"R{gate}"] += value.T @ before["y"]
                self.gradients[f"b{gate}"] += value.sum(0)
            for gate, seen in (("i", before["c"]), ("f", before["c"]), ("o", now["c"])):
                self.gradients[f"p{gate}"] += (d[gate] * seen).sum(0)
            inputs[t] = sum(value @ w[f"W{gate}"] for gate, value in d.items())
            lasting = {key: np.zeros_like(d_y) for key in lasting}
            lasting["y"] = sum((value @ w[f"R{gate}"] for gate, value in d.items()), start=lasting["y"])
            lasting["c"] = d_c * now["f"] + peep * (w["pi"] * d_i + w["pf"] * d_f)
            if name == "fgr":
                for other in "ifo":
                    for gate in "ifo":
                        self.gradients[f"R{other}{gate}"] += d[gate].T @ before[other]
                        lasting[other] = lasting[other] + d[gate] @ w[f"R{other}{gate}"]
        return inputs


def stacked(name: str, values: dict[str, Array]) -> dict[str, Array]:
    """The paper's matrices (or their gradients) in the order in which ours are kept."""
    gates = VARIANTS[name].gates
    found = {
        key: np.concatenate([values[f"{letter}{gate}"] for gate in f"{gates}z"])
        for key, letter in (("weight_ih", "W"), ("weight_hh", "R"), ("bias", "b"))
    }
    if VARIANTS[name].peepholes:
        found["peepholes"] = np.stack([values[f"p{gate}"] for gate in gates])
    if VARIANTS[name].gate_recurrence:
        rows = [np.concatenate([values[f"R{other}{gate}"] for other in "ifo"], axis=1) for gate in "ifo"]
        found["weight_gates"] = np.concatenate(rows)
    return found


@pytest.mark.parametrize("name", VARIANTS)
def test_values_and_gradients_are_those_of_the_equations(name: str) -> None:
    written = Written(name)
    ours = PeepholeLSTM(WIDTH, UNITS, VARIANTS[name]).double()
    ours.load_state_dict({key: torch.tensor(value) for key, value in stacked(name, written.weights).items()})
    chance = np.random.default_rng(1)
    inputs, gradient = chance.normal(size=(LENGTH, COUNT, WIDTH)), chance.normal(size=(LENGTH, COUNT, UNITS))
    read = torch.tensor(inputs, requires_grad=True)
    outputs, cell = ours(read)
    np.testing.assert_allclose(outputs.detach(), written.forward(inputs), atol=1e-12)
    np.testing.assert_allclose(cell.detach(), written.steps[-1][1]["c"], atol=1e-12)
    outputs.backward(torch.tensor(gradient))
    assert read.grad is not None
    np.testing.assert_allclose(read.grad, written.backward(gradient), atol=1e-10)
    expected = stacked(name, written.gradients)
    for key, parameter in ours.named_parameters():
        assert parameter.grad is not None, key
        np.testing.assert_allclose(parameter.grad, expected[key], atol=1e-10, err_msg=key)


def test_the_hand_written_gradients_are_those_of_small_changes() -> None:
    """The reference itself, against differences: FGR has all that the others have."""
    chance = np.random.default_rng(2)
    inputs, gradient = chance.normal(size=(LENGTH, COUNT, WIDTH)), chance.normal(size=(LENGTH, COUNT, UNITS))
    written = Written("fgr")
    written.forward(inputs)
    written.backward(gradient)
    for key, value in written.weights.items():
        if key == "pz":
            continue  # the block input has no peephole
        place = tuple(chance.integers(size) for size in value.shape)
        sides = []
        for change in (1e-6, -1e-6):
            value[place] += change
            sides.append((written.forward(inputs) * gradient).sum())
            value[place] -= change
        assert (sides[0] - sides[1]) / 2e-6 == pytest.approx(
            written.gradients[key][place], rel=1e-5, abs=1e-7
        )


@torch.no_grad()
def test_without_peepholes_it_is_torchs_lstm() -> None:
    theirs, ours = nn.LSTM(WIDTH, UNITS), PeepholeLSTM(WIDTH, UNITS, VARIANTS["np"])
    order = [0, 1, 3, 2]  # torch keeps i f z o
    for name in ("weight_ih", "weight_hh"):
        blocks = getattr(theirs, f"{name}_l0").chunk(4)
        getattr(ours, name).copy_(torch.cat([blocks[i] for i in order]))
    biases = (theirs.get_parameter("bias_ih_l0") + theirs.get_parameter("bias_hh_l0")).chunk(4)
    ours.bias.copy_(torch.cat([biases[i] for i in order]))
    inputs = torch.randn(LENGTH, COUNT, WIDTH)
    outputs, (_, cell) = theirs(inputs)
    torch.testing.assert_close(ours(inputs)[0], outputs, atol=1e-6, rtol=0)
    torch.testing.assert_close(ours(inputs)[1], cell[0], atol=1e-6, rtol=0)


@torch.no_grad()
def test_peepholes_of_zero_and_gates_that_do_not_recur_make_no_difference() -> None:
    plain, inputs = PeepholeLSTM(WIDTH, UNITS, VARIANTS["np"]), torch.randn(LENGTH, COUNT, WIDTH)
    for name in ("vanilla", "fgr"):
        other = PeepholeLSTM(WIDTH, UNITS, VARIANTS[name])
        nothing = {key: torch.zeros_like(value) for key, value in other.state_dict().items()}
        other.load_state_dict(nothing | plain.state_dict())
        torch.testing.assert_close(other(inputs)[0], plain(inputs)[0])


def test_the_gru_is_as_written_with_its_gradients() -> None:
    """torch's GRU, which we use: y_t = u * y_{t-1} + (1 - u) * n, its reset after the recurrent product."""
    layer = make_cell("gru", WIDTH, UNITS).double()
    chance = np.random.default_rng(3)
    inputs, gradient = chance.normal(size=(LENGTH, COUNT, WIDTH)), chance.normal(size=(LENGTH, COUNT, UNITS))
    w = {key: value.detach().numpy() for key, value in layer.named_parameters()}
    output, steps = np.zeros((COUNT, UNITS)), []
    for x in inputs:
        read = np.split(x @ w["weight_ih_l0"].T + w["bias_ih_l0"], 3, axis=1)
        kept = np.split(output @ w["weight_hh_l0"].T + w["bias_hh_l0"], 3, axis=1)
        r, u = logistic(read[0] + kept[0]), logistic(read[1] + kept[1])
        n = np.tanh(read[2] + r * kept[2])
        steps.append((x, output, r, u, n, kept[2]))
        output = u * output + (1 - u) * n
    given = torch.tensor(inputs, requires_grad=True)
    outputs, _ = layer(given)
    np.testing.assert_allclose(outputs[-1].detach(), output, atol=1e-12)
    outputs.backward(torch.tensor(gradient))
    found = {key: np.zeros_like(value) for key, value in w.items()}
    d_y = np.zeros((COUNT, UNITS))
    for t in reversed(range(LENGTH)):
        x, before, r, u, n, kept_n = steps[t]
        d_y = d_y + gradient[t]
        d_n = d_y * (1 - u) * (1 - n**2)
        d_u, d_r = d_y * (before - n) * u * (1 - u), d_n * kept_n * r * (1 - r)
        d_read = np.concatenate((d_r, d_u, d_n), axis=1)
        d_kept = np.concatenate((d_r, d_u, d_n * r), axis=1)
        found["weight_ih_l0"] += d_read.T @ x
        found["bias_ih_l0"] += d_read.sum(0)
        found["weight_hh_l0"] += d_kept.T @ before
        found["bias_hh_l0"] += d_kept.sum(0)
        d_y = d_y * u + d_kept @ w["weight_hh_l0"]
    for key, parameter in layer.named_parameters():
        assert parameter.grad is not None, key
        np.testing.assert_allclose(parameter.grad, found[key], atol=1e-10, err_msg=key)


@pytest.mark.parametrize("name", CELLS)
def test_every_cell_makes_an_encoder_that_padding_does_not_change(name: str) -> None:
    config = ModelConfig(
        token_count=TOKENS, symbol_count=len(SYMBOLS), cell=name, encoder_units=6, units=6, dropout=0.0
    )
    model, examples = Synthesizer.seeded(config, 0), random_examples(6)
    together = model.teacher_forced(collate(examples, SYMBOLS))
    alone = [model.teacher_forced(collate([example], SYMBOLS)) for example in examples]
    torch.testing.assert_close(together, torch.cat(alone), atol=1e-5, rtol=0)
    torch.autograd.backward(together.logsumexp(1).sum())
    assert all(parameter.grad is not None for parameter in model.encoder.parameters())


def test_a_cell_that_is_not_there() -> None:
    with pytest.raises(ValueError, match="cell is 'lstn'; there are lstm, gru, vanilla"):
        ModelConfig(token_count=3, symbol_count=3, cell="lstn")
