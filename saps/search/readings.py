"""How a sentence may be read: which of its words are names of arguments, and which are slips of the keyboard.

A word that the model knows is read as it stands, or as an argument's name. Any other may be a name, a known
word with a slip in it, or a word that says nothing to the model. How probable a name is, `saps.text.names`
says. Some choices cost something; the readings compete, and what the model finds most probable after that is
the answer. What was assumed is part of the reading.
"""

from __future__ import annotations

import heapq
import math
import re
import string
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, islice, pairwise, product
from typing import NamedTuple

from saps.language.primitives import is_reserved
from saps.language.type_system import Type, TypeVariable, prune, show
from saps.search.problem import Query
from saps.search.type_constraints import Rules, is_ground
from saps.text.names import is_candidate, name_model
from saps.text.normalize import marked, normalize, spellings
from saps.text.placeholders import LETTERS, Placeholders, is_article, is_ending, is_pronoun, place
from saps.text.signature import signature
from saps.text.tokenizer import Tokenizer
from saps.text.units import targets, with_units

_SLIP_COST = 1.5
"""What it costs a reading, in nats, to take a word for another with a letter too many or one missing. A long
word costs nothing, nor do exchanged letters; a letter in place of another is no slip: `prices` is not
`primes`."""

_LONG = 6
"""Letters of a word that is near another one by no accident."""

_NEAR_COST = 3.0
"""To let a word say nothing that may be a slip, or to take one that surely is a slip for a name, besides how
improbable a name is there (`saps.text.names`)."""

_IMPLIED_COST = 2.0
"""To let a program have arguments that the sentence does not mention."""

_IMPLIED, _MOST_IMPLIED, _BESIDE = 3, 5, 2
"""How many of them; more where the sentence counts more: "four numbers"; and beside those that it mentions:
"the elements of the list above k"."""

_SPARE_COST = 0.7
"""To let a program leave out the length that is handed along with a list: "a list arr and its size n"."""

_COMPARATIVES = frozenset(
    "bigger earlier fewer greater higher larger later less longer lower more older shorter smaller "
    "younger".split()
)
_COMPARED = frozenset("all any average both each every its mean that the their this".split())
"""Words that what is compared with begins with."""

_LENGTH = re.compile(r"(n|m|len|length|size|arr_size|num)(_?\w{1,6})?|\w+_(n|len|length|size)", re.IGNORECASE)
"""Names of numbers that may be such lengths."""

_MOST_UNKNOWN = 4
"""Unknown words, up to which every choice is looked at; of more, all are read the same way. With the known
words that may be names there are no more than that either."""

_MOST_READINGS = 8

_FARTHEST = 6.0
"""How much more than the cheapest way to read the words another one may cost, in nats."""

_MARKED, _MARKED_NEW = 30.0, 1000.0
"""By how much backticks raise the odds that a word is a name: one that the model knows may as well be a word
of a programming language."""

_DOUBTFUL = 0.02
"""The probability of being a name up to which a known word is read as it stands."""


@dataclass(frozen=True, slots=True)
class Assumption:
    """A word of the sentence that was not read as it stands; `read_as` is None where it says nothing."""

    word: str
    read_as: str | None


class Reading(NamedTuple):
    """One way to read a sentence: what the decoder gets, what stands behind its placeholders, and what was
    assumed."""

    query: Query
    placeholders: Placeholders
    cost: float
    """Taken off the scores, in nats."""
    words: tuple[str, ...]
    """The words as they were read, placeholders in place."""
    heard: tuple[str, ...]
    """The same as the model reads them: with the units that names are (`saps.text.units`)."""
    names: tuple[str, ...]
    """The arguments' names that the sentence holds, given or assumed."""
    assumptions: tuple[Assumption, ...]
    guessed: float
    """How many of the words taken for names are probably none; 0 where names are given."""
    named: tuple[str, ...] = ()
    """The arguments that a program should use: the names, and where none are given the sentence's letters."""
    unsaid: tuple[str, ...] = ()
    """Names that are given, but do not occur in the sentence."""
    unknown: tuple[str, ...] = ()
    """Letters that the sentence names plainly, where names are given, but others."""
    counts: frozenset[int] = frozenset()
    """How many things the sentence speaks of, where it does so by number."""

    @property
    def unread(self) -> int:
        """Words that say nothing to the model."""
        return sum(assumption.read_as is None for assumption in self.assumptions)


class _Choice(NamedTuple):
    """How a word is read that may be read in several ways."""

    word: str
    is_name: bool
    read_as: str | None
    cost: float


