"""What one training step costs: over its fused LSTM calls, over a plain trainer, over the machine's peak.

Run from the repository: `python benchmarks/training.py [--threads N] [--batches N]`.

The step is all of it: encoder, teacher-forced decoder, loss, backward, clipping and AdamW. Against it
stand the `nn.LSTM` calls of that very step alone (four in the encoder, one horizontal chain), forward and
backward, gradients of inputs and weights included, at the same shapes. The two are timed in turn, five times
on every batch of an epoch; the ratio is of the sums of each batch's best times, so that other work on the
machine weighs little. How the ratio grows with the batch and with the trees is measured too.

Trees a second are those of the trainer's own batches (recipe default: by positions, sorted by size) over
those of a plain `nn.LSTM` encoder-decoder without attention (benchmarks/plain.py) on the same examples, in
turn, by the sums of each batch's best times; both are also shown with sorted batches of 64. The share of the
peak is the step's multiplications (counted by torch; the fused LSTMs' by their sizes, backward twice the
forward) over the best rate of a product of two 2048 x 2048 matrices.

Sentences and trees are random, in sizes as of AlgoLisp: about 38 tokens, 25 nodes, depth 7, batches of 64
sorted by size as the trainer sorts them, 256 units.

Predicted and found (2 cores, 2.3 million parameters):
- By multiplications the step was predicted at 1.45 times its LSTM calls; it began at 1.9. `nn.Dropout` draws
  one random number an element (13 % of the step), and reordering elements, not rows, for the backward
  direction had a scattering gradient (4 %). Eight bits an element and `index_select` of rows brought 1.6.
- The rest is products of matrices, so only fewer of them help. Nodes are a quarter padding where sentences
  decide the batches: merge, attention's projections and output now see real nodes only. The vertical cell's
  input product is made once a symbol, not once a parent. Together a tenth of the step:
  1.53 in processor time of one thread, 1.6 by the clock beside other work.
- The vertical recurrence was expected to need a hand-written gradient. Found: one recurrent product a level
  under autograd takes 13.8 ms, all by hand 13.1, the bare products 11; `nn.LSTMCell` a level 20, `nn.LSTM`
  of length 1 a level 24.
- bfloat16 autocast was expected to pay with avx512_bf16. Found on one such machine: the fused LSTM takes 1.5
  to 1.9 times as long as in float32; on another: half as long, and the whole step is 1.7 times as fast. The
  losses of six epochs were the same to 0.5 %. So it is a choice of the recipe, train.precision.
- Not used: a C allocator that keeps freed memory (glibc's mallopt) makes the whole step 4 to 9 % faster,
  its LSTM calls even more.
"""

from __future__ import annotations

import argparse
import random
import resource
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import cast

import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.plain import BATCH, PlainTrainer
from saps.model.batch import Batch, Example, collate
from saps.model.config import ModelConfig
from saps.model.encoder import Encoder
from saps.model.symbols import Symbols
from saps.model.synthesizer import Synthesizer
from saps.training.batches import plan
from saps.training.optimiser import Learner
from saps.training.recipe import Batches, Optimiser

TOKENS = 1000
REPEATS = 5
ARITIES = {0: 120, 1: 40, 2: 60, 3: 15}
"""Symbols of each arity in the vocabulary."""

Call = tuple[nn.LSTM, Tensor, tuple[Tensor, Tensor] | None, Tensor]
"""An LSTM, its input, its initial state, the gradient of its output."""


