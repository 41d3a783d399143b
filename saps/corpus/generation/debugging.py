"""What is wrong or odd in a grammar, found by drawing from it (as spaCy's `debug data` looks at a corpus)."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from saps.corpus.generation.factory import TaskFactory
from saps.corpus.generation.realizer import Mention
from saps.corpus.tasks.task import Task
from saps.language.library import built_in
from saps.language.printer import to_text
from saps.language.tree import Node, substitute

_DOUBLED = re.compile(r"\b(the|an|its|their|my) (the|an|its|their|my|this|every|each)\b")
_ENOUGH = 20
"""Draws of a production after which its share that survives means something."""
_HARDLY = 0.05


@dataclass
class Findings:
    """What was seen in some draws."""

    draws: int
    tasks: int = 0
    hardly: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Productions of whose draws next to none became tasks: draws, and tasks."""
    unreached: dict[str, int] = field(default_factory=dict)
    """Productions, and how many of their draws were left out as no run came to a part that may fail."""
    clashes: dict[str, list[str]] = field(default_factory=dict)
    """Sentences that mean several things, arguments called alike, with their programs."""
    unused: list[str] = field(default_factory=list)
    """Definitions that no program is said with."""
    doubled: list[str] = field(default_factory=list)
    """Sentences with two determiners in a row."""
    rare: list[str] = field(default_factory=list)
    """Words that came too seldom to be learnt."""


def examine(factory: TaskFactory, chunks: int, least: int = 3) -> Findings:
    """Draw `chunks` chunks, and look at what comes of them; words are rare that are seen less than `least`
    times."""
    library = built_in()
    used: Counter[str] = Counter()
    words: Counter[str] = Counter()
    meanings: defaultdict[str, set[Node]] = defaultdict(set)
    tasks: list[Task] = []
    for number in range(chunks):
        tasks += factory.chunk(number)
    found = Findings(factory.statistics.draws, len(tasks))
    for task in tasks:
        sentence, program = _alike(task)
        meanings[sentence].add(program)
        used.update({node.symbol for node in library.fold(task.program, task.args)})
        words.update({word for word in task.text if not isinstance(word, Mention) and word.isalpha()})
        if _DOUBLED.search(task.sentence):
            found.doubled.append(task.sentence)
    tried, survived = factory.statistics.tried, factory.statistics.survived
    found.hardly = {
        label: (count, survived[label])
        for label, count in tried.most_common()
        if count >= _ENOUGH and survived[label] < _HARDLY * count
    }
    found.unreached = dict(factory.statistics.unreached.most_common())
    found.clashes = {
        sentence: sorted(map(to_text, programs))
        for sentence, programs in meanings.items()
        if len(programs) > 1
    }
    found.unused = [name for name in library if not used[name]]
    found.rare = sorted(word for word, count in words.items() if count < least)
    return found


def _alike(task: Task) -> tuple[str, Node]:
    """The sentence and the program with arguments called by their order in the sentence."""
    names = {word: f"${place}" for place, word in enumerate(_named(task))}
    sentence = " ".join(names.get(word, word) if isinstance(word, Mention) else word for word in task.text)
    return sentence, substitute(task.program, {old: Node(new) for old, new in names.items()})


def _named(task: Task) -> list[str]:
    spoken = [word for word in task.text if isinstance(word, Mention) and word in task.args]
    return list(dict.fromkeys([*map(str, spoken), *task.args]))