class Reader:
    """Reads sentences for one model."""

    def __init__(self, tokenizer: Tokenizer, rules: Rules) -> None:
        self.tokenizer, self.rules = tokenizer, rules

    def readings(
        self,
        text: str,
        args: Mapping[str, Type] | None,
        result: Type,
        known: Mapping[str, Type] | None = None,
    ) -> list[Reading]:
        """The ways to read a sentence, the likeliest first; `known` are types of letters in it, where `args`
        are not given. Raises InputError for a sentence that cannot be read."""
        words = _parted(_compared(normalize(text)))
        given = set() if args is None else {name.lower() for name in args}
        if args is not None:
            words = _as_given(words, args)
        unknown = [word for word in dict.fromkeys(words) if word not in given and self.is_unknown(word)]
        spelt = spellings(text)
        choices = [
            list(self.choices(word, args is None, spelt.get(word, word).istitle())) for word in unknown
        ]
        chances: dict[str, float] = {}
        if args is None:
            units = targets(words)
            for word in filter(is_candidate, dict.fromkeys(words)):
                chances[word] = _DOUBTFUL if word in units else name_model().probability(words, word)
            for word in marked(text) & chances.keys():
                chances[word] = _raised(chances[word], _MARKED_NEW if word in unknown else _MARKED)
            telling = [word for word, chance in chances.items() if chance > _DOUBTFUL and word not in unknown]
            telling.sort(key=chances.__getitem__, reverse=True)
            choices += [
                [_Choice(word, False, word, 0.0), _Choice(word, True, word, 0.0)]
                for word in telling[: max(0, _MOST_UNKNOWN - len(unknown))]
            ]
            choices = [[_weighed(one, chances.get(one.word, 0.0)) for one in options] for options in choices]
        if len(unknown) > _MOST_UNKNOWN:
            alike = [_alike(choices, as_name) for as_name in (False, True)]
            combined = list(dict.fromkeys(alike))
        else:
            combined = list(product(*choices))
        best = heapq.nsmallest(_MOST_READINGS, combined, key=_total)
        best = [chosen for chosen in best if _total(chosen) <= _total(best[0]) + _FARTHEST]
        found = [self.reading(words, chosen, args, result, chances, known or {}) for chosen in best]
        if args is not None and (spare := _spare(words, args)):
            needed = {name: kind for name, kind in args.items() if name not in spare}
            without = [self.reading(words, chosen, needed, result, {}, {}) for chosen in best]
            found += [reading._replace(cost=reading.cost + _SPARE_COST) for reading in without]
        return found if args is not None else [_spelt(reading, spelt) for reading in found]

    def is_unknown(self, word: str) -> bool:
        return word.isidentifier() and len(word) > 1 and not self.tokenizer.knows(word)

    def choices(self, word: str, names: bool, is_proper: bool = False) -> Iterator[_Choice]:
        """The ways to read an unknown word; as a name only where names are still to be found, and never as a
        slip where it `is_proper`, such as Paris."""
        exchanged = [] if is_proper else self.known(_exchanged(word))
        slips = exchanged or ([] if is_proper else self.known(_missing_or_surplus(word)))
        clear = len(slips) == 1
        sure = clear and (bool(exchanged) or (len(word) >= _LONG and not _inflected(word, slips[0])))
        yield _Choice(word, False, None, _NEAR_COST if clear else 0.0)
        if names and not is_reserved(word):
            yield _Choice(word, True, word, _NEAR_COST if sure else 0.0)
        if clear:
            yield _Choice(word, False, slips[0], 0.0 if sure else _SLIP_COST)

    def known(self, words: Iterable[str]) -> list[str]:
        """Those of the words that the model knows; what it learnt late, some of it people's slips, counts
        only where nothing else is found."""
        found = {word for word in words if len(word) > 1 and self.tokenizer.knows(word)}
        found = found.difference(self.tokenizer.learnt) or found
        # of pieces that are the beginning of another one, most are no words
        return sorted(
            near for near in found if not any(far != near and far.startswith(near) for far in found)
        )

    def reading(
        self,
        words: Sequence[str],
        chosen: Sequence[_Choice],
        args: Mapping[str, Type] | None,
        result: Type,
        chances: Mapping[str, float],
        known: Mapping[str, Type],
    ) -> Reading:
        """The sentence as token ids, placeholders in place, and what the decoder may use; `chances` are the
        probabilities that words are names, `known` types of letters."""
        replaced = {choice.word: choice.read_as for choice in chosen if choice.read_as is not None}
        assumed = {choice.word for choice in chosen if choice.is_name}
        words = _joined([replaced.get(word, word) for word in words], assumed)
        found = dict.fromkeys(word for word in words if _is_made_of(word, assumed))
        names = tuple(found if args is None else args)
        placed, placeholders = place(words, names)
        kinds = _kinds(placed, args, placeholders) | dict(known)
        cost, counts = _total(chosen), _counts(words)
        said = {
            word
            for index, word in enumerate(placed)
            if not (is_article(placed, index) or is_ending(placed, index) or is_pronoun(placed, index))
        }
        if args is None and not said & self.rules.letters.keys():
            cost += 0.0 if "a" in kinds else _IMPLIED_COST
            kinds |= {letter: TypeVariable() for letter in LETTERS[: max(_IMPLIED, *counts, 0)]}
        elif args is None:
            free = (letter for letter in LETTERS if letter not in said)
            kinds |= {letter: TypeVariable() for letter in islice(free, _BESIDE)}
        letters = {index: kinds[letter] for letter, index in self.rules.letters.items() if letter in kinds}
        used = set(placeholders.literals.values())
        literals = [index for symbol, index in self.rules.literals.items() if symbol in used]
        heard = with_units(words, placed)
        query = Query(self.tokens(heard, kinds, result), letters, literals, result)
        assumptions = tuple(
            Assumption(choice.word, choice.read_as)
            for choice in chosen
            if not choice.is_name and choice.read_as != choice.word
        )
        guessed = sum(1 - chances.get(word, 0.0) for word in assumed) if args is None else 0.0
        letters_said = tuple(_plain_letters(words, placed))
        named = names + letters_said if args is None else names
        unsaid = tuple(name for name in args or () if name.lower() not in words)
        unknown = tuple(letter for letter in letters_said if args is not None and letter not in names)
        return Reading(
            query,
            placeholders,
            cost,
            tuple(placed),
            tuple(heard),
            names,
            assumptions,
            guessed,
            named,
            unsaid,
            unknown,
            counts,
        )

    def tokens(self, placed: Sequence[str], kinds: Mapping[str, Type], result: Type) -> list[int]:
        """What the model reads: the words, and in front of them what is known of types."""
        if not self.tokenizer.hears_signatures:
            return self.tokenizer.encode(placed)
        known = {letter: show(kind) for letter, kind in kinds.items() if is_ground(kind)}
        return self.tokenizer.encode([*signature(known, show(result)), *placed])


