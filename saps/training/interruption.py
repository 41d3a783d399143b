"""Ctrl-C, a polite kill and a closed terminal as a wish to stop, heard between two steps."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Wish:
    """`made` once a stop was asked for."""

    made = False


@contextmanager
def stop_wishes() -> Iterator[Wish]:
    """Within, the first SIGINT, SIGTERM or SIGHUP sets the wish; the next one does what it did before. Where
    SIGHUP is ignored, as under nohup, it stays so.

    In another thread than the main one no signal can be caught, and the wish is never made.
    """
    wish = Wish()
    if threading.current_thread() is not threading.main_thread():
        yield wish
        return
    numbers = [signal.SIGINT, signal.SIGTERM]
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
        numbers.append(signal.SIGHUP)
    before = {number: signal.getsignal(number) for number in numbers}

    def hear(number: int, frame: FrameType | None) -> None:
        wish.made = True
        signal.signal(number, before[signal.Signals(number)])

    for number in before:
        signal.signal(number, hear)
    try:
        yield wish
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
