"""Tasks -> what the model trains on: token ids of the sentence, symbol ids of the program."""

from __future__ import annotations

import json
import string
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from saps.corpus.tasks.task import Task
from saps.language.errors import InputError
from saps.language.library import built_in
from saps.language.primitives import CONSTANTS, LAMBDAS, PARAMETERS, PRIMITIVES, SELF
from saps.language.tree import Node
from saps.model.batch import Example
from saps.model.brackets import vocabulary
from saps.model.symbols import Symbols, UnknownSymbol
from saps.text.normalize import normalize
from saps.text.placeholders import LETTERS, NUMBERS, STRINGS, place
from saps.text.signature import drawn_signature
from saps.text.spoken import without_examples
from saps.text.tokenizer import PADDING, Tokenizer
from saps.text.units import with_units


def language_symbols(target: str = "tree") -> Symbols:
    """The vocabulary of a decoder of trees or sequences: all of the language, the letters that arguments get,
    the placeholders, and constants that programs hold though their sentences do not name them.

    It does not depend on a corpus, so a trained model can go on with another one.
    """
    calls = [(name, primitive.scheme.arity) for name, primitive in PRIMITIVES.items()]
    calls += [(name, 1) for name in LAMBDAS] + [(SELF, arity) for arity in LAMBDAS.values()]
    leaves = [*PRIMITIVES, *CONSTANTS, *PARAMETERS, SELF, *LETTERS, *NUMBERS, *STRINGS, *_SPELT]
    leaves += _library_constants()
    return vocabulary(target, [*calls, *((symbol, 0) for symbol in dict.fromkeys(leaves))])


_SPELT = (
    *map(str, range(3, 13)),
    *("15", "16", "20", "24", "25", "30", "50", "60", "64", "100", "180", "360", "365", "400", "1000"),
    *(json.dumps(letter) for letter in LETTERS),
    *map(json.dumps, (*string.punctuation, "\n", "\t", "0", "1")),
)
"""Numbers and strings that tasks of somebody's own may need; signs, since people call them by their names."""


def _library_constants() -> list[str]:
    """Numbers and strings in the bodies of the definitions."""
    symbols = {node.symbol for definition in built_in().values() for node in definition.body}
    return sorted(filter(_is_constant, symbols))


def _is_constant(symbol: str) -> bool:
    return symbol[0] == '"' or symbol.lstrip("-")[:1].isdigit()


@dataclass(frozen=True, slots=True)
class Pair:
    """A sentence's words and its program, both with placeholders in place."""

    words: tuple[str, ...]
    program: Node
    args: Mapping[str, str] = field(default_factory=dict)
    """Letter of an argument to its type as written."""
    result: str = ""

    def tokens(self, tokenizer: Tokenizer, salt: str = "") -> tuple[int, ...]:
        """What the model reads: the sentence, and in front of it what a user may have said of types, another
        part of it for another `salt`."""
        said: list[str] = []
        if tokenizer.hears_signatures:
            said = drawn_signature(self.args, self.result, salt + " ".join(self.words))
        return tuple(tokenizer.encode([*said, *self.words]))


def hide(task: Task) -> Pair:
    """A task as the model sees it: examples that a sentence tells are not for it. Raises InputError for a
    sentence that cannot be read."""
    sentence, _ = without_examples(task.sentence)
    words = normalize(sentence)
    placed, placeholders = place(words, task.args)
    args = {placeholders.names.get(name, name): kind for name, kind in task.args.items()}
    return Pair(tuple(with_units(words, placed)), placeholders.hide(task.program), args, task.return_type)


_COMMON = 5


def common_symbols(found: Iterable[Pair]) -> list[tuple[str, int]]:
    """The numbers and strings that at least five of the programs hold, as entries of a vocabulary."""
    leaves = ({node.symbol for node in pair.program if not node.children} for pair in found)
    counts = Counter(symbol for symbols in leaves for symbol in symbols)
    return [(symbol, 0) for symbol, count in counts.items() if count >= _COMMON and _is_constant(symbol)]


@dataclass(slots=True)
class Skipped:
    """Tasks that could not be trained on, counted by reason."""

    reasons: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        return ", ".join(f"{count} x {reason}" for reason, count in self.reasons.most_common())


def pairs(tasks: Iterable[Task], skipped: Skipped) -> list[Pair]:
    """The tasks that can be read, as pairs."""
    found = []
    for task in tasks:
        try:
            found.append(hide(task))
        except InputError as error:
            skipped.reasons[error.message] += 1
    return found


def encode_programs(found: Iterable[Pair], symbols: Symbols, skipped: Skipped) -> list[Example]:
    """The pairs' programs, each once, as an autoencoder reads them; a padding id stands for the sentence."""
    programs = dict.fromkeys(pair.program for pair in found)
    return [Example((PADDING,), ids) for ids in _ids(programs, symbols, skipped) if ids is not None]


def encode(found: Iterable[Pair], tokenizer: Tokenizer, symbols: Symbols, skipped: Skipped) -> list[Example]:
    """The pairs whose programs the vocabulary can spell, as ids."""
    kept = list(found)
    programs = _ids((pair.program for pair in kept), symbols, skipped)
    return [
        Example(pair.tokens(tokenizer), ids)
        for pair, ids in zip(kept, programs, strict=True)
        if ids is not None
    ]


def _ids(programs: Iterable[Node], symbols: Symbols, skipped: Skipped) -> Iterator[tuple[int, ...] | None]:
    """Each program's ids; None, counted, where the vocabulary cannot spell it."""
    for program in programs:
        try:
            yield tuple(symbols.encode(program))
        except UnknownSymbol as error:
            skipped.reasons[error.message] += 1
            yield None
