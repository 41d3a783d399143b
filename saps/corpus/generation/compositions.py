"""People's requests with more in them: another meaning where an argument stood, or one more step behind.

    first prime above n             ->  first prime above the square of k
    remove the vowels from text     ->  remove the vowels from text, then reverse it

What is put in is another request, if it is a noun phrase of the type that is wanted, or drawn from the
grammar.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from saps.corpus.generation.derivation import Assembly, Derivation
from saps.corpus.generation.paraphrases import names_all
from saps.corpus.generation.realizer import Mention
from saps.corpus.generation.registers import Profile
from saps.corpus.generation.sampler import DeadEnd, Sampler
from saps.corpus.grammar.compiler import NP
from saps.corpus.grammar.inflection import agreed
from saps.corpus.grammar.parts_of_speech import PREPOSITIONS
from saps.corpus.tasks.task import Task
from saps.language.errors import GrammarError, ProgramTypeError
from saps.language.simplify import apply_invocations
from saps.language.tree import Node, substitute

_BEFORE = PREPOSITIONS | frozenset(
    "than above below under over times plus minus is are equals contains contain and or reverse sort".split()
)
"""Words behind which a whole phrase can stand for an argument: "above n", not "the list nums"."""

_BEHIND = frozenset(".,;?!")
_ORDERS = frozenset(
    "add calculate collect combine compute concatenate convert count delete divide double drop extract "
    "filter find get give join keep list merge multiply pick put remove replace return reverse select sort "
    "split square subtract take turn".split()
)
"""Verbs that a request may begin with to which another order can be joined."""

_FIRST = ("take", "find", "get", "compute")
"""What makes an order of a noun phrase: "the sum of nums" is to be found first."""

_STARTS = _ORDERS | {"the"}

_THEN = (
    (", then", 3.0),
    ("and then", 4.0),
    ("then", 1.0),
    (". then", 1.0),
    (", and", 1.0),
    ("; after that", 0.3),
)
_STEP = "imp[{it}] "
_HEADS = frozenset("number sum product count length total list position".split())
"""Nouns that a request may begin with, without an article."""

_TELLING = _BEHIND | frozenset("shall should must wanted needed will can".split())
"""Words that noun phrases do not hold: "the rows should be sorted"."""

_LONGEST = 16
"""Words of a request that stands in another one."""

_PEOPLE = "people"
"""What the part that is put in is called where it is not a production's."""

_STYLES = ("paraphrase", "terse")
_LEVELS = (1, 1, 1, 2)
"""Meanings inside one another that are put in."""


@dataclass(frozen=True, slots=True)
class _Drawn:
    words: list[str]
    node: Node
    kinds: dict[str, str]
    """Its arguments, with what their values are like."""
    productions: list[str]


Phrases: TypeAlias = Mapping[str, Sequence[Task]]
"""By type: requests that are noun phrases for values of it."""


def composed(task: Task, phrases: Phrases, sampler: Sampler, rng: random.Random) -> Derivation | None:
    """A request, its names being Mentions, with another meaning in it: a phrase of those where one fits, else
    one that is drawn. None where there is no place for one, or a draw is in vain."""
    if sampler.grammar.library is None:
        return None
    ways: list[Callable[[], Derivation]] = []
    if places := _places(task):
        ways.append(lambda: _filled(task, phrases, rng.choice(places), sampler, rng))
    if task.text[0] in _STARTS and not _BEHIND.intersection(task.text):
        ways.append(lambda: _continued(task, sampler, rng))
    try:
        return rng.choice(ways)() if ways else None
    except (DeadEnd, GrammarError, ProgramTypeError):
        return None


def _places(task: Task) -> list[int]:
    """Where an argument stands that a phrase can stand for, at the end of what it stands in."""
    words = task.text
    return [
        place
        for place, word in enumerate(words)
        if word in task.args
        and words.count(word) == 1
        and words[place - 1 : place]
        and words[place - 1] in _BEFORE
        and (place + 1 == len(words) or words[place + 1] in _BEHIND)
    ]


