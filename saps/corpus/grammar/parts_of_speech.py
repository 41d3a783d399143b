"""The forms that a wording has by its part of speech.

Of what makes a value of <xs>, with <xs> in place, and as a function that leaves <xs> out:

    noun  sum of <xs>          np: the sum of a                sg, pl: sum, sums
          sum of <x> and <y>   np: the sum of a and b          sg: sum, as a function of both
    verb  sort <xs> downwards  imp, third, ger: sort a ...     imp, third, ger with another object
                               done: a sorted downwards        part: sorted downwards
          add <x> and <y>      imp, third, ger
    adj   reversed             done: a reversed                part; attr where it is one word

Of a predicate, whose subject (its first parameter) stands outside:

    verb  begin with <t>       do, does, doing: begin with k, begins with k, beginning with k
    noun  multiple of <k>      one, many: multiple of k, multiples of k
    kind  vowel                kind, kinds: vowel, vowels; said of the characters of a string
    adj   longer than <k>      adj; attr where it is one word
    with  more than <k> signs  with

Of a clause with several subjects, the parameters that the line does not hold:

    they  have the same sign   clause, question: x and y have the same sign, do x and y have the same sign

A noun phrase that starts with a question word is a form by itself: `wh`, "find how many ...".

Everything else (`np`, `ask`, `clause`, `sentence`, ...) is a form itself and stays as it is written. One that
a grammar names itself is of a function where it leaves out <xs>, and where it is asked for with what <xs> is
called:

    code  "len(" <xs> ")"      code: len(a)                    code[w]: len(w)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from saps.corpus.grammar.inflection import plural, verb
from saps.corpus.grammar.source import Choice, Item, Line, Macro, Phrase, Say, Slot, Word, slots_of
from saps.language.tree import Node
from saps.language.type_system import BOOL, Type, function, prune

PREPOSITIONS = frozenset(
    "of in from between among with for by to at on within that which whose "
    "into before after behind around".split()
)

_JOINTS = (Word("and"), Word("or"), Word(","))
"""Words between parameters that are spoken of together."""

_AND = (Word("and"), Word("then"))
_SECOND_VERBS = frozenset(
    map(Word, "add sort return print keep take give find remove round divide multiply reverse join".split())
)
"""Words that are verbs behind "and" in a verb phrase."""

Words = Callable[[str], tuple[Phrase, ...]]
"""The phrases of a list of words."""

_PREDICATE = {"verb": ["do", "does", "doing"], "noun": ["one", "many"], "kind": ["kind", "kinds"]}
"""The forms of a predicate's wordings; those of other forms are that form alone."""

_VERB_FORM = {"do": "imp", "does": "third", "doing": "ger"}
"""What a predicate's forms are called of other verbs."""

_QUESTION_WORDS = frozenset("how which what where when who whose".split())
"""Words that start an indirect question: "find how many ..."."""

_OF_VERBS = ("imp", "third", "ger")

_OF_VALUES = frozenset(("clause", "ask", "question"))
"""Forms of truth values that have their subject in them, if they have one."""

_WHOLE = frozenset(("np", "ask", "imp", "third", "ger", "sentence"))
"""Forms of values that are written in full; every other one may leave out the first parameter."""

_PARTICLES = frozenset("up down out off away back apart together".split())
"""Words of a verb that go behind a short object: "add it up"."""


NOTHING = Choice((Phrase(()),))
"""An object that is left out, with the preposition in front of it: "add 3"."""


@dataclass(frozen=True, slots=True, eq=False)
class Derived:
    """A form of a wording, as a function of its first `open` parameters, which its words leave out."""

    form: str
    say: Say
    line: Line
    open: int

    @property
    def type(self) -> Type | None:
        """The type of what it makes; None for a whole sentence."""
        if self.say.result is None or not self.open:
            return self.say.result
        return function(tuple(kind for _, kind in self.say.params[: self.open]), self.say.result)

    @property
    def needs_object(self) -> bool:
        """Whether it is said only where something calls the first parameter."""
        return bool(self.open) and self.form == self.line.form and _speaks(self.say, self.line)


