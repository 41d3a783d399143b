"""The first wish to stop is heard between two steps; the next one does not wait."""

from __future__ import annotations

import signal
import threading

import pytest

from saps.training.interruption import stop_flag


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_second_interrupt_does_not_wait(number: signal.Signals) -> None:
    before = {each: signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)}
    with stop_flag() as flag:
        hear = signal.getsignal(number)
        assert callable(hear) and hear is not before[number] and not flag.is_set
        hear(number, None)
        assert flag.is_set
        assert signal.getsignal(number) is before[number], "the next one does what it did before"
    assert {each: signal.getsignal(each) for each in before} == before


def test_another_thread_hears_nothing() -> None:
    before, made = signal.getsignal(signal.SIGINT), []

    def listen() -> None:
        with stop_flag() as flag:
            made.append((flag.is_set, signal.getsignal(signal.SIGINT) is before))

    thread = threading.Thread(target=listen)
    thread.start()
    thread.join()
    assert made == [(False, True)]
