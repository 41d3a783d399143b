"""A program said in English, by the wordings of the grammar: what the corpus does with sentences, backwards.

The program is folded, and covered with productions from its root down, as a compiler covers a tree with
instructions: a production fits where its own program does, whatever stands in its slots. Of several ways the
likeliest is taken, and of each wording its commonest words. So the words are those that the model was taught.
"""

from __future__ import annotations

import json
import math
import random
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from saps.corpus.generation.derivation import Assembly, Part
from saps.corpus.generation.realizer import Mention
from saps.corpus.generation.registers import Profile
from saps.corpus.generation.sampler import DeadEnd, Sampler, speaking
from saps.corpus.grammar import source
from saps.corpus.grammar.compiler import NP, UNIVERSE, Demand, Wordings, compiled
from saps.corpus.grammar.inflection import agreed
from saps.corpus.grammar.loading import uncollected
from saps.corpus.grammar.model import Choice, Grammar, Phrase, Production, Slot, Word
from saps.corpus.grammar.reader import Reader
from saps.corpus.grammar.source import Source
from saps.language.errors import GrammarError, ProgramTypeError
from saps.language.library import Library, built_in
from saps.language.tree import Node, substitute
from saps.language.type_system import BOOL, Type, concrete, function, show
from saps.language.typecheck import check
from saps.resources import grammar_files
from saps.text.normalize import normalize
from saps.text.placeholders import LETTERS
from saps.text.units import units_in

TAGS = frozenset(("paraphrase",))
"""Wordings of careful people are taken."""

_BLOCK = re.compile(r"^(?=\S)", re.MULTILINE)
_SAID = re.compile(r'say\s+"?([^\s"(]+)"?[^\n]*?(?:=>\s*\(?\s*([^\s()]+)[^\n]*)?$', re.MULTILINE)
_MACRO = re.compile(r"\{([A-Za-z_.]+)\}")
_ALWAYS = "{the} {a} {it} {its} {element} {elements} {each}"
"""Lists that forms are derived with."""
_WHOLE = ("frames", "stories", "notation")
"""Files of whole sentences and of code. Of them only the choice between two values is taken."""
_CHOICE = "say if("


def explain(
    program: Node,
    args: Mapping[str, Type],
    sampler: Sampler | None = None,
    heard: Collection[str] = (),
) -> str | None:
    """A plain program in English; None where the grammar has no words for a part of it. Wordings with the
    words in `heard` are preferred: what makes inches of feet makes months of years.

    The grammar is read as far as the program needs it, unless there is a `whole_sampler`, which pays for many
    programs; of ways to say it that are as likely that may take another one.
    """
    kinds = {name: concrete(kind) for name, kind in args.items()}
    library = built_in()
    folded = library.fold_one(program, kinds)
    result = show(check(program, kinds).return_type)
    forms = ("clause", NP, _ORDER) if result == "bool" else (NP, _ORDER)
    symbols = frozenset(node.symbol for part in (folded, library.expand(folded, args)) for node in part)
    ways = [sampler] if sampler else (Sampler(_grammar_for(symbols, steps)) for steps in (False, True))
    for way in ways:
        said = _Explainer(kinds, library, way, heard)
        for form in forms:
            words = said.words(folded, f"{form} {result}")
            if words is not None:
                return tidy(["whether", *words] if form == "clause" else words)
    return None


def says(program: Node, args: Mapping[str, Type], words: Sequence[str]) -> bool:
    """Whether a sentence, by its words as they are read, is what `explain` says of a plain program.

    Most sentences do not name all arguments, as explanations do, and most programs have not even the
    sentence's words: these need not be explained.
    """
    names = set(normalize(" ".join(args))) if args else set()
    if not names.issubset(words):
        return False
    kinds = {name: concrete(kind) for name, kind in args.items()}
    try:
        folded = built_in().fold_one(program, kinds)
    except ProgramTypeError:
        return False
    beginnings = _general_words().union(*(_words_for(node.symbol) for node in folded))
    telling = (word for word in words if len(word) > 1 and word.isalpha() and word not in names)
    if not all(word[:_BEGINNING] in beginnings for word in telling):
        return False
    said = explain(program, args, heard=units_in(words))
    return said is not None and normalize(said) == list(words)


