"""Mixtures of registers: how they are written, and how one moves to another while tasks are drawn."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saps.corpus.generation.factory import Settings, TaskFactory
from saps.corpus.generation.registers import mixed, parse_shares
from saps.language.errors import InputError

pytestmark = pytest.mark.slow

NAMES = st.dictionaries(st.sampled_from(["people", "terse", "messy"]), st.floats(0.01, 100), min_size=1)


def test_shares_are_read() -> None:
    assert parse_shares(["people=0.5", "terse"]) == (("people", 0.5), ("terse", 1.0))


@pytest.mark.parametrize("text", ["people=", "people=-1", "people=0", "people=nan", "people=1e9", "people=x"])
def test_a_wrong_share_is_told(text: str) -> None:
    with pytest.raises(InputError, match="NAME=SHARE"):
        parse_shares([text])


@given(NAMES, NAMES, st.floats(0, 1))
def test_a_mixture_lies_between_its_ends(
    start: dict[str, float], end: dict[str, float], progress: float
) -> None:
    first, last = tuple(start.items()), tuple(end.items())
    found = dict(mixed(first, last, progress))
    assert found.keys() == start.keys() | end.keys()
    assert sum(found.values()) == pytest.approx(1)
    for name, share in found.items():
        ends = sorted((start.get(name, 0) / sum(start.values()), end.get(name, 0) / sum(end.values())))
        assert ends[0] - 1e-9 <= share <= ends[1] + 1e-9


def test_tasks_are_drawn_from_the_mixture_of_their_chunk() -> None:
    settings = Settings(registers=(("people", 1.0),), at_end=(("algolisp", 1.0),), chunks=2, tests=4)
    factory = TaskFactory(settings)
    drawn = [Counter(task.tags[0] for task in factory.chunk(number)) for number in (0, 1, 2, 9)]
    assert set(drawn[0]) == {"people"}
    assert drawn[1]["people"] > 80 and drawn[1]["algolisp"] > 40  # some draws of the latter come to nothing
    assert set(drawn[2]) == set(drawn[3]) == {"algolisp"}
    assert factory.chunk(1) == TaskFactory(settings).chunk(1), "whichever chunks came before"
