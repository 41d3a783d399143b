"""A process with two workers, for the tests to end in any way; it says a line when both are at work."""

from __future__ import annotations

import os
import signal
import time

from saps.system.workers import workers


def nothing() -> None:
    pass


def pid(index: int) -> int:
    return os.getpid()


def sleep(seconds: float) -> None:
    time.sleep(seconds)


def size(data: bytes) -> int:
    return len(data)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a suite run in the background ignores Ctrl-C
    with workers(2, nothing) as pool:
        print(*{one.result() for one in [pool.submit(pid, index) for index in range(8)]}, flush=True)
        busy = [pool.submit(sleep, 3600.0) for _ in range(8)]
        busy[0].result()