def tidy(words: list[str]) -> str:
    """Words as people print them: signs on the words that they belong to."""
    text = " ".join(words)
    text = re.sub(r" ([,.;:?!)])", r"\1", text)
    return re.sub(r"\( ", "(", text).replace(" ' ", "'").replace(" - th ", "-th ")


_CLAUSE = "clause bool"
_ORDER, _STEP = "imp", "imp[{it}]"
_OF_ARGUMENTS = (NP, "name", "amount", "character")
"""Forms that an argument can be said in; the last two ask for narrower values of its type."""
_HEARD = 10.0
"""What a phrase's weight is taken times for each of its words that is preferred."""
_SHORTER = 0.7
"""What a phrase's weight is taken times for each of its words, where it has to be short."""
_TEXTS = ("quoted", "letter", "symbol")
_ELEMENTS = {"int": "number", "string": "word", "int[]": "row"}


@dataclass
class _Cover:
    """A way to say a part of the program: a production with what fills its slots, or words as they are."""

    cost: float
    production: Production | None = None
    filled: dict[str, _Cover] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)
    pieces: tuple[_Cover | list[str], ...] = ()
    """Parts and words in a row, where there is no production."""
    node: Node = field(default_factory=lambda: Node("_"))


class _Explainer:
    def __init__(
        self,
        args: Mapping[str, Type],
        library: Library,
        sampler: Sampler,
        heard: Collection[str],
    ) -> None:
        self.heard = heard
        self.args = {name: show(kind) for name, kind in args.items()}
        self.library, self.grammar = library, sampler.grammar
        self.assembly = Assembly(sampler, random.Random(0), Profile(TAGS))
        self.pending: set[tuple[Node, str]] = set()
        self.known: dict[tuple[Node, str], _Cover | None] = {}

    def words(self, program: Node, nonterminal: str) -> list[str] | None:
        """The words for a program; None where there are none."""
        try:
            found = self.cover(program, nonterminal)
            return None if found is None else agreed(self.part(found).words)
        except DeadEnd:
            return None

    # ------------------------------------------------------------ covering

    def cover(self, node: Node, nonterminal: str) -> _Cover | None:
        """The likeliest way to say a node as what a nonterminal makes."""
        key = node, nonterminal
        if key in self.known:
            return self.known[key]
        if key in self.pending:
            return None  # a form made of itself says nothing
        self.pending.add(key)
        ways = [*self.leaves(node, nonterminal), *self.calls(node, nonterminal)]
        if not ways:
            ways = [
                *self.lambdas(node, nonterminal),
                *self.clauses(node, nonterminal),
                *self.steps(node, nonterminal),
            ]
        self.pending.discard(key)
        best = min(ways, key=lambda way: way.cost, default=None)
        if best is not None or not self.pending:
            self.known[key] = best
        return best

    def leaves(self, node: Node, nonterminal: str) -> Iterator[_Cover]:
        symbol = node.symbol
        if node.children:
            return
        shown = nonterminal.partition(" ")[2]
        if symbol in self.args:
            fits = self.args[symbol] == shown and nonterminal.partition(" ")[0] in _OF_ARGUMENTS
            if fits:
                yield _Cover(0.0, words=[Mention(symbol)], node=node)
        elif nonterminal == "integer" and symbol.lstrip("-").isdigit():
            yield _Cover(0.0, words=[symbol], node=node)
        elif nonterminal in _TEXTS and symbol[0] == '"':
            yield _Cover(0.0, words=[json.dumps(json.loads(symbol), ensure_ascii=False)], node=node)

    def calls(self, node: Node, nonterminal: str) -> Iterator[_Cover]:
        made = speaking(self.grammar.productions.get(nonterminal, ()), TAGS)
        most = max((one.weight for one in made), default=1.0)
        for production in made:
            filled = _matched(self.canonical(production), node, production)
            if filled is None or filled.keys() != production.slots.keys():
                continue
            covers = {}
            for slot, inner in production.slots.items():
                found = self.cover(filled[slot], inner)
                if found is None:
                    break
                covers[slot] = found
            else:
                own = 0.1 if production.program.size == 1 else 1.0
                rare = 0.1 * math.log(most / production.weight)
                cost = own + rare + sum(cover.cost for cover in covers.values())
                yield _Cover(cost, production, covers, node=node)

    def lambdas(self, node: Node, nonterminal: str) -> Iterator[_Cover]:
        """A function that is written out, with a letter for its argument: "2 times x for each number x of a",
        "the numbers x for which x squared is less than k"."""
        form, _, kind = nonterminal.partition(" ")
        if form == NP and node.symbol == "map" and kind.endswith("[]"):
            for one, element in _ELEMENTS.items():
                items = self.cover(node.children[0], f"{NP} {one}[]")
                if items is not None:
                    name, body = self.named(node.children[1], one)
                    inner = self.cover(body, f"{NP} {kind.removesuffix('[]')}")
                    del self.args[name]
                    if inner is not None:
                        joint = ["for", "each", element, Mention(name), "of"]
                        yield _Cover(3.0 + items.cost + inner.cost, pieces=(inner, joint, items), node=node)
                    return
        takes = kind.removeprefix("(").partition(" -> ")[0]
        if form in ("things", "thing") and takes in _ELEMENTS:
            name, body = self.named(node, takes)
            test = self.cover(body, _CLAUSE)
            del self.args[name]
            if test is not None:
                noun = _ELEMENTS[takes] + ("s" if form == "things" else "")
                head = [noun, Mention(name), "for", "which"]
                yield _Cover(3.0 + test.cost, pieces=(head, test), node=node)

    def clauses(self, node: Node, nonterminal: str) -> Iterator[_Cover]:
        """What is true of something, as a clause: "a is even"."""
        if nonterminal != _CLAUSE or not node.children:
            return
        predicate = self.predicate(node)
        if predicate is None:
            return
        for kind in map(show, UNIVERSE):
            subject = self.cover(node.children[0], f"{NP} {kind}")
            verb = None if subject is None else self.cover(predicate, f"is ({kind} -> bool)")
            if subject is not None and verb is not None:
                yield _Cover(1.0 + subject.cost + verb.cost, pieces=(subject, verb), node=node)

    def steps(self, node: Node, nonterminal: str) -> Iterator[_Cover]:
        """What is done with what was made before: "remove the vowels from s, then reverse it"."""
        form, _, result = nonterminal.partition(" ")
        predicate = self.predicate(node) if form == _ORDER and node.children else None
        if predicate is None:
            return
        for kind in map(show, UNIVERSE):
            then = self.cover(predicate, f"{_STEP} ({kind} -> {result})")
            first = None if then is None else self.cover(node.children[0], f"{_ORDER} {kind}")
            if first is not None and then is not None:
                yield _Cover(2.0 + first.cost + then.cost, pieces=(first, [",", "then"], then), node=node)

    def predicate(self, node: Node) -> Node | None:
        """What a call does with its first argument, as a function."""
        try:
            return self.library.fold_one(self.library.function(node.symbol, node.children[1:]), self.args)
        except (GrammarError, ProgramTypeError):
            return None

    def named(self, function: Node, kind: str) -> tuple[str, Node]:
        """A letter for what a function takes, and what it makes of that. Raises DeadEnd without one left."""
        name = next((letter for letter in (*"xyzwuvrq", *LETTERS) if letter not in self.args), None)
        if name is None:
            raise DeadEnd
        self.args[name] = kind
        if function.symbol == "lambda1":
            made = substitute(function.children[0], {"arg1": Node(name)})
        else:
            made = self.library.call(function, [Node(name)])
        try:
            return name, self.library.fold_one(made, self.args)
        except ProgramTypeError:
            return name, made

    def canonical(self, production: Production) -> Node:
        """A production's program as folding spells it."""
        return _canonical(production.program, tuple(production.slots))

    # ------------------------------------------------------------ words

    def part(self, cover: _Cover) -> Part:
        if cover.pieces:
            words = [one if isinstance(one, list) else self.part(one).words for one in cover.pieces]
            return Part([word for piece in words for word in piece], cover.node)
        if cover.production is None:
            return Part(list(cover.words), cover.node, is_argument=True)
        production = cover.production
        parts = {slot: self.part(inner) for slot, inner in cover.filled.items()}
        # few words around what is long: "the squares of the even numbers of a"
        plain = all(inner.production is None or not inner.filled for inner in cover.filled.values())
        flat = self.flat(self.commonest(production.wordings, 1.0 if plain else _SHORTER))
        return self.assembly.assemble(production, flat, parts)

    def commonest(self, phrases: tuple[Phrase, ...], each_word: float = 1.0) -> Phrase:
        """The phrase that is said most of those that serve: its weight, times `each_word` for each word and
        `_HEARD` for each that is preferred."""
        serving = [phrase for phrase in phrases if phrase.serves(TAGS)]
        if not serving:
            raise DeadEnd

        def weight(phrase: Phrase) -> float:
            own = phrase.weight if each_word == 1.0 else phrase.weight * each_word ** len(self.flat(phrase))
            return own * _HEARD ** _count(phrase, self.heard) if self.heard else own

        return max(serving, key=weight)

    def flat(self, phrase: Phrase) -> list[Word | Slot]:
        flat: list[Word | Slot] = []
        for item in phrase.items:
            flat += self.flat(self.commonest(item.options)) if isinstance(item, Choice) else [item]
        return flat


