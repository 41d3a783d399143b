"""What requests leave open: in which order a list comes, how often an element, where counting starts.

Where examples contradict what a sentence was taken to say, the same in another convention may pass them.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from saps.language.library import built_in
from saps.language.parser import parse
from saps.language.tree import Node, substitute

CONVENTIONS = (
    "(sort it)",
    "(sorted_down it)",
    "(reverse it)",
    "(distinct it)",
    "(distinct_numbers it)",
    "(sort (distinct it))",
    "(sort (distinct_numbers it))",
    "(+ it 1)",
    "(- it 1)",
)
"""What may be done to a result `it`, in terms of the library."""


def other_conventions(program: Node) -> Iterator[Node]:
    """The program with its result by other conventions; not all of them fit its type."""
    for convention in _expanded():
        yield substitute(convention, {"it": program})


@cache
def _expanded() -> tuple[Node, ...]:
    return tuple(built_in().expand(parse(convention), {"it"}) for convention in CONVENTIONS)
