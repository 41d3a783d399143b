"""From what is said of meanings to a synchronous grammar: forms derived, types put in, as they are asked for.

A nonterminal is a form and a type: `np int[]`, `pred.pl (string -> bool)`, `imp[it] (int[] -> int)`. What the
sentence asks for is made first, then what that asks for; so what nobody can say costs nothing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from typing import NamedTuple, TypeAlias, TypeVar

from saps.corpus.grammar import model, parts_of_speech
from saps.corpus.grammar.model import ARGS, BUILT_IN, ROOT, Grammar, Production
from saps.corpus.grammar.parts_of_speech import NOTHING, Derived
from saps.corpus.grammar.reader import Reader
from saps.corpus.grammar.source import Choice, Form, Item, Macro, Phrase, Say, Slot, Word, slots_of
from saps.language.errors import GrammarError
from saps.language.library import Library
from saps.language.tree import Node, substitute
from saps.language.type_system import (
    Type,
    TypeConstructor,
    TypeVariable,
    free_variables,
    parameter_types,
    parse_type,
    prune,
    resolve,
    show,
    undo,
    unify,
)

NP = "np"
"""The form of a value: where an argument can stand, or any task that makes one."""

COUNT = "count"
"""The form of a slot for a number in digits or by its name alone."""

MATRIX = parse_type("int[][]")
"""Said where a list of lists is meant, but not of each list: nobody sorts a matrix."""

UNIVERSE = (*map(parse_type, ("int", "string", "bool", "int[]", "string[]")), MATRIX)
"""What a type variable may stand for."""

OBJECT = "object"
"""The words that stand for the object of a verb."""

POSSESSIVE = "its"
"""The words that stand for the owner where the object is called "it"."""

_SAME = "_"
"""The slot of a form that is made of another form of the same meaning."""


@dataclass(frozen=True, slots=True)
class Demand:
    """A nonterminal that something asks for; `subject` is what a verb's object is called."""

    form: str
    type: Type | None
    subject: Choice | None = None
    name: str = field(init=False, compare=False)

    def __post_init__(self) -> None:
        name = self.form
        if self.type is not None and self.form not in BUILT_IN:
            name += f"{'' if self.subject is None else spelt(self.subject)} {show(self.type)}"
        object.__setattr__(self, "name", name)


def spelt(choice: Choice) -> str:
    """A choice of words as a name."""
    return f"[{'|'.join(' '.join(_spelt(item) for item in option.items) for option in choice.options)}]"


def _spelt(item: Item) -> str:
    if isinstance(item, Word):
        return item.text
    return spelt(item) if isinstance(item, Choice) else f"{{{item.name}}}"


def compiled(reader: Reader, roots: Sequence[Demand] = (), wordings: Wordings | None = None) -> Grammar:
    """The grammar of all that was read, as far as sentences, or other `roots`, ask for it.

    `wordings` may hold what earlier grammars of the same statements needed. Raises GrammarError.
    """
    compiler = _Compiler(reader, wordings or Wordings(reader.library, reader.source.words))
    return compiler.grammar_of(roots or (Demand(ROOT, None),))


_Wording = TypeVar("_Wording", Derived, Form)

Slots: TypeAlias = dict[str, list[Demand]]
"""What a wording asks for by its slots, each time that they stand in it."""


class Asking(NamedTuple):
    """A production, and the nonterminals that its slots ask for."""

    production: Production
    asks: tuple[Demand, ...]


