"""Models without training, a tokenizer of few words, and requests for them."""

from __future__ import annotations

from typing import Any

from saps.model.config import ModelConfig
from saps.model.synthesizer import Synthesizer
from saps.search.readings import Reader
from saps.search.translator import Translator
from saps.search.type_constraints import Rules
from saps.text.tokenizer import train_tokenizer
from saps.training.dataset import language_symbols

SYMBOLS = language_symbols()
TOKENS = language_symbols("sequence")
"""The vocabularies of decoders of trees and of sequences."""
RULES = Rules(SYMBOLS.symbols, SYMBOLS.arities)
TOKENIZER = train_tokenizer(
    [f"the sum of {word} in a and b".split() for word in ("evens", "odds", "the list", "numbers")] * 20, 400
)
READER = Reader(TOKENIZER, RULES)


SEQUENCE = {"target": "sequence", "vertical": False}
SEQ2TREE = {"fraternal": True, "attention": False, "attention_by_state": True}


def model(seed: int, **choices: Any) -> Synthesizer:
    """A model that differs from the usual one by some of the configuration's choices."""
    usual = {
        "token_embedding": 16,
        "symbol_embedding": 16,
        "encoder_units": 16,
        "encoder_layers": 1,
        "units": 16,
        "token_count": TOKENIZER.size,
        "symbol_count": len(TOKENS if choices.get("target") == "sequence" else SYMBOLS),
    }
    config = ModelConfig(**{**usual, **choices})
    return Synthesizer.seeded(config, seed).eval()


def translator(seed: int) -> Translator:
    return Translator(model(seed), SYMBOLS, TOKENIZER)
