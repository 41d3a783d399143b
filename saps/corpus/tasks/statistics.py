"""Figures of a corpus, counted as the paper counts them (Polosukhin & Skidanov 2018, table 1)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from saps.corpus.tasks.ranking import LEAVES
from saps.corpus.tasks.split import surface
from saps.corpus.tasks.task import Task


class Means(NamedTuple):
    """Mean sizes of tasks: words of text, levels of symbols (a leaf is 1), symbols without brackets."""

    text: float
    depth: float
    length: float


MEANS = ("text length", "code depth", "code length")
"""What the fields of `Means` are called."""

PUBLISHED = {
    "train": Means(38.17, 7.61, 24.33),
    "dev": Means(39.95, 8.23, 29.31),
    "test": Means(37.58, 7.97, 27.16),
}
PUBLISHED_SIZES = {"train": 79_214, "dev": 9_352, "test": 10_940}


@dataclass(slots=True)
class Figures:
    """Sums over some tasks."""

    tasks: int = 0
    text: int = 0
    depth: int = 0
    length: int = 0
    words: Counter[str] = field(default_factory=Counter)
    programs: set[int] = field(default_factory=set)
    registers: Counter[str] = field(default_factory=Counter)
    symbols: Counter[str] = field(default_factory=Counter)
    """Of the programs; arguments by the published names only."""

    @property
    def means(self) -> Means:
        count = max(1, self.tasks)
        return Means(self.text / count, self.depth / count, self.length / count)

    def to_json(self) -> dict[str, float]:
        """Means and counts by name."""
        means = {f"mean {name}": round(mean, 2) for name, mean in zip(MEANS, self.means, strict=True)}
        counts = {"words": len(self.words), "programs": len(self.programs)}
        return {"tasks": self.tasks, **means, **counts}


def measure(tasks: Iterable[Task]) -> Figures:
    """The figures of some tasks; programs are told apart by their surface form."""
    figures = Figures()
    for task in tasks:
        figures.tasks += 1
        figures.text += len(task.text)
        figures.depth += task.program.depth
        figures.length += task.program.size
        figures.words.update(task.text)
        figures.symbols.update(_symbols(task))
        figures.programs.add(hash(surface(task.program, task.args)))
        figures.registers[task.tags[0] if task.tags else "none"] += 1
    return figures


def _symbols(task: Task) -> Iterator[str]:
    for node in task.program:
        if node.symbol not in task.args or node.symbol in LEAVES:
            yield node.symbol


def spoken(vocabulary: Iterable[str], words: Container[str]) -> tuple[float, list[str]]:
    """How much of a vocabulary occurs among some words, from 0 to 1, and what does not."""
    known = list(vocabulary)
    missing = [word for word in known if word not in words]
    return 1 - len(missing) / max(1, len(known)), missing
