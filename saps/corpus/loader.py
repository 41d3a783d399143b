"""Reading a `.scfg` file into a Grammar and checking that it holds together."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from itertools import takewhile
from pathlib import Path

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedInput, UnexpectedToken

from saps.corpus.phrases import PhraseReader, check_apart, child_token
from saps.corpus.snapshot import kept
from saps.corpus.soundness import check_whole
from saps.corpus.synchronous import (
    ANY,
    ARGS,
    COUNT,
    NAME,
    NAMES,
    ROOT,
    VALUE,
    Grammar,
    Phrase,
    Production,
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
    """Load a task grammar, by default the built-in one, which is kept: to read it takes seconds.

    Raises GrammarError with line and column; InputError if the file cannot be read.
    """
    return _built_in() if path is None else _loaded(path)


@cache
def _built_in() -> Grammar:
    path = grammar_path("tasks.scfg")
    with _uncollected():
        return kept(sorted([*path.parent.glob("*.scfg"), *path.parent.glob("*.lark")]), lambda: _loaded(path))


def _loaded(path: Path) -> Grammar:
    grammar = Grammar()
    with _uncollected():
        _Reader(grammar, []).file(path)
    check_whole(grammar)
    return grammar


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the garbage collector, which would walk over all that was read each time that more was: half of
    the time goes there."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def load_text(text: str) -> Grammar:
    """Load a grammar from a text; `include` looks beside the built-in grammar. Raises GrammarError."""
    grammar = Grammar()
    _Reader(grammar, []).text(text, grammar_path("tasks.scfg"))
    check_whole(grammar)
    return grammar


@cache
def _lark() -> Lark:
    return Lark(grammar_text("scfg.lark"), parser="lalr", maybe_placeholders=False)


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
        self.phrases.registers = frozenset()
        for statement in statements[len(leading) :]:
            if statement.data == "include":
                registers = self.phrases.registers
                self.include(statement, path, text)
                self.phrases.registers = registers
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
        tokens = [at] if isinstance(at, Token) else list(at.scan_values(lambda part: isinstance(part, Token)))
        return grammar_error(message, self.source, tokens[0].start_pos or 0, tokens[-1].end_pos)

    # ------------------------------------------------------------ statements

    def include(self, statement: Tree[Token], path: Path, text: str) -> None:
        name = child_token(statement, 0).strip('"')
        beside = path.parent / name
        included = beside if beside.exists() else grammar_path(name)
        if included == grammar_path("tasks.scfg") and self.grammar.is_empty:
            self.grammar.take(_built_in())
            self.included |= {file.resolve() for file in included.parent.glob("*.scfg")}
        else:
            self.file(included)
        self.source = text

    def read_registers(self, statement: Tree[Token]) -> None:
        self.phrases.registers = frozenset(map(str, statement.children))

    def read_type(self, statement: Tree[Token]) -> None:
        name, kind = child_token(statement, 0), child_token(statement, 1)
        self.grammar.types[str(name)] = None if kind == ANY else self.type(kind)

    def type(self, token: Token) -> Type:
        try:
            return parse_type(str(token))
        except InputError as error:
            raise self.fault(error.message, token) from None

    def read_words(self, statement: Tree[Token]) -> None:
        name, options = statement.children
        assert isinstance(options, Tree)
        self.grammar.words[str(name)] = self.phrases.options(options)

    def read_names(self, statement: Tree[Token]) -> None:
        kind, *names = statement.children
        assert isinstance(kind, Token)
        shown = show(self.type(kind))
        self.grammar.names[shown] = self.grammar.names.get(shown, ()) + tuple(map(str, names))

    def read_slips(self, statement: Tree[Token]) -> None:
        word, *slips = map(str, statement.children)
        self.grammar.slips[word] = self.grammar.slips.get(word, ()) + tuple(slips)

    def read_declare(self, statement: Tree[Token]) -> None:
        self.by_type(statement, self.grammar.declarations, {NAME, NAMES, COUNT})

    def read_mention(self, statement: Tree[Token]) -> None:
        self.by_type(statement, self.grammar.mentions, {NAME})

    def read_remark(self, statement: Tree[Token]) -> None:
        self.by_type(statement, self.grammar.remarks, {NAME})

    def read_unnamed(self, statement: Tree[Token]) -> None:
        self.by_type(statement, self.grammar.unnamed, set())

    def by_type(self, statement: Tree[Token], into: dict[str, tuple[Phrase, ...]], slots: set[str]) -> None:
        kind, *wordings = statement.children
        assert isinstance(kind, Token)
        phrases = self.phrases.wordings(wordings, slots, exactly=False)
        shown = show(self.type(kind))
        into[shown] = into.get(shown, ()) + phrases

    def read_define(self, statement: Tree[Token]) -> None:
        self.grammar.definitions += self.phrases.wordings(statement.children, {NAME, VALUE})

    def read_introduce(self, statement: Tree[Token]) -> None:
        self.grammar.introductions += self.phrases.wordings(statement.children, {ARGS}, exactly=False)

    def read_production(self, statement: Tree[Token]) -> None:
        makes, name, *rest = statement.children
        assert isinstance(makes, Token) and isinstance(name, Token)
        self.known(makes)
        slots: dict[str, str] = {}
        if isinstance(rest[0], Tree):
            for param in rest.pop(0).children:  # type: ignore[union-attr]
                assert isinstance(param, Tree)
                slot, nonterminal = child_token(param, 0), child_token(param, 1)
                if slot in slots or slot == ARGS:
                    raise self.fault(f"the slot `{slot}` is declared twice or reserved", slot)
                slots[str(slot)] = self.known(nonterminal)
        weight = 1.0
        if isinstance(rest[0], Token) and rest[0].type == "WEIGHT":
            weight = self.phrases.weight(rest.pop(0))  # type: ignore[arg-type]
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

    def task_wordings(
        self, trees: list[Tree[Token] | Token], makes: str, slots: dict[str, str]
    ) -> tuple[Phrase, ...]:
        known = {*slots, ARGS} if makes == ROOT else set(slots)
        found = self.phrases.wordings(trees, known, repeats=True)
        check_apart(found, trees, slots, self.fault)
        return found
