"""The first wish to stop is heard between two steps; the next one does not wait."""

from __future__ import annotations

import signal
import threading

import pytest

from saps.training.interruption import stop_wishes


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_second_interrupt_does_not_wait(number: signal.Signals) -> None:
    before = {each: signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)}
    with stop_wishes() as wish:
        hear = signal.getsignal(number)
        assert callable(hear) and hear is not before[number] and not wish.made
        hear(number, None)
        assert wish.made
        assert signal.getsignal(number) is before[number], "the next one does what it did before"
    assert {each: signal.getsignal(each) for each in before} == before


def test_another_thread_hears_nothing() -> None:
    before, made = signal.getsignal(signal.SIGINT), []

    def listen() -> None:
        with stop_wishes() as wish:
            made.append((wish.made, signal.getsignal(signal.SIGINT) is before))

    thread = threading.Thread(target=listen)
    thread.start()
    thread.join()
    assert made == [(False, True)]
