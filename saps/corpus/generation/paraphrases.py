"""Sentences in people's own words, as `data/paraphrases` holds them, each time in other clothes.

As AutoQA (Xu et al. 2020, arXiv 2010.04806) and Genie (Campagna et al. 2019, arXiv 1904.09020) collect them:
tasks drawn from the grammar, said anew by somebody who sees a sentence and its examples only.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from saps.corpus.generation.noise import typed_carelessly
from saps.corpus.generation.realizer import Mention
from saps.corpus.grammar.model import Grammar
from saps.corpus.tasks.task import Task, TaskFile
from saps.language.errors import InputError
from saps.language.tree import Node, substitute
from saps.system.documents import read_document
from saps.text.placeholders import LETTERS

_MESSY = 0.25
"""Share that is typed carelessly."""
_TELLING = 0.4
"""Share of the renamed sentences whose arguments get telling names."""
_SAME = 0.3
"""Share of the sentences that keep the names they have."""


@cache
def paraphrases(file: Path) -> TaskFile:
    """The tasks of a file. Raises InputError where it cannot be read."""
    return TaskFile(file)


def plain_words(file: Path) -> Iterator[list[str]]:
    """The words of the requests in a file, without arguments, numbers and signs. Raises InputError for
    a file that cannot be read."""
    for number, line in TaskFile(file).lines:
        try:
            said = read_document(line)
            yield [word for word in said["text"] if word.isalpha() and word not in said["args"]]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise InputError(f"{file}, line {number} is no request: {error!r}") from None


def renamed(task: Task, grammar: Grammar, rng: random.Random) -> Task:
    """The task with its arguments called otherwise, most of the time; words that name one are Mentions."""
    names = {} if rng.random() < _SAME else _renamed(task, grammar.names, rng)
    words = (Mention(names.get(word, word)) if word in task.args else word for word in task.text)
    return replace(
        task,
        text=tuple(words),
        program=substitute(task.program, {old: Node(new) for old, new in names.items()}),
        args=_called(task.args, names),
        tests=tuple(replace(test, input=_called(test.input, names)) for test in task.tests),
    )


def mistyped(task: Task, grammar: Grammar, rng: random.Random) -> Task:
    """The task, sometimes typed carelessly."""
    if rng.random() >= _MESSY:
        return task
    return replace(task, text=tuple(typed_carelessly(task.text, grammar, rng)))


def _called(values: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    return {names.get(name, name): value for name, value in values.items()}


def _renamed(task: Task, telling: Mapping[str, Sequence[str]], rng: random.Random) -> dict[str, str]:
    """Other names for the arguments; none where the sentence does not name them, or calls one `a`, which may
    as well be the article."""
    if "a" in task.args or not set(task.args).issubset(task.text):
        return {}
    taken = set(task.text)
    found: dict[str, str] = {}
    tells = rng.random() < _TELLING
    for name, kind in task.args.items():
        pool = telling.get(kind, ()) if tells else LETTERS[1:]
        free = [other for other in pool if other not in taken]
        if not free:
            return {}
        found[name] = rng.choice(free)
        taken.add(found[name])
    return found