class _Compiler:
    """One grammar in the making."""

    def __init__(self, reader: Reader, wordings: Wordings) -> None:
        self.reader, self.wordings = reader, wordings
        self.derived: defaultdict[str, list[Derived]] = defaultdict(list)
        for say in reader.source.says:
            for one in wordings.forms_of(say):
                self.derived[one.form].append(one)
        self.forms: defaultdict[str, list[Form]] = defaultdict(list)
        for form in reader.source.forms:
            self.forms[form.name].append(form)
        self.grammar = Grammar()
        self.grammar.library = reader.library
        self.todo: list[Demand] = []

    def grammar_of(self, roots: Sequence[Demand]) -> Grammar:
        self.arguments()
        for root in roots:
            self.demand(root)
        while self.todo:
            self.make(self.todo.pop())
        if ROOT in self.grammar.types:
            self.prune()
        self.weigh()
        return self.grammar

    # ------------------------------------------------------------ what arguments are called

    def arguments(self) -> None:
        grammar, reader = self.grammar, self.reader
        into = {
            "declare": grammar.declarations,
            "mention": grammar.mentions,
            "remark": grammar.remarks,
            "unnamed": grammar.unnamed,
        }
        for (statement, kind), phrases in reader.arguments.items():
            types = [reader.narrower.get(kind, kind)] if kind else []
            made = tuple(self.wordings.plain(phrase, types) for phrase in phrases)
            if statement == "define":
                grammar.definitions += made
            elif statement == "introduce":
                grammar.introductions += made
            else:
                into[statement][kind] = made
        grammar.narrower = dict(reader.narrower)
        grammar.names = {kind: tuple(names) for kind, names in reader.names.items()}
        grammar.slips = {word: tuple(slips) for word, slips in reader.slips.items()}
        grammar.words = {
            name: tuple(self.wordings.plain(phrase, []) for phrases in by_type.values() for phrase in phrases)
            for name, by_type in reader.source.words.items()
            if name.startswith("filler")
        }

    # ------------------------------------------------------------ nonterminals

    def demand(self, demand: Demand) -> None:
        name = demand.name
        if name not in self.grammar.types:
            self.grammar.types[name] = demand.type
            self.todo.append(demand)

    def make(self, demand: Demand) -> None:
        """All productions of a nonterminal."""
        made: dict[tuple[str, tuple[tuple[str, str], ...]], Production] = {}
        for production, asks in self.wordings.productions(
            demand, self.derived.get(demand.form, ()), self.forms.get(demand.form, ())
        ):
            for one in asks:
                self.demand(one)
            key = production.name, tuple(production.slots.items())
            if key in made:
                other = made[key]
                production = replace(other, wordings=other.wordings + production.wordings)
            made[key] = production
        if made:
            numbered: list[Production] = []
            met: Counter[str] = Counter()
            for production in made.values():
                clash = met[production.name]
                met[production.name] += 1
                numbered.append(
                    replace(production, name=production.name + "'" * clash) if clash else production
                )
            self.grammar.productions[demand.name] = numbered

    # ------------------------------------------------------------ the whole

    def prune(self) -> None:
        """Without what comes to no end: forms that no meaning of a type has."""
        grammar = self.grammar
        ending = {name for name in grammar.types if name in BUILT_IN or grammar.is_argument(name)}
        while True:
            new = {
                makes
                for makes, made in grammar.productions.items()
                if makes not in ending and any(ending.issuperset(one.slots.values()) for one in made)
            }
            if not new:
                break
            ending |= new
        grammar.productions = {
            makes: kept
            for makes, made in grammar.productions.items()
            if (kept := [one for one in made if ending.issuperset(one.slots.values())])
        }
        grammar.types = {name: kind for name, kind in grammar.types.items() if name in ending or name == ROOT}

    def weigh(self) -> None:
        """A meaning is as likely with one type as with many; a form made of another one is as likely as the
        meanings that it can say are many."""
        grammar = self.grammar
        for made in grammar.productions.values():
            count = Counter(one.name.rstrip("'") for one in made)
            for place, one in enumerate(made):
                if (times := count[one.name.rstrip("'")]) > 1:
                    made[place] = replace(one, weight=one.weight / times)
        masses: dict[str, float] = {}

        def mass(name: str, around: frozenset[str]) -> float:
            if name in around:
                return 0.0
            if name not in masses:
                masses[name] = sum(
                    one.weight * (mass(one.slots[_SAME], around | {name}) if _SAME in one.slots else 1.0)
                    for one in grammar.productions.get(name, ())
                )
            return masses[name]

        for made in grammar.productions.values():
            for place, one in enumerate(made):
                if _SAME in one.slots:
                    made[place] = replace(
                        one, weight=one.weight * max(1e-3, mass(one.slots[_SAME], frozenset()))
                    )


