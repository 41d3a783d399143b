"""Room on the host's stack for what programs nest."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from saps.language.budget import DEFAULT_BUDGET
from saps.language.errors import BudgetError, InputError

P = ParamSpec("P")
T = TypeVar("T")

MAX_CALLS = 10_000
"""Lambda calls inside one another that can be served at all."""

_FRAMES = 6_000
"""Python frames of a run: the usual 110 lambda calls of up to 50 frames each must fit. They do on the stack
of any thread."""

_FRAMES_A_CALL = 20
"""Further frames for each further lambda call."""

_BYTES_A_FRAME = 2_048
"""Stack that a frame takes at most where C code calls it; 400 were measured."""


def call_deep(calls: int, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call a function with room for so many lambda calls inside one another, in a thread with a larger stack
    where they are more than usual.

    Raises what the function raises, InputError for more than MAX_CALLS.
    """
    further = max(0, calls - DEFAULT_BUDGET.depth)
    if calls > MAX_CALLS:
        raise InputError(f"at most {MAX_CALLS:,} lambda calls inside one another can be served")
    frames = _FRAMES + further * _FRAMES_A_CALL
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, frames))
    try:
        if not further:
            return function(*args, **kwargs)
        return _in_thread(frames * _BYTES_A_FRAME, lambda: function(*args, **kwargs))
    finally:
        sys.setrecursionlimit(before)


def _in_thread(stack: int, action: Callable[[], T]) -> T:
    """What the action returns or raises, run on a stack of so many bytes. Interrupts do not wait for it."""
    results: list[T] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(action())
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=run, daemon=True)
    before = threading.stack_size(stack)
    try:
        thread.start()
    except RuntimeError:
        raise BudgetError("depth", f"this machine has no room for a stack of {stack >> 20:,} MiB") from None
    finally:
        threading.stack_size(before)
    thread.join()
    if errors:
        raise errors[0]
    return results[0]
