"""SentencePiece over normalised sentences: words to ids, bytes where nothing else fits."""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import groupby

import sentencepiece

from saps.language.errors import CheckpointError, InputError
from saps.text.placeholders import LETTERS, NUMBERS, STRINGS
from saps.text.signature import MARKS

PADDING = 0

BLANK = "▁"
"""How SentencePiece writes the blank in front of a word."""


_LEARNT, _NAMES = b"saps words ", b"saps names "
"""What lines begin with that stand before a SentencePiece model: lists of words as JSON. The second one is of
older checkpoints, and is passed over."""


class Tokenizer:
    """A trained SentencePiece model, and whole words that were learnt after it; their ids follow its own.

    Ids go from 1 (`0` pads); every text can be encoded.
    """

    def __init__(self, model: bytes) -> None:
        """Raises CheckpointError if the bytes are not what `model` of another one was."""
        try:
            learnt, model = _list(_LEARNT, model)
            _, self._proto = _list(_NAMES, model)
            self._processor = sentencepiece.SentencePieceProcessor(model_proto=self._proto)
        except (RuntimeError, TypeError, ValueError, RecursionError) as error:
            raise CheckpointError(f"text.model is not a SentencePiece model: {error}") from None
        if not self._proto:  # of which SentencePiece says nothing before it is used
            raise CheckpointError("text.model is not a SentencePiece model: it is empty")
        first: int = self._processor.get_piece_size()
        self._learnt = {word: first + index for index, word in enumerate(learnt)}
        self.learnt = tuple(self._learnt)
        """The words that were learnt, in the order of their ids."""
        self.size = first + len(self._learnt)

    def encode(self, words: Sequence[str]) -> list[int]:
        """Token ids of a normalised sentence."""
        ids: list[int] = []
        for index, run in groupby(words, self._learnt.get):
            same = list(run)
            ids += self._processor.encode(" ".join(same)) if index is None else [index] * len(same)
        return ids

    def learning(self, sentences: Iterable[Sequence[str]], least: int = 5) -> Tokenizer:
        """This one, with a token for each word that is several tokens so far and occurs `least` times."""
        counts = Counter(word for words in sentences for word in words)
        new = [word for word, count in counts.items() if count >= least and not self.knows(word)]
        return Tokenizer(_line([*self._learnt, *sorted(new)]) + self._proto) if new else self

    @cached_property
    def model(self) -> bytes:
        """The bytes that make it again: a line of the words learnt, if there are any, and SentencePiece's."""
        return _line(self._learnt) + self._proto

    @cached_property
    def hears_signatures(self) -> bool:
        """Whether it has pieces for the words that stand for types."""
        return self.knows(MARKS[0])

    def knows(self, word: str) -> bool:
        """Whether a word is one token: all but the rarest words that it was trained on are."""
        return len(word) <= self._longest and len(self.encode([word])) == 1

    @cached_property
    def _longest(self) -> int:
        """Letters of the longest token: whoever looks for words near one of a thousand letters asks for many
        that are as long."""
        return max(map(len, self.spelt))

    @property
    def spelt(self) -> list[str]:
        """All tokens as text, in the order of their ids; those that begin a word begin with a blank, "▁"."""
        pieces = map(self._processor.id_to_piece, range(self._processor.get_piece_size()))
        return [*pieces, *(BLANK + word for word in self._learnt)]


def _list(key: bytes, model: bytes) -> tuple[list[str], bytes]:
    """The words in the line that begins with `key`, if the model begins with it, and what is behind it."""
    if not model.startswith(key):
        return [], model
    line, _, rest = model[len(key) :].partition(b"\n")
    return list(map(str, json.loads(line))), rest


def _line(learnt: Iterable[str]) -> bytes:
    listed = list(learnt)
    return _LEARNT + json.dumps(listed).encode() + b"\n" if listed else b""


def train_tokenizer(
    sentences: Iterable[Sequence[str]], size: int = 1000, signatures: bool = False
) -> Tokenizer:
    """Train on normalised sentences with placeholders in place. `size` is the most ids there will be;
    `signatures` makes pieces of the words for types as well.

    Raises InputError if there is too little text.
    """
    model = io.BytesIO()
    try:
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=_lines(sentences),
            model_writer=model,
            model_type="bpe",
            vocab_size=size,
            hard_vocab_limit=False,
            character_coverage=1.0,
            byte_fallback=True,
            normalization_rule_name="identity",
            user_defined_symbols=[*NUMBERS, *STRINGS, *(BLANK + mark for mark in MARKS if signatures)],
            required_chars="".join(LETTERS),
            pad_id=PADDING,
            unk_id=1,
            bos_id=-1,
            eos_id=-1,
            num_threads=1,
            minloglevel=2,
        )
    except RuntimeError as error:
        raise InputError(f"the sentences are too few to train a tokenizer on: {error}") from None
    return Tokenizer(model.getvalue())


def _lines(sentences: Iterable[Sequence[str]]) -> Iterator[str]:
    return (" ".join(words) for words in sentences)
