"""Hostile programs end with a value or an error and leave nothing behind."""

from __future__ import annotations

import gc
import tracemalloc
from itertools import pairwise

import pytest

from tests.language.hostile import run_block


def test_hostile_programs_end_and_change_nothing() -> None:
    block = run_block(seed=11, count=800)
    assert block.wrong == []
    assert block.ends.total() == 800
    assert block.ends["value"] > 160 and block.ends["type"] > 96 and block.ends["budget"] > 0
    assert block.slowest < 2.0, block.slowest_program


def test_programs_that_are_large_to_run() -> None:
    block = run_block(seed=12, count=100, share=1.0)
    assert block.wrong == []
    assert min(block.ends[kind] for kind in ("value", "budget", "syntax")) > 5
    assert block.slowest < 2.0, block.slowest_program


def test_the_same_seed_gives_the_same_programs() -> None:
    assert run_block(seed=5, count=100).ends == run_block(seed=5, count=100).ends


@pytest.mark.slow
def test_runs_leave_no_memory_behind() -> None:
    run_block(seed=1, count=200)  # fills the caches
    gc.freeze()  # what other tests left is not to be looked through for garbage
    held: list[int] = []
    tracemalloc.start()
    try:
        for seed in (2, 3, 4):
            run_block(seed, count=100)
            gc.collect()
            held.append(tracemalloc.get_traced_memory()[0])
    finally:
        tracemalloc.stop()
    # the interpreter's table of strings grows once in a while, by megabytes at a time
    assert min(after - before for before, after in pairwise(held)) < 60_000
