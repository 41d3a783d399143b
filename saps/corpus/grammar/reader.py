"""Reading the files of a grammar of meanings."""

from __future__ import annotations

from pathlib import Path

from saps.corpus.grammar.model import ROOT, nearest
from saps.corpus.grammar.phrases import IN_LINE, IN_WORDS, fault, options, phrase, weight
from saps.corpus.grammar.source import Form, Line, Phrase, Say, Source
from saps.corpus.grammar.statements import (
    ARROW,
    BAR,
    CLOSE,
    COLON,
    COMMA,
    END_OF_LINE,
    EQUAL,
    FILE,
    NAME,
    OPEN,
    TAGS,
    TYPE,
    WEIGHT,
    Part,
    Statement,
    statements,
    terminal,
)
from saps.language.errors import InputError, SourceError
from saps.language.library import Library
from saps.language.parser import parse
from saps.language.plain import plain_program
from saps.language.primitives import PRIMITIVES
from saps.language.tree import Node
from saps.language.type_system import Scheme, Type, TypeVariable, parse_type, show, unify
from saps.resources import grammar_path

BY_TYPE = ("declare", "mention", "remark", "unnamed")
"""Statements that speak of the arguments of a type."""

_WORDS_NAME = terminal(r"[A-Za-z][A-Za-z_.]*", "a name")
_FORM_NAME = terminal(r"[A-Za-z]+(\.[a-z]+)*", "a form")
_MEANING = terminal(r'[A-Za-z]\w*(-\w+)*|"[^"\s]+"', "a definition or primitive")
_PROGRAM = terminal(r"[^\s|@#][^\n]*", "a program")
_MAKES = terminal(r"->", "`->`")
_SUBJECT = terminal(r"subject(?=[ \t])", "`subject`")
_SLIP = terminal(r"[^\s=#]+", "a word")


