"""The values that a choice may have, told where it is declared: `units: Annotated[int, Bounds(1, 4096)]`."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, get_args, get_type_hints


@dataclass(frozen=True)
class Bounds:
    """The numbers from `least` to `most`; not `least` itself where `above`, not `most` where `below`."""

    least: float
    most: float
    above: bool = False
    below: bool = False

    def __contains__(self, value: float) -> bool:
        # a value that is no number is in no interval
        low = self.least < value if self.above else self.least <= value
        high = value < self.most if self.below else value <= self.most
        return low and high

    def __str__(self) -> str:
        if self.above:
            return f"it must be more than {self.least:,} and at most {self.most:,}"
        return (
            f"it must be from {self.least:,} {'up to, not including,' if self.below else 'to'} {self.most:,}"
        )


@dataclass(frozen=True)
class Choice:
    """One of some words."""

    words: tuple[str, ...]

    def __contains__(self, value: str) -> bool:
        return value in self.words

    def __str__(self) -> str:
        return f"there are {', '.join(self.words)}"


def check_fields(section: Any) -> None:
    """Raises ValueError that names the first field of a dataclass whose value is of another type than is
    declared, or not among those that its declaration allows."""
    hints = get_type_hints(type(section), include_extras=True)
    for field in fields(section):
        value = getattr(section, field.name)
        kind, *allowed = get_args(hints[field.name]) or (hints[field.name],)
        if type(value) is not kind and (type(value), kind) != (int, float):
            raise ValueError(f"{field.name} is {told(value)}; expected {kind.__name__}")
        for allowance in allowed:
            if value not in allowance:
                raise ValueError(f"{field.name} is {told(value)}; {allowance}")


def told(value: object) -> str:
    """The value as Python writes it, cut where it is long."""
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:20]}...{text[-10:]}"