def is_noun_phrase(task: Task) -> bool:
    """Whether a request begins like a noun phrase, "the sum of nums", has no verb that tells what to do, and
    is short enough to stand in another one."""
    first, second, *_ = *task.text, ""
    begins = first == "the" or (first in _HEADS and second == "of")
    return (
        begins
        and task.return_type != "bool"  # "the list is sorted"
        and len(task.text) <= _LONGEST
        and not _TELLING.intersection(task.text)
    )


def _filled(task: Task, phrases: Phrases, place: int, sampler: Sampler, rng: random.Random) -> Derivation:
    name = task.text[place]
    kind = task.args[name]
    found = phrases.get(kind, ())
    inner = _noun_phrase(rng.choice(found), task, name) if found else None
    inner = inner or _draw(f"{NP} {kind}", task, sampler, rng)
    words = [*task.text[:place], *inner.words, *task.text[place + 1 :]]
    kinds = {one: kind for one, kind in task.args.items() if one != name} | inner.kinds
    return _derivation(words, substitute(task.program, {name: inner.node}), kinds, inner, sampler)


def _noun_phrase(other: Task, task: Task, name: str) -> _Drawn | None:
    """A noun phrase as what stands for an argument of a task; None where some arguments of what comes of it
    would have names, others none, or two the same."""
    left = {*task.text, *task.args} - {name}
    named = other.args.keys() <= set(other.text) and left.isdisjoint(other.args)
    if not named and (len(task.args) > 1 or not other.args.keys().isdisjoint(other.text)):
        return None
    words = [*([] if other.text[0] == "the" else ["the"]), *other.text]
    return _Drawn(words, other.program, dict(other.args), [_PEOPLE])


def _continued(task: Task, sampler: Sampler, rng: random.Random) -> Derivation:
    start = f"{_STEP}({task.return_type} -> "
    steps = [name for name in sampler.grammar.types if name.startswith(start)]
    if not steps:
        raise DeadEnd
    drawn = _draw(rng.choice(steps), task, sampler, rng)
    if drawn.kinds and not names_all(task):
        raise DeadEnd
    library = sampler.grammar.library
    assert library is not None
    (joint,) = rng.choices([words for words, _ in _THEN], [weight for _, weight in _THEN])
    first = [] if task.text[0] in _ORDERS else [rng.choice(_FIRST)]
    words = [*first, *task.text, *joint.split(), *drawn.words]
    value = next(letter for letter in "vwxyz" if letter not in task.args and letter not in drawn.kinds)
    step = library.expand(library.call(drawn.node, [Node(value)]), {value, *drawn.kinds})
    program = substitute(step, {value: task.program})
    return _derivation(words, program, dict(task.args) | drawn.kinds, drawn, sampler)


def _draw(nonterminal: str, task: Task, sampler: Sampler, rng: random.Random) -> _Drawn:
    """Something of the grammar; what its arguments are called is not in the task. Raises DeadEnd."""
    profile = Profile(
        frozenset((rng.choice(_STYLES),)), nest=0.15, introduce=0.0, remark=0.0, named=rng.random() < 0.5
    )
    run = Assembly(sampler, rng, profile)
    run.arguments.taken |= {*task.text, *task.args}
    part = run.task(nonterminal, rng.choice(_LEVELS))
    return _Drawn(agreed(part.words), part.node, dict(run.arguments.kinds), run.productions)


def _derivation(
    words: Sequence[str], program: Node, kinds: dict[str, str], drawn: _Drawn, sampler: Sampler
) -> Derivation:
    library = sampler.grammar.library
    assert library is not None
    if any(word in kinds for word in words if not isinstance(word, Mention) and word != "a"):
        raise DeadEnd  # "the number of words" beside an argument `words`
    args = {name: sampler.grammar.narrower.get(kind, kind) for name, kind in kinds.items()}
    plain = apply_invocations(library.expand(program, args))
    return Derivation(tuple(words), plain, args, tuple(drawn.productions), kinds)
