"""The arguments of one derivation: what they are called, and how a sentence speaks of them.

An argument has a letter or a telling name, or, in sentences that name none, nothing but its kind: "the sum of
a list". Those are called a, b, ... in the program, in the order in which they come up.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence

from saps.corpus.generation.realizer import Mention, Realizer, joined
from saps.corpus.generation.registers import Profile
from saps.corpus.generation.sampler import DeadEnd, Sampler
from saps.corpus.grammar.inflection import article
from saps.corpus.grammar.model import COUNT, COUNTS, NAME, NAMES, TOLD, VALUE, Phrase
from saps.text.placeholders import LETTERS

_EXPECTED = 0.9
"""Chance that an argument which was introduced is meant where one of its type can be."""
_PAIRED = 0.4
"""Chance that a sentence without names speaks of two things of a type."""
_NAMELESS = 4
"""The most arguments of a sentence that names none."""
_TOGETHER = 0.4
"""Chance that arguments of a type that have names and were introduced are spoken of together: "their sum"."""
_BARE = 0.3
"""Chance that a noun is left out that was said before: "another", "the first"."""
_ONE = 0.5
"""Chance that "a number" of which there is "another" is "one number"."""
_ORDINALS = ("first", "second", "third", "fourth")
_THEM = "them"


class Unnamed(str):
    """The first word of a phrase that stands for an argument, or several, without naming them."""

    __slots__ = ("arguments",)
    arguments: tuple[str, ...]


class Arguments:
    """The arguments of a sentence in the making."""

    def __init__(self, sampler: Sampler, realizer: Realizer, rng: random.Random, profile: Profile) -> None:
        self.sampler, self.realizer, self.rng, self.profile = sampler, realizer, rng, profile
        self.grammar = sampler.grammar
        self.kinds: dict[str, str] = {}
        """Argument to its type as written."""
        self.waiting: list[str] = []
        """Those that were introduced and that nothing was said of yet."""
        self.subjects: set[str] = set()
        """Those that are spoken of as "it", and so are introduced first."""
        self.together: set[str] = set()
        """Types whose arguments are spoken of together only, and so are no more than those."""
        self.definitions: list[list[str]] = []
        self.nameless = profile.unnamed and bool(self.grammar.unnamed)
        self.paired = self.nameless and rng.random() < _PAIRED
        """Whether unnamed arguments that were introduced are told apart as the first and the second."""
        self.taken = set(LETTERS[:_NAMELESS]) if self.nameless else set()

    def mention(self, kind: str, siblings: set[str]) -> tuple[str, list[str]]:
        """An argument of a type, not one of `siblings`: its name, and the words for it. Raises DeadEnd where
        there is no letter left, or no other way to speak of it."""
        if self.nameless:
            return self.unnamed(kind)
        hidden = siblings | self.subjects
        known = [name for name, other in self.kinds.items() if other == kind and name not in hidden]
        expected = [name for name in known if name in self.waiting]
        if expected and self.rng.random() < _EXPECTED:
            name = expected[0]
        elif known and self.rng.random() < self.profile.reuse:
            name = self.rng.choice(known)
        elif kind in self.together:
            raise DeadEnd  # "they" would not be all
        else:
            name = self.new_name(kind)
            self.kinds[name] = kind
        if name in self.waiting:
            self.waiting.remove(name)
        mentions = self.grammar.mentions.get(kind)
        words: list[str] = [Mention(name)]
        if mentions:
            words = self.realizer.plain(self.realizer.choose(mentions), {NAME: words})
        return name, words

    def by_name(self, name: str) -> list[str]:
        """An argument by its name alone. Raises DeadEnd where it has none."""
        if self.nameless:
            raise DeadEnd
        return [Mention(name)]

    def unnamed(self, kind: str) -> tuple[str, list[str]]:
        """An argument that is told by its type alone, so there are at most two of each."""
        before = [name for name, other in self.kinds.items() if other == kind]
        if len(before) > 1 or len(self.kinds) == _NAMELESS:
            raise DeadEnd
        name = LETTERS[len(self.kinds)]
        self.kinds[name] = kind
        if TOLD in self.realizer.tags:
            if before and not self.paired:
                raise DeadEnd
            return name, self.spoken_of(name, told=True)
        words = self.spoken_of(name, told=False)
        if before:
            if words[0] not in ("a", "an"):
                raise DeadEnd
            words[0] = self.marked("another", name)
        return name, words

    def several(self, kind: str, number: int) -> list[str]:
        """New arguments of a type that are spoken of together. Raises DeadEnd where there are such arguments
        already, or those that were introduced are told apart."""
        told = TOLD in self.realizer.tags
        if kind in self.kinds.values() or (not self.nameless and not told):
            raise DeadEnd
        if not self.nameless:
            names = [self.new_name(kind) for _ in range(number)]
            self.together.add(kind)
        elif len(self.kinds) + number > _NAMELESS or (told and not self.paired):
            raise DeadEnd
        else:
            names = list(LETTERS[len(self.kinds) :][:number])
        self.kinds |= dict.fromkeys(names, kind)
        return names

    def group(self, kind: str, number: int, pronoun: str | None) -> tuple[list[str], list[str]]:
        """As `several`, with the words for them: "two numbers". The grammar's "them" is said as `pronoun`.
        Raises DeadEnd where nothing calls them so."""
        words = self.called_together(kind, number, told=TOLD in self.realizer.tags)
        if not self.nameless and self.rng.random() >= _TOGETHER:
            raise DeadEnd
        if words == [_THEM]:
            if pronoun is None:
                raise DeadEnd
            words = [pronoun]
        names = self.several(kind, number)
        return names, [self.marked(words[0], *names), *words[1:]]

    def called_together(self, kind: str, number: int, told: bool) -> list[str]:
        phrases = self.sampler.unnamed.get((kind, told, True), ())
        return self.realizer.plain(self.realizer.choose(phrases), {COUNT: [COUNTS[number - 1]]})

    def marked(self, word: str, *arguments: str) -> str:
        found = Unnamed(word)
        found.arguments = arguments
        return found

    def contrasted(self, words: list[str]) -> list[str]:
        """The finished sentence: of "a number" and "another number" the first one is "a number" or "one
        number", and the second is sometimes just "another"."""
        words = list(words)
        for another in [word for word in words if isinstance(word, Unnamed) and word == "another"]:
            first, second, *_ = [place for place, word in enumerate(words) if self.alike(word, another)]
            one, other = words[first], words[second]
            if one is another:  # what comes first in the sentence is no other yet
                words[first] = one = self.like(another, article(words[first + 1]))
            if not {one, other} <= {"a", "an", "another"}:
                continue
            words[second] = self.like(other, "another")
            if self.rng.random() < _ONE:
                words[first] = self.like(one, "one")
            if words[first + 1] == words[second + 1] and self.rng.random() < _BARE:
                del words[second + 1]
        return words

    def like(self, word: str, text: str) -> str:
        """Another word that stands for the same."""
        assert isinstance(word, Unnamed)
        return self.marked(text, *word.arguments)

    def alike(self, word: str, other: Unnamed) -> bool:
        """Whether a word stands for something of the same type as another does."""
        return isinstance(word, Unnamed) and self.kinds[word.arguments[0]] == self.kinds[other.arguments[0]]

    def introduced(self, name: str) -> list[str]:
        """The words for an argument where it is introduced; something is to be said of it then."""
        self.waiting.append(name)
        return self.spoken_of(name, told=False) if self.nameless else [Mention(name)]

    def again(self, name: str) -> list[str]:
        """The words for an argument that was mentioned a few words before."""
        return self.spoken_of(name, told=True) if self.nameless else [Mention(name)]

    def spoken_of(self, name: str, told: bool) -> list[str]:
        """The words for an unnamed argument: for the first time ("a list"), or when it was `told` of before
        ("the list")."""
        phrases = self.sampler.unnamed.get((self.kinds[name], told, False), ())
        first, *rest = self.realizer.plain(self.realizer.choose(phrases), {})
        if told and self.paired and TOLD in self.realizer.tags:
            place = [other for other, kind in self.kinds.items() if kind == self.kinds[name]].index(name)
            rest = [_ORDINALS[place], *([] if self.rng.random() < _BARE else rest)]
            first = "the"
        return [self.marked(first, name), *rest]

    def new_name(self, kind: str) -> str:
        names = self.grammar.names.get(kind, ())
        if self.profile.named and names:
            return self.taking([name for name in names if name not in self.taken], in_order=False)
        return self.letter()

    def letter(self) -> str:
        free = [letter for letter in self.profile.letters if letter not in self.taken]
        return self.taking(free, self.profile.in_order)

    def taking(self, free: Sequence[str], in_order: bool) -> str:
        """A name that was free, and is not any more."""
        if not free:
            raise DeadEnd
        name = free[0] if in_order else self.rng.choice(free)
        self.taken.add(name)
        return name

    def define(self, value: list[str]) -> list[str]:
        """A letter that stands for `value`, which is defined in front of the sentence."""
        letter = Mention(self.letter())
        phrase = self.realizer.choose(self.grammar.definitions)
        self.definitions.append(self.realizer.plain(phrase, {NAME: [letter], VALUE: value}))
        return [letter]

    # ------------------------------------------------------------ before and after the sentence

    def drawn_introduction(self) -> Phrase | None:
        """What a sentence gets in front that does not introduce its arguments itself, if it gets anything."""
        introductions = self.grammar.introductions
        if not self.realizer.usable(introductions) or self.rng.random() >= self.profile.introduce:
            return None
        self.realizer.tags |= {TOLD}
        return self.realizer.choose(introductions)

    def introduction(self) -> list[str]:
        """Declarations of the arguments and definitions: "a number a , an array b , let c be ..."."""
        names = list(self.kinds)
        if not names:
            raise DeadEnd
        if not self.profile.in_order:
            self.rng.shuffle(names)
        order = {name: place for place, name in enumerate(self.kinds) if self.kinds[name] in self.together}
        names.sort(key=lambda name: (name not in self.subjects, order.get(name, 0)))
        words = joined(
            [self.unnamed_group(kind, group) for kind, group in self.by_kind().items()]
            if self.nameless
            else [self.declaration(kind, group) for kind, group in self.groups(names)]
        )
        for definition in self.definitions:
            words += [",", *definition]
        return words

    def by_kind(self) -> dict[str, list[str]]:
        """The arguments of each type. Raises DeadEnd where two were to be told apart and there is one."""
        kinds: dict[str, list[str]] = {}
        for name, kind in self.kinds.items():
            kinds.setdefault(kind, []).append(name)
        if self.paired and any(len(names) == 1 for names in kinds.values()):
            raise DeadEnd
        return kinds

    def unnamed_group(self, kind: str, names: list[str]) -> list[str]:
        if len(names) == 1:
            return self.spoken_of(names[0], told=False)
        words = self.called_together(kind, len(names), told=False)
        return [self.marked(words[0], *names), *words[1:]]

    def groups(self, names: Iterable[str]) -> list[tuple[str, list[str]]]:
        """Neighbours of one type, mostly declared together."""
        groups: list[tuple[str, list[str]]] = []
        for name in names:
            kind = self.kinds[name]
            if groups and groups[-1][0] == kind and self.are_declared_together(kind, name, groups[-1][1]):
                groups[-1][1].append(name)
            else:
                groups.append((self.kinds[name], [name]))
        return groups

    def are_declared_together(self, kind: str, name: str, others: list[str]) -> bool:
        """Whether the next argument of a type joins others; "it" is none of two numbers."""
        if kind in self.together:
            return True
        return self.subjects.isdisjoint((name, *others)) and self.rng.random() < 0.8

    def declaration(self, kind: str, names: list[str]) -> list[str]:
        """Words that introduce arguments of one type. Raises DeadEnd where the grammar has none."""
        asked = NAME if len(names) == 1 else NAMES
        phrases = self.sampler.declarations.get((kind, asked), ())
        if not phrases:
            if len(names) == 1:
                raise DeadEnd
            return joined([self.declaration(kind, [name]) for name in names])
        count = COUNTS[len(names) - 1] if len(names) <= len(COUNTS) else str(len(names))
        listed = joined([[Mention(name)] for name in names])
        return self.realizer.plain(self.realizer.choose(phrases), {asked: listed, COUNT: [count]})

    def remark(self) -> list[str]:
        """What is said of an argument at the end and changes nothing; mostly nothing is."""
        remarks = self.grammar.remarks
        usable = [
            (name, remarks[kind])
            for name, kind in self.kinds.items()
            if self.realizer.usable(remarks.get(kind, ()))
        ]
        if self.nameless or not usable or self.rng.random() >= self.profile.remark:
            return []
        name, phrases = self.rng.choice(usable)
        return self.realizer.plain(self.realizer.choose(phrases), {NAME: [Mention(name)]})

    def called(self, words: Sequence[str]) -> dict[str, str]:
        """The arguments as the finished sentence comes to speak of them, and what the program calls each."""
        if self.nameless:
            met = dict.fromkeys(
                argument for word in words if isinstance(word, Unnamed) for argument in word.arguments
            )
            return dict(zip(met, LETTERS, strict=False))
        met = dict.fromkeys(str(word) for word in words if isinstance(word, Mention))
        return {name: name for name in (met | self.kinds) if name in self.kinds}
