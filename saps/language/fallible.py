"""Which parts of a program could fail without a run noticing: those that a run may not reach.

A branch of an `if`, the body of a lambda and a function that is handed to a loop are reached by some inputs
and not by others. Where nothing in them can fail it does not matter; else only runs that reach them say that
the program is right.
"""

from __future__ import annotations

from saps.language.primitives import PARTIALS, Constant, Primitive
from saps.language.typecheck import Binder, Recursion, Typed

FALLIBLE = frozenset("/ % pow sqrt range head deref int-deref str_index str_split dict-insert".split())
"""Functions that fail for some whole numbers, strings, arrays and dictionaries, or that go beyond the budget
for numbers of ordinary size; the others never do."""

_HARMLESS_LAST = frozenset(("/", "%", "str_split"))
"""Those of them that never fail where what they divide by, or split at, is a constant other than 0 and ""."""


def fallible_parts(root: Typed) -> dict[int, int]:
    """A number, from 0, for each part that may fail and may not be reached, by the `id` of its expression.

    A part is a branch, a body, or a function handed on; parts inside it count for themselves.
    """
    found: dict[int, int] = {}
    _visit(root, None, found)
    return found


def _visit(typed: Typed, part: Typed | None, found: dict[int, int]) -> None:
    """Notes `part`, in which the expression stands, where the expression itself may fail."""
    meaning = typed.meaning
    if isinstance(meaning, Recursion) or (isinstance(meaning, Primitive) and _may_fail(meaning, typed)):
        part = part if typed.children or isinstance(meaning, Recursion) else typed
        if part is not None:
            found.setdefault(id(part), len(found))
    for index, child in enumerate(typed.children):
        inner = isinstance(meaning, Binder) or (typed.node.symbol == "if" and index > 0)
        if not (index and _fixes_harmless(typed)):
            _visit(child, child if inner else part, found)


def _may_fail(primitive: Primitive, typed: Typed) -> bool:
    harmless = primitive.name in _HARMLESS_LAST and typed.children and _is_something(typed.children[-1])
    return primitive.name in FALLIBLE and not harmless


def _fixes_harmless(typed: Typed) -> bool:
    """Whether this is such as `(partial1 2 %)`."""
    if PARTIALS.get(typed.node.symbol) != 1 or not typed.children:
        return False
    fixed, function = typed.children
    return not function.children and function.node.symbol in _HARMLESS_LAST and _is_something(fixed)


def _is_something(typed: Typed) -> bool:
    return isinstance(typed.meaning, Constant) and bool(typed.meaning.value)
