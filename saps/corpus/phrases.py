"""Wordings of a `.scfg` file, read into phrases."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import pairwise

from lark import Token, Tree

from saps.corpus.synchronous import ARGS, TOLD, Choice, Grammar, Phrase, Slot, Word, nearest
from saps.language.errors import GrammarError

Fault = Callable[[str, "Token | Tree[Token]"], GrammarError]
"""Makes an error of a message and the place it is about."""


class PhraseReader:
    """Reads wordings; `{words}` are looked up in the grammar."""

    def __init__(self, grammar: Grammar, fault: Fault) -> None:
        self.grammar, self.fault = grammar, fault
        self.registers: frozenset[str] = frozenset()
        """Those of the wordings that name none."""

    def wordings(
        self,
        trees: list[Tree[Token] | Token],
        slots: set[str],
        exactly: bool = True,
        repeats: bool = False,
    ) -> tuple[Phrase, ...]:
        """Wordings with these slots; `exactly` with all of them, `repeats` also more than once."""
        found = []
        for tree in trees:
            assert isinstance(tree, Tree)
            phrase = self.option(tree)
            seen = list(phrase.slots())
            for name in seen:
                if name not in slots:
                    raise self.fault(f"`<{name}>` is no slot of this production{nearest(name, slots)}", tree)
                if seen.count(name) > 1 and (name == ARGS or not repeats):
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
        tags = frozenset(
            tag
            for token in registers
            if isinstance(token, Token) and token.type == "REGISTERS"
            for tag in token[1:].split(",")
        )
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
            options = self.options(tree.children[-1])  # type: ignore[arg-type]
            if tree.data == "optional":
                if any(True for option in options for _ in option.slots()):
                    raise self.fault("a slot cannot stand in an optional part", tree)
                options = (*options, Phrase((), sum(option.weight for option in options)))
            return [Choice(options)]
        token = child_token(tree, 0)
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


def check_apart(
    phrases: tuple[Phrase, ...], trees: list[Tree[Token] | Token], slots: Mapping[str, str], fault: Fault
) -> None:
    """Refuse slots side by side that nobody could tell apart."""
    for phrase, tree in zip(phrases, trees, strict=True):
        for first, second in pairwise(phrase.items):
            if not (isinstance(first, Slot) and isinstance(second, Slot)):
                continue
            if slots.get(first.name) == slots.get(second.name):
                raise fault(
                    f"nobody could tell where `<{first.name}>` ends and `<{second.name}>` begins: "
                    f"both are `{slots[first.name]}`; put a word between them",
                    tree,
                )


def child_token(tree: Tree[Token], index: int) -> Token:
    """A child that is a token."""
    found = tree.children[index]
    assert isinstance(found, Token)
    return found
