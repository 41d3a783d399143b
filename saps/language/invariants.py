"""Which expressions inside a lambda do not depend on it, and so need to be computed once only.

AlgoLisp has no `let`, so its programs repeat themselves: `(map (range 0 (len X)) (lambda1 (deref X arg1)))`,
where X may be a filter over an array. X is the same at every step of the loop.
"""

from __future__ import annotations

from saps.language.primitives import LOOPS
from saps.language.typecheck import Binder, Parameter, Recursion, Typed


def invariants(root: Typed) -> dict[int, int]:
    """For each expression that holds a loop or a recursion and that a lambda around it does not change: the
    `level` of the innermost lambda that it depends on, 0 for none. Expressions are named by their `id`."""
    found: dict[int, int] = {}
    _visit(root, 0, found)
    return found


def _visit(typed: Typed, level: int, found: dict[int, int]) -> tuple[int, bool]:
    """The levels of the lambdas that an expression depends on, as a bit set, and whether it is costly."""
    meaning = typed.meaning
    depends, costly = 0, False
    inner = level
    if isinstance(meaning, Parameter | Recursion):
        depends = 1 << meaning.binder.level
    elif isinstance(meaning, Binder):
        inner, costly = meaning.level, meaning.self_uses > 0
    elif typed.children:
        costly = typed.node.symbol in LOOPS
    for child in typed.children:
        child_depends, child_costly = _visit(child, inner, found)
        depends |= child_depends
        costly = costly or child_costly
    if isinstance(meaning, Binder):
        depends &= ~(1 << meaning.level)
    elif level and costly and typed.children and depends >> level == 0:
        found[id(typed)] = max(depends.bit_length() - 1, 0)
    return depends, costly