class Reader:
    """Reads files into a Source; `arguments` holds wordings by statement and type."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.source = Source()
        self.arguments: dict[tuple[str, str], list[Phrase]] = {}
        self.names: dict[str, list[str]] = {}
        self.slips: dict[str, list[str]] = {}
        self.narrower: dict[str, str] = {}
        self._read: set[Path] = set()

    def file(self, path: Path) -> None:
        """Read a file and what it includes; each once. Raises GrammarError with the place of a fault."""
        resolved = path.resolve()
        if resolved in self._read:
            return
        self._read.add(resolved)
        try:
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(f"cannot read the grammar {path}: {error}") from error
        try:
            self.text(text, path.parent)
        except SourceError as error:
            if str(error.args[0]).startswith(str(path.parent)):
                raise
            raise type(error)(f"{path}: {error.message}", error.source, error.span) from None

    def text(self, text: str, folder: Path) -> None:
        registers: frozenset[str] = frozenset()
        for statement in statements(text):
            keyword = statement.take(NAME)
            if keyword == "registers":
                registers = frozenset(statement.some(NAME))
            elif keyword == "include":
                name = statement.take(FILE).strip('"')
                beside = folder / name
                self.file(beside if beside.exists() else grammar_path(name))
            elif keyword in BY_TYPE:
                self.spoken(keyword, self.kind(statement), statement, registers)
            elif keyword in ("define", "introduce"):
                self.spoken(keyword, "", statement, registers)
            elif keyword in ("say", "form", "words", "slips", "names"):
                getattr(self, f"read_{keyword}")(statement, registers)
            else:
                known = ("say", "form", "words", "slips", "names", "define", "introduce", "include", *BY_TYPE)
                raise fault(statement, f"`{keyword}` is no statement{nearest(keyword, known)}", keyword)

    # ------------------------------------------------------------ statements

    def read_words(self, statement: Statement, _: frozenset[str]) -> None:
        name = statement.take(_WORDS_NAME)
        kind = None if statement.maybe(EQUAL) else str(statement.take(TYPE))
        if kind is not None:
            statement.take(EQUAL)
        known = self.source.words.setdefault(str(name), {})
        known[kind] = known.get(kind, ()) + options(statement, IN_WORDS).options

    def read_slips(self, statement: Statement, _: frozenset[str]) -> None:
        word = statement.take(_SLIP)
        statement.take(EQUAL)
        self.slips.setdefault(str(word), []).extend(map(str, statement.some(_SLIP)))

    def read_names(self, statement: Statement, _: frozenset[str]) -> None:
        kind = self.kind(statement)
        statement.take(EQUAL)
        self.names.setdefault(kind, []).extend(map(str, statement.some(NAME)))

    def kind(self, statement: Statement) -> str:
        """A type; or a form and a type, of arguments that are told apart: `character string`."""
        first, second = statement.take(TYPE), statement.maybe(TYPE)
        if second is None:
            return str(first)
        self.narrower[f"{first} {second}"] = str(second)
        return f"{first} {second}"

    def spoken(self, keyword: str, kind: str, statement: Statement, registers: frozenset[str]) -> None:
        statement.take(END_OF_LINE)
        self.arguments.setdefault((keyword, kind), []).extend(self.wordings(statement, registers))

    def read_form(self, statement: Statement, registers: frozenset[str]) -> None:
        name, kind = statement.take(_FORM_NAME), statement.take(TYPE)
        statement.take(END_OF_LINE)
        said = self.wordings(statement, registers)
        phrases = tuple(one for phrase in said for one in phrase.parted(one_meaning=True))
        self.source.forms.append(Form(str(name), self.type(statement, kind, {}), phrases, statement.line))

    def read_say(self, statement: Statement, registers: frozenset[str]) -> None:
        token = statement.take(_MEANING)
        name = token.strip('"')
        names, kinds, silent = self.params(statement)
        made = statement.take(TYPE) if statement.maybe(_MAKES) else None
        share = statement.maybe(WEIGHT)
        program = self.program(statement) if statement.maybe(ARROW) else None
        if program is None:
            names, types, made_of = self.known(statement, token, name, names)
            result: Type | None = made_of
            self.narrow(statement, types, kinds)
        else:
            variables: dict[str, TypeVariable] = {}
            if made is None:
                message = "a program of its own needs types: say name(x: int) -> int => program"
                raise fault(statement, message, token)
            types = [self.type(statement, kind, variables) for kind in kinds if kind is not None]
            result = None if made == ROOT else self.type(statement, made, variables)
        self.source.says.append(
            Say(
                name,
                tuple(zip(names, types, strict=True)),
                result,
                program,
                silent,
                1.0 if share is None else weight(statement, share),
                tuple(self.lines(statement, registers)),
                statement.line,
            )
        )

    def known(
        self, statement: Statement, token: Part, name: str, names: list[str]
    ) -> tuple[list[str], list[Type], Type]:
        """Parameters and types of a definition, or of a primitive, whose parameters are named here."""
        definition = self.library.get(name)
        if definition is not None:
            own = [param for param, _ in definition.params]
            if names and names != own:
                raise fault(statement, f"`{name}` has the parameters {', '.join(own)}", token)
            return own, *_instance(definition.scheme(definition.arity))
        if name in PRIMITIVES:
            types, result = _instance(PRIMITIVES[name].scheme)
            if len(types) != len(names):
                message = f"`{name}` takes {len(types)} parameters; name them: say {name}(x, ...)"
                raise fault(statement, message, token)
            return names, types, result
        message = f"`{name}` is no definition of the library{nearest(name, self.library)}"
        raise fault(statement, message, token)

    def narrow(self, statement: Statement, types: list[Type], kinds: list[Part | None]) -> None:
        """Keep a polymorphic meaning to the types that are written."""
        variables: dict[str, TypeVariable] = {}
        for own, kind in zip(types, kinds, strict=False):
            if kind is not None and not unify(own, self.type(statement, kind, variables), []):
                raise fault(statement, f"this parameter is {show(own)}", kind)

    def params(self, statement: Statement) -> tuple[list[str], list[Part | None], frozenset[str]]:
        names: list[str] = []
        kinds: list[Part | None] = []
        silent: set[str] = set()
        if statement.maybe(OPEN) is None:
            return names, kinds, frozenset()
        while not names or statement.take(COMMA, CLOSE) == ",":
            names.append(str(statement.take(NAME)))
            kind = None
            if statement.maybe(COLON):
                if statement.maybe(_SUBJECT):
                    silent.add(names[-1])
                kind = statement.take(TYPE)
            kinds.append(kind)
        return names, kinds, frozenset(silent)

    def type(self, statement: Statement, part: Part, variables: dict[str, TypeVariable]) -> Type:
        try:
            return parse_type(str(part), variables)
        except InputError as error:
            raise fault(statement, error.message, part) from None

    def program(self, statement: Statement) -> Node:
        part = statement.take(_PROGRAM)
        try:
            return plain_program(str(part)) or parse(str(part))
        except SourceError as error:
            raise fault(statement, error.message, part) from None

    def wordings(self, statement: Statement, registers: frozenset[str]) -> list[Phrase]:
        """The lines with `|` that a statement ends with."""
        found: list[Phrase] = []
        while not found or not statement.is_over:
            tags = statement.maybe(TAGS)
            statement.take(BAR)
            found.append(_kept_to(registers, phrase(statement, IN_LINE, tags)[0]))
        return found

    def lines(self, statement: Statement, registers: frozenset[str]) -> list[Line]:
        """The wordings of a meaning, each behind its part of speech."""
        statement.take(END_OF_LINE)
        found: list[Line] = []
        while not found or not statement.is_over:
            number = statement.source.count("\n", 0, statement.at) + 1
            tags = statement.maybe(TAGS)
            form = statement.take(_FORM_NAME)
            said = _kept_to(registers, phrase(statement, IN_LINE, tags)[0])
            found += (Line(str(form), one, number) for one in said.parted())
        return found


def _kept_to(registers: frozenset[str], said: Phrase) -> Phrase:
    """A wording that names no register is kept to those of the file."""
    if said.registers or not registers:
        return said
    return Phrase(said.items, said.weight, registers, said.told)


def _instance(scheme: Scheme) -> tuple[list[Type], Type]:
    params, result = scheme.instantiate()
    return list(params), result
