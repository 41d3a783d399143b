"""How fast sentences are answered: many at once, one with a loaded model, one by a process that just started.

    python benchmarks/decoding.py [--checkpoint DIR] [--data DIR] [--threads N] [--sentences N] [--rounds N]

An answer is all of it: text to tokens, search under the type rules, type check, compile, runs on sample
inputs. The sentences are the test split's, with their arguments' names. Sentences a second stand over those
of the model alone in the same run: its encoder and its steps, with nothing around them (1 would be a search
that costs nothing). Latency is that of single sentences with one thread, greedy and with the command's beam.
The cold start is `saps synthesize` from its start to its end over `python -c "import torch"`, in turn, the
best and the middle of the rounds.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import torch

from saps.application.loading import load_translator
from saps.corpus.tasks.task import find_split, read_tasks
from saps.language.type_system import TypeVariable
from saps.model.synthesizer import Synthesizer
from saps.model.tree_decoder import TreeDecoder
from saps.resources import sample_corpus
from saps.search.translator import Effort, Request, Translator

SENTENCE = "given numbers a and b find a+b"
EFFORTS = Effort(beam=1, programs=1), Effort()
"""Greedy, and what `saps synthesize` does."""
BATCHES = (1, 32, 256)


class Stopwatch:
    """Seconds spent in the functions that it wraps."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def wrapped(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*args: Any, **options: Any) -> Any:
            start = time.perf_counter()
            try:
                return function(*args, **options)
            finally:
                self.seconds += time.perf_counter() - start

        return timed


@contextmanager
def in_the_model() -> Iterator[Stopwatch]:
    """A watch of all that the model does within: encoding and decoding steps."""
    watch, encode, step = Stopwatch(), Synthesizer.encode, TreeDecoder.step
    Synthesizer.encode = watch.wrapped(encode)  # type: ignore[method-assign]
    TreeDecoder.step = watch.wrapped(step)  # type: ignore[method-assign]
    try:
        yield watch
    finally:
        Synthesizer.encode, TreeDecoder.step = encode, step  # type: ignore[method-assign]


def throughput(
    translator: Translator, requests: list[Request], size: int, effort: Effort
) -> tuple[float, float]:
    """Sentences a second in batches of a size: of whole answers, and of the model alone."""
    start = time.perf_counter()
    with in_the_model() as watch:
        for first in range(0, len(requests), size):
            translator.answer(requests[first : first + size], effort)
    return len(requests) / (time.perf_counter() - start), len(requests) / watch.seconds


def latencies(translator: Translator, requests: list[Request], effort: Effort) -> list[float]:
    """Milliseconds of each sentence alone, the better of two, in ascending order."""
    found = []
    for request in requests:
        start = time.perf_counter()
        translator.answer([request], effort)
        middle = time.perf_counter()
        translator.answer([request], effort)
        found.append(1e3 * min(middle - start, time.perf_counter() - middle))
    return sorted(found)


def cold(rounds: int) -> list[list[float]]:
    """Seconds of `import torch` and of `saps synthesize`, each in ascending order."""
    root = str(Path(__file__).resolve().parents[1])
    environment = {key: value for key, value in os.environ.items() if key != "OMP_NUM_THREADS"}
    commands = ["-c", "import torch"], ["-m", "saps", "synthesize", SENTENCE]
    found: list[list[float]] = [[], []]
    for _ in range(rounds):
        for seconds, command in zip(found, commands, strict=True):
            start = time.perf_counter()
            subprocess.run(
                [sys.executable, *command], cwd=root, env=environment, check=True, stdout=subprocess.DEVNULL
            )
            seconds.append(time.perf_counter() - start)
    return [sorted(seconds) for seconds in found]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--checkpoint", type=Path)
    parser.add_argument("--data", type=Path, default=sample_corpus())
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--sentences", type=int, default=256)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    translator = load_translator(options.checkpoint)
    torch.set_num_threads(options.threads)
    tasks = islice(read_tasks(find_split(options.data, "test")), options.sentences)
    requests = [Request(task.sentence, {name: TypeVariable() for name in task.args}) for task in tasks]
    translator.answer(requests[:8])  # warm

    print(f"{len(requests)} sentences, {options.threads} threads")
    print("beam  batch  sentences/s  model alone  ratio")
    for effort in EFFORTS:
        for size in BATCHES:
            ours, model = throughput(translator, requests, size, effort)
            print(f"{effort.beam:4}  {size:5}  {ours:11.0f}  {model:11.0f}  {ours / model:5.2f}")
    torch.set_num_threads(1)
    for effort in EFFORTS:
        found = latencies(translator, requests, effort)
        print(
            f"one sentence, one thread, beam {effort.beam}: {statistics.mean(found):.1f} ms by the mean, "
            f"{statistics.median(found):.1f} in the middle, {found[int(0.95 * len(found))]:.1f} at 95 %"
            + (" (aim: 15)" if effort.beam == 1 else "")
        )
    base, whole = cold(options.rounds)
    print(
        f"cold: saps synthesize {whole[0]:.2f} s, import torch {base[0]:.2f} s: "
        f"ratio {whole[0] / base[0]:.2f} by the best, "
        f"{statistics.median(whole) / statistics.median(base):.2f} by the middle (aim: 1.5)"
    )


if __name__ == "__main__":
    main()
