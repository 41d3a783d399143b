"""saps: English sentences to type-checked, executed AlgoLisp programs.

    model = saps.load()
    answer = model.synthesize("the sum of the even numbers in a")
    answer(a=[1, 2, 3, 4])

Importing it loads no torch; `load` does. All errors are SapsError's.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from saps.application.model import Answer, Model, load
    from saps.application.programs import Signature, check, explain, parse, python, run
    from saps.language.errors import (
        BudgetError,
        CheckpointError,
        InputError,
        ProgramSyntaxError,
        ProgramTypeError,
        RunError,
        SapsError,
        UnknownNameError,
    )

__version__ = "0.18.0"

_HOMES = {
    "saps.application.model": ("Answer", "Model", "load"),
    "saps.application.programs": ("Signature", "check", "explain", "parse", "python", "run"),
    "saps.language.errors": (
        *("BudgetError", "CheckpointError", "InputError", "ProgramSyntaxError", "ProgramTypeError"),
        *("RunError", "SapsError", "UnknownNameError"),
    ),
}

__all__ = [
    "Answer",
    "BudgetError",
    "CheckpointError",
    "InputError",
    "Model",
    "ProgramSyntaxError",
    "ProgramTypeError",
    "RunError",
    "SapsError",
    "Signature",
    "UnknownNameError",
    "check",
    "explain",
    "load",
    "parse",
    "python",
    "run",
]


def __getattr__(name: str) -> Any:
    """Loads what is asked for when it is asked for: the command line must answer at once."""
    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(home), name)
    raise AttributeError(f"module 'saps' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
