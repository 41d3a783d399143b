"""One derivation of a task grammar: the words of the sentence and the program, drawn together.

Where a wording would allow a second reading with another meaning, the part in question is put in brackets. A
phrase that ends in a slot can swallow what follows it ("the square of a" + "plus b"), a phrase that starts
with one can be torn from the phrase around it ("a minus" + "b plus c"); both only where the types of the two
slots agree.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from saps.corpus.registers import LETTERS, Profile
from saps.corpus.sampler import NoWay, Sampler
from saps.corpus.synchronous import (
    ARGS,
    BUILT_IN,
    NAME,
    NAMES,
    ROOT,
    VALUE,
    Phrase,
    Production,
    Slot,
    Word,
)
from saps.language.simplify import apply_invocations
from saps.language.tree import Node


class Mention(str):
    """A word of the sentence that names an argument (the word `a` may also be an article)."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Derivation:
    """A sentence and its program. `args` is in the order in which the sentence introduces them."""

    words: tuple[str, ...]
    """Those that name an argument are of class Mention."""
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


def derive(
    sampler: Sampler, rng: random.Random, profile: Profile, production: Production | None = None
) -> Derivation | None:
    """One derivation, with the given production in it, if any. None where the draw came to nothing: no
    wording for this profile, or no letter left for an argument."""
    run = _Run(sampler, rng, profile)
    try:
        part = run.sentence(production)
    except NoWay:
        return None
    order = sorted(run.args, key=lambda name: run.mentions.get(name, 0))
    args = {name: run.args[name] for name in order}
    return Derivation(tuple(part.words), part.node, args, tuple(run.productions))