def _compared(words: Sequence[str]) -> list[str]:
    """The words with "than" where people write "then" or "as": "longer then 3", "bigger as the mean"."""
    found = list(words)
    for index in range(1, len(words) - 1):
        before, word, behind = words[index - 1 : index + 2]
        is_letter = behind in LETTERS and not is_article(words, index + 1)
        is_value = behind[0].isdecimal() or is_letter or behind in _COMPARED
        if word in ("then", "as") and before in _COMPARATIVES and is_value:
            found[index] = "than"
    return found


def _parted(words: Sequence[str]) -> list[str]:
    """The words with the commas that people leave out between letters: "a b and c"."""
    found: list[str] = []
    is_listed = False
    for index in reversed(range(len(words))):
        word, behind = words[index], found[-1:]
        is_letter = word in LETTERS and not is_ending(words, index)
        if is_letter and is_listed and behind[0] in LETTERS:
            found.append(",")
        elif not is_letter:
            is_listed = word in ("and", "or") and behind != [] and behind[0] in LETTERS
        found.append(word)
    return found[::-1]


def _spare(words: Sequence[str], args: Mapping[str, Type]) -> set[str]:
    """The arguments that may be no more than another one's length: numbers called so, of which the sentence
    does not speak."""
    kinds = {name: show(prune(kind)) for name, kind in args.items()}
    if not any(kind.endswith("[]") or kind == "string" for kind in kinds.values()):
        return set()
    unsaid = {name for name in args if name.lower() not in words}
    return {name for name in unsaid if kinds[name] == "int" and _LENGTH.fullmatch(name)}


def _plain_letters(words: Sequence[str], placed: Sequence[str]) -> dict[str, None]:
    """The letters that stand for arguments beyond doubt: no article or pronoun, no part of "e.g.", "2d",
    `f(0)` or "don't", and nothing that the sentence itself brings in ("let b be", `x -> x + 1`)."""
    found: dict[str, None] = {}
    brought: set[str] = set()
    for index, word in enumerate(words):
        before, behind = [*words[max(0, index - 1) : index]], [*words[index + 1 : index + 2]]
        if before == ["let"] or behind == ["->"]:
            brought.add(word)
        is_letter = word in LETTERS and placed[index] == word and word != "i"
        is_word = before == ["."] or behind in (["."], ["("]) or "".join(before).isdecimal()
        article = word == "a" and is_article(words, index) and len(behind[0]) > 1
        if is_letter and not is_word and not article and not is_ending(words, index):
            found[word] = None
    return {letter: None for letter in found if letter not in brought}


