"""All the ways to read a sentence: the English side of the task grammar, parsed with Lark's Earley parser.

The corpus is drawn so that a sentence means one thing; this is the check. Each reading is a program; readings
whose programs differ in what they compute make a sentence ambiguous.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import product
from typing import Any, TypeAlias

from lark import Lark, Token
from lark.exceptions import UnexpectedInput
from lark.grammar import Rule
from lark.lexer import Lexer
from lark.parsers.earley_forest import PackedNode, SymbolNode, TokenNode

from saps.corpus.derivation import substitute
from saps.corpus.examples import SMALL_BUDGET
from saps.corpus.registers import LETTERS, Register
from saps.corpus.synchronous import (
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
)
from saps.corpus.task import Task
from saps.language.compiler import CompiledProgram, compile_program
from saps.language.errors import RunError, SapsError
from saps.language.simplify import apply_invocations
from saps.language.tree import Node
from saps.language.type_system import resolve, show
from saps.language.typecheck import check
from saps.language.values import read_inputs, to_json

MOST = 16
"""Readings of a part that are looked at; what has more is ambiguous all the same."""

Filled: TypeAlias = frozenset[tuple[str, Any]]
"""What a stretch of the sentence says: slot to program, or a definition's letter to its program."""


class _Words(Lexer):
    """Hands on the tokens that it is given instead of a text."""

    def __init__(self, conf: object) -> None:
        pass

    def lex(self, tokens: list[Token]) -> Iterator[Token]:  # type: ignore[override]
        return iter(tokens)


