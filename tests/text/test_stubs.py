"""What a Python function that is still to be written says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saps.language.type_system import show
from saps.text.stubs import Stub, python_stub

STUBS = [
    (
        'def above(xs: list[int], k: int) -> bool:\n    """Above k."""',
        "above",
        "Above k.",
        "int[] int -> bool",
    ),
    (
        "def f(s: str):\n    '''\n    Turn s round.\n\n    >>> f('ab')\n    'ba'\n    '''\n    pass",
        "f",
        "Turn s round.\n\n>>> f('ab')\n'ba'",
        "string -> T",
    ),
    (
        "from typing import List\n\n\ndef f(xs: List[str]) -> 'List[List[int]]':\n    'Lengths.'",
        "f",
        "Lengths.",
        "string[] -> int[][]",
    ),
    ("def add_up(a, b):", "add_up", "add up", "T T -> T"),
    ("def g(a, b):\n    # adds\n    # two numbers\n", "g", "adds two numbers", "T T -> T"),
    ("def g(a): # its double", "g", "its double", "T -> T"),
    ("Please finish this:\n    def g(a: float, b: t.Sequence[float]): ...", "g", "g", "int int[] -> T"),
    (
        "def g(a: tuple[int, int], b: Tuple[str, ...]) -> Optional[bool]: pass",
        "g",
        "g",
        "int[] string[] -> bool",
    ),
    (
        "def g(a: tuple[int, str], b: list, c: int | None) -> dict[str, int]: pass",
        "g",
        "g",
        "T[] T[] int -> dict<string,int>",
    ),
    (
        "def f(string: str, max): 'Cut string to max characters: the string.'",
        "f",
        "Cut string_ to max_ characters: the string.",
        "string T -> T",
    ),
    ("count_vowels(text)", "count_vowels", "count vowels", "T -> T"),
    ("function isLeapYear(year: int) -> bool {", "isLeapYear", "is Leap Year", "int -> bool"),
    ("def h(x): pass\ndef g(self, a): pass", "g", "g", "T -> T"),
]
NONE = [
    "the sum of a and b",
    "def is short for definition",
    "sum(a)",
    "max(a, b)",
    "count_vowels(text) and double it",
    "def f():",
    "def f(*a): pass",
    "def f(a, *, k): pass",
    "def f(max, max_): pass",
    "def f(a:",
    "def f(a): pass" + " " * 5_000,
]


@pytest.mark.parametrize(("text", "name", "said", "types"), STUBS, ids=[row[0][:30] for row in STUBS])
def test_a_stub_is_read(text: str, name: str, said: str, types: str) -> None:
    stub = python_stub(text)
    assert stub is not None and (stub.name, stub.said) == (name, said)
    assert signature(stub) == types


def signature(stub: Stub) -> str:
    kinds = " ".join(show(kind) for kind in stub.args.values())
    return f"{kinds} -> {show(stub.result)}"


@pytest.mark.parametrize("text", NONE, ids=[text[:30] for text in NONE])
def test_other_texts_are_none(text: str) -> None:
    assert python_stub(text) is None


@given(st.text(alphabet="def f(a):\n '\"#[]->,", max_size=60))
def test_any_text_can_be_looked_at(text: str) -> None:
    stub = python_stub("def f(" + text)
    assert stub is None or (stub.said and stub.args)
