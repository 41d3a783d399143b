"""The measures of the field, over tasks with their gold programs and tests.

Exact match ("perfectly synthesized", M-Acc): the same tree. Accuracy: all tests pass. 50p-Acc: at least half
of them pass. Well-typed: a program was found and type-checks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from saps.corpus.task import Task
from saps.language.compiler import compile_program
from saps.language.errors import InputError, SapsError
from saps.language.type_system import TypeVariable
from saps.language.typecheck import check
from saps.language.values import read
from saps.search.translator import Candidate, Request, Translator, run_one

BATCH = 64


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one task."""

    exact: bool
    passed: int
    tests: int
    typed: bool
    depth: int
    register: str


def evaluate(
    translator: Translator,
    tasks: Iterable[Task],
    beam: int = 1,
    on_batch: Callable[[int], None] = lambda done: None,
) -> Iterator[Result]:
    """Results in the tasks' order. The model gets the sentence and the arguments' names, nothing else."""
    stream = iter(tasks)
    done = 0
    while batch := list(islice(stream, BATCH)):
        requests = [Request(task.sentence, {name: TypeVariable() for name in task.args}) for task in batch]
        for task, candidates in zip(batch, answer(translator, requests, beam), strict=True):
            yield judge(task, candidates[0] if candidates else None)
        done += len(batch)
        on_batch(done)


def answer(translator: Translator, requests: Sequence[Request], beam: int) -> list[list[Candidate]]:
    """Answers to all requests; none for a sentence that cannot be read."""
    try:
        return translator.answer(requests, beam)
    except InputError:
        if len(requests) == 1:
            return [[]]
        return [answer(translator, [request], beam)[0] for request in requests]


def judge(task: Task, candidate: Candidate | None) -> Result:
    """Compare an answer with a task's program and run it on the task's tests."""
    register = task.tags[0] if task.tags else "none"
    depth = task.program.depth
    if candidate is None:
        return Result(False, 0, len(task.tests), False, depth, register)
    exact = candidate.program == task.program
    return Result(exact, tests_passed(task, candidate), len(task.tests), True, depth, register)


def tests_passed(task: Task, candidate: Candidate) -> int:
    """How many of the task's tests the program passes. A failing run passes no test."""
    types = task.arg_types()
    try:
        program = compile_program(check(candidate.program, types))
    except SapsError:
        return 0  # takes the arguments for something else than they are
    passed = 0
    for test in task.tests:
        inputs = {name: read(value, types[name]) for name, value in test.input.items() if name in types}
        passed += run_one(program, inputs, test.output).passed is True
    return passed


@dataclass(frozen=True, slots=True)
class Summary:
    """Shares of tasks, each from 0 to 1."""

    tasks: int
    exact_match: float
    accuracy: float
    half_accuracy: float
    well_typed: float


def summarize(results: Sequence[Result]) -> Summary:
    """The measures over some results; all 0 where there are none."""
    count = max(1, len(results))
    return Summary(
        tasks=len(results),
        exact_match=sum(result.exact for result in results) / count,
        accuracy=sum(result.passed == result.tests and result.typed for result in results) / count,
        half_accuracy=sum(2 * result.passed >= result.tests and result.typed for result in results) / count,
        well_typed=sum(result.typed for result in results) / count,
    )


def grouped(results: Sequence[Result], key: Callable[[Result], Any]) -> Mapping[Any, Summary]:
    """The measures by a property of the results, in the property's order."""
    groups: dict[Any, list[Result]] = {}
    for result in results:
        groups.setdefault(key(result), []).append(result)
    return {name: summarize(groups[name]) for name in sorted(groups)}
