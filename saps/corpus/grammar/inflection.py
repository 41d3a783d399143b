"""English inflection: plurals of nouns; third person, gerund and past participle of verbs.

Regular forms by the spelling rules of Quirk et al., "A Comprehensive Grammar of the English Language" (1985),
§§3.5-3.8 and 5.80; irregular ones stand in `grammar/core/lexicon.txt`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from saps.resources import grammar_text

VERB_FORMS = ("imp", "third", "ger", "part")
"""Plain form, third person, gerund, past participle: `begin begins beginning begun`."""

_ENDS_AS_PLURAL = re.compile(r"[a-z][^sui]s$")
_SIBILANTS = ("s", "x", "z", "ch", "sh")
_VOWELS = "aeiou"
_VOWEL_SOUND = re.compile(r"(?!uni|one|use)[aeiou]", re.IGNORECASE)
_DOUBLES = re.compile(r"[^aeiou]*[aeiou][^aeiouwxy]")
"""Verbs of one short syllable double their last letter: swap, swapping."""

_IS_PLURAL = re.compile(r"[^aisu]s$")
"""Nouns that end so stand in the plural: elements, but not gas, bus, class, axis."""


@cache
def _lexicon() -> dict[tuple[str, str], tuple[str, ...]]:
    """By word class and plain form: all forms."""
    rows = (
        line.split() for line in grammar_text("core/lexicon.txt").splitlines() if not line.startswith("#")
    )
    return {(row[0], row[1]): tuple(row[1:]) for row in rows if row}


def plural(noun: str) -> str:
    """The plural of a noun, which may be in the plural already."""
    known = _lexicon().get(("noun", noun))
    if known:
        return known[1]
    return noun if _IS_PLURAL.search(noun) else _with_s(noun)


def verb(plain: str, form: str) -> str:
    """A form of a verb, one of VERB_FORMS."""
    known = _lexicon().get(("verb", plain))
    if known:
        return known[VERB_FORMS.index(form)]
    if form == "imp":
        return plain
    if form == "third":
        return _with_s(plain)
    if plain.endswith("e"):
        return plain + "d" if form == "part" else plain.removesuffix("e") + "ing"
    stem = plain + plain[-1] if _DOUBLES.fullmatch(plain) else plain
    if form == "ger":
        return stem + "ing"
    return stem[:-1] + "ied" if stem.endswith("y") and stem[-2:-1] not in _VOWELS else stem + "ed"


def _with_s(word: str) -> str:
    if word.endswith("y") and word[-2:-1] not in _VOWELS:
        return word[:-1] + "ies"
    return word + ("es" if word.endswith(_SIBILANTS) else "s")


def article(following: str) -> str:
    """`a` or `an`, by the word behind it."""
    return "an" if _VOWEL_SOUND.match(following) else "a"


ARTICLE = "a/an"
"""Stands for the indefinite article until it is known what follows."""
BE = "is/are"
"""Stands for the verb in front of a noun phrase until it is known whether that is one thing or several."""

_BEHIND_NOUN = frozenset(
    "of in from between among with for by to at on within that which whose".split()
    + "before after when if than , . ( )".split()
)
_NO_PLURALS = frozenset("times plus minus series less always towards is was has does this its".split())
_PLURALS = frozenset("maxima minima extrema".split())


def is_plural(phrase: Sequence[str]) -> bool:
    """Whether a noun phrase speaks of several things: by its words up to the first preposition."""
    for word in phrase:
        if word in _BEHIND_NOUN:
            return False
        if word in _PLURALS or (word not in _NO_PLURALS and _ENDS_AS_PLURAL.search(word)):
            return True
    return False


def agreed(words: list[str]) -> list[str]:
    """The words with each ARTICLE and BE as what follows asks for."""
    return [
        _agreed(word, words[place + 1 :]) if word in (ARTICLE, BE) else word
        for place, word in enumerate(words)
    ]


def _agreed(word: str, following: list[str]) -> str:
    if word == ARTICLE:
        return article(following[0] if following else "")
    return "are" if is_plural(following) else "is"