class Wordings:
    """What single wordings come to, by what asks for them: each compiled once, for however many grammars."""

    def __init__(self, library: Library, words: dict[str, dict[str | None, tuple[Phrase, ...]]]) -> None:
        self.library = library
        self.words_by_type = words
        """By name, then by type, as in `Source`; lists may come in later, but none may change."""
        self._forms: dict[Say, list[Derived]] = {}
        self._makes: dict[Derived, str] = {}
        """By a wording's form: the type of what it makes, where that is known."""
        self._productions: dict[tuple[Derived | Form, str], tuple[Asking, ...]] = {}
        self._choices: dict[tuple[str, tuple[str, ...]], model.Choice] = {}
        """What macros stand for, by the types at hand: most are asked for a thousand times."""
        self._trail: list[TypeVariable] = []

    def forms_of(self, say: Say) -> list[Derived]:
        """All forms of what is said of a meaning."""
        found = self._forms.get(say)
        if found is None:
            found = [one for line in say.lines for one in parts_of_speech.forms_of(say, line)]
            self._forms[say] = found
            for one in found:
                if (kind := one.type) is not None and not any(free_variables(kind)):
                    self._makes[one] = show(kind)
        return found

    def productions(
        self, demand: Demand, said: Sequence[Derived], formed: Sequence[Form]
    ) -> Iterator[Asking]:
        """What a nonterminal comes to by wordings of its form: of meanings, and of other forms."""
        name, shown = demand.name, None if demand.type is None else show(demand.type)
        for one in said:
            if shown is None or self._makes.get(one, shown) == shown:
                yield from self._known(one, name, demand, self.said)
        if shown is not None:
            for form in formed:
                yield from self._known(form, name, demand, self.formed)

    def _known(
        self, one: _Wording, name: str, demand: Demand, make: Callable[[Demand, _Wording], Iterator[Asking]]
    ) -> tuple[Asking, ...]:
        found = self._productions.get((one, name))
        if found is None:
            found = self._productions[one, name] = tuple(make(demand, one))
        return found

    # ------------------------------------------------------------ productions

    def said(self, demand: Demand, one: Derived) -> Iterator[Asking]:
        """Productions from a wording of a meaning."""
        wanted, result = demand.type, one.type
        if one.needs_object and demand.subject is None:
            return
        before = len(self._trail)
        if wanted is None or (
            result is not None
            and bool(one.open) == _is_function(wanted)
            and unify(result, wanted, self._trail)
        ):
            yield from self.instances(demand, one)
        undo(self._trail, before)

    def instances(self, demand: Demand, one: Derived) -> Iterator[Asking]:
        """A wording with each way to fill its open types."""
        free = list(dict.fromkeys(v for _, kind in one.say.params for v in free_variables(kind)))
        for types in product(UNIVERSE, repeat=len(free)):
            before = len(self._trail)
            for variable, kind in zip(free, types, strict=True):
                unify(variable, kind, self._trail)
            if all(_in_universe(kind) for _, kind in one.say.params):
                kinds = {name: resolve(kind) for name, kind in one.say.params}
                yield self.production(demand, one, kinds)
            undo(self._trail, before)

    def production(self, demand: Demand, one: Derived, kinds: dict[str, Type]) -> Asking:
        say = one.say
        phrase = parts_of_speech.words_of(
            one, lambda name: self.words(name, list(map(show, kinds.values()))), demand.subject
        )
        slots: Slots = {}
        made = self.phrase(phrase, kinds, slots)
        wanted = list(kinds)[one.open :]
        missing = [name for name in wanted if name not in slots and name not in say.silent]
        if missing:
            raise GrammarError(f"line {one.line.number}: `{say.name}`: the slot `<{missing[0]}>` is missing")
        for name in say.silent:
            slots[name] = [Demand(NP, kinds[name])]
        ordered = {name: slots[name] for name in kinds if name in slots} | slots
        production = Production(
            say.name,
            demand.name,
            _named(ordered),
            self.meant(one),
            (made,),
            one.line.number,
            say.weight,
            say.silent,
            frozenset(slot.name for slot in slots_of(phrase) if slot.form == COUNT),
        )
        return _asking(production, slots)

    def meant(self, one: Derived) -> Node:
        say = one.say
        names = [Node(name) for name, _ in say.params]
        return self.function_of(names[: one.open], say.called()) if one.open else say.called()

    def function_of(self, params: list[Node], program: Node) -> Node:
        """A program as a function of parameters: a definition or primitive where it is a call of one."""
        first, given = program.children[: len(params)], program.children[len(params) :]
        is_call = program.symbol in self.library or len(given) < 2
        if list(first) == params and is_call and not any(param in node for node in given for param in params):
            return self.library.function(program.symbol, given)
        places = {param.symbol: Node(f"arg{place}") for place, param in enumerate(params, 1)}
        return Node(f"lambda{len(params)}", [substitute(program, places)])

    def formed(self, demand: Demand, form: Form) -> Iterator[Asking]:
        """Productions that say the same meaning in another form."""
        assert demand.type is not None
        before = len(self._trail)
        if unify(_fresh(form.type), demand.type, self._trail):
            for phrase in form.phrases:
                if not _fits(phrase, demand.subject):
                    continue
                slots: Slots = {}
                made = self.phrase(phrase, None, slots, demand)
                program = Node(next(iter(slots)))
                production = Production(
                    form.name, demand.name, _named(slots), program, (made,), form.line, phrase.weight
                )
                yield _asking(production, slots)
        undo(self._trail, before)

    # ------------------------------------------------------------ words

    def phrase(
        self,
        phrase: Phrase,
        kinds: dict[str, Type] | None,
        slots: Slots,
        same: Demand | None = None,
    ) -> model.Phrase:
        """A phrase with its macros put in. `slots` gets the nonterminals that its slots ask for: parameters
        of these `kinds`, or other forms of the `same` meaning."""
        types = tuple(map(show, kinds.values() if kinds is not None else _parts(same)))
        return self._phrase(phrase, kinds, slots, same, types)

    def _phrase(
        self,
        phrase: Phrase,
        kinds: dict[str, Type] | None,
        slots: Slots,
        same: Demand | None,
        types: tuple[str, ...],
    ) -> model.Phrase:
        items: list[model.Word | model.Slot | model.Choice] = []
        for item in phrase.items:
            if isinstance(item, Word):
                items.append(model.Word(item.text))
            elif isinstance(item, Macro):
                items.append(self.macro(item.name, same, types))
            elif isinstance(item, Choice):
                options = (self._phrase(one, kinds, slots, same, types) for one in item.options)
                items.append(model.Choice(tuple(options)))
            elif item.name == ARGS:
                items.append(model.Slot(ARGS))
            else:
                name = item.name if same is None else _SAME
                slots.setdefault(name, []).append(self.asked(item, kinds, same))
                items.append(model.Slot(name))
        return model.Phrase(tuple(items), phrase.weight, phrase.registers, phrase.told)

    def asked(self, slot: Slot, kinds: dict[str, Type] | None, same: Demand | None) -> Demand:
        """The nonterminal that a slot asks for."""
        if same is not None:
            return Demand(slot.name, same.type, slot.object or same.subject)
        assert kinds is not None
        if slot.name not in kinds:
            raise GrammarError(f"`<{slot.name}>` is no parameter; there are {', '.join(kinds) or 'none'}")
        if slot.form in BUILT_IN:
            return Demand(slot.form, None)
        form = NP if slot.form is None or slot.form == COUNT else slot.form
        return Demand(form, kinds[slot.name], slot.object)

    def plain(self, phrase: Phrase, types: list[str]) -> model.Phrase:
        """A phrase whose slots are not of meanings."""
        items: list[model.Word | model.Slot | model.Choice] = []
        for item in phrase.items:
            if isinstance(item, Slot):
                items.append(model.Slot(item.name))
            elif isinstance(item, Word):
                items.append(model.Word(item.text))
            else:
                options = item.options if isinstance(item, Choice) else self.words(item.name, types)
                items.append(model.Choice(tuple(self.plain(one, types) for one in options)))
        return model.Phrase(tuple(items), phrase.weight, phrase.registers, phrase.told)

    def macro(self, name: str, same: Demand | None, types: tuple[str, ...]) -> model.Choice:
        """What a macro stands for; `{object}` is what the object of a verb is called in this form."""
        if name == OBJECT and same is not None and same.subject is not None:
            options = same.subject.options
            return model.Choice(tuple(self._phrase(one, {}, {}, same, types) for one in options))
        found = self._choices.get((name, types))
        if found is None:
            options = self.words(name, types)
            found = model.Choice(tuple(self._phrase(one, {}, {}, None, types) for one in options))
            self._choices[name, types] = found
        return found

    def words(self, name: str, types: Sequence[str]) -> tuple[Phrase, ...]:
        """A list of words: those of any type, and those of the first of the types that has its own."""
        by_type = self.words_by_type.get(name)
        if by_type is None:
            raise GrammarError(f"unknown words `{{{name}}}`{model.nearest(name, self.words_by_type)}")
        for kind in types:
            own = by_type.get(kind)
            if own is not None:
                return by_type.get(None, ()) + own
        found = by_type.get(None)
        if found is None:
            known = ", ".join(map(str, by_type))
            raise GrammarError(f"`{{{name}}}` has words for {known}, not for {', '.join(types)}")
        return found


