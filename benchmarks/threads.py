"""A training step with one thread and with two, alone and beside a busy core, with OpenMP threads that wait
spinning (its default) and passively (saps's): how much longer each takes than one thread in the same company.

    python benchmarks/threads.py

Waiting threads that spin take the core from the one that is waited for, as soon as somebody else wants it.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from contextlib import ExitStack

POLICIES = {"spinning": {"OMP_WAIT_POLICY": "ACTIVE"}, "passive": {"OMP_WAIT_POLICY": "PASSIVE"}}

STEPS = """
import json, sys, time
import torch
from saps.model.batch import collate
from saps.model.config import ModelConfig
from saps.model.symbols import Symbols
from saps.model.synthesizer import Synthesizer
from tests.model.trees import SYMBOLS, TOKENS, random_examples

threads, seconds = int(sys.argv[1]), float(sys.argv[2])
torch.set_num_threads(threads)
batch = collate(random_examples(64), SYMBOLS)
config = ModelConfig(token_count=TOKENS, symbol_count=len(SYMBOLS), units=128, encoder_units=64)
model = Synthesizer.seeded(config, 0).train()
taken = []
until = time.perf_counter() + seconds
while len(taken) < 3 or time.perf_counter() < until:
    begun = time.perf_counter()
    model(batch).total.backward()
    taken.append(time.perf_counter() - begun)
print(json.dumps(sorted(taken)[len(taken) // 2]))
"""


def median_step(threads: int, policy: str, seconds: float) -> float:
    """Seconds of the median step in a process of its own: the policy is read when torch is imported."""
    command = [sys.executable, "-c", STEPS, str(threads), str(seconds)]
    done = subprocess.run(command, env={**os.environ, **POLICIES[policy]}, capture_output=True, check=True)
    return float(json.loads(done.stdout))


def company(others: int, stack: ExitStack) -> None:
    """So many processes that keep a core busy each until the stack is closed."""
    for _ in range(others):
        busy = subprocess.Popen([sys.executable, "-c", "while True: pass"])
        stack.callback(busy.wait)
        stack.callback(busy.kill)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seconds", type=float, default=6.0, help="of each measurement")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 2)
    options = parser.parse_args()
    print(f"{'busy cores':>10} {'waiting':>9} {'1 thread':>10} {f'{options.threads} threads':>10}  ratio")
    for others in (0, 1, options.threads):
        with ExitStack() as stack:
            company(others, stack)
            for policy in POLICIES:
                one = median_step(1, policy, options.seconds)
                many = median_step(options.threads, policy, options.seconds)
                print(
                    f"{others:>10} {policy:>9} {1e3 * one:>7.1f} ms {1e3 * many:>7.1f} ms  {many / one:.2f}"
                )


if __name__ == "__main__":
    main()
