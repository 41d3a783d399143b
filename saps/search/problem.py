"""What a search is asked: queries that compete for an answer, a judge of what is found, and how far to go."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from saps.language.tree import Node
from saps.language.type_system import Type


@dataclass(frozen=True, slots=True)
class Query:
    """A sentence as the decoder needs it: token ids, what its arguments may be (entry to type; a variable
    where unknown), which placeholder entries stand for its literals, and the program's type."""

    tokens: Sequence[int]
    args: Mapping[int, Type]
    literals: Sequence[int]
    result: Type


class Found(NamedTuple):
    """A finished tree with its score (natural log of the model's probability, and its query's start score),
    which of the problem's queries it answers, and the tree of symbols that the model said it with."""

    program: Node
    score: float
    query: int
    said: Node | None = None


Judge: TypeAlias = Callable[[Found], float]
"""Takes a finished tree, and answers with the score that partial trees must beat to be of interest."""


class Problem(NamedTuple):
    """Queries that compete for one answer, each with the score that it starts from, and who judges."""

    queries: Sequence[Query]
    starts: Sequence[float]
    judge: Judge


PUBLISHED_PROGRAMS = 100
"""Finished programs that Neural Program Search tries (Polosukhin & Skidanov 2018), and so do tables."""

PROGRAMS = 250
"""Finished programs that are tried for a person, who would rather wait a second than have no answer."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How far a search goes."""

    beam: int = 10
    """Partial trees kept for each query."""
    programs: int = PROGRAMS
    """Finished programs that are tried for each problem until one passes its examples. Counted by the
    judge."""
    nodes: int = 5_000
    """Partial trees that are looked at for each problem."""
    conventions: bool = True
    """Whether results are tried by other conventions where no program passes the examples; published searches
    do not."""
    seconds: float | None = None
    """Time for all problems together; None for no limit, so that results are the same on every machine."""
