"""SentencePiece over normalised sentences: words to ids, bytes where nothing else fits."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence

import sentencepiece

from saps.language.errors import CheckpointError, InputError
from saps.text.placeholders import LETTERS, NUMBERS, STRINGS

PADDING = 0


class Tokenizer:
    """A trained SentencePiece model. Ids go from 1 (`0` pads); every text can be encoded."""

    def __init__(self, model: bytes) -> None:
        """Raises CheckpointError if the bytes are no SentencePiece model."""
        self.model = model
        try:
            self._processor = sentencepiece.SentencePieceProcessor(model_proto=model)
        except (RuntimeError, TypeError, ValueError) as error:
            raise CheckpointError(f"text.model is not a SentencePiece model: {error}") from None
        self.size: int = self._processor.get_piece_size()

    def encode(self, words: Sequence[str]) -> list[int]:
        """Token ids of a normalised sentence."""
        ids: list[int] = self._processor.encode(" ".join(words))
        return ids

    def knows(self, word: str) -> bool:
        """Whether a word is one token: all but the rarest words that it was trained on are."""
        return len(self.encode([word])) == 1

    def pieces(self, words: Sequence[str]) -> list[str]:
        """The tokens as text."""
        pieces: list[str] = self._processor.encode(" ".join(words), out_type=str)
        return pieces


def train_tokenizer(sentences: Iterable[Sequence[str]], size: int = 1000) -> Tokenizer:
    """Train on normalised sentences with placeholders in place. `size` is the most ids there will be.

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
            user_defined_symbols=[*NUMBERS, *STRINGS],
            required_chars=LETTERS,
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
