"""What speaks against a program that the model finds probable: in nats, taken off its score.

The model reads letters in place of names, and seldom sees types. What names, nouns and the library's own
wording tell besides is weighed here. Each cost was chosen on people's requests, not on those that it is
measured by.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass

from saps.language.library import built_in
from saps.language.tree import Node
from saps.language.type_system import Type, TypeConstructor, prune
from saps.language.typecheck import TypedProgram
from saps.search.readings import Reading
from saps.text.names import name_model
from saps.text.nouns import is_array, unmet
from saps.text.placeholders import LETTERS, is_letter

_UNUSED_COST = 4.0
"""To leave an argument out that was given or named."""

_LETTER_COST = 2.0
"""To leave out a letter that the sentence seems to name."""

_OTHER_COST = 1.0
"""To have an argument that the sentence does not name, where it names others."""

_ROWS_COST = 3.0
"""To take lists of lists where neither the request nor the sentence speaks of such."""

_ROWS = frozenset(
    "arrays board column columns diagonal diagonals dimensional flatten grid grids groups lists matrices "
    "matrix nested pair pairs points records row rows sublist sublists subarrays table tables tuples "
    "transpose".split()
)
"""Words that speak of them."""

_UNMET_COST = 2.5
"""To take no list, or no string, where the sentence speaks of one as given (`nouns.unmet`)."""

_COUNT_COST = 4.0
"""To take three arguments without names for "four numbers"."""

_TWICE_COST = 2.0
"""To hand one argument to a meaning twice, where none are given: 13 of 2,500 requests of people ask that,
nine times as many answers of a model do, for want of an argument that nobody named."""

_AGAIN_COST = 4.0
"""To do the same again with what came of it, such as the factorial of the factorial: hardly any of 2,000
requests of people ask that, and a model that is told no argument ("factorial") does so all too easily."""

_AGAIN = frozenset(("again", "second", "twice"))
_SHORT = 3
"""Letters of words that may come twice and tell nothing: "the", "and"."""

_CHARACTER_COST = 1.5
"""To compare a text that is given with single characters, where nobody speaks of such: the meaning for texts
does the same with one character, and something with more."""

_CHARACTER = ("c", "string")
"""How the library calls a parameter that is one."""

_CHARACTERS = frozenset(
    "c ch char chars character characters digit digits letter letters sign signs symbol symbols vowel "
    "vowels".split()
)
"""Words, and names, by which somebody speaks of them."""


@dataclass(frozen=True, slots=True)
class Plausibility:
    """For the programs of one request: `is_told` says whether it tells its arguments, `has_values` whether
    its sentence spells lists out."""

    is_told: bool
    has_values: bool

    def of_words(self, said: Node, reading: Reading) -> float:
        """What a program costs by how it is said with the library, the model's letters in place."""
        cost = _AGAIN_COST * _does_again(said, reading)
        if not self.is_told:
            cost += _TWICE_COST * _hands_twice(said)
        if _CHARACTERS.isdisjoint(reading.words):
            cost += _CHARACTER_COST * _takes_for_character(reading.placeholders.reveal(said))
        return cost

    def of_types(self, typed: TypedProgram, reading: Reading) -> float:
        """What it costs by the types of its arguments, where they are not told."""
        if self.is_told:
            return 0.0
        rows, few = _takes_unsaid_rows(typed, reading), _are_too_few(typed.args, reading)
        lacking = 0 if self.has_values else unmet(typed.args, reading.words)
        return _ROWS_COST * rows + _COUNT_COST * few + _UNMET_COST * lacking

    def is_odd(self, typed: TypedProgram, said: Node | None, reading: Reading) -> bool:
        """Whether it is no answer beside others: what the model gives it is no loss to them."""
        does_again = said is not None and _does_again(said, reading)
        return does_again or (not self.is_told and _takes_unsaid_rows(typed, reading))

    def charges(self, typed: TypedProgram, reading: Reading) -> float:
        """What it costs to leave out arguments that were given or named, to have others beside those that are
        named, and to have them of types that names speak against. (An answer is no less sure for it.)"""
        symbols = {node.symbol for node in typed.node}
        costs = (_UNUSED_COST if name in reading.names else _LETTER_COST for name in reading.named)
        unused = sum(cost for name, cost in zip(reading.named, costs, strict=True) if name not in symbols)
        others = symbols.difference(reading.named, reading.words) if reading.named else ()
        cost = unused + _OTHER_COST * sum(map(is_letter, others))
        if self.is_told:
            return cost
        kinds = typed.args
        return cost + sum(name_model().against(name, kinds[name]) for name in reading.named if name in kinds)


def _does_again(said: Node, reading: Reading) -> bool:
    """Whether a meaning of one argument gets what itself gives, though the sentence says nothing twice."""
    again = any(len(node.children) == 1 and node.symbol == node.children[0].symbol for node in said)
    return again and not _is_said_twice(reading.words)


def _is_said_twice(words: Sequence[str]) -> bool:
    """Whether a sentence may ask for something twice: "the square of the square", "reverse it again"."""
    telling = [word for word in words if len(word) > _SHORT]
    return not _AGAIN.isdisjoint(words) or len(set(telling)) < len(telling)


def _hands_twice(said: Node) -> bool:
    """Whether a meaning gets one argument for two of its parameters."""
    return any(
        leaf in node.children[:place]
        for node in said
        for place, leaf in enumerate(node.children)
        if is_letter(leaf.symbol)
    )


def _takes_for_character(said: Node) -> bool:
    """Whether a meaning of a text and what its library calls a character, `c`, gets an argument for it."""
    library = built_in()
    for node in said:
        params = library[node.symbol].params if node.children and node.symbol in library else ()
        if [kind for _, kind in params].count("string") > 1:
            for param, child in zip(params, node.children, strict=False):
                if param == _CHARACTER and _is_argument(child) and child.symbol.lower() not in _CHARACTERS:
                    return True
    return False


def _is_argument(node: Node) -> bool:
    """Whether a part of a program that type-checks as a string is an argument, not a text or made of one."""
    return not node.children and node.symbol[0] != '"' and node.symbol not in _BOUND


_BOUND = frozenset(("arg1", "arg2"))


def _takes_unsaid_rows(typed: TypedProgram, reading: Reading) -> bool:
    return any(map(_is_rows, typed.args.values())) and _ROWS.isdisjoint(reading.words)


def _is_rows(kind: Type) -> bool:
    kind = prune(kind)
    return isinstance(kind, TypeConstructor) and is_array(kind) and is_array(kind.args[0])


def _are_too_few(args: Container[str], reading: Reading) -> bool:
    """Whether some arguments have no name, and are fewer than the sentence counts."""
    implied = sum(letter in args for letter in LETTERS if letter not in reading.named)
    return 1 < implied < max(reading.counts, default=0) and implied not in reading.counts