def _named(slots: Slots) -> dict[str, str]:
    return {name: asked[-1].name for name, asked in slots.items()}


def _asking(production: Production, slots: Slots) -> Asking:
    return Asking(production, tuple(one for asked in slots.values() for one in asked if one.type is not None))


def _fits(phrase: Phrase, subject: Choice | None) -> bool:
    """Whether a form can be said where the object is called so: `{object}` needs one, `{its}` needs "it"."""
    used = {item.name for item in phrase.items if isinstance(item, Macro)}
    if OBJECT in used:
        return subject not in (None, NOTHING)
    return POSSESSIVE not in used or subject in (None, NOTHING) or all(map(_is_pronoun, subject.options))


def _is_pronoun(phrase: Phrase) -> bool:
    return phrase.items in ((Macro("it"),), (Word("it"),))


def _fresh(kind: Type) -> Type:
    variables: dict[TypeVariable, Type] = {}
    return resolve(kind, lambda variable: variables.setdefault(variable, TypeVariable()))


def _is_function(kind: Type) -> bool:
    kind = prune(kind)
    return isinstance(kind, TypeConstructor) and kind.name == "func"


def _in_universe(written: Type) -> bool:
    """Whether a parameter's type, as the meaning has it, stands for one that is spoken of."""
    kind = prune(written)
    if isinstance(kind, TypeConstructor) and kind.name == "func":
        return all(map(_in_universe, (*parameter_types(kind.args[0]), kind.args[1])))
    if resolve(kind) == MATRIX and isinstance(written, TypeConstructor):
        return isinstance(written.args[0], TypeConstructor)
    return resolve(kind) in UNIVERSE


def _parts(same: Demand | None) -> list[Type]:
    """The types that words of a form may depend on: what a function takes, then what it makes."""
    if same is None or same.type is None:
        return []
    kind = prune(same.type)
    if isinstance(kind, TypeConstructor) and kind.name == "func":
        return [*parameter_types(kind.args[0]), kind.args[1]]
    return [kind]
