"""Figures of a corpus, counted as the paper counts them (Polosukhin & Skidanov 2018, table 1)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from saps.corpus.split import surface
from saps.corpus.task import Task

PUBLISHED: dict[str, dict[str, float]] = {
    "train": {"tasks": 79214, "text length": 38.17, "code depth": 7.61, "code length": 24.33},
    "dev": {"tasks": 9352, "text length": 39.95, "code depth": 8.23, "code length": 29.31},
    "test": {"tasks": 10940, "text length": 37.58, "code depth": 7.97, "code length": 27.16},
}


@dataclass(slots=True)
class Figures:
    """Sums over a corpus: tasks, words of text, levels of symbols (a leaf is 1), symbols without brackets."""

    tasks: int = 0
    text: int = 0
    depth: int = 0
    length: int = 0
    words: set[str] = field(default_factory=set)
    programs: set[int] = field(default_factory=set)

    def to_json(self) -> dict[str, float]:
        """Means and counts by name."""
        count = max(1, self.tasks)
        return {
            "tasks": self.tasks,
            "text length": round(self.text / count, 2),
            "code depth": round(self.depth / count, 2),
            "code length": round(self.length / count, 2),
            "words": len(self.words),
            "programs": len(self.programs),
        }


def measure(tasks: Iterable[Task]) -> Figures:
    """The figures of some tasks; programs are told apart by their surface form."""
    figures = Figures()
    for task in tasks:
        figures.tasks += 1
        figures.text += len(task.text)
        figures.depth += task.program.depth
        figures.length += task.program.size
        figures.words.update(task.text)
        figures.programs.add(hash(surface(task.program, task.args)))
    return figures
