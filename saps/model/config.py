"""What a synthesizer is made of: every choice that changes its parameters or its equations."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Annotated, TypeAlias

from saps.model.bounds import Bounds, Choice, check_fields
from saps.model.cells import CELLS

Width: TypeAlias = Annotated[int, Bounds(1, 8192)]
"""Units of a layer. A GPU holds four layers of the most."""
HEAD_UNITS = 32
"""Units of each head of the transformer."""
Count: TypeAlias = Annotated[int, Bounds(1, 1_000_000)]
"""Entries of a vocabulary."""


@dataclass(frozen=True, kw_only=True)
class Architecture:
    """The choices a recipe makes; the sizes of the two vocabularies are not known before the corpus is.

    The systems of the table (SAPS, Bednarek, Piaskowski & Krawiec 2018, arXiv 1810.09717) are
    combinations: `vertical` alone is V, `horizontal` alone H, both are VH; `attention` adds Att. Seq2Tree is
    VH with `fraternal`, and with `attention_by_state` instead of `attention`; attentional Seq2Seq is H Att
    with `target` "sequence". Raises ValueError where the choices make no model.
    """

    source: Annotated[str, Choice(("sentence", "program"))] = "sentence"
    """What is encoded: a "sentence", or the "program" itself (the tree-to-tree autoencoder)."""
    target: Annotated[str, Choice(("tree", "sequence", "library"))] = "tree"
    """What is decoded: a "tree" of symbols, a tree that calls the "library", or the "sequence" of the
    program's tokens with its brackets."""
    cell: Annotated[str, Choice(tuple(CELLS))] = "lstm"
    """The sentence encoder's cell, a name of `saps.model.cells.CELLS`."""

    token_embedding: Width = 128
    symbol_embedding: Width = 128
    encoder_units: Width = 128
    """Units of one direction; a source position's state has twice as many."""
    encoder_layers: Annotated[int, Bounds(1, 64)] = 2
    transformer_layers: Annotated[int, Bounds(0, 64)] = 0
    """Layers of a transformer that reads the sentence before the LSTM (`saps.model.transformer`)."""
    transformer_units: Width = 384
    """Its width, a multiple of HEAD_UNITS."""
    units: Width = 256
    """Units of each recurrence of the decoder, and of the vector the symbols are predicted from."""
    vertical: bool = True
    horizontal: bool = True
    fraternal: bool = False
    """The horizontal chain begins anew in each family of siblings; else it goes through the whole tree."""
    attention: bool = True
    """The merged vector attends."""
    attention_by_state: bool = False
    """Each recurrence attends for itself, before the merge."""
    birth_ranks: bool = False
    """A node knows which child of its parent it is, and of each ancestor which child that was."""
    dropout: Annotated[float, Bounds(0, 1, below=True)] = 0.2

    def __post_init__(self) -> None:
        check_fields(self)
        if self.transformer_units % HEAD_UNITS:
            raise ValueError(
                f"transformer_units is {self.transformer_units}; it must be a multiple of {HEAD_UNITS}"
            )
        if not (self.vertical or self.horizontal):
            raise ValueError("vertical and horizontal are both false; the decoder needs a recurrence")
        if self.target == "sequence" and (self.vertical or self.fraternal or not self.horizontal):
            raise ValueError(
                "target is 'sequence', which is a horizontal chain; vertical and fraternal are false"
            )
        if self.fraternal and not self.horizontal:
            raise ValueError("fraternal is true, horizontal false; it says where the horizontal chain begins")
        if self.birth_ranks and not self.vertical:
            raise ValueError("birth_ranks is true, vertical false; ranks are told along the vertical paths")


@dataclass(frozen=True, kw_only=True)
class ModelConfig(Architecture):
    """An architecture with its vocabularies: all that is needed to build a `Synthesizer`."""

    token_count: Count
    """Pieces of the sentence vocabulary; id 0 is padding."""
    symbol_count: Count
    """Symbols that can be predicted; the ids after them are the root's and the padding's."""

    @property
    def architecture(self) -> Architecture:
        """The choices alone, as a recipe has them."""
        return Architecture(**{field.name: getattr(self, field.name) for field in fields(Architecture)})

    @property
    def root_id(self) -> int:
        """What the first node reads as its parent and as the node before it (input only)."""
        return self.symbol_count

    @property
    def padding_id(self) -> int:
        """What stands where a tree of a batch has no node (input only)."""
        return self.symbol_count + 1