class Reader:
    """Reads sentences of one register."""

    def __init__(self, grammar: Grammar, register: Register) -> None:
        self.grammar = grammar
        self.tags = frozenset((*register.styles, register.name, TOLD))
        self.types = {name: show(resolve(kind)) for name, kind in grammar.types.items() if kind is not None}
        self.productions: dict[str, Production] = {}
        self.terminals: dict[str, str] = {}
        self.rules: dict[str, list[str]] = {}
        """Rule to its alternatives, in Lark's notation."""
        self.slots: dict[str, str] = {}
        """Rule that stands for a slot, to the slot's name."""
        self.choices: dict[tuple[Choice, tuple[tuple[str, str], ...]], str] = {}
        self._write()

    # ------------------------------------------------------------ the grammar, as Lark's

    def _write(self) -> None:
        grammar = self.grammar
        for nonterminal in grammar.types:
            if nonterminal in BUILT_IN or nonterminal == ROOT:
                continue
            alternatives = [f"{self.word('(')} n_{nonterminal} {self.word(')')} -> bracket"]
            alternatives += self._tasks(nonterminal)
            if grammar.is_argument(nonterminal):
                alternatives.append(f"mention_{_spelt(self.types[nonterminal])} -> same")
            self.rule(f"n_{nonterminal}", alternatives)
        self.rule("n_integer", ["NUMBER -> literal"])
        self.rule("n_quoted", ["QUOTED -> literal"])
        self.rule("n_letter", [f"{self.word(letter)} -> quoted" for letter in LETTERS])
        introductions = self.wordings(grammar.introductions, {ARGS: "args"})
        self.rule("introduction", [f"{wording} -> joined" for wording in introductions])
        sentences = self._tasks(ROOT)
        args = self.slot(ARGS, "args")
        introduced = [f"introduction {one}" for one in sentences if args not in one.split()]
        self.rule("sentence", sentences + introduced)
        self.rule("name", [*(f"{self.word(letter)} -> literal" for letter in LETTERS), "NAME -> literal"])
        self.rule("names", ["name", f"names {self.word(',')} name", f"names {self.word('and')} name"])
        for kind, phrases in grammar.declarations.items():
            wordings = self.wordings(phrases, {NAME: "name", NAMES: "names"})
            self.rule(f"declare_{_spelt(kind)}", [f"{wording} -> silent" for wording in wordings])
            mentions = grammar.mentions.get(kind, (Phrase((Slot(NAME),)),))
            self.rule(
                f"mention_{_spelt(kind)}",
                [f"{wording} -> mention" for wording in self.wordings(mentions, {NAME: "name"})],
            )
        self.rule("declared", [f"declare_{_spelt(kind)}" for kind in grammar.declarations], "silent")
        self.rule(
            "list",
            ["declared", f"list {self.word(',')} declared", f"list {self.word('and')} declared"],
            "silent",
        )
        values = [f"n_{name}" for name in grammar.types if grammar.is_argument(name)]
        self.rule("value", [f"{value} -> same" for value in values])
        wordings = self.wordings(grammar.definitions, {NAME: "name", VALUE: "value"})
        self.rule("definition", [f"{wording} -> defined" for wording in wordings])
        comma = self.word(",")
        self.rule("args", ["list -> silent", f"args {comma} definition -> joined"])

    def _tasks(self, nonterminal: str) -> list[str]:
        alternatives = []
        for production in self.grammar.productions.get(nonterminal, []):
            name = f"p{len(self.productions)}"
            self.productions[name] = production
            slots = {slot: f"n_{inner}" for slot, inner in production.slots.items()} | {ARGS: "args"}
            alternatives += [f"{wording} -> {name}" for wording in self.wordings(production.wordings, slots)]
        return alternatives

    def rule(self, name: str, alternatives: Sequence[str], alias: str = "") -> None:
        ends = f" -> {alias}" if alias else ""
        self.rules[name] = [f"{one}{ends}" for one in dict.fromkeys(alternatives)]

    def wordings(self, phrases: Sequence[Phrase], slots: Mapping[str, str]) -> list[str]:
        return [self.phrase(phrase, slots) for phrase in phrases if phrase.serves(self.tags)]

    def phrase(self, phrase: Phrase, slots: Mapping[str, str]) -> str:
        pieces = []
        for index, item in enumerate(phrase.items):
            if isinstance(item, Choice):
                pieces.append(self.choice(item, slots))
            elif isinstance(item, Slot):
                pieces.append(self.slot(item.name, slots[item.name]))
            else:
                # "the the" is said once
                before_slot = isinstance(dict(enumerate(phrase.items)).get(index + 1), Slot)
                pieces.append(self.word(item.text) + ("?" if item.text == "the" and before_slot else ""))
        return " ".join(pieces)

    def choice(self, choice: Choice, slots: Mapping[str, str]) -> str:
        used = {slot for option in choice.options for slot in option.slots()}
        key = choice, tuple((slot, slots[slot]) for slot in sorted(used))
        if key not in self.choices:
            self.choices[key] = name = f"c{len(self.choices)}"
            options = [option for option in choice.options if option.items]
            self.rule(name, self.wordings(options, slots), "joined")
        empty = any(not option.items and option.serves(self.tags) for option in choice.options)
        return self.choices[key] + ("?" if empty else "")

    def slot(self, name: str, rule: str) -> str:
        key = f"s_{name}_of_{rule}"
        if key not in self.slots:
            self.slots[key] = name
            self.rule(key, [f"{rule} -> slot"])
        return key

    def word(self, text: str) -> str:
        return self.terminals.setdefault(text, f"W{len(self.terminals)}")

    # ------------------------------------------------------------ reading

    def read(self, words: Sequence[str], args: Mapping[str, str]) -> list[Node]:
        """The programs that the sentence can mean, at most MOST; `args` are its arguments' types as written.

        None of them need be well-typed.
        """
        tokens = [self.token(word, args) for word in words]
        rules = self.within({token.type for token in tokens})
        if "sentence" not in rules:
            return []
        try:
            forest = _earley(rules).parse(tokens)
        except UnexpectedInput:
            return []
        return _Walk(self, args).values(forest)  # type: ignore[arg-type]

    def within(self, terminals: set[str]) -> dict[str, list[str]]:
        """The rules that can be used with some terminals only: far fewer than all, so parsing is quick."""
        made = set(terminals)
        usable: dict[str, list[str]] = {}
        growing = True
        while growing:
            growing = False
            for name, alternatives in self.rules.items():
                kept = [one for one in alternatives if made.issuperset(_needed(one))]
                if len(kept) > len(usable.get(name, ())):
                    usable[name] = kept
                    made.add(name)
                    growing = True
        return usable

    def token(self, word: str, args: Mapping[str, str]) -> Token:
        if len(word) > 1 and word in args:
            return Token("NAME", word)
        if word in self.terminals:
            return Token(self.terminals[word], word)
        if word.lstrip("-")[:1].isdigit():
            return Token("NUMBER", word)
        return Token("QUOTED" if word[0] == '"' else "UNKNOWN", word)


@cache
def _needed(alternative: str) -> tuple[str, ...]:
    """The symbols that an alternative cannot do without."""
    symbols = alternative.partition(" -> ")[0].split()
    return tuple(symbol for symbol in symbols if not symbol.endswith("?"))


