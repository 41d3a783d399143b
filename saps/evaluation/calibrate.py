"""How far a model's answers can be trusted: the confidence fitted on tasks with known programs.

Each task is asked six times: as it stands, with its arguments, with examples, with slips of the keyboard,
with some of its words replaced by ones that do not exist, and with its words in disorder. The last two are
what a person asks who wants something else: the answers are mostly wrong, and the confidence learns by what
they are known.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from saps.corpus.tasks.task import Task
from saps.evaluation.evaluate import BATCH, Setting, answer, request
from saps.evaluation.metrics import judge
from saps.language.errors import InputError
from saps.search.confidence import FEATURES, Confidence, features, fit
from saps.search.translator import Effort, Request, Translator

_EXAMPLES = (1, 2, 3)
"""How many a person may give."""


def calibrate(translator: Translator, tasks: Iterable[Task], effort: Effort, seed: int = 0) -> Confidence:
    """The confidence that fits what the model does on the tasks. Raises InputError where it answers none."""
    setting = Setting(effort)
    rng = random.Random(seed)
    rows: list[list[float]] = []
    right: list[bool] = []
    stream = iter(tasks)
    while batch := list(islice(stream, BATCH)):
        for guides, requests in _requests(batch, rng):
            for task, found in zip(batch, answer(translator, requests, setting), strict=True):
                if found is not None and found.candidates:
                    rows.append(features(found.candidates))
                    right.append(judge(task, found, guides).right)
    if not rows:
        raise InputError("the model answers none of the tasks; train it before its confidence is fitted")
    return fit(rows, right, list(FEATURES))


def _requests(batch: Sequence[Task], rng: random.Random) -> Iterator[tuple[int, list[Request]]]:
    """The tasks as requests, and how many of their tests guide the search."""
    yield 0, [Request(task.sentence) for task in batch]
    yield 0, [Request(task.sentence, task.arg_types()) for task in batch]
    guides = rng.choice(_EXAMPLES)
    yield guides, [request(task, guides) for task in batch]
    yield 0, [Request(slipped(task.text, rng)) for task in batch]
    yield 0, [Request(corrupted(task.text, rng)) for task in batch]
    yield 0, [Request(disordered(task.text, rng)) for task in batch]


def slipped(words: Sequence[str], rng: random.Random) -> str:
    """The sentence with neighbouring letters of one or two words exchanged."""
    found = list(words)
    for _ in range(rng.choice((1, 1, 2))):
        index = rng.randrange(len(found))
        word = found[index]
        if len(word) > 3 and word.isalpha():
            cut = rng.randrange(1, len(word) - 1)
            found[index] = word[:cut] + word[cut + 1] + word[cut] + word[cut + 2 :]
    return " ".join(found)


def corrupted(words: Sequence[str], rng: random.Random) -> str:
    """The sentence with a random share of its words replaced by ones made of halves of two others."""
    share = rng.random()
    long = [word for word in words if len(word) > 2 and word.isalpha()] or ["nothing"]
    found = [_blend(rng.choice(long), rng.choice(long)) if rng.random() < share else word for word in words]
    return " ".join(found)


def _blend(left: str, right: str) -> str:
    return left[len(left) // 2 :] + right[: (len(right) + 1) // 2]


def disordered(words: Sequence[str], rng: random.Random) -> str:
    """Some of the sentence's words, in any order."""
    return " ".join(rng.sample(words, rng.randint(1, len(words))))