class Forest:
    """Random trees over a vocabulary, and sentences for them."""

    def __init__(self, symbols: Symbols, seed: int = 0) -> None:
        self.chance = random.Random(seed)
        self.by_arity = {arity: [i for i, a in enumerate(symbols.arities) if a == arity] for arity in ARITIES}

    def usual(self, count: int) -> list[Example]:
        """Sentences of about 38 tokens with trees of 6 to 60 nodes, 25 by the mean."""
        trees: list[list[int]] = []
        while len(trees) < count:
            tree = self._grown(self.chance.randint(5, 10))
            if 6 <= len(tree) <= 60:
                trees.append(tree)
        return [self._told(tree) for tree in trees]

    def sized(self, count: int, size: int) -> list[Example]:
        """Sentences with trees of just so many nodes."""
        return [self._told(self._split(size)) for _ in range(count)]

    def _told(self, tree: list[int]) -> Example:
        length = max(5, round(self.chance.gauss(13 + len(tree), 6)))
        return Example(tuple(self.chance.choices(range(1, TOKENS), k=length)), tuple(tree))

    def _grown(self, depth: int) -> list[int]:
        arity = 0 if depth == 1 else self.chance.choices(list(ARITIES), (32, 18, 42, 8))[0]
        return self._node(arity, [self._grown(depth - 1) for _ in range(arity)])

    def _split(self, size: int) -> list[int]:
        arity = min(size - 1, self.chance.choices((1, 2, 3), (18, 42, 8))[0])
        cuts = sorted(self.chance.sample(range(1, size - 1), arity - 1)) if arity > 1 else []
        ends = [*cuts, size - 1][:arity]
        parts = [end - start for start, end in zip([0, *cuts], ends, strict=False)]
        return self._node(arity, [self._split(part) for part in parts])

    def _node(self, arity: int, children: list[list[int]]) -> list[int]:
        return [self.chance.choice(self.by_arity[arity]), *(i for child in children for i in child)]


def lstm_calls(model: Synthesizer, batch: Batch) -> list[Call]:
    """The step's fused LSTM calls on random values of the same shapes."""
    (count, positions), nodes = batch.sentences.tokens.shape, batch.trees.grid.width
    chain = model.decoder.horizontal.lstm
    assert isinstance(model.encoder, Encoder)
    cells = (*model.encoder.forwards, *model.encoder.backwards)
    lstms = [(cast(nn.LSTM, cell), positions) for cell in cells]
    lstms.append((chain, nodes))
    calls: list[Call] = []
    for lstm, length in lstms:
        inputs = torch.randn(length, count, lstm.input_size, requires_grad=True)
        state = torch.randn(1, count, lstm.hidden_size, requires_grad=True) if lstm is chain else None
        gradient = torch.randn(length, count, lstm.hidden_size)
        calls.append((lstm, inputs, None if state is None else (state, state), gradient))
    return calls


def run_calls(calls: list[Call]) -> None:
    outputs = [lstm(inputs, state)[0] for lstm, inputs, state, _ in calls]
    torch.autograd.backward(outputs, [gradient for *_, gradient in calls])


def multiplications(model: Synthesizer, batch: Batch) -> float:
    """Floating-point operations of a step: torch counts all but the fused LSTMs."""
    with FlopCounterMode(display=False) as counter:
        model(batch).per_node.backward()
    fused = sum(
        6 * inputs.shape[0] * inputs.shape[1] * 4 * lstm.hidden_size * (lstm.input_size + lstm.hidden_size)
        for lstm, inputs, *_ in lstm_calls(model, batch)
    )
    counted: int = counter.get_total_flops()
    return counted + fused


def peak_rate(size: int = 2048) -> float:
    """The best of ten: floating-point operations a second of a matrix product."""
    left, right = torch.randn(size, size), torch.randn(size, size)
    return 2 * size**3 / min(seconds(lambda: left @ right) for _ in range(10))


