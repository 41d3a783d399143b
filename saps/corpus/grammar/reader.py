"""Reading the files of a grammar of meanings."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedInput, UnexpectedToken

from saps.corpus.grammar.source import Choice, Form, Item, Line, Macro, Phrase, Say, Slot, Source, Word
from saps.corpus.synchronous import ROOT, TOLD, grammar_error, nearest
from saps.language.errors import GrammarError, InputError, SourceError
from saps.language.library import Library
from saps.language.parser import parse
from saps.language.primitives import PRIMITIVES
from saps.language.tree import Node
from saps.language.type_system import Scheme, Type, TypeVariable, parse_type, show, unify
from saps.resources import grammar_path, grammar_text

ARGUMENT_STATEMENTS = ("declare", "mention", "remark", "unnamed", "define", "introduce")
"""Statements that speak of arguments: by type, except the last two."""


class Reader:
    """Reads files into a Source. `arguments` holds the wordings of ARGUMENT_STATEMENTS by statement and type."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.source = Source()
        self.arguments: dict[tuple[str, str], list[Phrase]] = {}
        self.names: dict[str, list[str]] = {}
        self.slips: dict[str, list[str]] = {}
        self.registers: frozenset[str] = frozenset()
        self.text = ""
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
            self.statements(text, path.parent)
        except SourceError as error:
            if str(error.args[0]).startswith(str(path)):
                raise
            raise type(error)(f"{path}: {error.message}", error.source, error.span) from None

    def statements(self, text: str, folder: Path) -> None:
        before = self.text, self.registers
        self.text, self.registers = text, frozenset()
        for statement in self._tree().children:
            if isinstance(statement, Tree):
                if statement.data == "include":
                    name = str(statement.children[0]).strip('"')
                    beside = folder / name
                    self.file(beside if beside.exists() else grammar_path(name))
                else:
                    getattr(self, f"_{statement.data}", self._argument)(statement)
        self.text, self.registers = before

    def _tree(self) -> Tree[Token]:
        text = self.text
        try:
            return _lark().parse(text if text.endswith("\n") else text + "\n")
        except UnexpectedInput as error:
            start = error.pos_in_stream or 0
            if isinstance(error, UnexpectedToken):
                start = error.token.start_pos if error.token.type != "$END" else len(text.rstrip())
                found = (
                    "the end of the line" if error.token.type == "_NL" else f"`{error.token.strip()[:40]}`"
                )
                raise grammar_error(f"{found} was not expected here", text, start) from None
            raise grammar_error(f"unexpected character {text[start]!r}", text, start) from None

    def fault(self, message: str, at: Token) -> GrammarError:
        return grammar_error(message, self.text, at.start_pos or 0, at.end_pos)

    # ------------------------------------------------------------ statements

    def _registers(self, statement: Tree[Token]) -> None:
        self.registers = frozenset(map(str, statement.children))

    def _words(self, statement: Tree[Token]) -> None:
        name, *kinds, options = statement.children
        kind = str(kinds[0]) if kinds else None
        known = self.source.words.setdefault(str(name), {})
        known[kind] = known.get(kind, ()) + self.options(options).options

    def _slips(self, statement: Tree[Token]) -> None:
        word, *slips = map(str, statement.children)
        self.slips.setdefault(word, []).extend(slips)

    def _names(self, statement: Tree[Token]) -> None:
        kind, *names = map(str, statement.children)
        self.names.setdefault(kind, []).extend(names)

    def _argument(self, statement: Tree[Token]) -> None:
        kind = ""
        wordings = statement.children
        if isinstance(wordings[0], Token):
            kind, *wordings = wordings  # type: ignore[assignment]
        phrases = self.arguments.setdefault((statement.data, str(kind)), [])
        phrases += [self.phrase(wording) for wording in wordings if isinstance(wording, Tree)]

    def _form(self, statement: Tree[Token]) -> None:
        name, kind, *wordings = statement.children
        assert isinstance(name, Token) and isinstance(kind, Token)
        phrases = tuple(self.phrase(wording) for wording in wordings if isinstance(wording, Tree))
        self.source.forms.append(Form(str(name), self.type(kind, {}), phrases, name.line or 0))

    def _say(self, statement: Tree[Token]) -> None:
        token, *rest = statement.children
        assert isinstance(token, Token)
        name = str(token).strip('"')
        lines = tuple(self.line(part) for part in rest if isinstance(part, Tree) and part.data == "line")
        params = next(
            (part.children for part in rest if isinstance(part, Tree) and part.data == "params"), []
        )
        marks = {part.type: part for part in rest if isinstance(part, Token)}
        weight = self.weight(marks["WEIGHT"]) if "WEIGHT" in marks else 1.0
        program = self.program(marks["PROGRAM"]) if "PROGRAM" in marks else None
        names, kinds, silent = self.params(params)
        if program is None:
            names, types, result = self.known(token, name, names)
            self.narrow(types, kinds)
        else:
            variables: dict[str, TypeVariable] = {}
            if None in kinds or "TYPE" not in marks:
                raise self.fault(
                    "a program of its own needs types: say name(x: int) -> int => program", token
                )
            types = [self.type(kind, variables) for kind in kinds if kind is not None]
            result = None if marks["TYPE"] == ROOT else self.type(marks["TYPE"], variables)
        self.source.says.append(
            Say(
                name,
                tuple(zip(names, types, strict=True)),
                result,
                program,
                silent,
                weight,
                lines,
                token.line or 0,
            )
        )

    def known(self, token: Token, name: str, names: list[str]) -> tuple[list[str], list[Type], Type]:
        """Parameters and types of a definition, or of a primitive, whose parameters have no names of their own."""
        definition = self.library.get(name)
        if definition is not None:
            own = [param for param, _ in definition.params]
            if names and names != own:
                raise self.fault(f"`{name}` has the parameters {', '.join(own)}", token)
            types, result = _instance(definition.scheme(definition.arity))
            return own, types, result
        if name in PRIMITIVES:
            types, result = _instance(PRIMITIVES[name].scheme)
            if len(types) != len(names):
                raise self.fault(
                    f"`{name}` takes {len(types)} parameters; name them: say {name}(x, ...)", token
                )
            return names, types, result
        raise self.fault(f"`{name}` is no definition of the library{nearest(name, self.library)}", token)

    def narrow(self, types: list[Type], kinds: list[Token | None]) -> None:
        """Keep a polymorphic meaning to the types that are written."""
        variables: dict[str, TypeVariable] = {}
        for own, kind in zip(types, kinds, strict=False):
            if kind is not None and not unify(own, self.type(kind, variables), []):
                raise self.fault(f"this is {show(own)}", kind)

    def params(
        self, trees: Iterable[Tree[Token] | Token]
    ) -> tuple[list[str], list[Token | None], frozenset[str]]:
        names: list[str] = []
        kinds: list[Token | None] = []
        silent: set[str] = set()
        for tree in trees:
            assert isinstance(tree, Tree)
            name, *rest = tree.children
            names.append(str(name))
            if len(rest) == 2:
                silent.add(str(name))
            kinds.append(rest[-1] if rest else None)  # type: ignore[arg-type]
        return names, kinds, frozenset(silent)

    def type(self, token: Token, variables: dict[str, TypeVariable]) -> Type:
        try:
            return parse_type(str(token), variables)
        except InputError as error:
            raise self.fault(error.message, token) from None

    def program(self, token: Token) -> Node:
        try:
            return parse(str(token))
        except SourceError as error:
            raise self.fault(error.message, token) from None

    # ------------------------------------------------------------ wordings

    def line(self, tree: Tree[Token]) -> Line:
        children = list(tree.children)
        registers = (
            [children.pop(0)] if isinstance(children[0], Token) and children[0].type == "REGISTERS" else []
        )
        form, phrase = children
        assert isinstance(form, Token) and isinstance(phrase, Tree)
        return Line(str(form), self.tagged(registers, phrase), form.line or 0)

    def phrase(self, tree: Tree[Token]) -> Phrase:
        """A `wording` or an `option`: registers, then a phrase."""
        *registers, phrase = (
            child for child in tree.children if not (isinstance(child, Token) and child.type == "VBAR")
        )
        assert isinstance(phrase, Tree)
        return self.tagged(registers, phrase)

    def tagged(self, registers: list[Token | Tree[Token]], phrase: Tree[Token]) -> Phrase:
        tags = frozenset(
            tag for token in registers if isinstance(token, Token) for tag in token[1:].split(",")
        )
        weight = 1.0
        items: list[Item] = []
        for child in phrase.children:
            if isinstance(child, Token):
                weight = self.weight(child)
            else:
                items += self.item(child)
        return Phrase(tuple(items), weight, (tags - {TOLD}) or self.registers, TOLD in tags)

    def options(self, tree: Tree[Token] | Token) -> Choice:
        assert isinstance(tree, Tree)
        before, self.registers = self.registers, frozenset()  # an option is kept to what itself says
        choice = Choice(tuple(self.phrase(option) for option in tree.children if isinstance(option, Tree)))
        self.registers = before
        return choice

    def item(self, tree: Tree[Token]) -> list[Item]:
        if tree.data == "choice":
            return [self.options(tree.children[-1])]
        if tree.data == "optional":
            choice = self.options(tree.children[-1])
            return [Choice((*choice.options, Phrase((), sum(option.weight for option in choice.options))))]
        token = tree.children[0]
        assert isinstance(token, Token)
        if tree.data == "macro":
            return [Macro(str(token))]
        if tree.data == "quoted":
            return [Word(word) for word in token.strip('"').split()]
        if tree.data == "slot":
            forms = [str(part) for part in tree.children[1:] if isinstance(part, Token)]
            objects = [self.object(part) for part in tree.children[1:] if isinstance(part, Tree)]
            return [Slot(str(token), forms[0] if forms else None, objects[0] if objects else None)]
        return [Word(str(token))]

    def object(self, tree: Tree[Token]) -> Choice:
        """What a verb's object is called; nothing, where the brackets are empty."""
        return self.options(tree.children[0]) if tree.children else Choice((Phrase(()),))

    def weight(self, token: Token) -> float:
        try:
            weight = float(token[1:])
        except ValueError:
            weight = -1.0
        if not 0 < weight < 1e6:
            raise self.fault(f"a weight must be a number above 0, found `{token[1:]}`", token)
        return weight


def _instance(scheme: Scheme) -> tuple[list[Type], Type]:
    params, result = scheme.instantiate()
    return list(params), result


@cache
def _lark() -> Lark:
    return Lark(grammar_text("meanings.lark"), parser="lalr", maybe_placeholders=False)
