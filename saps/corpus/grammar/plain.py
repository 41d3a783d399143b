"""Reading a `.scfg` file into a Grammar and checking that it holds together.

A grammar of meanings (`say`) is read by `saps.corpus.grammar`; this reads plain ones, whose productions have
programs of their own, as `grammar/benchmark.scfg`.
"""

from __future__ import annotations

from functools import cache
from itertools import takewhile
from pathlib import Path

from saps.corpus.generation.registers import Register
from saps.corpus.grammar import model
from saps.corpus.grammar.loading import load_meanings, speaks_of_meanings, uncollected
from saps.corpus.grammar.model import (
    ANY,
    ARGS,
    COUNT,
    NAMES,
    ROOT,
    VALUE,
    Grammar,
    Phrase,
    Production,
    grammar_error,
    nearest,
)
from saps.corpus.grammar.plain_phrases import PhraseReader
from saps.corpus.grammar.statements import (
    ARROW,
    CLOSE,
    COLON,
    COMMA,
    END_OF_LINE,
    EQUAL,
    FILE,
    NAME,
    OPEN,
    PROGRAM,
    TYPE,
    WEIGHT,
    Part,
    Statement,
    statements,
)
from saps.corpus.grammar.validation import check_whole
from saps.language.errors import GrammarError, InputError, SourceError
from saps.language.parser import parse
from saps.language.plain import plain_program
from saps.language.tree import Node, Span
from saps.language.type_system import Type, parse_type, show, unify
from saps.language.typecheck import check
from saps.resources import grammar_path


def load(path: Path | None = None) -> Grammar:
    """Load a task grammar, by default the built-in one, which is kept: to read it takes seconds.

    Raises GrammarError with line and column; InputError if the file cannot be read.
    """
    if path is None:
        return load_meanings(grammar_path("meanings.scfg"))
    return load_meanings(path) if speaks_of_meanings(path) else _loaded(path)


def grammar_of(register: Register, path: Path | None = None) -> Grammar:
    """What a register speaks from: a built-in grammar of its own, or the one that `load` gives."""
    return load(path) if register.grammar is None else _own(register.grammar)


@cache
def _own(name: str) -> Grammar:
    return _loaded(grammar_path(name))


def _loaded(path: Path) -> Grammar:
    grammar = Grammar()
    with uncollected():
        _Reader(grammar, []).file(path)
    check_whole(grammar)
    return grammar


def load_text(text: str) -> Grammar:
    """Load a grammar from a text; `include` looks beside the built-in grammar. Raises GrammarError."""
    grammar = Grammar()
    _Reader(grammar, []).text(text, grammar_path("text.scfg"))
    check_whole(grammar)
    return grammar


_KEYWORDS = (
    *("registers", "type", "words", "declare", "mention", "remark", "unnamed", "define", "introduce"),
)
"""First words of statements other than `include` and productions; a method reads each."""
_FIRST = ("type", "words")
"""Those that are read before all others of a file: they may be used further up."""


