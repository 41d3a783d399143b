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
from saps.corpus.grammar.inflection import ARTICLE, agreed
from saps.corpus.grammar.model import Grammar
from saps.corpus.grammar.parts_of_speech import PREPOSITIONS
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
_PARTLY = 0.15
"""Share of the sentences that call a list or a string among other arguments just that, where they can."""
_UNSAID = 0.06
"""Share of the sentences with one argument that leave it out, where they can: "factorial"."""
_KINDS = {
    "string": ("string", "text"),
    "string[]": ("list", "array", "list of strings", "list of words"),
    "int[]": ("list", "array", "list of numbers", "given list", "given array"),
}
"""What people call an argument that they do not name."""
_ALONE = frozenset("array integer list number sentence sequence string text tuple word".split())
"""Nouns for one argument."""
_NOUNS = _ALONE | frozenset("elements integers numbers strings values words".split())
"""What may stand before such an argument's name."""
_DETERMINERS = frozenset("the a an this given some my any".split())
_OF = frozenset("of in from for".split())
"""What may stand before an argument that is left out."""
_KNOWN = 0.7
"""Share of those that are spoken of as known: "the list", not "a list"."""
_VALUES = 0.1
"""Share of the sentences that get values in place of names, where they can."""
_LONGEST = 30
"""Characters of a text that is such a value."""


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


def partly_named(task: Task, rng: random.Random) -> Task:
    """The task, sometimes with one list or string among other arguments spoken of without its name: "the
    elements of the list above k"."""
    own = [name for name, kind in task.args.items() if kind in _KINDS]
    if rng.random() >= _PARTLY or len(own) != 1 or len(task.args) < 2 or not names_all(task):
        return task
    noun = rng.choice(_KINDS[task.args[own[0]]])
    words: list[str] = []
    first = "the" if rng.random() < _KNOWN else ARTICLE
    for word in task.text:
        before = words[-1] if words else ""
        if word != own[0]:
            words.append(word)
        elif before in PREPOSITIONS:
            words += [first, *noun.split()]
            first = "the"
        elif before not in _NOUNS:  # "the list nums"
            return task
    return replace(task, text=tuple(agreed(words)))


def without_argument(task: Task, rng: random.Random) -> Task:
    """The task, sometimes with its only argument left out, where the sentence ends with it: "digit sum of n",
    "digit sum of a number" as "digit sum"."""
    if rng.random() >= _UNSAID or len(task.args) != 1:
        return task
    words = [*task.text]
    said = words[-1] in task.args
    while words and (words[-1] in task.args or words[-1] in _ALONE):
        words.pop()
    told = bool(words) and words[-1] in _DETERMINERS
    while words and words[-1] in _DETERMINERS:
        words.pop()
    ends = (said or told) and len(words) > 1 and words[-1] in _OF and task.args.keys().isdisjoint(words)
    return replace(task, text=tuple(words[:-1])) if ends else task


def with_values(task: Task, rng: random.Random) -> Task:
    """The task, sometimes with what one of its tests gives its arguments in place of their names: "the
    factorial of 5". It must name them all, and they must be numbers or texts that can be written down."""
    if rng.random() >= _VALUES or not names_all(task):
        return task
    test = rng.choice(task.tests)
    literals = {name: _literal(value) for name, value in test.input.items()}
    values = {name: literal for name, literal in literals.items() if literal is not None}
    if values.keys() < task.args.keys():
        return task
    return replace(
        task,
        text=tuple(values.get(word, word) for word in task.text),
        program=substitute(task.program, {name: Node(value) for name, value in values.items()}),
        args={},
        tests=(replace(test, input={}),),
    )


def _literal(value: Any) -> str | None:
    """A value as a sentence and a program write it; None for one that they do not."""
    if type(value) is int:
        return str(value)
    plain = isinstance(value, str) and 0 < len(value) <= _LONGEST and value.isprintable()
    return f'"{value}"' if plain and not set('"\\') & set(value) else None


def mistyped(task: Task, grammar: Grammar, rng: random.Random) -> Task:
    """The task, sometimes typed carelessly."""
    if rng.random() >= _MESSY:
        return task
    return replace(task, text=tuple(typed_carelessly(task.text, grammar, rng)))


def names_all(task: Task) -> bool:
    """Whether a request names its arguments beyond doubt: `a` may as well be the article."""
    return "a" not in task.args and task.args.keys() <= set(task.text)


def _called(values: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    return {names.get(name, name): value for name, value in values.items()}


def _renamed(task: Task, telling: Mapping[str, Sequence[str]], rng: random.Random) -> dict[str, str]:
    """Other names for the arguments; none where the sentence does not name them."""
    if not names_all(task):
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
