"""Foreign text as it may be shown: without what a terminal would obey, and of a length that people read."""

from __future__ import annotations

import re

MAX_MESSAGE = 2_000
"""Characters of a message; of a longer one the middle is left out."""

_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters but for tab and the end of a line
    "\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff"  # without width, or turning the direction of writing
    "\ud800-\udfff]"  # half a surrogate pair, which no encoding knows
)


def escaped(text: str) -> str:
    """The text with what is not to be seen as `\\uXXXX`, which JSON and programs read back as it was."""
    return _HIDDEN.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def shortened(text: str, most: int = MAX_MESSAGE) -> str:
    """The text, its middle left out where it is longer than `most` characters."""
    if len(text) <= most:
        return text
    head, tail = 2 * most // 3, most // 3
    return f"{text[:head]} ... ({len(text) - head - tail:,} characters) ... {text[-tail:]}"
