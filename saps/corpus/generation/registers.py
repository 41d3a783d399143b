"""The registers: ways of speaking that a corpus mixes, and how large their sentences get.

A register speaks in one of its styles: wordings tagged with the style or with the register's own name are
used, and those without a tag. `algolisp` is the benchmark: formal, long, deeply nested, as the published
dataset; it has a grammar and inputs of its own. All others are how people type.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from saps.corpus.generation.examples import draw_inputs
from saps.corpus.generation.published_inputs import published_inputs
from saps.corpus.grammar.model import Grammar
from saps.corpus.tasks.statistics import PUBLISHED, Means
from saps.language.errors import InputError
from saps.language.type_system import Type
from saps.text.placeholders import LETTERS


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """Each tuple is drawn from for every sentence, evenly; repeat an entry to have it more often."""

    name: str
    share: float
    """Of the tasks, where nothing is said."""
    styles: tuple[str, ...]
    depths: tuple[int, ...] = (1, 1, 2, 2, 2, 3, 3, 4)
    """Productions inside one another, the sentence's own not counted."""
    nests: tuple[float, ...] = (0.15, 0.3, 0.45)
    """Chances that a slot is filled by another task rather than by an argument or a constant."""
    defines: tuple[float, ...] = (0.0, 0.0, 0.3)
    """Chances that a task filling a slot is defined in front ("let c be ...")."""
    constant: float = 0.18
    """Chance that a slot which an argument could fill gets a constant instead, where there is one."""
    letters: Sequence[str] = LETTERS
    """What arguments are called, where they have no telling names."""
    in_order: float = 0.5
    """Chance that arguments are called a, b, c, ... in the order in which they come up."""
    named: bool = False
    """Whether arguments have telling names (`names` in the grammar)."""
    unnamed: float = 0.12
    """Chance that arguments have no name at all (`unnamed` in the grammar)."""
    messy: bool = False
    """Whether the finished sentence is typed carelessly (`saps.corpus.generation.noise`)."""
    covered: bool = True
    """Whether a task's runs come to every part of its program that may fail (`saps.language.fallible`)."""
    means: Mapping[str, Means] | None = None
    """By split: means that the tasks' sizes are kept to."""
    grammar: str | None = None
    """The built-in grammar file that it alone speaks from; None: the one that people's registers share."""
    paraphrases: str | None = None
    """The file of `data/paraphrases` that its tasks are taken from, instead of being drawn from a grammar."""
    explained: bool = False
    """Whether a sentence is what `saps explain` says of the drawn program: only that is from the grammar."""
    aimed: float = 0.6
    """Share of the sentences that are to hold a task chosen evenly among all; others follow the weights."""
    inputs: Callable[[Mapping[str, Type], random.Random], dict[str, Any]] = draw_inputs
    """What its tests are run on."""

    @property
    def speaks_any_grammar(self) -> bool:
        """Whether it speaks from the grammar that it is given."""
        return self.grammar is None and self.paraphrases is None and not self.explained


REGISTERS = {
    register.name: register
    for register in (
        Register(
            name="algolisp",
            share=0.15,
            styles=("algolisp",),
            depths=(2, 3, 4, 5, 6),
            nests=(0.6, 0.8, 0.9),
            defines=(0.0, 0.3, 0.5),
            constant=0.1,
            letters="abcdefghijkl",
            in_order=0.97,
            unnamed=0.0,
            covered=False,  # as in the published programs, whose figures it is kept to
            means=PUBLISHED,
            grammar="benchmark.scfg",
            aimed=0.1,
            inputs=published_inputs,
        ),
        Register(name="paraphrase", share=0.22, styles=("paraphrase",)),
        Register(name="terse", share=0.16, styles=("terse",), defines=(0.0,)),
        Register(
            name="names", share=0.14, styles=("paraphrase", "paraphrase", "terse"), named=True, unnamed=0.0
        ),
        Register(
            name="literals",
            share=0.12,
            styles=("paraphrase", "paraphrase", "terse"),
            constant=0.7,
            defines=(0.0,),
        ),
        Register(
            name="messy", share=0.14, styles=("paraphrase", "terse"), defines=(0.0, 0.0, 0.1), messy=True
        ),
        Register(name="people", share=0.27, styles=("paraphrase",), paraphrases="train.jsonl.gz"),
        Register(name="explained", share=0.0, styles=("paraphrase", "terse"), defines=(0.0,), explained=True),
    )
}


def register_called(name: str) -> Register:
    """A register by name; one that only a grammar of somebody's own knows speaks carefully otherwise."""
    return REGISTERS.get(name) or Register(name=name, share=0.0, styles=("paraphrase",))


def register_of(tags: Sequence[str]) -> Register:
    """The register of a task with these tags; without any, it is of the published dataset."""
    return register_called(tags[0] if tags else "algolisp")


def spoken_register(grammar: Callable[[], Grammar], name: str) -> Register:
    """A register by name. Raises InputError where it is not known and no wording of the grammar has it."""
    if name not in REGISTERS and name not in (tagged := grammar().registers()):
        known = ", ".join(sorted(tagged | set(REGISTERS)))
        raise InputError(f"no wording has the register {name!r}; known are {known}")
    return register_called(name)


@dataclass(frozen=True, slots=True)
class Profile:
    """How one derivation is to be: a register with its choices made. Probabilities as in `Register`."""

    tags: frozenset[str]
    """Wordings with one of these tags are used, and those without any."""
    max_depth: int = 4
    nest: float = 0.3
    define: float = 0.0
    reuse: float = 0.12
    """Chance that an argument already introduced is used again."""
    introduce: float = 0.3
    """Chance that a sentence which does not introduce its arguments gets an introduction in front."""
    remark: float = 0.1
    """Chance that a sentence ends in a remark about one of its arguments."""
    constant: float = 0.18
    letters: Sequence[str] = LETTERS
    in_order: bool = True
    named: bool = False
    unnamed: bool = False

    @classmethod
    def drawn(cls, register: Register, rng: random.Random, deepest: int | None = None) -> Profile:
        """`deepest` bounds the depth where it is given."""
        depth = rng.choice(register.depths)
        return cls(
            tags=frozenset((rng.choice(register.styles), register.name)),
            max_depth=depth if deepest is None else min(depth, deepest),
            nest=rng.choice(register.nests),
            define=rng.choice(register.defines),
            constant=register.constant,
            letters=register.letters,
            in_order=rng.random() < register.in_order,
            named=register.named,
            unnamed=register.unnamed > 0 and rng.random() < register.unnamed,
        )


Shares: TypeAlias = "tuple[tuple[str, float], ...]"
"""Registers by name, with how much of the tasks each makes, in relation to the others."""


def parse_shares(texts: Iterable[str]) -> Shares:
    """`NAME=SHARE` texts, 1 where there is no share. Raises InputError."""
    found = []
    for text in texts:
        name, equals, share = text.partition("=")
        try:
            value = float(share) if equals else 1.0
        except ValueError:
            value = -1.0
        if not 0 < value < 1e6:
            raise InputError(f"--register {text!r}: expected NAME or NAME=SHARE with a share above 0")
        found.append((name, value))
    return tuple(found)


def mixed(start: Shares, end: Shares, progress: float) -> Shares:
    """The shares on the way from one mixture to another; `progress` goes from 0 to 1."""
    first, last = ({name: share / sum(dict(one).values()) for name, share in one} for one in (start, end))
    names = dict.fromkeys([*first, *last])
    mixture = ((name, (1 - progress) * first.get(name, 0) + progress * last.get(name, 0)) for name in names)
    return tuple(mixture)
