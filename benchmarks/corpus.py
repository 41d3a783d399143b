"""How fast tasks are generated, each type-checked and run on ten inputs, and where the time goes.

    python benchmarks/corpus.py [--chunks N] [--register NAME] [--stream SECONDS]

The baseline is the ten runs alone, of the same programs in the same minutes: the ratio says how much more a
task costs than what it must. With --stream, a training on fresh tasks is timed too: the share of its time in
which it waits for the generator.
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

from saps.cli.output import cores
from saps.corpus.generation import factory as making
from saps.corpus.generation.corpus import draw_chunk, stream
from saps.corpus.generation.factory import Settings, TaskFactory
from saps.corpus.tasks.statistics import PUBLISHED_SIZES

PARTS = {
    "derive": "derivation",
    "check": "type check",
    "compile_program": "compilation",
    "run_examples": "runs",
}
"""What `saps.corpus.generation.factory` calls, and what it is."""


def timed(function: Callable[..., Any], name: str, spent: defaultdict[str, float]) -> Callable[..., Any]:
    def call(*args: Any, **options: Any) -> Any:
        began = time.perf_counter()
        try:
            return function(*args, **options)
        finally:
            spent[name] += time.perf_counter() - began

    return call


def one_process(settings: Settings, chunks: int) -> None:
    factory = TaskFactory(settings)
    draw_chunk(factory, 0)
    plain = time.perf_counter()
    tasks = sum(len(draw_chunk(factory, number).tasks) for number in range(1, chunks + 1))
    plain = time.perf_counter() - plain

    spent: defaultdict[str, float] = defaultdict(float)
    kept = {name: getattr(making, name) for name in PARTS}
    for name, part in PARTS.items():
        setattr(making, name, timed(kept[name], part, spent))
    whole = time.perf_counter()
    for number in range(1, chunks + 1):
        draw_chunk(factory, number)
    whole = time.perf_counter() - whole
    for name, function in kept.items():
        setattr(making, name, function)
    spent["the rest: digests, writing, messiness"] = whole - sum(spent.values())
    print(f"one process: {tasks:,} tasks in {plain:.1f} s, {tasks / plain:,.0f} a second")
    for part, seconds in sorted(spent.items(), key=lambda part: part[1], reverse=True):
        print(f"    {part:40} {100 * seconds / whole:5.1f} %")
    print(f"a task takes {whole / spent['runs']:.2f} times its ten runs alone")


def processes(settings: Settings, jobs: int, chunks: int) -> None:
    chunked = stream(settings, jobs)
    for _ in range(2 * jobs):
        next(chunked)  # the processes have started by then
    began = time.perf_counter()
    tasks = sum(len(next(chunked).tasks) for _ in range(chunks))
    rate = tasks / (time.perf_counter() - began)
    total = sum(PUBLISHED_SIZES.values())
    print(f"{jobs} processes: {rate:,.0f} tasks a second; {total:,} drawn tasks in {total / rate:.0f} s")


def training(seconds: float) -> None:
    """The share of a training's time in which it waits for fresh tasks."""
    from saps.cli.main import invoke
    from saps.training import loop
    from saps.training.prefetch import prefetch

    waited: defaultdict[str, float] = defaultdict(float)

    def watched(items: Any) -> Any:
        coming = prefetch(items)
        while True:
            began = time.perf_counter()
            item = next(coming, None)
            waited["first" if not waited else "later"] += time.perf_counter() - began
            if item is None:
                return
            yield item

    with patch.object(loop, "prefetch", watched), TemporaryDirectory() as folder:
        run = Path(folder) / "run"
        began = time.perf_counter()
        args = [
            "train",
            "--out",
            str(run),
            "--size",
            "2000",
            "--threads",
            "1",
        ]
        args += ["--set", "train.fresh=1000000", "--set", "train.validate_steps=100000"]
        invoke([*args, "--max-time", str(seconds / 60)])
        whole = time.perf_counter() - began - waited["first"]
    print(f"training waits for fresh tasks {100 * waited['later'] / whole:.1f} % of its time")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--chunks", type=int, default=12)
    parser.add_argument("--register", default=None)
    parser.add_argument("--stream", type=float, default=0.0)
    options = parser.parse_args()
    settings = Settings() if options.register is None else Settings(registers=((options.register, 1.0),))
    one_process(settings, options.chunks)
    processes(settings, cores(), 2 * options.chunks)
    if options.stream:
        training(options.stream)


if __name__ == "__main__":
    main()
