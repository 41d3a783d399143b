"""How people type in a hurry: slips of the fingers, filler, strange words, no articles, glued punctuation.

Made from a finished sentence. Words that name arguments, numbers and quoted strings stay as they are, so the
sentence still says what the program computes.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from saps.corpus.generation.examples import WORDS
from saps.corpus.generation.realizer import Mention
from saps.corpus.grammar.model import Grammar

BEFORE, AFTER = "filler_before", "filler_after"
"""The grammar's `words` that stand before and behind a sentence."""

_NEIGHBOURS = {
    letter: row[max(0, index - 1) : index] + row[index + 1 : index + 2]
    for row in ("qwertyuiop", "asdfghjkl", "zxcvbnm")
    for index, letter in enumerate(row)
}
_HALVES = [word for word in WORDS if len(word) > 3 and word.isalpha() and word.islower()]
"""What strange words are put together of."""

_SHORTEST = 4
"""Letters of a word below which a slip would make another word of it."""


def typed_carelessly(words: Sequence[str], grammar: Grammar, rng: random.Random) -> tuple[str, ...]:
    """The sentence's words as somebody types them; glued punctuation makes fewer of them."""
    typed = [*_filler(grammar, BEFORE, 0.3, rng), *words, *_filler(grammar, AFTER, 0.15, rng)]
    if rng.random() < 0.3:
        typed = _foreign(typed, rng)
    if rng.random() < 0.3:
        typed = _with_strange_words(typed, rng)
    if rng.random() < 0.7:
        typed = _with_slips(typed, grammar, rng)
    return tuple(_capitals(_glued(typed, rng), rng))


def _filler(grammar: Grammar, name: str, chance: float, rng: random.Random) -> list[str]:
    if name not in grammar.words or rng.random() >= chance:
        return []
    phrases = grammar.words[name]
    (phrase,) = rng.choices(phrases, [phrase.weight for phrase in phrases])
    return [item.text for item in phrase.items if hasattr(item, "text")]


def _kept(word: str) -> bool:
    return isinstance(word, Mention) or not word.isalpha()


def _foreign(words: Sequence[str], rng: random.Random) -> list[str]:
    """Articles dropped, a plural or a form of "be" left out, now and then a word twice."""
    typed: list[str] = []
    for word in words:
        roll = rng.random()
        if _kept(word):
            typed.append(word)
        elif word in ("the", "an", "all") or (word == "a" and len(words) > 3):
            typed += [word] if roll < 0.3 else []
        elif word in ("is", "are") and roll < 0.15:
            continue
        elif word in ("elements", "numbers", "values", "words", "letters") and roll < 0.15:
            typed.append(word[:-1])
        elif word in ("which", "that") and roll < 0.2:
            typed.append("what")
        else:
            typed += [word, word] if roll > 0.99 else [word]
    return typed or list(words)


def _with_strange_words(words: Sequence[str], rng: random.Random) -> list[str]:
    """A word or two that nobody knows, and that change nothing: people say more than a grammar holds."""
    typed = list(words)
    for _ in range(rng.choice((1, 1, 2))):
        first, last = rng.sample(_HALVES, 2)
        strange = first[: (len(first) + 1) // 2] + last[len(last) // 2 :]
        typed.insert(rng.randrange(len(typed) + 1), strange)
    return typed


def _with_slips(words: Sequence[str], grammar: Grammar, rng: random.Random) -> list[str]:
    """One slip at least where a word is long enough, and few more."""
    long = [index for index, word in enumerate(words) if not _kept(word) and len(word) >= _SHORTEST]
    if not long:
        return list(words)
    chosen = {index for index in long if rng.random() < 0.08} | {rng.choice(long)}
    return [
        slip(word, grammar.slips.get(word, ()), rng) if index in chosen else word
        for index, word in enumerate(words)
    ]


def slip(word: str, known: Sequence[str], rng: random.Random) -> str:
    """The word mistyped: as it is known to be, or a letter swapped, dropped, doubled or its neighbour hit."""
    if known and rng.random() < 0.5:
        return rng.choice(known)
    at = rng.randrange(1, len(word) - 1)
    match rng.randrange(4):
        case 0:
            return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        case 1:
            return word[:at] + word[at + 1 :]
        case 2:
            return word[:at] + word[at] + word[at:]
        case _:
            return word[:at] + rng.choice(_NEIGHBOURS[word[at]]) + word[at + 1 :]


def _glued(words: Sequence[str], rng: random.Random) -> list[str]:
    """Commas and full stops on the word before them, an end mark, brackets on what they hold."""
    ending = rng.choice(("", "", "", "?", ".", "!", " ?", "..."))
    typed: list[str] = []
    opened = False
    for word in (*words, *ending.split()):
        if typed and (opened or word in (",", ".", ")", "?", "!", "...")):
            typed[-1] += word
        else:
            typed.append(word)
        opened = word == "("
    return typed


def _capitals(words: Sequence[str], rng: random.Random) -> list[str]:
    """A capital at the start, a word in capitals, or none."""
    roll = rng.random()
    if roll < 0.35:
        return [words[0][:1].upper() + words[0][1:], *words[1:]]
    if roll < 0.45:
        return [word.upper() if word.isalpha() and rng.random() < 0.2 else word for word in words]
    return list(words)
