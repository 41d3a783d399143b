"""Names and literals travel as placeholders, so that the model meets only words and symbols that it knows.

`prices` becomes a letter, `17` becomes `<num0>`, `"k"` becomes `<str0>`, in the sentence and in the program,
and all come back on the way out. Numbers that are constants of the language and common in sentences stay.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from saps.language.errors import InputError
from saps.language.primitives import is_reserved
from saps.language.printable import shortened
from saps.language.tree import Node, substitute
from saps.language.type_system import INT, STRING, Type

LETTERS = tuple("abcdefghijklmnopqrstuvwxyz")
"""What arguments are called inside the model."""

KEPT = frozenset({"0", "1", "2", "10"})
"""Numbers that stay as they are."""

NUMBERS = tuple(f"<num{index}>" for index in range(6))
STRINGS = tuple(f"<str{index}>" for index in range(4))

TYPES: dict[str, Type] = {**dict.fromkeys(NUMBERS, INT), **dict.fromkeys(STRINGS, STRING)}
"""Types of the placeholders for literals."""


@dataclass(frozen=True, slots=True)
class Placeholders:
    """What stands behind the placeholders of one sentence."""

    names: Mapping[str, str]
    """Argument as the sentence calls it -> letter."""
    literals: Mapping[str, str]
    """Canonical spelling of a literal -> placeholder."""

    def spelt(self, spellings: Mapping[str, str]) -> Placeholders:
        """The same, with names as the sentence spells them (see `normalize.spellings`)."""
        names = {spellings.get(name, name): letter for name, letter in self.names.items()}
        letters = {spelt: word for word, spelt in spellings.items() if word in LETTERS}
        return replace(self, names={**letters, **self.names, **names})

    def hide(self, program: Node) -> Node:
        """The program as the model sees it."""
        return _renamed(program, {**self.literals, **self.names})

    def reveal(self, program: Node) -> Node:
        """The program as people see it."""
        table = {placeholder: literal for literal, placeholder in self.literals.items()}
        table |= {letter: name for name, letter in self.names.items()}
        return _renamed(program, table)


def _renamed(program: Node, table: Mapping[str, str]) -> Node:
    return substitute(program, {old: Node(new) for old, new in table.items()})


def place(words: Sequence[str], names: Iterable[str] = ()) -> tuple[list[str], Placeholders]:
    """Put placeholders into a normalised sentence.

    `names` are the program's arguments, where they are known; a letter keeps its name unless another argument
    needs it. Raises InputError for more literals or names than there are placeholders.
    """
    names = list(names)
    letters = _letters(words, names)
    bare = _bare_letters(words, names)
    literals: dict[str, str] = {}
    counts = {"num": 0, "str": 0}
    placed = []
    for index, word in enumerate(words):
        literal = json.dumps(word) if index in bare else _literal(word)
        if literal is None:
            placed.append(letters.get(word, word))
            continue
        if literal not in literals:
            kind, pool = ("str", STRINGS) if literal[0] == '"' else ("num", NUMBERS)
            if counts[kind] == len(pool):
                what = "strings" if kind == "str" else "numbers"
                raise InputError(f"the sentence holds more than {len(pool)} different {what}")
            literals[literal] = pool[counts[kind]]
            counts[kind] += 1
        placed.append(literals[literal])
    return placed, Placeholders(
        {name: letter for name, letter in letters.items() if name != letter}, literals
    )


def _literal(word: str) -> str | None:
    """The canonical spelling of a number or quoted string that a placeholder stands for."""
    if word[0] == '"' and len(word) >= 2 and word[-1] == '"':
        return json.dumps(word[1:-1], ensure_ascii=False)
    if word.lstrip("-")[:1].isdecimal() and word not in KEPT:
        value = float(word) if "." in word else int(word)
        if value in (float("inf"), float("-inf")):
            raise InputError(f"the number {shortened(word, 40)} is beyond the range of a double")
        return repr(value)
    return None


_ENDS = frozenset(
    f"{verb}{ending}" for verb in ("start", "end", "begin") for ending in ("", "s", "ing", "ning")
)

_ASKING = frozenset("do can could should would may might will did am have must shall".split())
"""What stands before the "i" of somebody who asks."""
_WANTING = frozenset(
    "want wanted need needed have had got get would can could will should like know am was think mean wish "
    "try tried wonder do don '".split()
)
"""What stands behind the "i" of somebody who speaks of what they want."""

_NO_NOUNS = frozenset(
    "and are as at by divided equals for from has if in into is minus modulo of on or over plus than that "
    "then times to where which with".split()
)
"""Words that no article stands before."""


def _bare_letters(words: Sequence[str], names: Sequence[str]) -> set[int]:
    """Places of letters that stand for themselves: k in "words that start with k", "the letter k".

    A letter that the sentence speaks of again is a name.
    """
    found = set()
    for index, word in enumerate(words):
        if word not in LETTERS or word in names or words.count(word) > 1 or not index:
            continue
        before = words[index - 1]
        behind_verb = index > 1 and words[index - 2] in _ENDS and before in ("with", "in", "by")
        if (before in ("letter", "character") or behind_verb) and not is_article(words, index):
            found.add(index)
    return found


def is_article(words: Sequence[str], index: int) -> bool:
    """Whether a word is "a" before what may be a noun: mostly, then, it names nothing."""
    behind = "".join(words[index + 1 : index + 2])
    return words[index] == "a" and behind.isalpha() and len(behind) > 1 and behind not in _NO_NOUNS


def is_pronoun(words: Sequence[str], index: int) -> bool:
    """Whether a word is the "i" of somebody who speaks: "i need", "how do i", "i'd like"."""
    before, behind = [*words[max(0, index - 1) : index]], [*words[index + 1 : index + 2]]
    return words[index] == "i" and (not _ASKING.isdisjoint(before) or not _WANTING.isdisjoint(behind))


def is_ending(words: Sequence[str], index: int) -> bool:
    """Whether a letter belongs to the word before it: "what's", "don't"."""
    return index > 0 and words[index - 1] == "'"


def _letters(words: Sequence[str], names: list[str]) -> dict[str, str]:
    """A letter for each name: its own if it is one, else one that nothing in the sentence uses.

    Names that the sentence does not hold are called a, b, ... in their order, as far as those that it holds
    leave them, as the model has learnt to call what has no name; there the word `a` is an article.
    """
    unsaid = [name for name in names if name.lower() not in words]
    own = {name for name in names if name in LETTERS and name not in unsaid}
    taken = own | {word for word in words if word in LETTERS}
    free = [letter for letter in LETTERS if letter not in taken]
    if all(is_article(words, index) for index, word in enumerate(words) if word == "a"):
        taken -= {"a"} - own
    unused = [letter for letter in LETTERS if letter not in taken]
    found: dict[str, str] = {}
    for name in sorted(names, key=unsaid.__contains__):
        if name in own:
            found[name] = name
            continue
        pool = unused if name in unsaid else free
        letter = next((letter for letter in pool if letter not in found.values()), None)
        if letter is None:
            raise InputError("the sentence names more than 26 arguments")
        found[name] = letter
    return {name.lower(): letter for name, letter in found.items()} | found


def is_letter(symbol: str) -> bool:
    """Whether a program's symbol is an argument of the model's."""
    return symbol in LETTERS and not is_reserved(symbol)
