"""What a run may use, counted and never timed, so that it ends the same way on every machine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NoReturn

from saps.language.errors import BudgetError


@dataclass(frozen=True, slots=True)
class Budget:
    """Limits of one run. A step is about one symbol evaluated or one array element built."""

    steps: int = 600_000
    depth: int = 110
    """Lambda calls active at once (the field's reference interpreter has the same limit)."""
    range_length: int = 1_000
    """Elements of one `range` (the reference's limit)."""
    int_bits: int = 14_000
    """Size of an integer; about 4,200 decimal digits."""
    string_length: int = 100_000
    array_length: int = 100_000
    """Elements of an array; of a result, those of the arrays in it included."""
    result_characters: int = 1_000_000
    """Characters of the strings and of the digits of large integers in a result."""


DEFAULT_BUDGET = Budget()


_LARGE = 1 << 48
"""Integers from here on are counted by their digits."""

_COMPOUND = (list, str, dict)
"""Kinds of values that take as long to go through as they are large."""


class Meter:
    """What is left of the budget during one run; made anew for each run.

    `left` steps, `depth` lambda calls active, `peak` the deepest since the innermost remembered call began.
    """

    __slots__ = ("budget", "depth", "left", "peak")

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self.left = budget.steps
        self.depth = 0
        self.peak = 0

    def charge(self, steps: int) -> None:
        """Take steps off; BudgetError when none are left."""
        self.left -= steps
        if self.left < 0:
            self.exhausted()

    def exhausted(self) -> NoReturn:
        raise BudgetError("steps", f"the program needs more than {self.budget.steps:,} steps")

    def too_deep(self) -> NoReturn:
        raise BudgetError("depth", f"more than {self.budget.depth} lambda calls inside one another")

    def each(self, elements: list[Any], cost: int) -> list[Any]:
        """The elements to loop over, the whole loop charged ahead (`cost` steps for each)."""
        self.left -= len(elements) * cost
        if self.left < 0:
            self.exhausted()
        return elements

    def enter(self, cost: int) -> None:
        """A lambda is called: one more is active until `leave`."""
        depth = self.depth = self.depth + 1
        if depth > self.peak:
            self.peak = depth
            if depth > self.budget.depth:
                self.too_deep()
        self.left -= cost
        if self.left < 0:
            self.exhausted()

    def leave(self, result: Any) -> Any:
        """A lambda returns its result."""
        self.depth -= 1
        return result

    def reach(self, depth: int) -> None:
        """Take a step that stands for calls `depth` lambdas deep, known to succeed if that depth is left."""
        peak = self.depth + depth
        if peak > self.peak:
            self.peak = peak
            if peak > self.budget.depth:
                self.too_deep()
        self.charge(1)

    def number(self, value: Any) -> Any:
        """Pass a number on unless it is an integer beyond the budget; big integers cost steps."""
        if value.__class__ is int:
            bits = value.bit_length()
            if bits > self.budget.int_bits:
                self.too_large_a_number()
            self.charge(bits >> 5)
        return value

    def too_large_a_number(self) -> NoReturn:
        raise BudgetError("size", f"an integer of more than {self.budget.int_bits:,} bits")

    def charge_division(self, dividend: Any) -> None:
        """Take the steps off that dividing a large number costs."""
        if dividend.__class__ is int:
            self.charge(dividend.bit_length() >> 3)

    def array(self, value: list[Any]) -> list[Any]:
        """Pass a newly built array on unless it is beyond the budget; each element costs a step."""
        length = len(value)
        self.left -= length
        if self.left < 0:
            self.exhausted()
        if length > self.budget.array_length:
            self.hold("an array", length, self.budget.array_length, "elements")
        return value

    def result(self, value: Any) -> Any:
        """Pass a run's result on unless it is beyond the budget all in all; to print it is charged ahead.

        Its parts may be shared: small in memory, enormous in print. So each counts wherever it stands.
        """
        if value.__class__ is list or value.__class__ is dict:
            self.print(value)
        return value

    def print(self, value: Any) -> None:
        """Take the steps off that printing an array or dictionary costs; BudgetError if it is too large."""
        elements = characters = 0
        pending = [value]
        while (
            pending and elements <= self.budget.array_length and characters <= self.budget.result_characters
        ):
            part = pending.pop()
            elements += len(part)
            for item in part if part.__class__ is list else [*part, *part.values()]:
                kind = item.__class__
                if kind is int:
                    if not -_LARGE < item < _LARGE:
                        characters += item.bit_length() // 3
                elif kind is str:
                    characters += len(item)
                elif kind is list or kind is dict:
                    pending.append(item)
        self.hold("a result", elements, self.budget.array_length, "elements")
        self.hold("a result", characters, self.budget.result_characters, "characters")
        self.charge(elements + (characters >> 3))

    def hold(self, what: str, size: int, limit: int, unit: str) -> None:
        """BudgetError if something is beyond a limit of size."""
        if size > limit:
            raise BudgetError("size", f"{what} of more than {limit:,} {unit}")

    def walk(self, value: Any) -> None:
        """Take the steps off that going through this value costs, nested arrays included."""
        kind = value.__class__
        if kind is list:
            if value and value[0].__class__ in _COMPOUND:
                self.charge(3 * len(value))
                for item in value:
                    self.walk(item)
            else:
                self.charge((len(value) >> 2) + 1)
        elif kind is str:
            self.charge((len(value) >> 8) + 1)
        elif kind is dict:
            self.walk([*value, *value.values()])

    def string(self, value: str) -> str:
        """Pass a newly built string on unless it is beyond the budget."""
        length = len(value)
        self.left -= 1 + (length >> 3)
        if self.left < 0:
            self.exhausted()
        self.hold("a string", length, self.budget.string_length, "characters")
        return value