def seconds(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def best_in_turn(actions: Sequence[Callable[[], object]], repeats: int = REPEATS) -> list[float]:
    """The best time of each, taken in turn."""
    rounds = [[seconds(action) for action in actions] for _ in range(repeats)]
    return [min(times) for times in zip(*rounds, strict=True)]


class Bench:
    """A learning model of the usual size, and what is asked of it."""

    def __init__(self) -> None:
        self.symbols = Symbols((f"s{i}", arity) for arity, count in ARITIES.items() for i in range(count))
        self.forest = Forest(self.symbols)
        self.config = ModelConfig(token_count=TOKENS, symbol_count=len(self.symbols))
        self.model = Synthesizer.seeded(self.config, seed=0).train()
        self.learner = Learner(self.model, Optimiser())

    def step(self, batch: Batch) -> Callable[[], object]:
        return lambda: self.learner.update(self.model(batch).per_node, 0, 0.0)

    def half_step(self, batch: Batch) -> Callable[[], object]:
        """The step with its products in bfloat16."""

        def step() -> None:
            with torch.autocast("cpu", torch.bfloat16):
                loss = self.model(batch).per_node
            self.learner.update(loss, 0, 0.0)

        return step

    def batches(self, examples: list[Example], limits: Batches) -> list[Batch]:
        plans = plan(examples, limits, seed=0, epoch=0)
        return [collate([examples[i] for i in rows], self.symbols) for rows in plans]

    def step_and_calls(self, batches: Sequence[Batch], repeats: int = REPEATS) -> tuple[float, float]:
        """Seconds of the steps, and of their fused LSTM calls alone."""
        pairs = []
        for batch in batches:
            calls = lstm_calls(self.model, batch)
            alone = lambda: run_calls(calls)  # noqa: B023, E731 (called now)
            pairs.append(best_in_turn([self.step(batch), alone], repeats))
        steps, alones = zip(*pairs, strict=True)
        return sum(steps), sum(alones)

    def growth(self) -> None:
        """The ratio by trees a batch and by nodes a tree, of one batch each."""
        shapes = [(count, 25) for count in (16, 64, 256, 512)] + [(64, size) for size in (10, 50, 100)]
        for count, size in shapes:
            batch = collate(self.forest.sized(count, size), self.symbols)
            step, alone = self.step_and_calls([batch], 3)
            print(f"{count:3} trees of {size:3} nodes: step {1e3 * step:.0f} ms, ratio {step / alone:.2f}")

    def against_plain(self, examples: list[Example]) -> None:
        """Trees a second of the trainer's own batches, over those of the plain trainer."""
        plain = PlainTrainer(examples, TOKENS, len(self.symbols))
        own = self.batches(examples, Batches())
        limits = Batches(positions=sys.maxsize, trees=BATCH)
        same = self.batches(examples, limits)
        fed = [plain.padded([examples[i] for i in rows]) for rows in plan(examples, limits, 0, 0)]
        rows: dict[str, list[Callable[[], object]]] = {
            "saps, batches by positions": [self.step(batch) for batch in own],
            f"saps, sorted batches of {BATCH}": [self.step(batch) for batch in same],
            f"plain LSTM, sorted batches of {BATCH}": [partial(plain.step, batch) for batch in fed],
            f"plain LSTM, batches of {BATCH}": [partial(plain.step, batch) for batch in plain.batches],
        }
        best = {name: [1e9] * len(steps) for name, steps in rows.items()}
        for _ in range(REPEATS):
            for name, steps in rows.items():
                best[name] = [min(old, seconds(step)) for old, step in zip(best[name], steps, strict=True)]
        rates = {name: len(examples) / sum(times) for name, times in best.items()}
        reference = list(rates.values())[-1]
        for name, rate in rates.items():
            print(f"{name}: {rate:.0f} trees/s, ratio {rate / reference:.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description="Time of a training step over that of its LSTM calls.")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--batches", type=int, default=20)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    bench = Bench()
    examples = bench.forest.usual(BATCH * options.batches)
    batches = bench.batches(examples, Batches(positions=sys.maxsize, trees=BATCH))
    nodes = sum(batch.trees.node_count for batch in batches)
    tokens = statistics.mean(len(example.tokens) for example in examples)
    print(f"{len(examples)} trees, {nodes / len(examples):.1f} nodes and {tokens:.1f} tokens by the mean")
    threads = f"{options.threads} threads"
    print(f"{bench.model.parameter_count:,} parameters, {bench.config.units} units, {threads}")
    step, alone = bench.step_and_calls(batches)
    each = 1e3 / len(batches)
    print(
        f"step {step * each:.1f} ms, fused LSTM calls alone {alone * each:.1f} ms: ratio {step / alone:.2f} "
        "(aim: 1.3)"
    )
    rate = sum(multiplications(bench.model, batch) for batch in batches) / step
    peak = peak_rate()
    print(f"{rate / 1e9:.0f} of {peak / 1e9:.0f} GFLOP/s of a matrix product: share {rate / peak:.2f}")
    full, half = map(
        sum, zip(*(best_in_turn([bench.step(b), bench.half_step(b)], 3) for b in batches), strict=True)
    )
    print(f"in bfloat16 {half * each:.1f} ms, in float32 {full * each:.1f} ms: ratio {full / half:.2f}")
    bench.against_plain(examples)
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
    bench.growth()
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
