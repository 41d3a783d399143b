"""What values are called."""

from __future__ import annotations

import keyword

from saps.language.python.helpers import HELPERS
from saps.language.python.kinds import Kind

TAKEN = (
    HELPERS
    | frozenset(keyword.kwlist)
    | frozenset(
        "math reduce pairwise len sum min max abs any all sorted set list dict str int float bool zip range "
        "map filter enumerate reversed next iter chr ord bin Any _".split()
    )
)
"""Names that mean something else."""

_NAMES = {"bool": "flag", "str": "s", "list": "row", "dict": "table"} | dict.fromkeys(
    ("int", "float", "number"), "x"
)


def python_name(name: str) -> str:
    """An argument's name as Python can have it."""
    return name + "_" if name in TAKEN else name


def named(kind: Kind) -> str:
    """What an element or a parameter of a kind is called."""
    return _NAMES.get(kind.name, "f")


class Names:
    """The names that are taken at a place in the code."""

    def __init__(self, taken: frozenset[str]) -> None:
        self.taken = taken

    def fresh(self, wanted: str) -> str:
        """The wanted name, or one like it that is free; taken from now on."""
        name, count = wanted, 1
        while name in self.taken:
            count += 1
            name = f"{wanted}{count}"
        self.taken = self.taken | {name}
        return name
