"""Tensors in a safetensors file that holds its own SHA-256: what the disk or anybody has changed is noticed.

The digest stands in the file's header, and is taken with zeros in its place.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import NamedTuple

from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from saps.system.documents import read_document

_KEY = "sha256"
_BEFORE = f'"{_KEY}":"'.encode()
_ZEROS = "0" * 64


class Sealed(NamedTuple):
    """What such a file holds."""

    header: dict[str, str]
    tensors: dict[str, Tensor]


def seal(tensors: Mapping[str, Tensor], header: Mapping[str, str]) -> bytes:
    """The file's content. `header` may not have a key sha256."""
    content = bytearray(save(dict(tensors), {**header, _KEY: _ZEROS}))
    digest = hashlib.sha256(content).hexdigest()
    _replace(content, digest)
    return bytes(content)


def unseal(content: bytes) -> Sealed:
    """Inverse of `seal`. Raises ValueError for anything else, but reads what has a header with nothing but
    the key standing, as states of saps 0.5 and before have, which held no digest."""
    try:
        tensors = load(content)
    except SafetensorError as error:
        raise ValueError(str(error)) from None
    header = read_document(content[8 : 8 + int.from_bytes(content[:8], "little")]).get("__metadata__", {})
    digest = header.pop(_KEY, None)
    if digest is None and header.keys() != {"standing"}:
        raise ValueError("it has no digest")
    if digest is not None and digest != _digest(content):
        raise ValueError("its digest is another")
    return Sealed(header, tensors)


def _digest(content: bytes) -> str:
    """The digest that the content should hold."""
    blank = bytearray(content)
    _replace(blank, _ZEROS)
    return hashlib.sha256(blank).hexdigest()


def _replace(content: bytearray, digest: str) -> None:
    start = content.index(_BEFORE) + len(_BEFORE)
    content[start : start + len(_ZEROS)] = digest.encode()
