"""Which split a program belongs to: decided by the program alone, so that no program is in two splits."""

from __future__ import annotations

import hashlib
from collections.abc import Container

from saps.language.tree import Node, substitute, to_text

SPLITS = ("train", "dev", "test")
_BOUNDS = {"train": 0.73, "dev": 0.855, "test": 1.0}
"""Programs of the training split come in more sentences each, so that it has 80 of 100 tasks."""


def surface(program: Node, args: Container[str]) -> str:
    """The program's text with its arguments named by order of first use, not as the sentence calls them."""
    names: dict[str, Node] = {}
    for node in program:
        if not node.children and node.symbol in args:
            names.setdefault(node.symbol, Node(f"${len(names)}"))
    return to_text(substitute(program, names))


def split_of(surface: str, basic: Container[str] = ()) -> str:
    """`train`, `dev` or `test` for a program's surface form, by its hash.

    Forms in `basic` are trained on: a task must have been seen alone before it is asked for inside others.
    """
    if surface in basic:
        return "train"
    digest = hashlib.blake2b(surface.encode(), digest_size=8).digest()
    place = int.from_bytes(digest, "big") / 2**64
    return next(split for split in SPLITS if place < _BOUNDS[split])