def _count(phrase: Phrase, words: Collection[str]) -> int:
    """How many words of a phrase, whatever is chosen in it, are among those given."""
    count = 0
    for item in phrase.items:
        if isinstance(item, Choice):
            count += max((_count(one, words) for one in item.options if one.serves(TAGS)), default=0)
        elif isinstance(item, Word):
            count += item.text in words
    return count


def _matched(pattern: Node, node: Node, production: Production) -> dict[str, Node] | None:
    """What stands in the slots of a pattern where it fits."""
    if not pattern.children:
        if pattern.symbol in production.slots:
            return {pattern.symbol: node}
        return {} if pattern == node else None
    if pattern.symbol != node.symbol or len(pattern.children) != len(node.children):
        return None
    found: dict[str, Node] = {}
    for inner, child in zip(pattern.children, node.children, strict=True):
        matched = _matched(inner, child, production)
        if matched is None or any(found.get(slot, value) != value for slot, value in matched.items()):
            return None
        found |= matched
    return found


@lru_cache(4096)
def _canonical(program: Node, slots: tuple[str, ...]) -> Node:
    if program.size == 1:
        return program
    try:
        return built_in().fold_one(program, slots)
    except ProgramTypeError:
        return program  # a slot that is called: nothing is spelt so


# ---------------------------------------------------------------- a grammar of what is needed


