"""What one training step costs over its fused LSTM calls, which no implementation can avoid.

Run from the repository: `python benchmarks/training.py [--threads N] [--batches N]`.

The step is all of it: encoder, teacher-forced decoder, loss, backward, clipping and AdamW. Against it
stand the `nn.LSTM` calls of that very step alone (four in the encoder, one horizontal chain), forward and
backward, gradients of inputs and weights included, at the same shapes. The two are timed in turn, five times
on every batch of an epoch; the ratio is of the sums of each batch's best times, so that other work on the
machine weighs little. Trees a second are by median times.

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
- bfloat16 autocast was expected to pay with avx512_bf16. Found: the fused LSTM takes 1.5 to 1.9 times as long
  as in float32, so training stays in float32.
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
from collections.abc import Callable

import torch
from torch import Tensor, nn

from saps.model.batch import Batch, Example, collate
from saps.model.config import ModelConfig
from saps.model.symbols import Symbols
from saps.model.synthesizer import Synthesizer
from saps.training.batches import plan
from saps.training.optimiser import Learner
from saps.training.recipe import Batches, Optimiser

BATCH = 64
TOKENS = 1000
REPEATS = 5
ARITIES = {0: 120, 1: 40, 2: 60, 3: 15}
"""Symbols of each arity in the vocabulary."""

Call = tuple[nn.LSTM, Tensor, tuple[Tensor, Tensor] | None, Tensor]
"""An LSTM, its input, its initial state, the gradient of its output."""


def random_examples(count: int, symbols: Symbols, seed: int = 0) -> list[Example]:
    """Sentences of about 38 tokens with trees of 6 to 60 nodes, 25 by the mean."""
    chance = random.Random(seed)
    by_arity = {arity: [i for i, a in enumerate(symbols.arities) if a == arity] for arity in ARITIES}

    def grow(depth: int) -> list[int]:
        arity = 0 if depth == 1 else chance.choices(list(ARITIES), (32, 18, 42, 8))[0]
        return [chance.choice(by_arity[arity]), *(i for _ in range(arity) for i in grow(depth - 1))]

    examples: list[Example] = []
    while len(examples) < count:
        tree = grow(chance.randint(5, 10))
        if 6 <= len(tree) <= 60:
            length = max(5, round(chance.gauss(13 + len(tree), 6)))
            examples.append(Example(tuple(chance.choices(range(1, TOKENS), k=length)), tuple(tree)))
    return examples


def lstm_calls(model: Synthesizer, batch: Batch) -> list[Call]:
    """The step's fused LSTM calls on random values of the same shapes."""
    (count, positions), nodes = batch.sentences.tokens.shape, batch.trees.grid.width
    chain = model.decoder.horizontal.lstm
    lstms = [(lstm, positions) for lstm in (*model.encoder.forwards, *model.encoder.backwards)]
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


def seconds(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description="Time of a training step over that of its LSTM calls.")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--batches", type=int, default=20)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    symbols = Symbols((f"s{i}", arity) for arity, count in ARITIES.items() for i in range(count))
    examples = random_examples(BATCH * options.batches, symbols)
    config = ModelConfig(token_count=TOKENS, symbol_count=len(symbols))
    model = Synthesizer.seeded(config, seed=0).train()
    learner = Learner(model, Optimiser())
    indices = plan(examples, Batches(positions=sys.maxsize, trees=BATCH), seed=0, epoch=0)
    batches = [collate([examples[i] for i in rows], symbols) for rows in indices]

    step = alone = ordinary = 0.0
    for batch in batches:
        calls = lstm_calls(model, batch)
        steps, alones = [], []
        for _ in range(REPEATS):
            steps.append(seconds(lambda: learner.update(model(batch).per_node, 0, 0.0)))  # noqa: B023 (called now)
            alones.append(seconds(lambda: run_calls(calls)))  # noqa: B023
        step, alone, ordinary = step + min(steps), alone + min(alones), ordinary + statistics.median(steps)

    nodes = sum(batch.trees.node_count for batch in batches)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    tokens = statistics.mean(len(example.tokens) for example in examples)
    print(f"{len(examples)} trees, {nodes / len(examples):.1f} nodes and {tokens:.1f} tokens by the mean")
    threads = f"{options.threads} threads"
    print(f"{model.parameter_count:,} parameters, {config.units} units, batches of {BATCH}, {threads}")
    each = 1e3 / len(batches)
    print(
        f"step {step * each:.1f} ms, fused LSTM calls alone {alone * each:.1f} ms: ratio {step / alone:.2f}"
    )
    print(f"{len(examples) / ordinary:.0f} trees/s, {nodes / ordinary:.0f} nodes/s, peak {peak:.0f} MB")


if __name__ == "__main__":
    main()
