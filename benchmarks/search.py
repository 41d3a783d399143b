"""How fast the search is, with the shipped model on the development sentences.

    python benchmarks/search.py [--checkpoint DIR] [--beam N] [--limit N]

For sentences one at a time and all in one batch, without and with three examples: milliseconds a sentence,
partial trees and finished programs a second, and the shares of the time that the model, the typing and the
running of programs take. Then batched over one at a time, from the same run. The search has one thread; times
are the processor's, so that what else a machine does makes no difference.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.development import SENTENCES, questions
from saps.application.loading import load_translator
from saps.model.decoding import Decoding
from saps.search import beam
from saps.search.problem import Effort
from saps.search.translator import Answer, Request, Translator
from saps.search.trials import Trials

_Method = Callable[..., Any]

PARTS: dict[str, list[tuple[type, str]]] = {
    "model": [(Decoding, "__init__"), (Decoding, "expand")],
    "typing": [(beam._Beam, "legal"), (beam._Beam, "grow")],
    "execution": [(Trials, "__call__")],
}
"""What is timed: the methods in which each part's time is spent. `grow` does a little more than typing."""


@dataclass
class Measured:
    """Answers to sentences, and seconds: in all, for each call, and in each part."""

    answers: list[Answer] = field(default_factory=list)
    calls: list[float] = field(default_factory=list)
    parts: dict[str, float] = field(default_factory=lambda: dict.fromkeys(PARTS, 0.0))

    @property
    def seconds(self) -> float:
        return sum(self.calls)


@contextmanager
def timed(measured: Measured) -> Iterator[None]:
    """Time spent in the methods of PARTS is added up."""
    kept = [(owner, name, getattr(owner, name)) for methods in PARTS.values() for owner, name in methods]
    for part, methods in PARTS.items():
        for owner, name in methods:
            setattr(owner, name, _timing(getattr(owner, name), part, measured))
    try:
        yield
    finally:
        for owner, name, method in kept:
            setattr(owner, name, method)


def _timing(method: _Method, part: str, measured: Measured) -> _Method:
    def call(*args: Any, **options: Any) -> Any:
        begun = time.process_time()
        try:
            return method(*args, **options)
        finally:
            measured.parts[part] += time.process_time() - begun

    return call


def measure(translator: Translator, groups: Sequence[Sequence[Request]], effort: Effort) -> Measured:
    """Each group of requests answered in one call."""
    measured = Measured()
    with timed(measured):
        for group in groups:
            begun = time.process_time()
            measured.answers += translator.answer(group, effort)
            measured.calls.append(time.process_time() - begun)
    return measured


def show(how: str, measured: Measured) -> None:
    count, seconds = len(measured.answers), measured.seconds
    nodes = sum(answer.nodes for answer in measured.answers)
    tried = sum(answer.tried for answer in measured.answers)
    print(f"{how}: {1_000 * seconds / count:.1f} ms a sentence", end="")
    if len(measured.calls) == count:
        slow = statistics.quantiles(measured.calls, n=20)[-1]
        print(f" (median {1_000 * statistics.median(measured.calls):.1f}, 95 % {1_000 * slow:.1f})", end="")
    print(f", {nodes / seconds:,.0f} partial trees/s, {tried / seconds:,.0f} programs/s")
    shares = [f"{part} {100 * spent / seconds:.0f} %" for part, spent in measured.parts.items()]
    print(f"    {', '.join(shares)}, the rest {100 * (1 - sum(measured.parts.values()) / seconds):.0f} %")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--checkpoint", type=Path)
    parser.add_argument("--beam", type=int, default=10)
    parser.add_argument("--limit", type=int, help="only the first so many sentences")
    options = parser.parse_args()
    translator, effort = load_translator(options.checkpoint), Effort(options.beam)
    asked = questions(SENTENCES[0])[: options.limit]
    print(f"{len(asked)} sentences, beam {options.beam}, {torch.get_num_threads()} threads")
    kinds = {
        "without examples": [one.request() for one in asked],
        "with 3 examples": [one.with_examples(seed) for seed, one in enumerate(asked)],
    }
    translator.answer(kinds["without examples"][:5], effort)  # the first calls of anything are slow
    for kind, requests in kinds.items():
        single = measure(translator, [[request] for request in requests], effort)
        batched = measure(translator, [requests], effort)
        show(f"{kind}, one at a time", single)
        show(f"{kind}, batched", batched)
        print(f"    batched over one at a time: {single.seconds / batched.seconds:.2f} times as fast")


if __name__ == "__main__":
    main()
