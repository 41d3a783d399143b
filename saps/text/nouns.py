"""What the nouns of a sentence say of its arguments' types, where the program leaves them open.

The length of `a` is that of any array; "the length of a list of words" is one of strings.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

from saps.language.type_system import INT, STRING, Type, TypeConstructor, TypeVariable, array, prune, show

_ELEMENTS: dict[str, Type] = {
    **dict.fromkeys("numbers integer integers int ints digits nums".split(), INT),
    **dict.fromkeys("string strings str strs text texts word words sentence sentences".split(), STRING),
    **dict.fromkeys("letter letters character characters char chars".split(), STRING),
}
"""Nouns for single values."""

_NUMBER, _ARTICLES = "number", frozenset({"a", "any", "each", "every", "given", "one"})
"""`number` is one too, behind these words; "the number of elements" is a count."""

_ABOUT = re.compile(
    r"\b(?:(?:of|from|over|through|takes) (?:the|an?|this|my|that|given|some)"
    r"|given (?:the|an?)|in (?:the|this|my|that))"
    r" (?:given )?(?:(list|array)|(string|text|sentence|phrase))\b"
)
"""Words that say what the program takes: of those who wrote so for programs, hardly one in a hundred meant
one that takes no list, or no string."""

_ARRAYS = frozenset("list lists array arrays sequence sequences".split())


def as_told(args: Mapping[str, Type], words: Sequence[str]) -> dict[str, Type]:
    """The arguments' types, open ones (a value of any type, an array of such) being what the sentence's nouns
    say, if they agree. What stands alone is an array where arrays are spoken of and no argument is one."""
    element = _element(words)
    are_arrays = not _ARRAYS.isdisjoint(words) and not any(map(is_array, args.values()))

    def told(kind: Type) -> Type:
        kind = prune(kind)
        if isinstance(kind, TypeVariable):
            found = element or kind
            return array(found) if are_arrays else found
        return array(told(kind.args[0])) if kind.name == "array" else kind

    return {name: told(kind) for name, kind in args.items()}


def unmet(args: Mapping[str, Type], words: Sequence[str]) -> int:
    """How many of the kinds that the sentence speaks of as given, lists and strings, no argument is."""
    kinds = [show(prune(kind)) for kind in args.values()]
    lists = any("[]" in kind or kind[0].isupper() for kind in kinds)
    strings = any("string" in kind or kind[0].isupper() for kind in kinds)
    asked = _ABOUT.findall(" ".join(words))
    return any(one for one, _ in asked) * (not lists) + any(one for _, one in asked) * (not strings)


def _element(words: Sequence[str]) -> Type | None:
    """What single values are called, if all nouns agree."""
    found = {_ELEMENTS[word] for word in words if word in _ELEMENTS}
    if any(word == _NUMBER and before in _ARTICLES for before, word in pairwise(words)):
        found.add(INT)
    return found.pop() if len(found) == 1 else None


def is_array(kind: Type) -> bool:
    """Whether a type is known to be a list's."""
    kind = prune(kind)
    return isinstance(kind, TypeConstructor) and kind.name == "array"
