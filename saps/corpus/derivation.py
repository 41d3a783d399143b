"""One derivation of a task grammar: the words of the sentence and the program, drawn together.

Where a wording would allow a second reading with another meaning, the part in question is put in brackets. A
phrase that ends in a slot can swallow what follows it ("the square of a" + "plus b"), where something of the
slot's type can go on like that. A phrase that starts with a slot can be torn from the phrase around it
("a minus" + "b plus c"), where the types of the two agree.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field

from saps.corpus.examples import WORDS
from saps.corpus.registers import LETTERS, Profile
from saps.corpus.sampler import NoWay, Sampler
from saps.corpus.synchronous import (
    ARGS,
    BUILT_IN,
    COUNT,
    COUNTS,
    NAME,
    NAMES,
    ROOT,
    TOLD,
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
    """A derived phrase, and what brackets depend on."""

    words: list[str]
    node: Node
    right: set[str] = field(default_factory=set)
    """Types of what stands at its end: that could go on with the words behind the phrase."""
    leads: set[str] = field(default_factory=set)
    """Words behind something at its beginning that is of the phrase's own type ("plus" in "a plus b")."""
    torn: set[str] = field(default_factory=set)
    """The same of all phrases at its end: the phrase could be over before such a word."""
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
    return Derivation(tuple(part.words), apply_invocations(part.node), args, tuple(run.productions))


class _Run:
    """The state of one derivation."""

    def __init__(self, sampler: Sampler, rng: random.Random, profile: Profile) -> None:
        self.sampler, self.grammar, self.rng, self.profile = sampler, sampler.grammar, rng, profile
        self.args: dict[str, str] = {}
        self.mentions: dict[str, int] = {}
        self.definitions: list[list[str]] = []
        self.taken: set[str] = set()
        self.productions: list[str] = []
        self.tags = profile.tags
        self.may_define = False

    def sentence(self, target: Production | None) -> _Part:
        """The whole sentence, with the target in it, if any."""
        introduction = self.drawn_introduction()
        production = self.production(ROOT, 1000, target)
        flat = self.flatten(self.choose(production.wordings))
        if introduction is not None and Slot(ARGS) not in flat:
            flat = self.flatten(introduction) + flat
        introduced = Slot(ARGS) in flat
        if introduced:
            self.tags |= {TOLD}
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
        part.words += self.remark()
        if not introduced:
            self.order_by_mention(part.words)
        return part

    def drawn_introduction(self) -> Phrase | None:
        """What a sentence gets in front that does not introduce its arguments itself, if it gets anything."""
        usable = any(phrase.serves(self.tags) for phrase in self.grammar.introductions)
        if not usable or self.rng.random() >= self.profile.introduce:
            return None
        self.tags |= {TOLD}
        return self.choose(self.grammar.introductions)

    def remark(self) -> list[str]:
        """What is said of an argument at the end and changes nothing; mostly nothing is."""
        remarks = self.grammar.remarks
        usable = [
            (name, remarks[kind])
            for name, kind in self.args.items()
            if any(phrase.serves(self.tags) for phrase in remarks.get(kind, ()))
        ]
        if not usable or self.rng.random() >= self.profile.remark:
            return []
        name, phrases = self.rng.choice(usable)
        return self.plain(self.choose(phrases), {NAME: [Mention(name)]})

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
        sampler, tags = self.sampler, self.tags
        if target is None:
            return sampler.production(self.rng, nonterminal, depth, tags)
        return sampler.step_toward(self.rng, nonterminal, target, tags)

    def parts(self, production: Production, depth: int, target: Production | None) -> dict[str, _Part]:
        """What fills the production's slots."""
        on = None
        if target is not None and target is not production:
            on = self.sampler.slot_toward(production, target, self.tags)
        parts: dict[str, _Part] = {}
        siblings: set[str] = set()
        for slot, inner in production.slots.items():
            parts[slot] = self.fill(inner, depth - 1, siblings, target if slot == on else None)
            if parts[slot].is_argument:
                siblings.add(parts[slot].node.symbol)
        return parts

    def built_in(self, nonterminal: str) -> _Part:
        rng = self.rng
        if nonterminal == "integer":
            number = str(rng.randint(3, 20) if rng.random() < 0.7 else rng.randint(21, 200))
            return _Part([number], Node(number))
        if nonterminal == "quoted":
            text = json.dumps(rng.choice(LETTERS) if rng.random() < 0.7 else rng.choice(WORDS))
            return _Part([text], Node(text))
        free = [letter for letter in LETTERS if letter not in self.taken]
        letter = self.taking(free, in_order=False)
        return _Part([Mention(letter)], Node(json.dumps(letter)))

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
        letter = Mention(self.letter())
        phrase = self.choose(self.grammar.definitions)
        self.definitions.append(self.plain(phrase, {NAME: [letter], VALUE: part.words}))
        return _Part([letter], part.node, is_argument=True)

    # ------------------------------------------------------------ wordings

    def choose(self, phrases: tuple[Phrase, ...]) -> Phrase:
        return self.sampler.phrase(self.rng, phrases, self.tags)

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
        type_names = self.sampler.type_names
        mine = type_names[production.makes]
        result = _Part([], production.program)
        for index, item in enumerate(flat):
            if isinstance(item, Word):
                result.words.append(item.text)
                continue
            part, follows = parts[item.name], flat[index + 1 : index + 2]
            if item.name == ARGS or production.slots[item.name] in BUILT_IN:
                result.words += part.words
                continue
            behind = self.first_word(follows[0], parts) if follows else None
            if self.is_misread(part, mine, index, behind):
                part = _Part(["(", *part.words, ")"], part.node)
            elif part.words[0] == "the" and result.words[-1:] == ["the"]:
                result.words.pop()
            result.words += part.words
            kind = type_names[production.slots[item.name]]
            if index == 0 and kind == mine and behind is not None:
                result.leads = {behind} | part.leads
            if not follows:
                result.right = {kind} | part.right
                result.torn = part.torn
        result.torn = result.torn | result.leads
        nodes = {slot: parts[slot].node for slot in production.slots}
        result.node = substitute(production.program, nodes)
        return result

    def first_word(self, item: Word | Slot, parts: dict[str, _Part]) -> str:
        return item.text if isinstance(item, Word) else parts[item.name].words[0]

    def is_misread(self, part: _Part, mine: str, index: int, behind: str | None) -> bool:
        """Whether a part without brackets could swallow the word behind it, or be torn apart by the phrase of
        type `mine` in which it stands."""
        sampler = self.sampler
        if behind is not None and sampler.swallows(part.right, behind, self.tags):
            return True
        return index > 0 and any(sampler.swallows((mine,), word, self.tags) for word in part.torn)

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
        phrases = self.sampler.declarations[kind, asked]
        if not phrases:
            return _join([self.declaration(kind, [name]) for name in names])
        count = COUNTS[len(names) - 1] if len(names) <= len(COUNTS) else str(len(names))
        listed = _join([[Mention(name)] for name in names])
        return self.plain(self.choose(phrases), {asked: listed, COUNT: [count]})

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
