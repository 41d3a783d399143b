"""Ctrl-C, a polite kill and a closed terminal as a flag to stop, heard between two steps."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class StopFlag:
    """Whether a stop was asked for."""

    is_set = False


@contextmanager
def stop_flag() -> Iterator[StopFlag]:
    """Within, the first SIGINT, SIGTERM or SIGHUP sets the flag; the next one does what it did before. Where
    SIGHUP is ignored, as under nohup, it stays so.

    In another thread than the main one no signal can be caught, and the flag is never set.
    """
    flag = StopFlag()
    if threading.current_thread() is not threading.main_thread():
        yield flag
        return
    numbers = [signal.SIGINT, signal.SIGTERM]
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
        numbers.append(signal.SIGHUP)
    before = {number: signal.getsignal(number) for number in numbers}

    def hear(number: int, frame: FrameType | None) -> None:
        flag.is_set = True
        signal.signal(number, before[signal.Signals(number)])

    for number in before:
        signal.signal(number, hear)
    try:
        yield flag
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