def _counts(words: Sequence[str]) -> frozenset[int]:
    """How many things the sentence speaks of: "the larger of two numbers"."""
    counts = (int(word) for word, noun in pairwise(words) if word.isdecimal() and noun.endswith("s"))
    return frozenset(count for count in counts if count <= _MOST_IMPLIED)


def _spelt(reading: Reading, spelt: Mapping[str, str]) -> Reading:
    """The reading with its names as the sentence spells them."""
    names, named = (
        tuple(spelt.get(name, name) for name in found) for found in (reading.names, reading.named)
    )
    return reading._replace(placeholders=reading.placeholders.spelt(spelt), names=names, named=named)


def _is_made_of(word: str, names: set[str]) -> bool:
    """Whether a word is one of the names, or neighbouring ones joined."""
    return word in names or names.issuperset(word.split("_"))


def _alike(choices: Sequence[Sequence[_Choice]], as_name: bool) -> tuple[_Choice, ...]:
    """All words read as names, as far as they can be; or none, slips being corrected."""
    return tuple(
        next((choice for choice in options[::-1] if choice.is_name == as_name), options[0])
        for options in choices
    )


def _weighed(choice: _Choice, chance: float) -> _Choice:
    """The choice with how much less likely than not, in nats, its word is a name, or is none."""
    likely = max(chance, 1 - chance)
    return choice._replace(cost=choice.cost + math.log(likely / (chance if choice.is_name else 1 - chance)))


def _raised(chance: float, factor: float) -> float:
    """The probability whose odds are so many times those of `chance`."""
    return factor * chance / (factor * chance + 1 - chance)


def _total(chosen: Sequence[_Choice]) -> float:
    return sum(choice.cost for choice in chosen)


def _kinds(
    placed: Sequence[str], args: Mapping[str, Type] | None, placeholders: Placeholders
) -> dict[str, Type]:
    """The letters that stand for arguments, with their types: those given, or any that the sentence holds."""
    if args is None:
        return {
            word: TypeVariable()
            for index, word in enumerate(placed)
            if not is_ending(placed, index) and not is_pronoun(placed, index)
        }
    fresh = fresh_types(args)
    return {placeholders.names.get(name, name): kind for name, kind in fresh.items()}


def fresh_types(args: Mapping[str, Type]) -> dict[str, Type]:
    """Argument types with new variables where a type is unknown: checking binds them."""
    known = {name: prune(kind) for name, kind in args.items()}
    return {name: TypeVariable() if isinstance(kind, TypeVariable) else kind for name, kind in known.items()}


def _exchanged(word: str) -> Iterator[str]:
    """The words of which neighbouring letters were exchanged."""
    for cut in range(len(word) - 1):
        yield word[:cut] + word[cut + 1] + word[cut] + word[cut + 2 :]


def _missing_or_surplus(word: str) -> Iterator[str]:
    """The words of which a letter is missing, or that have one too many. The shorter, the less is clear."""
    if len(word) > 2:
        for cut in range(1, len(word) + 1):  # the first letter is missing least of all
            for letter in string.ascii_lowercase:
                yield word[:cut] + letter + word[cut:]
    if len(word) > 3:
        for cut in range(len(word)):
            yield word[:cut] + word[cut + 1 :]


def _inflected(word: str, other: str) -> bool:
    """Whether the words may be forms of one: `heights` is no slip of `height`."""
    shorter, longer = sorted((word, other), key=len)
    return longer.startswith(shorter) and longer[len(shorter) :] in ("s", "d", "r", "y")


def _joined(words: Sequence[str], names: set[str]) -> list[str]:
    """Neighbouring words that are names make one name: `share price` is `share_price`."""
    joined: list[str] = []
    for is_name, group in groupby(words, lambda word: word in names):
        run = list(group)
        joined += ["_".join(run)] if is_name else run
    return joined


def _as_given(words: Sequence[str], args: Mapping[str, Type]) -> list[str]:
    """The sentence with the arguments' names spelt as given where it has them in the other number, or in
    several words (`the max prices` for `max_price`), or a letter in quotes that nothing else mentions."""
    for name in args:
        spelt = name.lower()
        if spelt in words:
            continue
        words = _replaced(words, [f'"{name}"'], spelt)
        for parts in _spellings(spelt):
            words = _replaced(words, parts, spelt)
    return list(words)


def _spellings(name: str) -> Iterator[list[str]]:
    parts = name.split("_")
    for last in (parts[-1], parts[-1] + "s", parts[-1] + "es", parts[-1].removesuffix("s")):
        if last and len(name) > 1:
            yield [*parts[:-1], last]


def _replaced(words: Sequence[str], parts: Sequence[str], name: str) -> list[str]:
    found: list[str] = []
    for word in words:
        found.append(word)
        if found[-len(parts) :] == list(parts):
            found[-len(parts) :] = [name]
    return found