def _earley(rules: Mapping[str, list[str]]) -> Lark:
    """A parser for some of the rules; what is optional and cannot be made is left out."""
    lines, terminals = [], {"UNKNOWN"}
    for name, alternatives in rules.items():
        written = []
        for alternative in alternatives:
            body, arrow, alias = alternative.partition(" -> ")
            symbols = [symbol for symbol in body.split() if symbol.isupper() or symbol.rstrip("?") in rules]
            terminals |= {symbol.rstrip("?") for symbol in symbols if symbol.isupper()}
            written.append(" ".join(symbols) + arrow + alias)
        lines.append(f"{name}: " + "\n  | ".join(written))
    lines.append("%declare " + " ".join(sorted(terminals)))
    return Lark("\n".join(lines), parser="earley", lexer=_Words, ambiguity="forest", start="sentence")


class _Walk:
    """Reads the meanings off a parse forest, each node once."""

    def __init__(self, reader: Reader, args: Mapping[str, str]) -> None:
        self.reader, self.args = reader, {name: _spelt(kind) for name, kind in args.items()}
        self.known: dict[int, list[Any]] = {}

    def values(self, node: SymbolNode | TokenNode) -> list[Any]:
        """What a node can mean: programs, or sets of filled slots."""
        if isinstance(node, TokenNode):
            return [node.token]
        if id(node) not in self.known:
            self.known[id(node)] = []  # of a part that is its own part, nothing more comes
            found: dict[Any, None] = {}
            for packed in node.children:
                for children in self.sequences(packed):
                    value = self.value(packed.rule, children)
                    if value is not None and len(found) < MOST:
                        found[value] = None
            self.known[id(node)] = list(found)
        return self.known[id(node)]

    def sequences(self, packed: PackedNode) -> list[tuple[Any, ...]]:
        left = packed.left
        if left is None:
            before: list[tuple[Any, ...]] = [()]
        elif isinstance(left, SymbolNode) and left.is_intermediate:
            before = [children for part in left.children for children in self.sequences(part)]
        else:
            before = [(value,) for value in self.values(left)]
        if packed.right is None:
            return before
        return [(*children, value) for children, value in product(before, self.values(packed.right))][
            : 4 * MOST
        ]

    def value(self, rule: Rule, children: tuple[Any, ...]) -> Any:
        """What a rule makes of its parts; None where it cannot be."""
        if rule.alias == "literal":
            return Node(str(children[0]))
        if rule.alias == "quoted":
            return None if children[0] in self.args else Node(json.dumps(str(children[0])))
        parts = [child for child in children if not isinstance(child, Token)]
        match rule.alias:
            case None | "silent":
                return frozenset()
            case "same" | "bracket":
                return parts[0]
            case "slot":
                return frozenset({(self.reader.slots[rule.origin.name], parts[0])})
        filled: Filled = frozenset().union(*parts)
        if rule.alias == "joined":
            return filled
        slots = dict(filled)
        if rule.alias == "mention":
            name = slots[NAME].symbol
            kind = self.args.get(name)
            return None if kind and f"mention_{kind}" != rule.origin.name else slots[NAME]
        if rule.alias == "defined":
            return frozenset({(slots[NAME].symbol, slots[VALUE])})
        production = self.reader.productions[rule.alias]
        definitions = slots.pop(ARGS, frozenset())
        program = substitute(production.program, slots)
        for _ in definitions:  # one may speak of another
            program = substitute(program, dict(definitions))
        return apply_invocations(program)


def _spelt(kind: str) -> str:
    """A type as a part of a rule's name."""
    return "".join(letter if letter.isalnum() else f"_{ord(letter)}" for letter in kind)


def other_meanings(task: Task, readings: Sequence[Node]) -> list[Node]:
    """The readings that compute something else than the task's program on one of the task's test inputs."""
    gold = _outcomes(task, task.program)
    found = [(reading, _outcomes(task, reading)) for reading in readings if reading != task.program]
    return [reading for reading, outcomes in found if outcomes is not None and outcomes != gold]


def _outcomes(task: Task, program: Node) -> list[str] | None:
    """What a program gives on the test inputs, as comparable texts; None where it does not type-check."""
    kinds = task.arg_types()
    try:
        compiled = compile_program(check(program, kinds))
        return [_outcome(compiled, read_inputs(test.input, kinds)) for test in task.tests]
    except SapsError:
        return None


def _outcome(program: CompiledProgram, inputs: dict[str, Any]) -> str:
    try:
        return repr(to_json(program.run(inputs, budget=SMALL_BUDGET)))
    except RunError as error:
        return error.kind
