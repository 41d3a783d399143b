"""Wordings of a `.scfg` file, read into phrases.

wording: [@registers] | phrase
phrase:  item... [*weight]
item:    word | "quoted words" | <slot> | {words} | [options] | (options)
options: option | option ...      option: [@registers] phrase
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from itertools import pairwise

from saps.corpus.grammar.model import ARGS, TOLD, Choice, Grammar, Phrase, Slot, Word, nearest
from saps.corpus.grammar.statements import BAR, END_OF_LINE, TAGS, WEIGHT, Part, Statement, terminal
from saps.language.errors import GrammarError

Fault = Callable[[str, Part], GrammarError]
"""Makes an error of a message and the place it is about."""

_ITEM = re.compile(
    r"""[ \t]*(?:
      (?P<word>[^\s\[\]()<>{}|*"@#]+)
    | <[ \t]*(?P<slot>[A-Za-z][A-Za-z_]*)[ \t]*>
    | (?P<bracket>[(\[])
    | \{[ \t]*(?P<macro>[A-Za-z][A-Za-z_]*)[ \t]*\}
    | "(?P<quoted>[^"\n]*)"
    )""",
    re.VERBOSE,
)
_LINE, _WORDS = "", "="
"""What a phrase stands in, where that is no bracket: a wording's line, the line of a `words` statement."""
_ENDS = {
    _LINE: END_OF_LINE,
    _WORDS: terminal(rf"\||{END_OF_LINE.pattern.pattern}", "`|` or the end of the line"),
    "(": terminal(r"[|)]", "`|` or `)`"),
    "[": terminal(r"[|\]]", "`|` or `]`"),
}
"""What may stand behind a phrase."""
_NO_TAGS: frozenset[str] = frozenset()
_MOST_LEVELS = 20
"""Of brackets inside one another; no English needs five."""

_word = cache(Word)
_slot = cache(Slot)


class PhraseReader:
    """Reads wordings; `{words}` are looked up in the grammar."""

    def __init__(self, grammar: Grammar, fault: Fault) -> None:
        self.grammar, self.fault = grammar, fault
        self.registers = _NO_TAGS
        """Those of the wordings that name none."""
        self._levels = 0
        """Brackets that are open."""

    def wordings(
        self, lines: Statement, slots: Mapping[str, str], exactly: bool = True, repeats: bool = False
    ) -> tuple[Phrase, ...]:
        """The wordings that a statement ends with, with these slots (name to what fills it); `exactly` with
        all of them, `repeats` also more than once. Raises GrammarError."""
        found: list[Phrase] = []
        while not found or not lines.is_over:
            tags = lines.maybe(TAGS)
            bar = lines.take(BAR)
            phrase, seen, end = self.phrase(lines, _LINE, tags)
            at = lines.part(tags or bar, end)
            self.check_slots(seen, slots, at, exactly, repeats)
            self.check_apart(phrase, slots, at)
            found.append(phrase if phrase.registers else replace(phrase, registers=self.registers))
        return tuple(found)

    def check_slots(
        self, seen: list[str], slots: Mapping[str, str], at: Part, exactly: bool, repeats: bool
    ) -> None:
        for name in seen:
            if name not in slots:
                raise self.fault(f"`<{name}>` is no slot of this production{nearest(name, slots)}", at)
            if (name == ARGS or not repeats) and seen.count(name) > 1:
                raise self.fault(f"the slot `<{name}>` stands twice in this wording", at)
        missing = sorted(slots.keys() - {*seen, ARGS})
        if exactly and missing:
            raise self.fault(f"the slot `<{missing[0]}>` is missing in this wording", at)

    def check_apart(self, phrase: Phrase, slots: Mapping[str, str], at: Part) -> None:
        """Refuses slots side by side that nobody could tell apart."""
        for first, second in pairwise(phrase.items):
            if not (isinstance(first, Slot) and isinstance(second, Slot)):
                continue
            if slots[first.name] == slots[second.name]:
                raise self.fault(
                    f"nobody could tell where `<{first.name}>` ends and `<{second.name}>` begins: "
                    f"both are `{slots[first.name]}`; put a word between them",
                    at,
                )

    def options(self, lines: Statement, within: str = _WORDS) -> tuple[tuple[Phrase, ...], list[str]]:
        """Options up to the end of what they stand in, and the slots that each of them holds."""
        start = lines.here()
        phrase, slots, end = self.phrase(lines, within, lines.maybe(TAGS))
        phrases = [phrase]
        while end == "|":
            phrase, seen, end = self.phrase(lines, within, lines.maybe(TAGS))
            if sorted(seen) != sorted(slots):
                raise self.fault("all options of a choice must hold the same slots", lines.part(start, end))
            phrases.append(phrase)
        return tuple(phrases), slots

    def phrase(self, lines: Statement, within: str, tags: Part | None) -> tuple[Phrase, list[str], Part]:
        """A phrase, the slots in it, and the sign that ended it."""
        items: list[Word | Slot | Choice] = []
        slots: list[str] = []
        while (found := _ITEM.match(lines.source, lines.at, lines.end)) is not None:
            kind, lines.at = found.lastgroup, found.end()
            assert kind is not None
            part = found[kind]
            if kind == "word":
                items.append(_word(part))
            elif kind == "slot":
                items.append(_slot(part))
                slots.append(part)
            elif kind == "bracket":
                choice, inner = self.choice(lines, Part(part, found.start(kind)))
                items.append(choice)
                slots += inner
            elif kind == "macro":
                items.append(self.macro(Part(part, found.start(kind))))
            else:
                items += map(_word, part.split())
        if not items:
            raise lines.unexpected("a word")
        weight = lines.maybe(WEIGHT)
        end = lines.take(_ENDS[within])
        registers = frozenset(tags[1:].split(",")) if tags else _NO_TAGS
        share = 1.0 if weight is None else self.weight(weight)
        return Phrase(tuple(items), share, registers - {TOLD}, TOLD in registers), slots, end

    def weight(self, part: Part) -> float:
        """The weight that a part such as `*.5` states."""
        try:
            weight = float(part[1:])
        except ValueError:
            weight = -1.0
        if not 0 < weight < 1e6:
            raise self.fault(f"a weight must be a number above 0, found `{part[1:]}`", part)
        return weight

    def choice(self, lines: Statement, bracket: Part) -> tuple[Choice, list[str]]:
        """What stands in brackets, the opening one being read, and the slots in it."""
        self._levels += 1
        if self._levels > _MOST_LEVELS:
            raise self.fault(f"brackets inside one another; at most {_MOST_LEVELS} are read", bracket)
        options, slots = self.options(lines, bracket)
        self._levels -= 1
        if bracket == "[":
            if slots:
                inside = Part(lines.source[bracket.start : lines.at], bracket.start)
                raise self.fault("a slot cannot stand in an optional part", inside)
            options = (*options, Phrase((), sum(option.weight for option in options)))
        return Choice(options), slots

    def macro(self, name: Part) -> Choice:
        """One of the phrases of a `words` statement."""
        words = self.grammar.words
        if name not in words:
            raise self.fault(f"unknown words `{{{name}}}`{nearest(name, words)}", name)
        return Choice(words[name])
