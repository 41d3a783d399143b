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

from saps.corpus.generation.arguments import Arguments
from saps.corpus.generation.examples import WORDS
from saps.corpus.generation.realizer import Mention, Realizer
from saps.corpus.generation.registers import Profile
from saps.corpus.generation.sampler import DeadEnd, Sampler
from saps.corpus.grammar.inflection import agreed, is_plural
from saps.corpus.grammar.model import ARGS, BUILT_IN, BY_NAME, ROOT, TOLD, Production, Slot, Word
from saps.corpus.grammar.parts_of_speech import PREPOSITIONS
from saps.language.errors import ProgramTypeError
from saps.language.simplify import apply_invocations
from saps.language.tree import Node, substitute
from saps.text.placeholders import LETTERS

SIGNS = "0123456789.,;:!?-_#@*/"

BOUND = frozenset("fwxy")
"""Letters that code binds itself, `[x * x for x in a]`; no argument of such a sentence is called so."""


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
    kinds: dict[str, str]
    """Argument to what its values are like: its type, or something narrower, `character string`."""


@dataclass(slots=True)
class Part:
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
    wording for this profile, no letter left for an argument, or a meaning handed over as a function that
    can only be called."""
    run = Assembly(sampler, rng, profile)
    try:
        part = run.sentence(production)
    except DeadEnd:
        return None
    called = run.arguments.called(part.words)
    bound = BOUND.intersection(called)
    if any(word in bound for word in part.words if not isinstance(word, Mention)):
        return None
    renamed = {old: Node(new) for old, new in called.items() if old != new}
    program = substitute(part.node, renamed) if renamed else part.node
    kinds = {new: run.arguments.kinds[old] for old, new in called.items()}
    args = {name: sampler.grammar.narrower.get(kind, kind) for name, kind in kinds.items()}
    library = sampler.grammar.library
    if library is not None:
        try:
            program = library.expand(program, args)
        except ProgramTypeError:
            return None
    words = agreed(part.words)
    return Derivation(tuple(words), apply_invocations(program), args, tuple(run.productions), kinds)


class Assembly:
    """The state of one derivation."""

    def __init__(self, sampler: Sampler, rng: random.Random, profile: Profile) -> None:
        self.sampler, self.grammar, self.rng, self.profile = sampler, sampler.grammar, rng, profile
        self.realizer = Realizer(sampler, rng, profile.tags)
        self.arguments = Arguments(sampler, self.realizer, rng, profile)
        self.productions: list[str] = []
        self.may_define = False

    def sentence(self, target: Production | None) -> Part:
        """The whole sentence, with the target in it, if any."""
        realizer, arguments = self.realizer, self.arguments
        introduction = arguments.drawn_introduction()
        production = self.production(ROOT, 1000, target)
        flat = realizer.flatten(realizer.choose(production.wordings))
        if introduction is not None and Slot(ARGS) not in flat:
            flat = realizer.flatten(introduction) + flat
        introduced = Slot(ARGS) in flat
        if introduced:
            realizer.tags |= {TOLD}
        self.may_define = introduced and flat[flat.index(Slot(ARGS)) + 1 :][:1] in ([Word(",")], [Word(".")])
        self.productions.append(production.label)
        if target is production:
            target = None
        parts = self.parts(production, flat, self.profile.max_depth, target)
        if len(production.silent) == 1 and not self.is_it_clear():
            raise DeadEnd
        if introduced:
            parts[ARGS] = Part(arguments.introduction(), production.program)
        part = self.assemble(production, flat, parts)
        if introduction is not None and any(map(self.sampler.introduced.get, self.productions)):
            raise DeadEnd  # what is introduced further on was declared in front as well
        if _repeats(part.words):
            raise DeadEnd
        part.words = arguments.contrasted(part.words) + arguments.remark()
        return part

    def is_it_clear(self) -> bool:
        """Whether what is spoken of as "it" is the only argument of its type."""
        kinds = list(self.arguments.kinds.values())
        return all(kinds.count(self.arguments.kinds[name]) == 1 for name in self.arguments.subjects)

    # ------------------------------------------------------------ filling slots

    def fill(self, nonterminal: str, depth: int, siblings: set[str], target: Production | None) -> Part:
        """Something for a slot: an argument, a constant or another task at most `depth` levels deep."""
        sampler, rng, profile = self.sampler, self.rng, self.profile
        if target is not None:
            return self.task(nonterminal, depth, target)
        if nonterminal in BUILT_IN:
            return self.built_in(nonterminal)
        is_argument = nonterminal in sampler.arguments
        if depth >= sampler.least_branch[nonterminal] and (not is_argument or rng.random() < profile.nest):
            part = self.task(nonterminal, depth)
            if is_argument and self.may_define and self.grammar.definitions and rng.random() < profile.define:
                return Part(self.arguments.define(part.words), part.node, is_argument=True)
            return part
        if not is_argument:
            return self.task(nonterminal, sampler.depths[nonterminal])
        if rng.random() < profile.constant:
            try:
                return self.task(nonterminal, 0)
            except DeadEnd:
                pass  # there is no constant of this kind in this way of speaking
        return self.argument(nonterminal, siblings)

    def task(self, nonterminal: str, depth: int, target: Production | None = None) -> Part:
        production = self.production(nonterminal, depth, target)
        flat = self.realizer.flatten(self.realizer.choose(production.wordings))
        self.productions.append(production.label)
        return self.assemble(production, flat, self.parts(production, flat, depth, target))

    def production(self, nonterminal: str, depth: int, target: Production | None) -> Production:
        sampler, tags = self.sampler, self.realizer.tags
        if target is not None:
            return sampler.step_toward(self.rng, nonterminal, target, tags)
        for name in self.arguments.waiting:
            if found := sampler.asking(self.rng, nonterminal, self.arguments.kinds[name], depth, tags):
                return found
        return sampler.production(self.rng, nonterminal, depth, tags)

    def parts(
        self, production: Production, flat: list[Word | Slot], depth: int, target: Production | None
    ) -> dict[str, Part]:
        """What fills the production's slots in a wording. Raises DeadEnd where the target would have to fill
        one that stands twice, which only an argument can."""
        target = None if target is production else target
        on = None if target is None else self.sampler.slot_toward(production, target, self.realizer.tags)
        parts: dict[str, Part] = {}
        siblings: set[str] = set()
        self.group(production, flat, parts)
        counts = self.counts(production, flat)
        if len(production.silent) > 1:
            self.unsaid(production, parts)
        for slot, inner in production.slots.items():
            if slot in parts:
                continue
            if slot in production.silent:
                if self.arguments.paired or inner not in self.sampler.arguments:
                    raise DeadEnd  # "it" would be one of two, or of a type that nobody introduces
                parts[slot] = self.argument(inner, siblings)
                self.arguments.subjects.add(parts[slot].node.symbol)
            elif self.asks_only(production) and self.is_form(inner):
                aim = target if slot == on else None
                parts[slot] = self.task(inner, depth, aim)  # it only asks for another: for no argument
            elif slot in counts and slot != on:
                parts[slot] = self.count_of_things(inner, siblings)
            elif flat.count(Slot(slot)) < 2:
                parts[slot] = self.fill(inner, depth - 1, siblings, target if slot == on else None)
            elif slot != on:
                parts[slot] = self.argument(inner, siblings)
            else:
                raise DeadEnd
            if slot in self.sampler.introduced[production.label]:
                name = parts[slot].node.symbol
                parts[slot].words = self.arguments.introduced(name)
            if parts[slot].is_argument:
                siblings.add(parts[slot].node.symbol)
        return parts

    def is_form(self, nonterminal: str) -> bool:
        """Whether it is a form of a meaning, and not what an argument or constant alone can stand for."""
        return not (
            nonterminal in BUILT_IN or nonterminal in self.grammar.narrower or nonterminal.startswith(BY_NAME)
        )

    def counts(self, production: Production, flat: list[Word | Slot]) -> set[str]:
        """The slots that say how many things of a kind are meant: "the first <k> primes"."""
        found = set(production.counts)
        if self.grammar.library is None:
            return found
        for before, item, behind in zip([_START, *flat], flat, flat[1:], strict=False):
            if isinstance(item, Slot) and production.slots.get(item.name) == _NUMBER:
                is_count = before in _BEFORE_COUNTED and _counted(behind, production)
                if before in _BEFORE_COUNTS or is_count:
                    found.add(item.name)
        return found

    def count_of_things(self, nonterminal: str, siblings: set[str]) -> Part:
        """A number, or the bare name of one: "the first 3 primes", not "the first number k primes"."""
        if self.arguments.nameless or self.rng.random() < self.profile.constant:
            return self.task(nonterminal, 0)
        part = self.argument(nonterminal, siblings)
        part.words = [Mention(part.node.symbol)]
        return part

    def asks_only(self, production: Production) -> bool:
        """Whether it says what its slot says, in another form."""
        same = production.makes == ROOT or self.grammar.library is not None
        return same and production.program.size == 1

    def group(self, production: Production, flat: list[Word | Slot], parts: dict[str, Part]) -> None:
        """Let "<x> and <y>" be said of the arguments together: "two numbers", "the numbers", "them"."""
        for place in range(len(flat) - 2):
            slots = _listed(flat, place)
            kinds = {production.slots.get(slot) for slot in slots}
            kind = kinds.pop() if len(kinds) == 1 else None
            form = production.makes.split()[0]
            if kind not in self.sampler.arguments or any(flat.count(Slot(slot)) > 1 for slot in slots):
                continue
            if place and flat[place - 1] in _EACH:
                continue
            try:
                names, words = self.arguments.group(
                    self.sampler.type_names[kind], len(slots), _pronoun(form, flat[:place])
                )
            except DeadEnd:
                continue
            for slot, name in zip(slots, names, strict=True):
                parts[slot] = Part([], Node(name), is_argument=True)
            parts[slots[0]].words = words
            del flat[place + 1 : place + 2 * len(slots) - 1]
            return

    def unsaid(self, production: Production, parts: dict[str, Part]) -> None:
        """Introduce arguments of one type that are not spoken of further: "their sum"."""
        slots = [slot for slot in production.slots if slot in production.silent]
        kind = self.sampler.type_names[production.slots[slots[0]]]
        for slot, name in zip(slots, self.arguments.several(kind, len(slots)), strict=True):
            parts[slot] = Part([], Node(name), is_argument=True)
            self.arguments.subjects.add(name)

    def built_in(self, nonterminal: str) -> Part:
        rng = self.rng
        if nonterminal == "integer":
            number = str(rng.randint(3, 20) if rng.random() < 0.7 else rng.randint(21, 200))
            return Part([number], Node(number))
        if nonterminal == "quoted":
            text = json.dumps(rng.choice(LETTERS) if rng.random() < 0.4 else rng.choice(WORDS))
            return Part([text], Node(text))
        if nonterminal == "symbol":
            text = json.dumps(rng.choice(SIGNS if rng.random() < 0.3 else LETTERS))
            return Part([text], Node(text))
        free = [letter for letter in LETTERS if letter not in self.arguments.taken]
        letter = self.arguments.taking(free, in_order=False)
        return Part([Mention(letter)], Node(json.dumps(letter)))

    def argument(self, nonterminal: str, siblings: set[str]) -> Part:
        if nonterminal not in self.sampler.arguments:
            raise DeadEnd  # a function is said, never handed in
        name, words = self.arguments.mention(self.sampler.type_names[nonterminal], siblings)
        if nonterminal.startswith(BY_NAME):
            words = self.arguments.by_name(name)
        return Part(words, Node(name), is_argument=True)

    # ------------------------------------------------------------ putting together

    def assemble(self, production: Production, flat: list[Word | Slot], parts: dict[str, Part]) -> Part:
        """Put the parts into the wording and the program, with brackets where a part could be misread."""
        categories = self.sampler.categories
        mine = categories[production.makes]
        result = Part([], production.program)
        for index, item in enumerate(flat):
            if isinstance(item, Word):
                result.words.append(item.text)
                continue
            part, follows = parts[item.name], flat[index + 1 : index + 2]
            if part.is_argument and item in flat[:index]:
                part = Part(self.arguments.again(part.node.symbol), part.node, is_argument=True)
            if item.name == ARGS or production.slots[item.name] in BUILT_IN:
                result.words += part.words
                continue
            behind = self.first_word(follows[0], parts) if follows else None
            if self.is_misread(part, mine, index, behind):
                if not self.may_be_bracketed(production.slots[item.name]):
                    raise DeadEnd
                part = Part(["(", *part.words, ")"], part.node)
            elif part.words[0] == "the" and result.words[-1:] == ["the"]:
                result.words.pop()
            result.words += part.words
            kind = categories[production.slots[item.name]]
            if index == 0 and kind == mine and behind is not None:
                result.leads = {behind} | part.leads
            if not follows:
                result.right = {kind} | part.right
                result.torn = part.torn
        result.torn = result.torn | result.leads
        nodes = {slot: parts[slot].node for slot in production.slots}
        self.differ(production, nodes)
        library = self.grammar.library
        compose = substitute if library is None else library.compose
        result.node = compose(production.program, nodes)
        return result

    def differ(self, production: Production, nodes: dict[str, Node]) -> None:
        """Raise DeadEnd where two slots of one kind came to mean the same: "halve it, otherwise halve it"."""
        if self.grammar.library is not None:
            filled = [(production.slots[slot], node) for slot, node in nodes.items()]
            if len(set(filled)) < len(filled):
                raise DeadEnd

    def may_be_bracketed(self, nonterminal: str) -> bool:
        """Whether it is a whole value or clause, or a plain grammar's, not a predicate or an order."""
        return self.grammar.library is None or nonterminal.partition(" ")[0] in ("np", "clause")

    def first_word(self, item: Word | Slot, parts: dict[str, Part]) -> str:
        return item.text if isinstance(item, Word) else parts[item.name].words[0]

    def is_misread(self, part: Part, mine: str, index: int, behind: str | None) -> bool:
        """Whether a part without brackets could swallow the word behind it, or be torn apart by the phrase of
        type `mine` in which it stands."""
        sampler = self.sampler
        if behind is not None and sampler.swallows(part.right, behind):
            return True
        return index > 0 and any(sampler.swallows((mine,), word) for word in part.torn)


