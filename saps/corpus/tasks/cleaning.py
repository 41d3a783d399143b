"""Which tasks can be trusted: those whose program passes the task's own tests.

About one task in ten of the published files does not; the field's "cleaned" AlgoLisp leaves those out.
"""

from __future__ import annotations

from saps.corpus.tasks.task import Task
from saps.language.compiler import compile_program
from saps.language.errors import InputError, RunError, SapsError
from saps.language.typecheck import check
from saps.language.values import agrees, read_inputs


def fault(task: Task) -> str | None:
    """Why a task's program fails its tests, in a few words; None where it passes them all."""
    if not task.tests:
        return "has no tests"
    try:
        kinds = task.arg_types()
        program = compile_program(check(task.program, kinds, loose=True))
    except SapsError as error:
        return f"does not type-check ({error.kind})"
    for test in task.tests:
        try:
            value = program.run(read_inputs(test.input, kinds))
        except RunError as error:
            return f"fails while running ({error.kind})"
        except InputError:
            return "has a test whose input does not fit its arguments"
        if not agrees(value, test.output):
            return "gives another output than its test"
    return None
