"""Worker processes that end with the process they work for, however it ends, and leave Ctrl-C to it.

A spawned process holds one end of a pipe whose other end its parent holds: when the parent is gone, killed or
not, the pipe ends, and a thread that waits for nothing else ends the worker. Ctrl-C reaches all processes of
a terminal; workers are born deaf to it, for it may come before their first line of Python is read.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import parent_process, resource_tracker
from multiprocessing.context import SpawnContext, SpawnProcess
from threading import Thread

MOST = max(256, os.cpu_count() or 1)
"""Processes, or threads, beyond which a wish is taken for a slip: starting them would exhaust the machine."""


@contextmanager
def workers(count: int, start: Callable[[], None]) -> Iterator[ProcessPoolExecutor]:
    """A pool of processes that begin with `start`. At the end of the body, or at an error in it, what they
    still do is given up."""
    context = _Context()
    pool = ProcessPoolExecutor(count, context, initializer=start)
    try:
        yield pool
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        for worker in context.started:
            if worker.pid is not None:  # what could not be started has nothing to end
                worker.terminate()
        pool.shutdown()


class _Context(SpawnContext):
    """Makes workers, and knows them. Each is a fresh interpreter: threads would not survive a fork."""

    def __init__(self) -> None:
        self.started: list[_Worker] = []

    def Process(self, *args: object, **options: object) -> _Worker:  # type: ignore[override]
        worker = _Worker(*args, **options)  # type: ignore[arg-type]
        self.started.append(worker)
        return worker


class _Worker(SpawnProcess):
    def start(self) -> None:
        with _deaf():
            super().start()

    def run(self) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        Thread(target=_end_with_parent, daemon=True).start()
        super().run()


def _end_with_parent() -> None:
    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)  # nobody is left to be told of anything


@contextmanager
def _deaf() -> Iterator[None]:
    """Within, SIGINT waits, and processes that this thread starts never hear it."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows: there they ignore it from `run` on
        yield
        return
    resource_tracker.ensure_running()  # it would end the wait when it is started
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
