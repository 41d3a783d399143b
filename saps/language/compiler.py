"""Typed program -> Python function.

What a program can reach is fixed by construction: the generated source holds only generated names, literals
made by `repr`, and the names of `codegen.GLOBALS`; there are no builtins.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import CodeType, FunctionType

from saps.language.budget import DEFAULT_BUDGET, Budget, Meter
from saps.language.codegen import GLOBALS, Source, generate
from saps.language.errors import BudgetError, RunError
from saps.language.functions import Value
from saps.language.stack import call_deep
from saps.language.typecheck import TypedProgram

_SHALLOW = 40
"""Levels of a program that surely compile within Python's usual recursion limit."""


class CompiledProgram:
    """A program ready to run. Each run has a Meter of its own; `reached` holds the numbers of the watched
    parts that any run came to since it was last emptied."""

    __slots__ = ("_function", "_recursive", "arg_names", "reached", "source", "typed")

    def __init__(self, typed: TypedProgram, source: Source, watched: bool = False) -> None:
        self.typed = typed
        self.reached: set[int] = set()
        self.source = source.text
        self.arg_names = tuple(typed.args)
        self._recursive = source.recursive
        (code, *_) = compile(source.text, "<program>", "exec", dont_inherit=True, optimize=2).co_consts
        assert isinstance(code, CodeType)
        self._function: Callable[..., Value] = FunctionType(
            code, GLOBALS | _watching(self.reached) if watched else GLOBALS
        )

    def __call__(self, *values: Value, budget: Budget = DEFAULT_BUDGET) -> Value:
        """Run on argument values in the signature's order.

        The values must be of the signature's types (`values.read` sees to it for values from outside) and
        are not changed. Raises RunError, BudgetError for a run beyond the budget, InputError for a budget of
        more lambda calls than the host can serve.
        """
        meter = Meter(budget)
        try:
            if not self._recursive:
                return meter.result(self._function(meter, *values))
            return meter.result(call_deep(budget.depth, self._function, meter, *values))
        except RunError:
            raise
        except ZeroDivisionError as error:
            raise RunError("zero-division", "division by zero") from error
        except (OverflowError, ValueError) as error:
            raise RunError("value", f"a number beyond what can be computed with ({error})") from error
        except TypeError as error:
            raise RunError("type", f"values of kinds that do not fit together ({error})") from error
        except RecursionError as error:
            raise BudgetError("depth", "functions nested too deeply in one another") from error

    def run(self, inputs: Mapping[str, Value], budget: Budget = DEFAULT_BUDGET) -> Value:
        """Run on inputs by name; names that the program does not use are ignored."""
        return self(*[inputs[name] for name in self.arg_names], budget=budget)


def compile_program(typed: TypedProgram, watched: Mapping[int, int] | None = None) -> CompiledProgram:
    """Compile a typed program, whose runs note where they come to a `watched` part
    (`fallible.fallible_parts`). BudgetError if it nests more functions than Python can hold."""
    if typed.node.depth <= _SHALLOW:
        return CompiledProgram(typed, generate(typed, watched), bool(watched))
    return call_deep(0, lambda: CompiledProgram(typed, generate(typed, watched), bool(watched)))


def _watching(reached: set[int]) -> dict[str, Callable[..., Value]]:
    """What a watched program tells its parts by."""

    def watch(number: int, function: Callable[..., Value]) -> Callable[..., Value]:
        def call(*values: Value) -> Value:
            reached.add(number)
            return function(*values)

        return call

    return {"reach": reached.add, "watch": watch}
