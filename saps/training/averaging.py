"""The mean of models that stand at the ends of trainings which began from one another.

"Model soups" (Wortsman et al. 2022, arXiv 2203.05482, equation 1): what such models learnt in common adds up,
what chance gave each of them does not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import torch
from torch import Tensor

from saps.language.errors import CheckpointError
from saps.text.tokenizer import Tokenizer
from saps.training.checkpoint import Checkpoint
from saps.training.transfer import TOKENS

_SYMBOLS = {"decoder.output.weight", "decoder.output.bias"}
_READ_SYMBOLS = {"decoder.embedding.weight"}
"""Parameters that have a row for each symbol; the latter also for what is read where there is none."""


def mean_of(checkpoints: Sequence[Checkpoint]) -> Checkpoint:
    """A checkpoint whose weights are the mean of the given ones', with the vocabularies of the first; a token
    or a symbol that others lack has the mean of those that know it.

    Raises CheckpointError where a model is built otherwise than the first.
    """
    first = checkpoints[0]
    model, dropout = first.model, first.model.config.architecture.dropout
    total = {name: torch.zeros_like(weight) for name, weight in model.state_dict().items()}
    count = {name: weight.new_zeros(_rows(weight)) for name, weight in total.items()}
    for number, one in enumerate(checkpoints, 1):
        if replace(one.model.config.architecture, dropout=dropout) != model.config.architecture:
            raise CheckpointError(f"checkpoint {number} is of another architecture than the first")
        places = dict(_places(first, one))
        for name, weight in one.model.state_dict().items():
            ours, theirs = places.get(name, (slice(None), slice(None)))
            total[name][ours] += weight[theirs]
            count[name][ours] += 1
    mean = type(model)(model.config)
    mean.load_state_dict({name: weight / count[name] for name, weight in total.items()})
    return replace(first, model=mean.eval(), metrics={})


def _rows(weight: Tensor) -> tuple[int, ...]:
    """The shape of a number for each row of a parameter."""
    return (len(weight), *(1 for _ in weight.shape[1:]))


def _places(first: Checkpoint, other: Checkpoint) -> Iterator[tuple[str, tuple[list[int], list[int]]]]:
    """Which rows of the parameters that have one for each token or symbol belong together: the first's, and
    the other's. An autoencoder reads symbols, and no tokens."""
    if first.text_model:
        tokens, known = (
            {token: row for row, token in enumerate(Tokenizer(one.text_model).spelt)}
            for one in (first, other)
        )
        common = [token for token in tokens if token in known]
        rows = [tokens[token] for token in common], [known[token] for token in common]
        yield from ((name, rows) for name in TOKENS)
    ours, theirs = first.symbols, other.symbols
    entries = [entry for entry in ours.entries if theirs.find(*entry) is not None]
    said = [ours.id(*entry) for entry in entries], [theirs.id(*entry) for entry in entries]
    read = [*said[0], ours.root, ours.padding], [*said[1], theirs.root, theirs.padding]
    if not first.text_model:
        yield "encoder.embedding.weight", said
    yield from ((name, said) for name in _SYMBOLS)
    yield from ((name, read) for name in _READ_SYMBOLS)