class _Reader:
    """Reads statements in order; what a production refers to may also stand behind it."""

    def __init__(self, grammar: Grammar, including: list[Path]) -> None:
        self.grammar = grammar
        self.including = including
        self.labels: set[str] = set()
        """Those of the productions read."""
        self.included: set[Path] = set()
        """All that were read, each once, by however many routes it is included."""
        self.phrases = PhraseReader(grammar, self.fault)

    def file(self, path: Path) -> None:
        resolved = path.resolve()
        if resolved in self.including:
            round_ = " includes ".join(
                str(file) for file in [*self.including[self.including.index(resolved) :], path]
            )
            raise GrammarError(f"a grammar cannot include itself: {round_}")
        if resolved in self.included:
            return
        self.included.add(resolved)
        try:
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(f"cannot read the grammar {path}: {error}") from error
        self.including.append(resolved)
        try:
            self.text(text, path)
        except SourceError as error:
            if error.args and not str(error.args[0]).startswith(str(path)):
                raise type(error)(f"{path}: {error.message}", error.source, error.span) from None
            raise
        self.including.pop()

    def text(self, text: str, path: Path) -> None:
        self.source = text
        read = [(str(statement.take(NAME)), statement) for statement in statements(text)]
        leading = list(takewhile(lambda one: one[0] == "include", read))
        for _, statement in leading:
            self.include(statement, path, text)
        for word, statement in read:
            if word in _FIRST:
                self.read(word, statement)
        self.phrases.registers = frozenset()
        for word, statement in read[len(leading) :]:
            if word == "include":
                registers = self.phrases.registers
                self.include(statement, path, text)
                self.phrases.registers = registers
            elif word not in _FIRST:
                self.read(word, statement)

    def read(self, word: str, statement: Statement) -> None:
        """A statement by its first word, which is read already: a keyword, or what a production makes."""
        if word in _KEYWORDS:
            getattr(self, f"read_{word}")(statement)
        else:
            self.read_production(Part(word, statement.at - len(word)), statement)
        if not statement.is_over:
            statement.take(END_OF_LINE)
        if not statement.is_over:
            raise statement.unexpected("a statement")

    def fault(self, message: str, at: Part) -> GrammarError:
        return grammar_error(message, self.source, at.start, at.end)

    # ------------------------------------------------------------ statements

    def include(self, statement: Statement, path: Path, text: str) -> None:
        token = statement.take(FILE)
        name = token.strip('"')
        statement.take(END_OF_LINE)
        if Path(name).suffix != ".scfg":  # faults are shown with their line, which of other files is nobody's
            raise self.fault("a grammar includes grammars; expected a name that ends in .scfg", token)
        beside = path.parent / name
        included = beside if beside.exists() else grammar_path(name)
        self.file(included)
        self.source = text

    def read_registers(self, statement: Statement) -> None:
        self.phrases.registers = frozenset(map(str, statement.some(NAME)))

    def read_type(self, statement: Statement) -> None:
        name, _, kind = statement.take(NAME), statement.take(EQUAL), statement.take(TYPE)
        self.grammar.types[str(name)] = None if kind == ANY else self.type(kind)

    def type(self, part: Part) -> Type:
        try:
            return parse_type(str(part))
        except InputError as error:
            raise self.fault(error.message, part) from None

    def read_words(self, statement: Statement) -> None:
        name, _ = statement.take(NAME), statement.take(EQUAL)
        self.grammar.words[str(name)], _ = self.phrases.options(statement)

    def read_declare(self, statement: Statement) -> None:
        self.by_type(statement, self.grammar.declarations, model.NAME, NAMES, COUNT)

    def read_mention(self, statement: Statement) -> None:
        self.by_type(statement, self.grammar.mentions, model.NAME)

    def read_remark(self, statement: Statement) -> None:
        self.by_type(statement, self.grammar.remarks, model.NAME)

    def read_unnamed(self, statement: Statement) -> None:
        self.by_type(statement, self.grammar.unnamed, COUNT)

    def by_type(self, statement: Statement, into: dict[str, tuple[Phrase, ...]], *slots: str) -> None:
        kind, _ = statement.take(TYPE), statement.take(END_OF_LINE)
        phrases = self.phrases.wordings(statement, _apart(*slots), exactly=False)
        shown = show(self.type(kind))
        into[shown] = into.get(shown, ()) + phrases

    def read_define(self, statement: Statement) -> None:
        statement.take(END_OF_LINE)
        self.grammar.definitions += self.phrases.wordings(statement, _apart(model.NAME, VALUE))

    def read_introduce(self, statement: Statement) -> None:
        statement.take(END_OF_LINE)
        self.grammar.introductions += self.phrases.wordings(statement, _apart(ARGS), exactly=False)

    def read_production(self, makes: Part, statement: Statement) -> None:
        name = statement.take(NAME)
        self.known(makes)
        slots = self.params(statement) if statement.maybe(OPEN) is not None else {}
        weight = statement.maybe(WEIGHT)
        share = 1.0 if weight is None else self.phrases.weight(weight)
        statement.take(ARROW)
        node = self.program(statement.take(PROGRAM), makes, slots)
        statement.take(END_OF_LINE)
        phrases = self.task_wordings(statement, makes, slots)
        made = Production(str(name), str(makes), slots, node, phrases, statement.line, share)
        if made.label in self.labels:
            raise self.fault(f"there is a `{makes} {name}` already", name)
        self.labels.add(made.label)
        self.grammar.productions.setdefault(made.makes, []).append(made)

    def params(self, statement: Statement) -> dict[str, str]:
        """The slots of a production with their nonterminals, behind the opening parenthesis."""
        slots: dict[str, str] = {}
        sign = ","
        while sign == ",":
            slot, _, nonterminal = statement.take(NAME), statement.take(COLON), statement.take(NAME)
            if slot in slots or slot == ARGS:
                raise self.fault(f"the slot `{slot}` is declared twice or reserved", slot)
            slots[str(slot)] = self.known(nonterminal)
            sign = statement.take(COMMA, CLOSE)
        return slots

    def known(self, nonterminal: Part) -> str:
        types = self.grammar.types
        if nonterminal not in types:
            raise self.fault(f"unknown nonterminal `{nonterminal}`{nearest(nonterminal, types)}", nonterminal)
        return str(nonterminal)

    def program(self, part: Part, makes: str, slots: dict[str, str]) -> Node:
        types = self.grammar.types
        text = str(part)
        try:
            node = plain_program(text) or parse(text)
            args = {slot: types[name] or parse_type("T", {}) for slot, name in slots.items()}
            typed = check(node, args, text)
        except SourceError as error:
            start, end = error.span or Span(0, len(part))
            raise grammar_error(error.message, self.source, part.start + start, part.start + end) from None
        wanted = types[makes]
        if wanted is not None and not unify(wanted, typed.return_type, []):
            raise self.fault(
                f"the program gives {show(typed.return_type)}, but `{makes}` is {show(wanted)}", part
            )
        used = {inner.symbol for inner in node}
        for slot in slots:
            if slot not in used:
                raise self.fault(f"the slot `{slot}` is not used in the program", part)
        return node

    def task_wordings(self, statement: Statement, makes: str, slots: dict[str, str]) -> tuple[Phrase, ...]:
        known = {**slots, ARGS: ARGS} if makes == ROOT else slots
        return self.phrases.wordings(statement, known, repeats=True)


def _apart(*slots: str) -> dict[str, str]:
    """Slots each of which is filled by something of its own."""
    return {slot: slot for slot in slots}