_NUMBER = "np int"
_BEFORE_COUNTS = frozenset(map(Word, "first last top next".split()))
_START = Word("")
_BEFORE_COUNTED = frozenset({_START} | set(map(Word, "the all exactly into by every".split())))
_KINDS = frozenset(("things", "pl", "many", "notthings", "kinds"))


def _counted(item: Word | Slot, production: Production) -> bool:
    """Whether what stands behind a number can be counted: a noun in the plural, "largest"."""
    if isinstance(item, Slot):
        return production.slots.get(item.name, "").partition(" ")[0] in _KINDS
    return item.text.endswith("est") or is_plural([item.text])


_ONCE = (("not", 2), ("given", 3))
"""Words that do not follow on themselves so closely: "given the given list"."""


def _repeats(words: list[str]) -> bool:
    """Whether a sentence stumbles over its own words."""
    return any(
        word in words[place + 1 : place + within]
        for once, within in _ONCE
        for place, word in enumerate(words)
        if word == once
    )


_EACH = frozenset(map(Word, "both either neither sides coefficients".split()))
"""Words behind which arguments stand one by one."""

_BEFORE_SUBJECTS = frozenset(map(Word, "if whether are do is does have which that where how".split()))


def _pronoun(form: str, before: list[Word | Slot]) -> str | None:
    """What things are called behind the words of a form, where a pronoun can stand: "they" as the subject of
    a clause, "them" behind a preposition or a verb."""
    if not before:
        return "they" if form in ("clause", "question") else None
    last = before[-1]
    if last in _BEFORE_SUBJECTS:
        return "they"
    is_object = form in ("imp", "third", "ger") and len(before) == 1
    return "them" if is_object or (isinstance(last, Word) and last.text in PREPOSITIONS) else None


def _listed(flat: list[Word | Slot], place: int) -> list[str]:
    """The slots of the list that starts at a place: "<x> and <y>", "<x> , <y> and <z>"; none where it is no
    list, or the end of one."""
    slots: list[str] = []
    if place > 1 and flat[place - 1] in (Word(","), Word("and")) and isinstance(flat[place - 2], Slot):
        return []
    for at in range(place, len(flat) - 1, 2):
        item, joint = flat[at : at + 2]
        if not isinstance(item, Slot):
            return []
        slots.append(item.name)
        if joint == Word("and"):
            last = flat[at + 2] if at + 2 < len(flat) else joint
            return [*slots, last.name] if isinstance(last, Slot) else []
        if joint != Word(","):
            return []
    return []
