"""What a user said of types, as words in front of the sentence: `a <int[]> b <int> <-int> the number of ...`.

A letter of an argument stands in front of its type; the result's type comes last. Each part may be missing:
people mostly say nothing, and a model has to understand them as well.
"""

from __future__ import annotations

import random
from collections.abc import Mapping

_KINDS = ("int", "bool", "string", "int[]", "bool[]", "string[]", "int[][]", "string[][]")
_ARGUMENT = {kind: f"<{kind}>" for kind in _KINDS}
_RESULT = {kind: f"<-{kind}>" for kind in _KINDS}

MARKS = (*_ARGUMENT.values(), *_RESULT.values())
"""All words that stand for types; a tokenizer that knows them hears signatures."""

_SILENT = 0.35
"""Share of the training sentences of which nothing is said."""
_WITH_ARGUMENTS, _WITH_RESULT = 0.85, 0.5
"""Of the others: with the arguments' types, with the result's."""


def signature(args: Mapping[str, str], result: str | None) -> list[str]:
    """The words for arguments (letter to type as written) and a result; a type without a word is left out."""
    told = {letter: _ARGUMENT[kind] for letter, kind in args.items() if kind in _ARGUMENT}
    words = [word for pair in told.items() for word in pair]
    return words + ([_RESULT[result]] if result in _RESULT else [])


def drawn_signature(args: Mapping[str, str], result: str, seed: str) -> list[str]:
    """As `signature`, each part left out at random; the same for the same seed."""
    rng = random.Random(seed)
    if rng.random() < _SILENT:
        return []
    told = args if rng.random() < _WITH_ARGUMENTS else {}
    return signature(told, result if rng.random() < _WITH_RESULT else None)