class _Run:
    """The state of one derivation."""

    def __init__(self, sampler: Sampler, rng: random.Random, profile: Profile) -> None:
        self.sampler, self.grammar, self.rng, self.profile = sampler, sampler.grammar, rng, profile
        self.args: dict[str, str] = {}
        self.mentions: dict[str, int] = {}
        self.definitions: list[list[str]] = []
        self.taken: set[str] = set()
        self.productions: list[str] = []
        self.may_define = False

    def sentence(self, target: Production | None) -> _Part:
        """The whole sentence, with the target in it, if any."""
        production = self.production(ROOT, 1000, target)
        flat = self.flatten(self.choose(production.wordings))
        introduced = Slot(ARGS) in flat
        self.may_define = introduced and flat[flat.index(Slot(ARGS)) + 1 :][:1] in ([Word(",")], [Word(".")])
        self.productions.append(production.label)
        if target is production:
            target = None
        if production.program.size == 1:  # it only asks for its slot: for a task, not for an argument
            ((slot, inner),) = production.slots.items()
            parts = {slot: self.task(inner, self.profile.max_depth, target)}
        else:
            parts = self.parts(production, self.profile.max_depth, target)
        if introduced:
            parts[ARGS] = _Part(self.introduction(), production.program)
        part = self.assemble(production, flat, parts)
        if not introduced:
            self.order_by_mention(part.words)
        return part

    # ------------------------------------------------------------ filling slots

    def fill(self, nonterminal: str, depth: int, siblings: set[str], target: Production | None) -> _Part:
        """Something for a slot: an argument, a constant or another task at most `depth` levels deep."""
        sampler, rng, profile = self.sampler, self.rng, self.profile
        if target is not None:
            return self.task(nonterminal, depth, target)
        if nonterminal in BUILT_IN:
            return self.built_in(nonterminal)
        is_argument = nonterminal in sampler.arguments
        if depth >= sampler.least_branch[nonterminal] and (not is_argument or rng.random() < profile.nest):
            part = self.task(nonterminal, depth)
            if is_argument and self.may_define and rng.random() < profile.define:
                return self.define(part)
            return part
        if not is_argument:
            return self.task(nonterminal, sampler.depths[nonterminal])
        if rng.random() < profile.constant:
            try:
                return self.task(nonterminal, 0)
            except NoWay:
                pass  # there is no constant of this kind in this way of speaking
        return self.argument(nonterminal, siblings)

    def task(self, nonterminal: str, depth: int, target: Production | None = None) -> _Part:
        production = self.production(nonterminal, depth, target)
        flat = self.flatten(self.choose(production.wordings))
        self.productions.append(production.label)
        return self.assemble(production, flat, self.parts(production, depth, target))

    def production(self, nonterminal: str, depth: int, target: Production | None) -> Production:
        sampler, tags = self.sampler, self.profile.tags
        if target is None:
            return sampler.production(self.rng, nonterminal, depth, tags)
        return sampler.step_toward(self.rng, nonterminal, target, tags)

    def parts(self, production: Production, depth: int, target: Production | None) -> dict[str, _Part]:
        """What fills the production's slots."""
        on = None
        if target is not None and target is not production:
            on = self.sampler.slot_toward(production, target, self.profile.tags)
        parts: dict[str, _Part] = {}
        siblings: set[str] = set()
        for slot, inner in production.slots.items():
            parts[slot] = self.fill(inner, depth - 1, siblings, target if slot == on else None)
            if parts[slot].is_argument:
                siblings.add(parts[slot].node.symbol)
        return parts

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
        words: list[str] = [Mention(name)]
        if mentions:
            words = self.plain(self.choose(mentions), {NAME: words})
        return _Part(words, Node(name), is_argument=True)

    def new_name(self, kind: str) -> str:
        names = self.grammar.names.get(kind, ())
        if self.profile.named and names:
            return self.taking([name for name in names if name not in self.taken], in_order=False)
        return self.letter()

    def letter(self) -> str:
        free = [letter for letter in self.profile.letters if letter not in self.taken]
        return self.taking(free, self.profile.in_order)

    def taking(self, free: list[str], in_order: bool) -> str:
        if not free:
            raise NoWay
        name = free[0] if in_order else self.rng.choice(free)
        self.taken.add(name)
        return name

    def define(self, part: _Part) -> _Part:
        if not self.grammar.definitions:
            return part
        letter = self.letter()
        phrase = self.choose(self.grammar.definitions)
        self.definitions.append(self.plain(phrase, {NAME: [letter], VALUE: part.words}))
        return _Part([letter], part.node, is_argument=True)

    # ------------------------------------------------------------ wordings

    def choose(self, phrases: tuple[Phrase, ...]) -> Phrase:
        return self.sampler.phrase(self.rng, phrases, self.profile.tags)

    def flatten(self, phrase: Phrase) -> list[Word | Slot]:
        """The phrase with its choices made."""
        flat: list[Word | Slot] = []
        for item in phrase.items:
            if isinstance(item, Word | Slot):
                flat.append(item)
            else:
                flat += self.flatten(self.choose(item.options))
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
        if not self.profile.in_order:
            self.rng.shuffle(names)
        for name in names:
            if groups and groups[-1][0] == self.args[name] and self.rng.random() < 0.8:
                groups[-1][1].append(name)
            else:
                groups.append((self.args[name], [name]))
        self.mentions = {name: index for index, name in enumerate(names)}
        pieces = [self.declaration(kind, group) for kind, group in groups]
        if not pieces:
            raise NoWay
        words = _join(pieces)
        for definition in self.definitions:
            words += [",", *definition]
        return words

    def declaration(self, kind: str, names: list[str]) -> list[str]:
        asked = NAME if len(names) == 1 else NAMES
        phrases = self.declarations(kind, asked)
        if not phrases:
            return _join([self.declaration(kind, [name]) for name in names])
        return self.plain(self.choose(phrases), {asked: _join([[name] for name in names])})

    def declarations(self, kind: str, asked: str) -> tuple[Phrase, ...]:
        """Those for one argument, or for several together."""
        return self.sampler.declarations[kind, asked]

    def order_by_mention(self, words: list[str]) -> None:
        for index, word in enumerate(words):
            if isinstance(word, Mention):
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
