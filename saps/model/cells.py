"""The recurrent cells that an encoder can be made of, by name.

`lstm` and `gru` are torch's fused ones. The others are written out: the vanilla LSTM with peepholes and the
eight variants that Greff, Srivastava, Koutnik, Steunebrink & Schmidhuber 2017 (arXiv 1503.04069) get from it
by one change each. With input x, output y, cell c and the logistic function s

    z_t = tanh(W_z x_t + R_z y_{t-1} + b_z)                          block input     NIAF: without tanh
    i_t = s(W_i x_t + R_i y_{t-1} + p_i * c_{t-1} + b_i)             input gate      NIG: 1
    f_t = s(W_f x_t + R_f y_{t-1} + p_f * c_{t-1} + b_f)             forget gate     NFG: 1, CIFG: 1 - i_t
    c_t = f_t * c_{t-1} + i_t * z_t                                  cell
    o_t = s(W_o x_t + R_o y_{t-1} + p_o * c_t + b_o)                 output gate     NOG: 1
    y_t = o_t * tanh(c_t)                                            output          NOAF: without tanh

NP has no peepholes p and is `nn.LSTM`; FGR adds to each gate's argument products with all three gates of the
step before. torch's GRU is that of Cho et al. 2014 (arXiv 1406.1078) but for the reset gate, which it applies
after the recurrent product, not before: n_t = tanh(W_n x_t + b_n + r_t * (R_n y_{t-1} + b'_n)).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional


@dataclass(frozen=True, kw_only=True)
class Variant:
    """What a written-out LSTM has; the default is the vanilla one."""

    input_gate: bool = True
    forget_gate: bool = True
    output_gate: bool = True
    input_activation: bool = True
    output_activation: bool = True
    coupled: bool = False
    """The forget gate is 1 - the input gate."""
    peepholes: bool = True
    gate_recurrence: bool = False

    @property
    def gates(self) -> str:
        """The gates with weights of their own, of i, f and o."""
        present = (self.input_gate, self.forget_gate and not self.coupled, self.output_gate)
        return "".join(gate for gate, there in zip("ifo", present, strict=True) if there)


VARIANTS = {
    "vanilla": Variant(),
    "nig": Variant(input_gate=False),
    "nfg": Variant(forget_gate=False),
    "nog": Variant(output_gate=False),
    "niaf": Variant(input_activation=False),
    "noaf": Variant(output_activation=False),
    "cifg": Variant(coupled=True),
    "np": Variant(peepholes=False),
    "fgr": Variant(gate_recurrence=True),
}
FUSED: dict[str, type[nn.LSTM] | type[nn.GRU]] = {"lstm": nn.LSTM, "gru": nn.GRU}
CELLS = (*FUSED, *VARIANTS)


def make_cell(name: str, input_units: int, units: int) -> nn.Module:
    """A layer of the cells called `name`: inputs [s, b, e] to (outputs [s, b, h], the last state)."""
    if name in FUSED:
        return FUSED[name](input_units, units)
    return PeepholeLSTM(input_units, units, VARIANTS[name])


class PeepholeLSTM(nn.Module):
    """One layer of one variant, from a state of zeros.

    The rows of `weight_ih`, `weight_hh` and `bias` are the gates that there are, in the order i f o, then z.
    """

    def __init__(self, input_units: int, units: int, variant: Variant) -> None:
        super().__init__()
        self.units, self.variant = units, variant
        gates = len(variant.gates)
        self.weight_ih = nn.Parameter(torch.empty((gates + 1) * units, input_units))
        self.weight_hh = nn.Parameter(torch.empty((gates + 1) * units, units))
        self.bias = nn.Parameter(torch.empty((gates + 1) * units))
        if variant.peepholes:
            self.peepholes = nn.Parameter(torch.empty(gates, units))
        if variant.gate_recurrence:
            self.weight_gates = nn.Parameter(torch.empty(gates * units, gates * units))
        for parameter in self.parameters():
            nn.init.uniform_(parameter, -1 / math.sqrt(units), 1 / math.sqrt(units))  # as torch's are

    def forward(self, inputs: Tensor) -> tuple[Tensor, Tensor]:
        """Inputs [s, b, e] to outputs [s, b, h] and the last cell [b, h]: one product for the inputs of all
        steps, then one a step (FGR: two)."""
        read = functional.linear(inputs, self.weight_ih, self.bias)  # [s, b, g h + h]
        recurrent = self.weight_hh.t()
        output = cell = inputs.new_zeros(inputs.shape[1], self.units)
        gates = None
        outputs = []
        for ahead in read.unbind():
            output, cell, gates = self._step(torch.addmm(ahead, output, recurrent), cell, gates)
            outputs.append(output)
        return torch.stack(outputs), cell

    def _step(
        self, arguments: Tensor, cell: Tensor, before: Tensor | None
    ) -> tuple[Tensor, Tensor, Tensor | None]:
        """Output, cell and gates [b, g h] from the arguments [b, g h + h], the cell and the gates before."""
        variant, names = self.variant, self.variant.gates
        pressed, block = torch.split(arguments, [len(names) * self.units, self.units], dim=1)
        if variant.gate_recurrence and before is not None:
            pressed = torch.addmm(pressed, before, self.weight_gates.t())
        parts = dict(zip(names, pressed.chunk(len(names), dim=1), strict=True))  # [b, h] each
        peeps = dict(zip(names, self.peepholes, strict=True)) if variant.peepholes else {}

        def gate(name: str, seen: Tensor) -> Tensor:
            part = parts[name]
            return (torch.addcmul(part, peeps[name], seen) if peeps else part).sigmoid()

        values = {name: gate(name, cell) for name in names if name != "o"}
        candidate = block.tanh() if variant.input_activation else block
        admitted = values["i"] * candidate if "i" in values else candidate
        if variant.coupled:
            cell = torch.addcmul(admitted, 1 - values["i"], cell)
        else:
            cell = torch.addcmul(admitted, values["f"], cell) if "f" in values else admitted + cell
        output = cell.tanh() if variant.output_activation else cell
        if "o" in names:
            values["o"] = gate("o", cell)
            output = values["o"] * output
        return output, cell, torch.cat(list(values.values()), dim=1) if variant.gate_recurrence else None
