"""What a BERT that others have trained hands on to a model: its lower layers, and what it knows of words.

A BERT is a folder as its publishers write it: `config.json`, `model.safetensors` and the WordPieces that it
reads, one a line, in `vocab.txt` (Devlin, Chang, Lee & Toutanova 2019, arXiv 1810.04805). The model keeps its
own tokens, mostly whole words; each begins with the mean vector of the WordPieces that it is made of.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load
from torch import Tensor

from saps.language.errors import InputError
from saps.model.config import HEAD_UNITS
from saps.model.encoder import Encoder
from saps.model.synthesizer import Synthesizer
from saps.model.transformer import PLACES, Layer, Transformer
from saps.system.documents import read_document
from saps.text.tokenizer import BLANK, Tokenizer

UNKNOWN = "[UNK]"
RESTING = {"[CLS]": 0, "[SEP]": 24}
"""The entries that heads rest on, with places at which they did."""


@dataclass(frozen=True)
class Bert:
    """A BERT's folder, read."""

    source: Path
    weights: Mapping[str, Tensor]
    words: Mapping[str, int]
    """WordPieces and their rows."""
    units: int
    """Its width, t below."""

    @classmethod
    def read(cls, folder: Path) -> Bert:
        """Raises InputError where it cannot be read, or is another kind of model."""
        try:
            config = read_document((folder / "config.json").read_bytes())
            weights = load((folder / "model.safetensors").read_bytes())
            lines = (folder / "vocab.txt").read_text(encoding="utf-8").split("\n")
        except OSError as error:
            raise InputError(f"cannot read {error.filename}: {error.strerror or error}") from error
        except (ValueError, SafetensorError) as error:
            raise InputError(f"{folder} is not the folder of a BERT: {error}") from error
        heads: Any = config.get("num_attention_heads")
        units: Any = config.get("hidden_size")
        fits = isinstance(heads, int) and isinstance(units, int) and units == heads * HEAD_UNITS > 0
        if config.get("model_type") != "bert" or not fits:
            raise InputError(f"{folder} is not a BERT with heads of {HEAD_UNITS} units")
        words = {word: index for index, word in enumerate(lines) if word}
        if missing := [entry for entry in (UNKNOWN, *RESTING) if entry not in words]:
            raise InputError(f"{folder / 'vocab.txt'} has no {missing[0]}")
        plain = {name.removeprefix("bert."): value for name, value in weights.items()}
        return cls(folder, plain, words, units)

    @cached_property
    def vectors(self) -> Tensor:
        """Vectors [w, t] of its WordPieces, as its layers read them."""
        rows = max(self.words.values()) + 1
        kinds = self._tensor("embeddings.token_type_embeddings.weight", 1, self.units)
        return self._tensor("embeddings.word_embeddings.weight", rows, self.units) + kinds[0]

    @property
    def places(self) -> Tensor:
        """Vectors [p, t] of the places, the first being [CLS]'s."""
        return self._tensor("embeddings.position_embeddings.weight", PLACES + 1, self.units)

    def read_as(self, token: str) -> Tensor:
        """The vector [t] of a token that begins a word where it begins with a blank: its WordPieces' mean."""
        text = token.removeprefix(BLANK)
        bare = re.sub(r"[<>\[\]-]", "", text) or text  # of "<int[]>" what can be read
        found = [self.words[piece] for piece in self._pieces(bare, inner=text == token == bare)]
        return self.vectors[found or [self.words[UNKNOWN]]].mean(0)

    def _pieces(self, text: str, inner: bool) -> Iterator[str]:
        """The longest that the vocabulary has from the left on, as WordPiece parts words (Wu et al. 2016,
        arXiv 1609.08144); what it has in no way is left out."""
        while text:
            begin = "##" if inner else ""
            cut = next((end for end in range(len(text), 0, -1) if begin + text[:end] in self.words), 0)
            if cut:
                yield begin + text[:cut]
            text, inner = text[cut or 1 :], True

    def layer(self, number: int) -> dict[str, Tensor]:
        """One of its layers, as `saps.model.transformer.Layer` names the parts."""
        units = self.units
        parts = {
            "ask": ([f"attention.self.{what}" for what in ("query", "key", "value")], (units, units)),
            "answer": (["attention.output.dense"], (units, units)),
            "norm_attention": (["attention.output.LayerNorm"], (units,)),
            "widen": (["intermediate.dense"], (4 * units, units)),
            "narrow": (["output.dense"], (units, 4 * units)),
            "norm": (["output.LayerNorm"], (units,)),
        }
        found = {}
        for name, (theirs, shape) in parts.items():
            for kind, sizes in (("weight", shape), ("bias", shape[:1])):
                names = [f"encoder.layer.{number}.{one}.{kind}" for one in theirs]
                found[f"{name}.{kind}"] = torch.cat([self._tensor(one, *sizes) for one in names])
        return found

    def norm(self) -> dict[str, Tensor]:
        """What normalises the sums of vectors."""
        return {kind: self._tensor(f"embeddings.LayerNorm.{kind}", self.units) for kind in ("weight", "bias")}

    def _tensor(self, name: str, *sizes: int) -> Tensor:
        """The first `sizes` of a tensor. Raises InputError where there is none of so many dimensions, each at
        least as long, or one that holds what is no number."""
        if name not in self.weights:
            raise InputError(f"{self.source} has no {name}; it has fewer layers, or is no BERT")
        tensor = self.weights[name].float()
        large = tensor.dim() == len(sizes) and all(map(operator.ge, tensor.shape, sizes))
        if not large or tensor.shape[1:] != sizes[1:]:
            raise InputError(f"{self.source}: {name} has shape {[*tensor.shape]}; expected {[*sizes]}")
        if not tensor.isfinite().all():
            raise InputError(f"{self.source}: {name} holds what is no finite number")
        return tensor[: sizes[0]]


def taught_by(model: Synthesizer, tokenizer: Tokenizer, bert: Bert, layers: int) -> Synthesizer:
    """The model with a BERT's lowest layers beneath its LSTM; it answers as before, for they say nothing yet.

    Raises InputError for more layers than the BERT has, and for a model that has some.
    """
    if model.config.transformer_layers:
        raise InputError("the model has a transformer of its own; a BERT's layers are for one that has none")
    config = replace(model.config, transformer_layers=layers, transformer_units=bert.units)
    grown = Synthesizer.seeded(config, seed=0)
    grown.load_state_dict(model.state_dict(), strict=False)
    encoder = grown.encoder
    assert isinstance(encoder, Encoder) and encoder.transformer is not None
    with torch.no_grad():
        _put(encoder.transformer, bert, tokenizer.spelt)
    return grown


def _put(transformer: Transformer, bert: Bert, tokens: Sequence[str]) -> None:
    transformer.tokens.weight.copy_(torch.stack([bert.read_as(token) for token in tokens]))
    transformer.places.weight.copy_(bert.places[1 : PLACES + 1])
    for rest, (entry, place) in zip(transformer.rests, RESTING.items(), strict=True):
        rest.copy_(bert.vectors[bert.words[entry]] + bert.places[place])
    transformer.norm.load_state_dict(bert.norm())
    for number, layer in enumerate(transformer.layers):
        assert isinstance(layer, Layer)
        layer.load_state_dict(bert.layer(number))
