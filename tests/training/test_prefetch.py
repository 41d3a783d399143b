"""Items made ahead: in order, one at a time, errors where they belong."""

import threading
from collections.abc import Iterator

import pytest

from saps.training.prefetch import prefetch


def test_all_items_in_order() -> None:
    assert list(prefetch(iter(range(100)))) == list(range(100))
    assert list(prefetch(iter([]))) == []
    assert list(prefetch(iter([None, False, 0]))) == [None, False, 0]


def test_the_next_is_made_while_one_is_used_and_no_more() -> None:
    made: list[int] = []
    second = threading.Event()

    def items() -> Iterator[int]:
        for number in range(10):
            made.append(number)
            if number == 1:
                second.set()
            yield number

    coming = prefetch(items())
    assert next(coming) == 0
    assert second.wait(900)
    coming.close()  # type: ignore[attr-defined]  # a generator
    assert made == [0, 1]
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("prefetch")]


def test_an_error_comes_in_its_items_place() -> None:
    def items() -> Iterator[int]:
        yield 1
        raise ValueError("no more")

    coming = prefetch(items())
    assert next(coming) == 1
    with pytest.raises(ValueError, match="no more"):
        next(coming)