def forms_of(say: Say, line: Line) -> list[Derived]:
    """All forms that a wording has."""
    if line.form == "np":
        return [Derived(part.form, say, part, 0) for part in _asking(line)]
    first = say.params[0][0] if say.params else ""
    speaks = _speaks(say, line)
    is_bool = say.result is not None and prune(say.result) == BOOL
    attr = ["attr"] if line.form == "adj" and len(line.phrase.items) == 1 else []

    def derived(open_: int, *forms: str) -> list[Derived]:
        return [Derived(form, say, line, open_) for form in forms]

    if line.form == "they":
        return derived(0, "clause", "question")
    if is_bool and not speaks and line.form not in _OF_VALUES:
        return derived(1, *_PREDICATE.get(line.form, [line.form]), *attr)
    if line.form == "noun":
        counted = _counted(say, line.phrase, 2 if say.program is None else 1) if say.params else 0
        return derived(0, "np") + derived(counted, *("sg", "pl")[: 3 - counted] if counted else ())
    if line.form == "verb":
        says_it_alone = say.params and say.called() == Node(first)  # "find <x>" does nothing to x
        if says_it_alone or _is_listed(line.phrase, first) or not _is_named(line.phrase, first):
            return derived(0, *_OF_VERBS)
        done, part = (["done"], ["part"]) if _is_object(line.phrase, first) else ([], [])
        return derived(0, *_OF_VERBS, *done) + (derived(1, *_OF_VERBS, *part) if say.params else [])
    if line.form == "adj":
        return derived(0, "done") + derived(1, "part", *attr)
    if not say.params or first in say.silent or line.form in _WHOLE | _OF_VALUES:
        return derived(0, line.form)
    return (derived(0, line.form) if speaks else []) + derived(1, line.form)


def _speaks(say: Say, line: Line) -> bool:
    """Whether the first parameter stands in the words."""
    return bool(say.params) and say.params[0][0] in _named(line.phrase)


def _named(phrase: Phrase) -> set[str]:
    """The slots of a phrase, in its choices too."""
    found: set[str] = set()
    for item in phrase.items:
        if isinstance(item, Slot):
            found.add(item.name)
        elif isinstance(item, Choice):
            found = found.union(*map(_named, item.options))
    return found


def _asking(line: Line) -> list[Line]:
    """The line; where some of it starts with a question word, that and the rest as lines of their own."""
    if not line.phrase.items:
        return [line]
    first, *rest = line.phrase.items
    if isinstance(first, Word):
        return [replace(line, form="wh")] if first.text in _QUESTION_WORDS else [line]
    if not isinstance(first, Choice):
        return [line]
    parted = [
        part
        for option in first.options
        for part in _asking(replace(line, phrase=replace(option, items=(*option.items, *rest))))
    ]
    if all(part.form == line.form for part in parted):
        return [line]
    total = sum(part.phrase.weight for part in parted)
    return [_weighted(part, line.phrase, total) for part in parted]


def _weighted(part: Line, whole: Phrase, total: float) -> Line:
    """A part of a line with its share of the line's weight, and the line's tags where it has none."""
    phrase = replace(
        part.phrase,
        weight=whole.weight * part.phrase.weight / total,
        registers=part.phrase.registers or whole.registers,
        told=part.phrase.told or whole.told,
    )
    return replace(part, phrase=phrase)


