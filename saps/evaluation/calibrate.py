"""How far a model's answers can be trusted: the confidence fitted on tasks with known programs.

Each task is asked as it stands, with its arguments, with examples, and with slips of the keyboard; one in
three also with some of its words replaced by ones that do not exist, and with its words in disorder. The
last two are what a person asks who wants something else: the answers are mostly wrong, and the confidence
learns by what they are known. So it does from sentences about something else, to which every answer is wrong.

What is reported is of answers that the confidence was not fitted on: of one half of the tasks and sentences,
after fitting on the other.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import NamedTuple

from saps.corpus.tasks.task import Task
from saps.evaluation.evaluate import BATCH, Setting, answer, request
from saps.evaluation.metrics import judge
from saps.language.errors import InputError
from saps.search.confidence import FEATURES, Confidence, features, fit
from saps.search.translator import Effort, Request, Translator

_EXAMPLES = (1, 2, 3)
"""How many a person may give."""

_SPOILT = 3
"""Of so many tasks one is asked spoilt: people seldom ask so."""

FOREIGN = "about something else"


class Asked(NamedTuple):
    """An answer as the confidence sees it."""

    kind: str
    """How it was asked for."""
    group: int
    """Of the task or sentence: what belongs together is fitted on together, or not at all."""
    features: list[float]
    right: bool


class Trusted(NamedTuple):
    """An answer that the confidence was not fitted on."""

    kind: str
    confidence: float
    right: bool


@dataclass(frozen=True)
class Calibration:
    confidence: Confidence
    held_out: Sequence[Trusted]


def calibrate(
    translator: Translator, tasks: Iterable[Task], effort: Effort, foreign: Sequence[str] = (), seed: int = 0
) -> Calibration:
    """The confidence that fits what the model does on the tasks and on sentences about something else.

    Raises InputError where it answers none.
    """
    rows = list(chain(_of_tasks(translator, tasks, effort, seed), _of_foreign(translator, foreign, effort)))
    if not rows:
        raise InputError("the model answers none of the tasks; train it before its confidence is fitted")
    halves = [[row for row in rows if row.group % 2 == half] for half in (0, 1)]
    held_out: list[Trusted] = []
    if all(halves):
        for seen, unseen in (halves, halves[::-1]):
            fitted = _fit(seen)
            held_out += [Trusted(row.kind, fitted.of(row.features), row.right) for row in unseen]
    return Calibration(_fit(rows), held_out)


def _fit(rows: Sequence[Asked]) -> Confidence:
    return fit([row.features for row in rows], [row.right for row in rows], list(FEATURES))


def _of_tasks(translator: Translator, tasks: Iterable[Task], effort: Effort, seed: int) -> Iterator[Asked]:
    setting = Setting(effort)
    rng = random.Random(seed)
    numbered = enumerate(tasks)
    while batch := list(islice(numbered, BATCH)):
        for kind, guides, asked in _requests(batch, rng):
            answers = answer(translator, [request for _, _, request in asked], setting)
            for (group, task, _), found in zip(asked, answers, strict=True):
                if found is not None and found.candidates:
                    yield Asked(kind, group, features(found.candidates), judge(task, found, guides).right)


def _of_foreign(translator: Translator, sentences: Sequence[str], effort: Effort) -> Iterator[Asked]:
    for start in range(0, len(sentences), BATCH):
        requests = [Request(sentence) for sentence in sentences[start : start + BATCH]]
        for group, found in enumerate(answer(translator, requests, Setting(effort)), start):
            if found is not None and found.candidates:
                yield Asked(FOREIGN, group, features(found.candidates), False)


def _requests(
    batch: Sequence[tuple[int, Task]], rng: random.Random
) -> Iterator[tuple[str, int, list[tuple[int, Task, Request]]]]:
    """Numbered tasks as requests: how they are asked, and how many of their tests guide the search."""
    guides = rng.choice(_EXAMPLES)
    spoilt = [one for one in batch if one[0] // 2 % _SPOILT == 0]  # of both halves
    yield "as it stands", 0, [(n, task, Request(task.sentence)) for n, task in batch]
    yield "with types", 0, [(n, task, Request(task.sentence, task.arg_types())) for n, task in batch]
    yield "with examples", guides, [(n, task, request(task, guides)) for n, task in batch]
    yield "with slips", 0, [(n, task, Request(slipped(task.text, rng))) for n, task in batch]
    yield (
        "with words that do not exist",
        0,
        [(n, task, Request(corrupted(task.text, rng))) for n, task in spoilt],
    )
    yield "in disorder", 0, [(n, task, Request(disordered(task.text, rng))) for n, task in spoilt]


class Tenth(NamedTuple):
    """The answers whose confidence is in one tenth of 0 to 1."""

    answers: int
    confidence: float
    """The mean one."""
    right: float
    """The share of right ones."""


def tenths(answers: Iterable[Trusted]) -> dict[int, Tenth]:
    """By the tenth, from 0 to 9, those that have answers."""
    found: dict[int, list[Trusted]] = {}
    for one in answers:
        found.setdefault(min(9, int(10 * one.confidence)), []).append(one)
    return {
        tenth: Tenth(
            len(members),
            sum(one.confidence for one in members) / len(members),
            sum(one.right for one in members) / len(members),
        )
        for tenth, members in sorted(found.items())
    }


def calibration_error(answers: Sequence[Trusted]) -> float:
    """The expected calibration error (Naeini, Cooper & Hauskrecht 2015): how far, on average over the
    answers, the mean confidence of a tenth is from its share of right ones; 0 for no answers."""
    gaps = (tenth.answers * abs(tenth.confidence - tenth.right) for tenth in tenths(answers).values())
    return sum(gaps) / max(1, len(answers))


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
