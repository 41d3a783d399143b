"""The measures of the field, over tasks with their gold programs and tests.

Exact match ("perfectly synthesized", M-Acc): the same tree. Accuracy: all tests pass. 50p-Acc: at least half
of them pass. Well-typed: a program was found and type-checks. Oracle@k: one of the best k programs passes all
tests. Where tests guided the search, only the others count (Polosukhin & Skidanov 2018: 3 and 7 of 10).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from saps.corpus.tasks.task import Task, Test
from saps.evaluation.mistakes import Failure, failure
from saps.language.compiler import CompiledProgram, compile_program
from saps.language.errors import SapsError
from saps.language.tree import Node, substitute
from saps.language.typecheck import TypedProgram, check
from saps.language.values import read
from saps.search.outcomes import Outcome, run_one
from saps.search.translator import Answer, Candidate

SURE = 0.9
"""Confidence above which answers are counted apart."""


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one task; `tests` are those that count, `oracle` whether any of the best programs is
    right, `tried` and `seconds` what the search took."""

    exact: bool
    passed: int
    tests: int
    typed: bool
    depth: int
    register: str
    oracle: bool = False
    tried: int = 0
    seconds: float = 0.0
    confidence: float | None = None
    failure: Failure | None = None

    @property
    def right(self) -> bool:
        return self.typed and self.passed == self.tests > 0


def judge(task: Task, answer: Answer | None, guides: int = 0, best: int = 1, seconds: float = 0.0) -> Result:
    """Compare an answer (None: the sentence could not be read) with a task's program, and run it on the tests
    after the first `guides`, as well as the other ones of its `best` programs."""
    register = task.tags[0] if task.tags else "none"
    tests = task.tests[guides:]
    candidates = () if answer is None else answer.candidates[:best]
    outcomes = [run_tests(task, candidate, tests) for candidate in candidates]
    passed = [sum(outcome.passed is True for outcome in runs) for runs in outcomes]
    exact = bool(candidates) and candidates[0].program == task.program
    right = bool(candidates) and passed[0] == len(tests) > 0
    return Result(
        exact=exact,
        passed=passed[0] if passed else 0,
        tests=len(tests),
        typed=bool(candidates),
        depth=task.program.depth,
        register=register,
        oracle=bool(tests) and len(tests) in passed,
        tried=0 if answer is None else answer.tried,
        seconds=seconds,
        confidence=None if answer is None else answer.confidence,
        failure=None if right else failure(task, answer, outcomes),
    )


def run_tests(task: Task, candidate: Candidate, tests: Sequence[Test]) -> list[Outcome]:
    """The outcomes on the tests; none where the program takes the arguments for something else than they
    are."""
    types = task.arg_types()
    try:
        program = compile_program(check(called(candidate.typed, list(types)), types))
    except SapsError:
        return []
    return [_run_test(program, test, types) for test in tests]


def called(program: TypedProgram, names: Sequence[str]) -> Node:
    """The program with its arguments under these names, by position, where they are words and it has as many
    letters: what a sentence does not name is called a, b, ..."""
    own = sorted(program.args)
    if len(own) != len(names) or any(len(name) > 1 for name in own) or any(len(name) == 1 for name in names):
        return program.node
    return substitute(program.node, {letter: Node(name) for letter, name in zip(own, names, strict=True)})


def _run_test(program: CompiledProgram, test: Test, types: Mapping[str, Any]) -> Outcome:
    inputs = {name: read(value, types[name]) for name, value in test.input.items() if name in types}
    return run_one(program, inputs, test.output)


@dataclass(frozen=True, slots=True)
class Summary:
    """Shares of tasks, each from 0 to 1, and what a task took. `sure` is the share of answers with a
    confidence above SURE, `sure_right` the share of right ones among these."""

    tasks: int
    exact_match: float
    accuracy: float
    half_accuracy: float
    well_typed: float
    oracle: float
    programs_tried: float
    milliseconds: float
    sure: float
    sure_right: float


def summarize(results: Sequence[Result]) -> Summary:
    """The measures over some results; all 0 where there are none."""
    sure = [result for result in results if result.confidence is not None and result.confidence > SURE]

    def share(good: Callable[[Result], float], among: Sequence[Result] = results) -> float:
        return sum(map(good, among)) / max(1, len(among))

    return Summary(
        tasks=len(results),
        exact_match=share(lambda result: result.exact),
        accuracy=share(lambda result: result.right),
        half_accuracy=share(lambda result: result.typed and 2 * result.passed >= result.tests),
        well_typed=share(lambda result: result.typed),
        oracle=share(lambda result: result.oracle),
        programs_tried=share(lambda result: result.tried),
        milliseconds=share(lambda result: 1_000 * result.seconds),
        sure=len(sure) / max(1, len(results)),
        sure_right=share(lambda result: result.right, sure),
    )


def interval(share: float, count: int) -> tuple[float, float]:
    """The 95 % confidence interval of a share that was measured on `count` > 0 items (Wilson 1927)."""
    z = 1.96
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z / (1 + z * z / count) * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return max(0.0, middle - half), min(1.0, middle + half)


def grouped(results: Sequence[Result], key: Callable[[Result], Any]) -> Mapping[Any, Summary]:
    """The measures by a property of the results, in the property's order."""
    groups: dict[Any, list[Result]] = {}
    for result in results:
        groups.setdefault(key(result), []).append(result)
    return {name: summarize(groups[name]) for name in sorted(groups)}
