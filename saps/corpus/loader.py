"""Reading a `.scfg` file into a Grammar and checking that it holds together."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import pairwise, takewhile
from pathlib import Path

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedInput, UnexpectedToken

from saps.corpus.synchronous import (
    ANY,
    ARGS,
    BUILT_IN,
    NAME,
    NAMES,
    ROOT,
    TOLD,
    VALUE,
    Choice,
    Grammar,
    Phrase,
    Production,
    Slot,
    Word,
    grammar_error,
    nearest,
)
from saps.language.errors import GrammarError, InputError, SourceError
from saps.language.parser import parse
from saps.language.tree import Node, Span
from saps.language.type_system import Type, parse_type, show, unify
from saps.language.typecheck import check
from saps.resources import grammar_path, grammar_text


def load(path: Path | None = None) -> Grammar:
    """Load a task grammar, by default the built-in one.

    Raises GrammarError with line and column; InputError if the file cannot be read.
    """
    grammar = Grammar()
    _Reader(grammar, []).file(path or grammar_path("tasks.scfg"))
    _check_whole(grammar)
    return grammar


def load_text(text: str) -> Grammar:
    """Load a grammar from a text; `include` looks beside the built-in grammar. Raises GrammarError."""
    grammar = Grammar()
    _Reader(grammar, []).text(text, grammar_path("tasks.scfg"))
    _check_whole(grammar)
    return grammar


@cache
def _lark() -> Lark:
    return Lark(grammar_text("scfg.lark"), parser="lalr", propagate_positions=True, maybe_placeholders=False)


_EXPECTED = {
    "PROGRAM": "a program",
    "NAME": "a name",
    "TYPE": "a type",
    "WORD": "a word",
    "STRING": "a quoted word",
    "_NL": "the end of the line",
    "VBAR": "`|` and a wording",
    "LPAR": "`(`",
    "RPAR": "`)`",
    "RSQB": "`]`",
    "RBRACE": "`}`",
    "MORETHAN": "`>`",
    "EQUAL": "`=`",
    "COLON": "`:`",
    "__ANON_0": "`=>`",
}


class _Reader:
    """Reads statements in order; what a production refers to may also stand behind it."""

    def __init__(self, grammar: Grammar, including: list[Path]) -> None:
        self.grammar = grammar
        self.including = including
        self.registers: frozenset[str] = frozenset()
        """Those of the wordings that name none."""

    def file(self, path: Path) -> None:
        resolved = path.resolve()
        if resolved in self.including:
            raise GrammarError(f"{path} includes itself")
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(f"cannot read the grammar {path}: {error}") from error
        self.including.append(resolved)
        try:
            self.text(text, path)
        except SourceError as error:
            if (
                error.args
                and not str(error.args[0]).startswith(str(path))
                and path != grammar_path("tasks.scfg")
            ):
                raise type(error)(f"{path}: {error.message}", error.source, error.span) from None
            raise
        self.including.pop()

    def text(self, text: str, path: Path) -> None:
        self.source = text
        try:
            tree = _lark().parse(text if text.endswith("\n") else text + "\n")
        except UnexpectedInput as error:
            raise self.syntax(error) from None
        statements = [child for child in tree.children if isinstance(child, Tree)]
        leading = list(takewhile(lambda statement: statement.data == "include", statements))
        for statement in leading:
            self.include(statement, path, text)
        for statement in statements:
            if statement.data in ("type", "words"):
                self.read(statement)
        self.registers = frozenset()
        for statement in statements[len(leading) :]:
            if statement.data == "include":
                registers = self.registers
                self.include(statement, path, text)
                self.registers = registers
            elif statement.data not in ("type", "words"):
                self.read(statement)

    def read(self, statement: Tree[Token]) -> None:
        getattr(self, f"read_{statement.data}")(statement)

    def syntax(self, error: UnexpectedInput) -> GrammarError:
        start = error.pos_in_stream or 0
        if isinstance(error, UnexpectedToken):
            start = error.token.start_pos if error.token.type != "$END" else len(self.source.rstrip())
            wanted = sorted(
                {_EXPECTED[name] for name in error.accepts or error.expected if name in _EXPECTED}
            )
            found = "the end of the line" if error.token.type == "_NL" else f"`{error.token.strip()[:40]}`"
            if error.token.type == "$END":
                found = "the end of the file"
            return grammar_error(
                f"{found} where {' or '.join(wanted) or 'something else'} was expected", self.source, start
            )
        return grammar_error(f"unexpected character {self.source[start]!r}", self.source, start)

    def fault(self, message: str, at: Token | Tree[Token]) -> GrammarError:
        if isinstance(at, Token):
            return grammar_error(message, self.source, at.start_pos or 0, at.end_pos)
        return grammar_error(message, self.source, at.meta.start_pos, at.meta.end_pos)

    # ------------------------------------------------------------ statements

    def include(self, statement: Tree[Token], path: Path, text: str) -> None:
        name = _token(statement, 0).strip('"')
        beside = path.parent / name
        self.file(beside if beside.exists() else grammar_path(name))
        self.source = text

    def read_registers(self, statement: Tree[Token]) -> None:
        self.registers = frozenset(map(str, statement.children))

    def read_type(self, statement: Tree[Token]) -> None:
        name, kind = _token(statement, 0), _token(statement, 1)
        self.grammar.types[str(name)] = None if kind == ANY else self.type(kind)

    def type(self, token: Token) -> Type:
        try:
            return parse_type(str(token))
        except InputError as error:
            raise self.fault(error.message, token) from None

    def read_words(self, statement: Tree[Token]) -> None:
        name, options = statement.children
        assert isinstance(options, Tree)
        self.grammar.words[str(name)] = self.options(options)

    def read_names(self, statement: Tree[Token]) -> None:
        kind, *names = statement.children
        assert isinstance(kind, Token)
        shown = show(self.type(kind))
        self.grammar.names[shown] = self.grammar.names.get(shown, ()) + tuple(map(str, names))

    def read_slips(self, statement: Tree[Token]) -> None:
        word, *slips = map(str, statement.children)
        self.grammar.slips[word] = self.grammar.slips.get(word, ()) + tuple(slips)

    def read_declare(self, statement: Tree[Token]) -> None:
        self.by_type(statement, self.grammar.declarations, {NAME, NAMES})

    def read_mention(self, statement: Tree[Token]) -> None:
        self.by_type(statement, self.grammar.mentions, {NAME})

    def by_type(self, statement: Tree[Token], into: dict[str, tuple[Phrase, ...]], slots: set[str]) -> None:
        kind, *wordings = statement.children
        assert isinstance(kind, Token)
        phrases = self.wordings(wordings, slots, exactly=False)
        shown = show(self.type(kind))
        into[shown] = into.get(shown, ()) + phrases

    def read_define(self, statement: Tree[Token]) -> None:
        self.grammar.definitions += self.wordings(statement.children, {NAME, VALUE})

    def read_introduce(self, statement: Tree[Token]) -> None:
        self.grammar.introductions += self.wordings(statement.children, {ARGS}, exactly=False)

    def read_production(self, statement: Tree[Token]) -> None:
        makes, name, *rest = statement.children
        assert isinstance(makes, Token) and isinstance(name, Token)
        self.known(makes)
        slots: dict[str, str] = {}
        if isinstance(rest[0], Tree):
            for param in rest.pop(0).children:  # type: ignore[union-attr]
                assert isinstance(param, Tree)
                slot, nonterminal = _token(param, 0), _token(param, 1)
                if slot in slots or slot == ARGS:
                    raise self.fault(f"the slot `{slot}` is declared twice or reserved", slot)
                slots[str(slot)] = self.known(nonterminal)
        weight = 1.0
        if isinstance(rest[0], Token) and rest[0].type == "WEIGHT":
            weight = self.weight(rest.pop(0))  # type: ignore[arg-type]
        program, *wordings = rest
        assert isinstance(program, Token)
        node = self.program(program, makes, slots)
        phrases = self.task_wordings(wordings, str(makes), slots)
        made = self.grammar.productions.setdefault(str(makes), [])
        if any(other.name == name for other in made):
            raise self.fault(f"there is a `{makes} {name}` already", name)
        made.append(Production(str(name), str(makes), slots, node, phrases, name.line or 0, weight))

    def read_also(self, statement: Tree[Token]) -> None:
        makes, name, *wordings = statement.children
        made = self.grammar.productions.get(str(makes), [])
        for index, production in enumerate(made):
            if production.name == name:
                phrases = self.task_wordings(wordings, str(makes), production.slots)
                made[index] = replace(production, wordings=production.wordings + phrases)
                return
        known = [production.label for production in self.grammar.all_productions()]
        label = f"{makes}.{name}"
        assert isinstance(name, Token)
        raise self.fault(f"there is no production `{label}`{nearest(label, known)}", name)

    def known(self, nonterminal: Token) -> str:
        types = self.grammar.types
        if nonterminal not in types:
            raise self.fault(f"unknown nonterminal `{nonterminal}`{nearest(nonterminal, types)}", nonterminal)
        return str(nonterminal)

    def program(self, token: Token, makes: Token, slots: dict[str, str]) -> Node:
        types = self.grammar.types
        try:
            node = parse(str(token))
            args = {slot: types[name] or parse_type("T", {}) for slot, name in slots.items()}
            typed = check(node, args, str(token))
        except SourceError as error:
            span = error.span or Span(0, len(token))
            start = token.start_pos or 0
            raise grammar_error(error.message, self.source, start + span.start, start + span.end) from None
        wanted = types[makes]
        if wanted is not None and not unify(wanted, typed.return_type, []):
            raise self.fault(
                f"the program gives {show(typed.return_type)}, but `{makes}` is {show(wanted)}", token
            )
        for slot in slots:
            if not any(node_.symbol == slot for node_ in node):
                raise self.fault(f"the slot `{slot}` is not used in the program", token)
        return node

    # ------------------------------------------------------------ wordings

    def task_wordings(
        self, trees: list[Tree[Token] | Token], makes: str, slots: dict[str, str]
    ) -> tuple[Phrase, ...]:
        phrases = self.wordings(trees, {*slots, ARGS} if makes == ROOT else set(slots))
        for phrase, tree in zip(phrases, trees, strict=True):
            for first, second in pairwise(phrase.items):
                if (
                    isinstance(first, Slot)
                    and isinstance(second, Slot)
                    and slots.get(first.name) == slots.get(second.name)
                ):
                    raise self.fault(
                        f"nobody could tell where `<{first.name}>` ends and `<{second.name}>` begins: "
                        f"both are `{slots[first.name]}`; put a word between them",
                        tree,
                    )
        return phrases

    def wordings(
        self, trees: list[Tree[Token] | Token], slots: set[str], exactly: bool = True
    ) -> tuple[Phrase, ...]:
        found = []
        for tree in trees:
            assert isinstance(tree, Tree)
            phrase = self.option(tree)
            seen = list(phrase.slots())
            for name in seen:
                if name not in slots:
                    raise self.fault(f"`<{name}>` is no slot of this production{nearest(name, slots)}", tree)
                if seen.count(name) > 1:
                    raise self.fault(f"the slot `<{name}>` stands twice in this wording", tree)
            missing = sorted(slots - set(seen) - {ARGS})
            if exactly and missing:
                raise self.fault(f"the slot `<{missing[0]}>` is missing in this wording", tree)
            found.append(phrase if phrase.registers else replace(phrase, registers=self.registers))
        return tuple(found)

    def options(self, tree: Tree[Token]) -> tuple[Phrase, ...]:
        phrases = tuple(self.option(option) for option in tree.children if isinstance(option, Tree))
        slots = [sorted(phrase.slots()) for phrase in phrases]
        if any(names != slots[0] for names in slots):
            raise self.fault("all options of a choice must hold the same slots", tree)
        return phrases

    def option(self, tree: Tree[Token]) -> Phrase:
        """A `wording` or an `option`: registers, then a phrase."""
        *registers, phrase = tree.children
        assert isinstance(phrase, Tree)
        tags = frozenset(tag for group in registers for tag in str(group)[1:].split(","))
        items: list[Word | Slot | Choice] = []
        weight = 1.0
        for child in phrase.children:
            if isinstance(child, Token):
                weight = self.weight(child)
            else:
                items += self.item(child)
        return Phrase(tuple(items), weight, tags - {TOLD}, TOLD in tags)

    def weight(self, token: Token) -> float:
        try:
            weight = float(token[1:])
        except ValueError:
            weight = -1.0
        if not 0 < weight < 1e6:
            raise self.fault(f"a weight must be a number above 0, found `{token[1:]}`", token)
        return weight

    def item(self, tree: Tree[Token]) -> list[Word | Slot | Choice]:
        if tree.data in ("choice", "optional"):
            options = self.options(tree.children[0])  # type: ignore[arg-type]
            if tree.data == "optional":
                if any(True for option in options for _ in option.slots()):
                    raise self.fault("a slot cannot stand in an optional part", tree)
                options = (*options, Phrase((), sum(option.weight for option in options)))
            return [Choice(options)]
        token = _token(tree, 0)
        if tree.data == "slot":
            return [Slot(str(token))]
        if tree.data == "quoted":
            return [Word(word) for word in token.strip('"').split()]
        if tree.data == "macro":
            words = self.grammar.words
            if token not in words:
                raise self.fault(f"unknown words `{{{token}}}`{nearest(token, words)}", token)
            return [Choice(words[token])]
        return [Word(str(token))]


def _token(tree: Tree[Token], index: int) -> Token:
    token = tree.children[index]
    assert isinstance(token, Token)
    return token


def _check_whole(grammar: Grammar) -> None:
    """Faults that only the whole grammar shows: what nothing makes, what never ends, what nothing reaches."""
    if not grammar.productions.get(ROOT):
        raise GrammarError(f"the grammar has no production for `{ROOT}`, which every task starts from")
    ending = {name for name in grammar.types if name in BUILT_IN or grammar.is_argument(name)}
    reached, todo = {ROOT}, [ROOT]
    while todo:
        for production in grammar.productions.get(todo.pop(), []):
            new = set(production.slots.values()) - reached
            reached |= new
            todo += new
    changed = True
    while changed:
        new = {
            production.makes
            for production in grammar.all_productions()
            if production.makes not in ending and ending.issuperset(production.slots.values())
        }
        ending |= new
        changed = bool(new)
    for production in grammar.all_productions():
        where = f"line {production.line}: the production `{production.name}`"
        for nonterminal in production.slots.values():
            if nonterminal not in ending:
                empty = not grammar.productions.get(nonterminal)
                why = "nothing makes" if empty else "every way to make it needs itself again:"
                raise GrammarError(f"{where} can never end: {why} `{nonterminal}`")
        if production.makes not in reached:
            raise GrammarError(f"{where} can never be reached: nothing asks for `{production.makes}`")
