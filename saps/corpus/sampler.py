"""Seeded, weighted derivations of a task grammar.

One derivation gives both sides: the words of the sentence and the program. Where a wording would allow a
second reading with another meaning, the part in question is put in brackets. A phrase that ends in a slot can
swallow what follows it ("the square of a" + "plus b"), a phrase that starts with one can be torn from the
phrase around it ("a minus" + "b plus c"); both only where the types of the two slots agree.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from saps.corpus.synchronous import (
    ARGS,
    BUILT_IN,
    NAME,
    NAMES,
    ROOT,
    VALUE,
    Choice,
    Grammar,
    Phrase,
    Production,
    Slot,
    Word,
)
from saps.language.simplify import apply_invocations
from saps.language.tree import Node
from saps.language.type_system import resolve, show

LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Profile:
    """How large and how varied the derivations are. Probabilities are per slot that could be either."""

    register: str
    max_depth: int = 4
    """Productions inside one another, the sentence's own not counted."""
    nest: float = 0.3
    """That a slot is filled by another task rather than by an argument or a constant."""
    define: float = 0.0
    """That a task filling a slot is defined in front ("let c be ...")."""
    reuse: float = 0.12
    """That an argument already introduced is used again."""
    constant: float = 0.18
    """That a slot which an argument could fill gets a constant instead, where there is one."""


@dataclass(frozen=True, slots=True)
class Derivation:
    """A sentence and its program. `args` is in the order in which the sentence introduces them."""

    words: tuple[str, ...]
    program: Node
    args: dict[str, str]
    """Argument to its type as written."""
    productions: tuple[str, ...]
    """Labels of the productions used, outermost first."""


@dataclass(slots=True)
class _Part:
    """A derived phrase. `left` and `right` are the types of slots at its edges, `torn` the types of phrases
    at its right end that start with a slot."""

    words: list[str]
    node: Node
    left: set[str] = field(default_factory=set)
    right: set[str] = field(default_factory=set)
    torn: set[str] = field(default_factory=set)
    is_argument: bool = False


class Sampler:
    """Draws derivations from a grammar."""

    def __init__(self, grammar: Grammar) -> None:
        self.grammar = grammar
        self.type_names = {
            name: "any" if kind is None else show(resolve(kind)) for name, kind in grammar.types.items()
        }
        self.depths = _least_depths(grammar)
        self.leaves: dict[str, list[Production]] = {}
        self.branches: dict[str, list[tuple[Production, int]]] = {}
        for name in grammar.types:
            made = grammar.productions.get(name, [])
            self.leaves[name] = [one for one in made if BUILT_IN.keys() >= set(one.slots.values())]
            self.branches[name] = [
                (production, 1 + max(self.depths[slot] for slot in production.slots.values()))
                for production in made
                if not BUILT_IN.keys() >= set(production.slots.values())
            ]

    def derive(
        self, rng: random.Random, profile: Profile, production: Production | None = None
    ) -> Derivation | None:
        """One derivation, from the given production if any (below a fitting sentence). None where the draw
        came to nothing: no wording in this register, or no letter left for an argument."""
        return _Run(self, rng, profile).sentence(production)


def _least_depths(grammar: Grammar) -> dict[str, int]:
    """How many productions inside one another each nonterminal needs at least."""
    depths = {name: 0 for name in grammar.types if name in BUILT_IN or grammar.is_argument(name)}
    while True:
        before = dict(depths)
        for production in grammar.all_productions():
            needed = [depths.get(slot) for slot in production.slots.values()]
            if None not in needed:
                depth = 1 + max((depth for depth in needed if depth is not None), default=0)
                depths[production.makes] = min(depth, depths.get(production.makes, depth))
        if depths == before:
            return depths


class _Mention(str):
    """A word of the sentence that names an argument (the word `a` may also be an article)."""

    __slots__ = ()


class _NoWay(Exception):
    """This draw cannot be finished; a new one may."""