def words_of(derived: Derived, words: Words, subject: Choice | None) -> Phrase:
    """The phrase of a form. `subject` is what a verb's object is called where the parameter is left open."""
    phrase, form = derived.line.phrase, derived.form
    first = derived.say.params[0][0] if derived.say.params else ""
    if derived.needs_object:
        return _put(phrase, first, subject)
    if form == derived.line.form:
        return phrase
    if derived.line.form == "they":
        return _of_several(phrase, form, _subjects(derived.say, phrase))
    if form == "np":
        return replace(phrase, items=(Macro("the"), *phrase.items))
    if derived.line.form in ("noun", "kind"):
        counted = _plural(phrase, words) if form in ("pl", "many", "kinds") else phrase
        return _without(counted, first, derived.open) if form in ("sg", "pl") else counted
    if form == "done":
        rest = _put(phrase, first, None)
        rest = _inflected(rest, "part", words) if derived.line.form == "verb" else rest
        return replace(rest, items=(Slot(first), *rest.items))
    if derived.line.form == "verb":
        leaves_object = bool(derived.open) and form not in _VERB_FORM
        cut = _put(phrase, first, None if form == "part" else subject) if leaves_object else phrase
        return _inflected(cut, _VERB_FORM.get(form, form), words)
    return phrase


def _is_named(phrase: Phrase, first: str) -> bool:
    """Whether other words can stand for the parameter: in "sort <xs>", not in "see if <x:clause>"."""
    return all(item.form is None for item in slots_of(phrase) if item.name == first)


def _is_object(phrase: Phrase, first: str) -> bool:
    """Whether a verb is done to the first parameter: to <s> in "cut up <s>", not in "cut k from <s>"."""
    places = [
        place for place, item in enumerate(phrase.items) if isinstance(item, Slot) and item.name == first
    ]
    between = phrase.items[1 : places[0]] if len(places) == 1 else phrase.items
    return all(isinstance(item, Word) and item.text in _PARTICLES for item in between)


def _is_listed(phrase: Phrase, first: str) -> bool:
    """Whether the parameter is one of several that something is done to: "add <x> and <y>"."""
    return any(
        item == Slot(first) and behind in _JOINTS
        for item, behind in zip(phrase.items, phrase.items[1:], strict=False)
    )


def _subjects(say: Say, phrase: Phrase) -> list[Item]:
    """The parameters that the phrase does not hold, in a row: "<x> , <y> and <z>"."""
    held = {item.name for item in phrase.items if isinstance(item, Slot)}
    slots: list[Item] = [Slot(name) for name, _ in say.params if name not in held]
    joints: list[Item] = [*[Word(",")] * (len(slots) - 2), Word("and")]
    return [item for pair in zip(slots, joints, strict=False) for item in pair] + slots[-1:]


def _of_several(phrase: Phrase, form: str, subjects: list[Item]) -> Phrase:
    """A clause with its subjects, or a question: "are" stands in front of them, another verb behind "do"."""
    if form == "clause":
        return replace(phrase, items=(*subjects, *phrase.items))
    first, *rest = phrase.items
    if isinstance(first, Choice):
        asked = tuple(_of_several(option, form, subjects) for option in first.options)
        return replace(phrase, items=(Choice(asked), *rest))
    verb_first = [first] if first == Word("are") else [Word("do")]
    return replace(phrase, items=(*verb_first, *subjects, *(rest if first == Word("are") else phrase.items)))


def _counted(say: Say, phrase: Phrase, most: int) -> int:
    """How many parameters stand behind the preposition: "of <x>", "of <x> and <y>"; 0 where there are others
    than the first ones, none, or more than the most that a function can be of."""
    names = [name for name, _ in say.params[:2]]
    place = _tail(phrase, names[0])
    if place is None:
        return 0
    behind = phrase.items[place + 2 :]
    if not (behind and behind[0] in _JOINTS):
        return 1
    return 2 if most == len(names) == 2 and behind == (Word("and"), Slot(names[1])) else 0


def _tail(phrase: Phrase, first: str) -> int | None:
    """Where `of <first>` stands."""
    for place in range(1, len(phrase.items)):
        item, before = phrase.items[place], phrase.items[place - 1]
        if isinstance(item, Slot) and item.name == first and not item.form and _is_preposition(before):
            return place - 1
    return None


