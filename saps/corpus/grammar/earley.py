"""The English side of a task grammar as a grammar of Lark's, for its Earley parser.

Every nonterminal, wording and choice becomes a rule; aliases say what a rule makes of its parts, which
`saps.corpus.grammar.ambiguity` reads off a parse forest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from lark import Lark, Token
from lark.lexer import Lexer

from saps.corpus.generation.registers import Register
from saps.corpus.grammar.model import (
    ARGS,
    BUILT_IN,
    COUNT,
    COUNTS,
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
from saps.language.type_system import resolve, show
from saps.text.placeholders import LETTERS


class _Words(Lexer):
    """Hands on the tokens that it is given instead of a text."""

    def __init__(self, conf: object) -> None:
        pass

    def lex(self, tokens: list[Token]) -> Iterator[Token]:  # type: ignore[override]
        return iter(tokens)


class English:
    """What can be said in one register: rules by name, each with its alternatives in Lark's notation."""

    def __init__(self, grammar: Grammar, register: Register) -> None:
        self.grammar = grammar
        self.tags = frozenset((*register.styles, register.name, TOLD))
        self.types = {name: show(resolve(kind)) for name, kind in grammar.types.items() if kind is not None}
        self.productions: dict[str, Production] = {}
        self.terminals: dict[str, str] = {}
        self.rules: dict[str, list[str]] = {}
        """Rule to its alternatives, in Lark's notation."""
        self.mentioned: dict[str, str] = {}
        """Rule that stands for an argument, to its type."""
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
                alternatives.append(f"mention_{spelt(grammar.kind(nonterminal))} -> same")
            self.rule(f"n_{nonterminal}", alternatives)
        self.rule("n_integer", ["NUMBER -> literal"])
        self.rule("n_quoted", ["QUOTED -> literal"])
        self.rule("n_symbol", ["QUOTED -> literal"])
        self.rule("n_letter", [f"{self.word(letter)} -> quoted" for letter in LETTERS])
        introductions = self.wordings(grammar.introductions, {ARGS: "args"})
        self.rule("introduction", [f"{wording} -> joined" for wording in introductions])
        sentences = self._tasks(ROOT)
        args = self.slot(ARGS, "args")
        introduced = [f"introduction {one}" for one in sentences if args not in one.split()]
        self.rule("sentence", [one.replace(" -> ", " remark? -> ") for one in sentences + introduced])
        remarks = [phrase for phrases in grammar.remarks.values() for phrase in phrases]
        self.rule("remark", [f"{wording} -> silent" for wording in self.wordings(remarks, {NAME: "name"})])
        self.rule("name", [*(f"{self.word(letter)} -> literal" for letter in LETTERS), "NAME -> literal"])
        self.rule("count", [self.word(word) for word in COUNTS])
        self.rule("names", ["name", f"names {self.word(',')} name", f"names {self.word('and')} name"])
        for kind, phrases in grammar.declarations.items():
            wordings = self.wordings(phrases, {NAME: "name", NAMES: "names", COUNT: "count"})
            wordings += self.wordings(grammar.unnamed.get(kind, ()), {})
            self.rule(f"declare_{spelt(kind)}", [f"{wording} -> silent" for wording in wordings])
            mentions = grammar.mentions.get(kind, (Phrase((Slot(NAME),)),))
            named = [f"{wording} -> mention" for wording in self.wordings(mentions, {NAME: "name"})]
            unnamed = self.wordings(grammar.unnamed.get(kind, ()), {})
            self.mentioned[f"mention_{spelt(kind)}"] = grammar.narrower.get(kind, kind)
            self.rule(f"mention_{spelt(kind)}", [*named, *(f"{wording} -> unnamed" for wording in unnamed)])
        self.rule("declared", [f"declare_{spelt(kind)}" for kind in grammar.declarations], "silent")
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
        # a number that some wording says is a number everywhere else as well
        digits = [terminal for text, terminal in self.terminals.items() if text.isdecimal()]
        self.rules["n_integer"] += [f"{terminal} -> literal" for terminal in digits]

    def _tasks(self, nonterminal: str) -> list[str]:
        alternatives = []
        for production in self.grammar.productions.get(nonterminal, []):
            name = f"p{len(self.productions)}"
            self.productions[name] = production
            slots = {slot: f"n_{inner}" for slot, inner in production.slots.items()} | {ARGS: "args"}
            alternatives += [f"{wording} -> {name}" for wording in self.wordings(production.wordings, slots)]
        return alternatives

    def rule(self, name: str, alternatives: Sequence[str], alias: str = "") -> None:
        """A rule of its own; two tasks that say the very same words are kept apart by a rule between."""
        ends = f" -> {alias}" if alias else ""
        self.rules[name] = written = []
        said: set[str] = set()
        for one in dict.fromkeys(alternatives):
            body, arrow, own = f"{one}{ends}".partition(" -> ")
            if body in said:
                again = f"again{len(self.rules)}"
                self.rules[again] = [f"{body} -> joined"]
                body = again
            said.add(body)
            written.append(body + arrow + own)

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


def earley(rules: Mapping[str, list[str]]) -> Lark:
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


def spelt(kind: str) -> str:
    """A type as a part of a rule's name."""
    return "".join(letter if letter.isalnum() else f"_{ord(letter)}" for letter in kind)