class _Blocks(NamedTuple):
    """The statements of the grammar's files that say meanings, as texts."""

    forms: list[str]
    words: dict[str, list[str]]
    """By the name of the list."""
    says: list[tuple[frozenset[str], str]]
    """With the symbols that the meaning's program may begin with."""


@cache
def _blocks() -> _Blocks:
    found = _Blocks([], {}, [])
    for file in grammar_files():
        registers = ""
        for block in _BLOCK.split(file.read_text(encoding="utf-8")):
            word, _, rest = block.partition(" ")
            if word == "registers":
                registers = block
            elif word == "form":
                found.forms.append(registers + block)
            elif word == "words":
                found.words.setdefault(rest.split()[0], []).append(registers + block)
            elif word == "say" and (file.stem not in _WHOLE or block.startswith(_CHOICE)):
                head = _SAID.match(block.partition("\n")[0])
                if head is not None:
                    found.says.append((frozenset(filter(None, head.groups())), registers + block))
    return found


def _lists_of(texts: Iterable[str], known: Mapping[str, list[str]]) -> Iterator[str]:
    """The lists of words that texts use, and those that these use."""
    met: set[str] = set()
    todo = list(texts)
    while todo:
        for name in _MACRO.findall(todo.pop()):
            if name not in met:
                met.add(name)
                todo += known.get(name, [])
                yield from known.get(name, [])


