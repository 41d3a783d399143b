"""JSON documents that saps itself once wrote, read again after whatever became of them."""

from __future__ import annotations

import json
from typing import Any


def read_document(content: bytes | str) -> dict[str, Any]:
    """The JSON object. Raises ValueError, which goes on where the file's name began: "is not JSON: ..."."""
    try:
        document = json.loads(content)
    except RecursionError:
        raise ValueError("is nested too deeply") from None
    except ValueError as error:  # no JSON, no UTF-8, or a number of thousands of digits
        raise ValueError(f"is not JSON: {error}") from None
    if not isinstance(document, dict):
        raise ValueError("is not a JSON object")
    return document