class _Run:
    """The state of one derivation."""

    def __init__(self, sampler: Sampler, rng: random.Random, profile: Profile) -> None:
        self.sampler, self.grammar, self.rng, self.profile = sampler, sampler.grammar, rng, profile
        self.args: dict[str, str] = {}
        self.mentions: dict[str, int] = {}
        self.definitions: list[list[str]] = []
        self.taken: set[str] = set()
        self.productions: list[str] = []
        self.in_order = rng.random() < 0.5
        self.may_define = False

    def sentence(self, forced: Production | None) -> Derivation | None:
        try:
            part = self.root(forced)
        except _NoWay:
            return None
        order = sorted(self.args, key=lambda name: self.mentions.get(name, 0))
        return Derivation(
            tuple(part.words), part.node, {name: self.args[name] for name in order}, tuple(self.productions)
        )

    def root(self, forced: Production | None) -> _Part:
        sentences = self.grammar.productions[ROOT]
        if forced is not None and forced.makes != ROOT:
            sentences = [one for one in sentences if forced.makes in one.slots.values()] or sentences
        production = forced if forced is not None and forced.makes == ROOT else self.pick(sentences)
        wording = self.wording(production)
        flat = self.flatten(wording)
        introduced = [
            index for index, item in enumerate(flat) if isinstance(item, Slot) and item.name == ARGS
        ]
        self.may_define = any(
            flat[index + 1 : index + 2] in ([Word(",")], [Word(".")]) for index in introduced
        )
        parts: dict[str, _Part] = {}
        for slot, nonterminal in production.slots.items():
            inner = (
                forced
                if forced is not None and nonterminal == forced.makes and forced.makes != ROOT
                else None
            )
            if inner is None and (len(production.slots) > 1 or nonterminal not in self.sampler.branches):
                parts[slot] = self.fill(nonterminal, self.profile.max_depth - 1, set())
            elif len(production.slots) == 1 and production.program.size == 1:
                # a sentence that only asks for its slot must ask for a task, not for an argument
                parts[slot] = self.task(nonterminal, self.profile.max_depth, inner)
            else:
                parts[slot] = self.fill(nonterminal, self.profile.max_depth - 1, set(), inner)
        self.productions.insert(0, production.label)
        if introduced:
            parts[ARGS] = _Part(self.introduction(), production.program)
        part = self.assemble(production, flat, parts)
        if not introduced:
            self.order_by_mention(part.words)
        return part

    # ------------------------------------------------------------ filling slots

    def fill(
        self, nonterminal: str, depth: int, siblings: set[str], forced: Production | None = None
    ) -> _Part:
        """Something for a slot: an argument, a constant or another task at most `depth` levels deep."""
        rng, profile = self.rng, self.profile
        if forced is not None:
            return self.task(nonterminal, depth, forced)
        if nonterminal in BUILT_IN:
            return self.built_in(nonterminal)
        is_argument = self.grammar.is_argument(nonterminal)
        leaves = self.sampler.leaves[nonterminal]
        deep_enough = depth >= self.least_branch(nonterminal)
        if deep_enough and (not (is_argument or leaves) or rng.random() < profile.nest):
            part = self.task(nonterminal, depth, None)
            if is_argument and self.may_define and rng.random() < profile.define:
                return self.define(nonterminal, part)
            return part
        if leaves and (not is_argument or rng.random() < profile.constant):
            return self.task(nonterminal, 0, self.pick(leaves))
        if is_argument:
            return self.argument(nonterminal, siblings)
        return self.task(nonterminal, self.sampler.depths[nonterminal], None)

    def least_branch(self, nonterminal: str) -> int:
        return min((depth for _, depth in self.sampler.branches[nonterminal]), default=1000)

    def task(self, nonterminal: str, depth: int, forced: Production | None) -> _Part:
        production = forced
        if production is None:
            usable = [one for one, least in self.sampler.branches[nonterminal] if least <= depth]
            usable += self.sampler.leaves[nonterminal] if not self.grammar.is_argument(nonterminal) else []
            if not usable:
                raise _NoWay
            production = self.pick(usable)
        wording = self.wording(production)
        self.productions.append(production.label)
        parts: dict[str, _Part] = {}
        siblings: set[str] = set()
        for slot, inner in production.slots.items():
            parts[slot] = self.fill(inner, depth - 1, siblings)
            if parts[slot].is_argument:
                siblings.add(parts[slot].node.symbol)
        return self.assemble(production, self.flatten(wording), parts)

    def built_in(self, nonterminal: str) -> _Part:
        if nonterminal == "integer":
            number = str(self.rng.randint(3, 20) if self.rng.random() < 0.7 else self.rng.randint(21, 200))
            return _Part([number], Node(number))
        text = f'"{self.rng.choice(LETTERS)}"'
        return _Part([text], Node(text))

    def argument(self, nonterminal: str, siblings: set[str]) -> _Part:
        kind = self.sampler.type_names[nonterminal]
        known = [name for name, other in self.args.items() if other == kind and name not in siblings]
        if known and self.rng.random() < self.profile.reuse:
            name = self.rng.choice(known)
        else:
            name = self.new_name(kind)
            self.args[name] = kind
        mentions = self.grammar.mentions.get(kind)
        words: list[str] = [_Mention(name)]
        if mentions:
            words = self.plain(self.choose(mentions), {NAME: words})
        return _Part(words, Node(name), is_argument=True)

    def new_name(self, kind: str) -> str:
        names = self.grammar.names.get(kind, ())
        if self.profile.register == "names" and names:
            free = [name for name in names if name not in self.taken]
        else:
            free = [letter for letter in LETTERS if letter not in self.taken]
        if not free:
            raise _NoWay
        in_order = self.in_order and self.profile.register != "names"
        name = free[0] if in_order else self.rng.choice(free)
        self.taken.add(name)
        return name

    def define(self, nonterminal: str, part: _Part) -> _Part:
        if not self.grammar.definitions:
            return part
        letters = [letter for letter in LETTERS if letter not in self.taken]
        if not letters:
            raise _NoWay
        letter = letters[0] if self.in_order else self.rng.choice(letters)
        self.taken.add(letter)
        phrase = self.choose(self.grammar.definitions)
        self.definitions.append(self.plain(phrase, {NAME: [letter], VALUE: part.words}))
        return _Part([letter], part.node, is_argument=True)

    # ------------------------------------------------------------ wordings

    def pick(self, productions: Sequence[Production]) -> Production:
        """One of the productions that have a wording in this register, by weight."""
        register = self.profile.register
        usable = [one for one in productions if any(wording.serves(register) for wording in one.wordings)]
        if not usable:
            raise _NoWay
        return self.rng.choices(usable, [one.weight for one in usable])[0]

    def wording(self, production: Production) -> Phrase:
        return self.choose(production.wordings)

    def choose(self, phrases: Sequence[Phrase]) -> Phrase:
        register = self.profile.register
        usable = [phrase for phrase in phrases if phrase.serves(register)]
        if not usable:
            raise _NoWay
        if len(usable) == 1:
            return usable[0]
        return self.rng.choices(usable, [phrase.weight for phrase in usable])[0]

    def flatten(self, phrase: Phrase) -> list[Word | Slot]:
        """The phrase with its choices made."""
        flat: list[Word | Slot] = []
        for item in phrase.items:
            if isinstance(item, Choice):
                flat += self.flatten(self.choose(item.options))
            else:
                flat.append(item)
        return flat

    def plain(self, phrase: Phrase, slots: dict[str, list[str]]) -> list[str]:
        words: list[str] = []
        for item in self.flatten(phrase):
            words += [item.text] if isinstance(item, Word) else slots[item.name]
        return words

    def assemble(self, production: Production, flat: list[Word | Slot], parts: dict[str, _Part]) -> _Part:
        """Put the parts into the wording and the program, with brackets where a part could be misread."""
        words: list[str] = []
        mine = self.sampler.type_names[production.makes]
        result = _Part(words, production.program)
        last = len(flat) - 1
        for index, item in enumerate(flat):
            if isinstance(item, Word):
                words.append(item.text)
                continue
            part = parts[item.name]
            if item.name == ARGS or production.slots[item.name] in BUILT_IN:
                words += part.words
                continue
            kind = self.sampler.type_names[production.slots[item.name]]
            if part.words[0] == "the" and words and words[-1] == "the":
                words.pop()
            misread = (index < last and kind in part.right) or (index > 0 and mine in part.torn)
            words += ["(", *part.words, ")"] if misread else part.words
            if index == 0:
                result.left = {kind} | (set() if misread else part.left)
            if index == last:
                result.right = {kind} | (set() if misread else part.right)
                result.torn |= set() if misread else part.torn
        result.torn |= result.left
        nodes = {slot: parts[slot].node for slot in production.slots}
        result.node = apply_invocations(substitute(production.program, nodes))
        return result

    # ------------------------------------------------------------ introducing arguments

    def introduction(self) -> list[str]:
        """Declarations of the arguments and definitions: "a number a , an array b , let c be ..."."""
        groups: list[tuple[str, list[str]]] = []
        names = list(self.args)
        if not self.in_order:
            self.rng.shuffle(names)
        for name in names:
            if groups and groups[-1][0] == self.args[name] and self.rng.random() < 0.8:
                groups[-1][1].append(name)
            else:
                groups.append((self.args[name], [name]))
        self.mentions = {name: index for index, name in enumerate(names)}
        pieces = [self.declaration(kind, group) for kind, group in groups]
        if not pieces:
            raise _NoWay
        words = _join(pieces)
        for definition in self.definitions:
            words += [",", *definition]
        return words

    def declaration(self, kind: str, names: list[str]) -> list[str]:
        asked = NAME if len(names) == 1 else NAMES
        phrases = [phrase for phrase in self.grammar.declarations[kind] if asked in set(phrase.slots())]
        if not phrases:
            return _join([self.declaration(kind, [name]) for name in names])
        return self.plain(self.choose(phrases), {asked: _join([[name] for name in names])})

    def order_by_mention(self, words: list[str]) -> None:
        for index, word in enumerate(words):
            if isinstance(word, _Mention):
                self.mentions.setdefault(word, index)


def _join(pieces: list[list[str]]) -> list[str]:
    """`x`, `x and y`, `x , y and z`."""
    words: list[str] = []
    for index, piece in enumerate(pieces):
        if index:
            words.append("and" if index == len(pieces) - 1 else ",")
        words += piece
    return words


def substitute(program: Node, values: dict[str, Node]) -> Node:
    """The program with its slots replaced."""
    if not program.children:
        return values.get(program.symbol, program)
    children = [substitute(child, values) for child in program.children]
    if all(new is old for new, old in zip(children, program.children, strict=True)):
        return program
    return Node(program.symbol, children)