_BEGINNING = 4
"""Letters by which words count as forms of one word."""


def _beginnings(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(word[:_BEGINNING] for text in texts for word in re.findall("[a-z]+", text.lower()))


@cache
def _general_words() -> frozenset[str]:
    """The beginnings of words that any meaning may be said with."""
    found = _blocks()
    general = [*found.forms, *_lists_of([*found.forms, _ALWAYS], found.words)]
    return _beginnings([*general, *_ELEMENTS.values(), "for each which it is not true that then whether"])


@lru_cache(4096)
def _words_for(symbol: str) -> frozenset[str]:
    """The beginnings of words that the meanings which begin with a symbol are said with."""
    found, roots = _blocks(), _roots(frozenset((symbol,)))
    own = [text for begins, text in found.says if roots & begins]
    return _beginnings([*own, *_lists_of(own, found.words)])


@cache
def _other_names() -> Mapping[str, Sequence[str]]:
    """By primitive: the definitions that are little more than a call of it, which folding may prefer."""
    found: dict[str, list[str]] = {}
    for definition in built_in().values():
        if call := _SHORT.fullmatch(definition.source):
            found.setdefault(call[1], []).append(definition.name)
    return found


_SHORT = re.compile(r"\(([^\s()]+)( [^\s()]+){1,3}\)")


@cache
def whole_sampler() -> Sampler:
    """The grammar of all meanings, for `explain`. It takes seconds to read."""
    with uncollected():
        return Sampler(_grammar_for(None, True))


@lru_cache(64)
def _grammar_for(symbols: frozenset[str] | None, steps: bool) -> Grammar:
    """The grammar of the meanings that these symbols can be said by; None for all. With `steps` also as
    orders for what was made before, of which there are many that hardly a program needs."""
    blocks, known = _blocks(), _wordings()
    wanted = None if symbols is None else _roots(symbols)
    kept = [*blocks.forms, *(text for roots, text in blocks.says if wanted is None or roots & wanted)]
    known.read_lists([*kept, _ALWAYS])
    reader = Reader(built_in())
    for text in kept:
        reader.source.add(_read(text))
    kinds = list(map(show, UNIVERSE))
    reader.arguments = {("declare", kind): [] for kind in kinds}
    roots = [Demand(form, kind) for kind in UNIVERSE for form in (NP, "clause", _ORDER)]
    roots += [Demand("is", function((kind,), BOOL)) for kind in UNIVERSE]
    if steps:
        it = source.Choice((source.Phrase((source.Macro("it"),)),))
        roots += [Demand(_ORDER, function((one,), other), it) for one in UNIVERSE for other in UNIVERSE]
    return compiled(reader, roots, known)


class _Wordings(Wordings):
    """What has been compiled of the grammar, with the lists of words read as they come up."""

    def __init__(self) -> None:
        self._source, self._met = Source(), set[str]()
        super().__init__(built_in(), self._source.words)

    def read_lists(self, texts: Iterable[str]) -> None:
        for text in _lists_of(texts, _blocks().words):
            if text not in self._met:
                self._met.add(text)
                self._source.add(_read(text))


_wordings = cache(_Wordings)


@cache
def _read(text: str) -> Source:
    """What a block says: those that all programs need are read once."""
    reader = Reader(built_in())
    reader.text(text, Path())
    return reader.source


def _roots(symbols: frozenset[str]) -> frozenset[str]:
    """What a meaning may begin with of which a program with these symbols is made."""
    return symbols | {"x"} | frozenset(name for one in symbols for name in _other_names().get(one, ()))
