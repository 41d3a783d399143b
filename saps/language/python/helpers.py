"""Functions that stand in front of the code where it needs them, and what a module imports."""

from __future__ import annotations

import textwrap

_HELPERS = {
    "is_prime": """
        def is_prime(n: float) -> bool:
            whole = int(n)
            return n > 1 and (n != whole or all(whole % d for d in range(2, math.isqrt(whole) + 1)))
        """,
    "divide": """
        def divide(a: float, b: float) -> float:
            return a // b if isinstance(a, int) else a / b
        """,
    "power": """
        def power(base: float, exponent: float) -> float:
            result: float | complex = base**exponent
            if not isinstance(result, complex):
                return result
            raise ValueError("not a real number")
        """,
    "digits": """
        def digits(number: float) -> list[float]:
            if isinstance(number, int):
                return [int(c) for c in str(abs(number))]
            if not math.isfinite(number):
                raise ValueError(number)
            rest, found = abs(number), list[float]()
            while not found or rest >= 1:
                found.append(rest % 10)
                rest /= 10
            return found[::-1]
        """,
    "at": """
        def at(items: Sequence[T], place: float) -> T:
            if not isinstance(place, int) or place < 0:
                raise IndexError(place)
            return items[place]
        """,
    "part": """
        def part(items: list[T], low: float, high: float) -> list[T]:
            if not isinstance(high, int) or (low > 0 and not isinstance(low, int)):
                raise TypeError("a position must be a whole number")
            return items[int(max(low, 0)) : high]
        """,
}
HELPERS = frozenset(_HELPERS)
_IMPORTS = {
    "from collections.abc import Sequence": ("at",),
    "from functools import reduce": ("reduce",),
    "from itertools import pairwise": ("pairwise",),
    "from typing import Any": ("Any",),
    "from typing import TypeVar": ("at", "part"),
}


def module(function: str, used: set[str]) -> str:
    """The function with its imports and helpers in front."""
    helpers = [textwrap.dedent(_HELPERS[name]).strip() for name in sorted(used & HELPERS)]
    text = "\n\n\n".join([*helpers, function])
    needs_math = "math." in text
    imports = ["import math"] if needs_math else []
    froms = [line for line, names in _IMPORTS.items() if used.intersection(names)]
    merged = sorted({line for line in froms if "typing" not in line})
    typing = sorted(line.rpartition(" ")[2] for line in froms if "typing" in line)
    if typing:
        merged.append(f"from typing import {', '.join(typing)}")
    head = "\n".join([*imports, *merged])
    variable = '\n\nT = TypeVar("T")' if used & {"at", "part"} else ""
    return f"{head}{variable}\n\n\n{text}\n" if head else f"{text}\n"
