"""Reading the wordings of a grammar of meanings.

wording: [@registers] | phrase
phrase:  item... [*weight]
item:    word | "quoted words" | <slot> | <slot:form> | <slot:form(object)> | {words} | [options] | (options)
options: option | option ...      option: [@registers] phrase
"""

from __future__ import annotations

import re
from functools import cache

from saps.corpus.grammar.model import TOLD, grammar_error
from saps.corpus.grammar.source import Choice, Item, Macro, Phrase, Slot, Word
from saps.corpus.grammar.statements import END_OF_LINE, TAGS, WEIGHT, Part, Statement, Terminal, terminal
from saps.language.errors import GrammarError

_ITEM = re.compile(
    r"""[ \t]*(?:
      (?P<word>[^\s\[\]()<>{}|*"@#]+)
    | <[ \t]*(?P<slot>[A-Za-z_]+(\.[a-z]+)*)[ \t]*
    | (?P<bracket>[(\[])
    | \{[ \t]*(?P<macro>[A-Za-z][A-Za-z_.]*)[ \t]*\}
    | "(?P<quoted>[^"\n]*)"
    )""",
    re.VERBOSE,
)
_FORM = terminal(r":[ \t]*[A-Za-z]+(\.[a-z]+)*", "`:` and a form")
_OBJECT = terminal(r"\(", "`(`")
_NOTHING = terminal(r"\)", "`)`")
_SHUT = terminal(r">", "`>`")
IN_LINE = END_OF_LINE
IN_WORDS = terminal(rf"\||{END_OF_LINE.pattern.pattern}", "`|` or the end of the line")
_IN_BRACKETS = {
    "(": terminal(r"[|)]", "`|` or `)`"),
    "[": terminal(r"[|\]]", "`|` or `]`"),
}
_NO_TAGS: frozenset[str] = frozenset()

_word = cache(Word)
_macro = cache(Macro)


def phrase(lines: Statement, until: Terminal, tags: Part | None) -> tuple[Phrase, Part]:
    """A phrase and the sign that ended it. Raises GrammarError."""
    items: list[Item] = []
    while (found := _ITEM.match(lines.source, lines.at, lines.end)) is not None:
        kind, lines.at = found.lastgroup, found.end()
        assert kind is not None
        part = found[kind]
        if kind == "word":
            items.append(_word(part))
        elif kind == "macro":
            items.append(_macro(part))
        elif kind == "quoted":
            items += map(_word, part.split())
        elif kind == "bracket":
            items.append(_bracket(lines, part))
        else:
            items.append(_slot(lines, found["slot"]))
    if not items:
        raise lines.unexpected("a word")
    share = lines.maybe(WEIGHT)
    end = lines.take(until)
    registers = frozenset(tags[1:].split(",")) if tags else _NO_TAGS
    shared = 1.0 if share is None else weight(lines, share)
    return Phrase(tuple(items), shared, registers - {TOLD}, TOLD in registers), end


def options(lines: Statement, until: Terminal = IN_WORDS) -> Choice:
    """Options up to the end of what they stand in."""
    found, end = phrase(lines, until, lines.maybe(TAGS))
    phrases = [found]
    while end == "|":
        found, end = phrase(lines, until, lines.maybe(TAGS))
        phrases.append(found)
    return Choice(tuple(phrases))


def _bracket(lines: Statement, bracket: str) -> Choice:
    choice = options(lines, _IN_BRACKETS[bracket])
    if bracket == "(":
        return choice
    nothing = Phrase((), sum(option.weight for option in choice.options))
    return Choice((*choice.options, nothing))


def _slot(lines: Statement, name: str) -> Slot:
    """The rest of a slot, its name being read."""
    form = lines.maybe(_FORM)
    called = None
    if lines.maybe(_OBJECT) is not None:
        called = Choice((Phrase(()),)) if lines.maybe(_NOTHING) else options(lines, _IN_BRACKETS["("])
    lines.take(_SHUT)
    return Slot(name, None if form is None else form[1:].strip(), called)


def weight(lines: Statement, part: Part) -> float:
    """The weight that a part such as `*.5` states. Raises GrammarError."""
    try:
        found = float(part[1:])
    except ValueError:
        found = -1.0
    if not 0 < found < 1e6:
        raise fault(lines, f"a weight must be a number above 0, found `{part[1:]}`", part)
    return found


def fault(lines: Statement, message: str, at: Part) -> GrammarError:
    return grammar_error(message, lines.source, at.start, at.end)