def _is_preposition(item: Item) -> bool:
    if isinstance(item, Choice):
        return all(len(one.items) == 1 and _is_preposition(one.items[0]) for one in item.options)
    if isinstance(item, Macro):  # {of_in}: a list of such words is named after them
        return PREPOSITIONS.issuperset(item.name.split("_"))
    return isinstance(item, Word) and item.text in PREPOSITIONS


def _without(phrase: Phrase, first: str, open_: int) -> Phrase:
    """Without `of <first>`, or `of <first> and <second>`."""
    place = _tail(phrase, first)
    assert place is not None
    return replace(phrase, items=phrase.items[:place] + phrase.items[place + 2 * open_ :])


def _put(phrase: Phrase, first: str, subject: Choice | None) -> Phrase:
    """With other words in the first parameter's place, or none."""
    items: list[Item] = []
    for item in phrase.items:
        if isinstance(item, Choice):
            items.append(Choice(tuple(_put(option, first, subject) for option in item.options)))
        elif not (isinstance(item, Slot) and item.name == first):
            items.append(item)
        elif subject is not None and subject != NOTHING:
            items = _with_object(items, subject)
        elif items and _is_preposition(items[-1]):
            items.pop()
    return replace(phrase, items=tuple(items))


def _with_object(items: list[Item], subject: Choice) -> list[Item]:
    """With an object behind: in front of the verb's particle, if it has one."""
    if not items:
        return [subject]
    *before, last = items
    if isinstance(last, Choice):
        options = (replace(one, items=tuple(_with_object([*one.items], subject))) for one in last.options)
        return [*before, Choice(tuple(options))]
    is_particle = isinstance(last, Word) and last.text in _PARTICLES
    return [*before, subject, last] if is_particle else [*items, subject]


def _plural(phrase: Phrase, words: Words) -> Phrase:
    """With the head noun in the plural: the word in front of the first preposition or slot."""
    head = len(phrase.items)
    for place, item in enumerate(phrase.items):
        if isinstance(item, Slot) and item.form == "thing":  # the head noun is that of a parameter
            items = (*phrase.items[:place], replace(item, form="things"), *phrase.items[place + 1 :])
            return replace(phrase, items=items)
        if place and (isinstance(item, Slot) or _is_preposition(item)):
            head = place
            break
    *before, noun = phrase.items[:head]
    changed = _changed(noun, plural, words, last=True)
    return replace(phrase, items=(*before, changed, *phrase.items[head:]))


def _inflected(phrase: Phrase, form: str, words: Words) -> Phrase:
    """With its verbs in a form: the first word, and one behind "and": "divide <x> by <y> and round down"."""
    if form == "imp" or not phrase.items:
        return phrase
    items = [*phrase.items]
    if isinstance(items[0], Slot) and items[0].form == "imp":  # the verb is that of a parameter
        items[0] = replace(items[0], form=form)
        return replace(phrase, items=tuple(items))
    head = 2 if items[1:2] == [Word("-")] else 0  # left - align
    joined = [
        place + 1
        for place, item in enumerate(items[:-1])
        if item in _AND and items[place + 1] in _SECOND_VERBS
    ]
    for place in (head, *joined):
        items[place] = _changed(items[place], lambda word: verb(word, form), words, last=False)
    return replace(phrase, items=tuple(items))


def _changed(item: Item, change: Callable[[str], str], words: Words, last: bool) -> Item:
    """The item with the first or last word of each of its options changed."""
    if isinstance(item, Word):
        return Word(change(item.text))
    if isinstance(item, Macro):
        item = Choice(words(item.name))
    if isinstance(item, Choice):
        return Choice(tuple(_in_option(option, change, words, last) for option in item.options))
    return item


def _in_option(option: Phrase, change: Callable[[str], str], words: Words, last: bool) -> Phrase:
    if not option.items:
        return option
    place = len(option.items) - 1 if last else 0
    items = list(option.items)
    items[place] = _changed(items[place], change, words, last)
    return replace(option, items=tuple(items))
