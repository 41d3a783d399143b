"""A million hostile programs, well-typed and ill-typed, run under the budget.

    python benchmarks/hostile.py [--programs N] [--large SHARE] [--seed S] [--processes P]

Prints how they ended, the slowest run and the memory: nothing may crash, hang, change its inputs or leave
anything behind. The same seed gives the same programs.
"""

from __future__ import annotations

import argparse
import faulthandler
import os
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from saps.cli.output import cores
from tests.language.hostile import Block, run_block

BLOCK = 200
HANGS = 120
"""Seconds after which a block counts as hanging: the process shows where it is, and ends."""


def work(seed: int, count: int, share: float) -> tuple[Block, int, int]:
    """A block, the process that ran it, and the process's memory in KB."""
    faulthandler.dump_traceback_later(HANGS, exit=True)
    block = run_block(seed, count, share)
    faulthandler.cancel_dump_traceback_later()
    return block, os.getpid(), _memory()


def _memory() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() // 1024


def blocks(programs: int, seed: int) -> Iterator[tuple[int, int]]:
    for start in range(0, programs, BLOCK):
        yield seed + start, min(BLOCK, programs - start)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--programs", type=int, default=1_000_000)
    parser.add_argument(
        "--large",
        type=float,
        default=0.02,
        metavar="SHARE",
        help="programs that are large to run: shared arrays, grown strings, balanced trees, wide calls",
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--processes", type=int, default=cores())
    options = parser.parse_args()
    begun, ends, memory = time.monotonic(), Counter[str](), dict[int, list[int]]()
    slowest, wrong = Block(0), list[str]()
    with ProcessPoolExecutor(options.processes) as pool:
        seeds, counts = zip(*blocks(options.programs, options.seed), strict=True)
        for block, process, used in pool.map(work, seeds, counts, repeat(options.large)):
            ends.update(block.ends)
            wrong += block.wrong
            memory.setdefault(process, []).append(used)
            slowest = max(slowest, block, key=lambda one: one.slowest)
    seconds = time.monotonic() - begun
    print(f"{sum(ends.values()):,} programs in {seconds:,.0f} s, seed {options.seed}")
    print("  " + ", ".join(f"{kind} {count:,}" for kind, count in ends.most_common()))
    print(f"slowest, with check and compilation: {slowest.slowest:.3f} s, {slowest.slowest_program[:300]}")
    for process, uses in memory.items():
        early, late = uses[min(2, len(uses) - 1)], uses[-1]
        print(f"process {process}: {early:,} KB after {min(3, len(uses))} blocks, {late:,} KB at the end")
    print(f"{len(wrong)} went wrong" + "".join(f"\n  {line[:500]}" for line in wrong[:20]))
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
