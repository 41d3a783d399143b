"""A model on the tasks of a corpus: batched together, and on as many cores as are given."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import TypeAlias

from saps.corpus.tasks.task import Task
from saps.evaluation.metrics import Result, judge
from saps.language.errors import InputError
from saps.language.type_system import Type, TypeVariable
from saps.language.values import read_inputs
from saps.search.translator import Answer, Effort, Request, Translator
from saps.system.workers import workers

BATCH = 16

GUIDES = 3
"""Tests that guide a search; the others decide (Polosukhin & Skidanov 2018)."""

Loader: TypeAlias = Callable[[], Translator]
"""Makes a translator; it can be pickled (by reference), so that other processes make theirs."""


@dataclass(frozen=True, slots=True)
class Setting:
    """How tasks are asked: how far the search goes, how many tests guide it, and how many programs the oracle
    sees. Without guides the model gets the sentence and the arguments' names, nothing else."""

    effort: Effort
    guides: int = 0
    oracle: int = 10


def evaluate(load: Loader, tasks: Iterable[Task], setting: Setting, processes: int = 1) -> Iterator[Result]:
    """Results in the tasks' order, with `processes` cores at work."""
    batches = _batches(tasks)
    if processes == 1:
        translator = load()
        for batch in batches:
            yield from evaluate_batch(translator, batch, setting)
        return
    with workers(processes, partial(_start, load)) as pool:
        waiting: deque[Future[list[Result]]] = deque()
        for batch in batches:
            waiting.append(pool.submit(_work, batch, setting))
            if len(waiting) > 2 * processes:  # the tasks are streamed
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()


def _batches(tasks: Iterable[Task]) -> Iterator[list[Task]]:
    stream = iter(tasks)
    while batch := list(islice(stream, BATCH)):
        yield batch


_translators: list[Translator] = []
"""The worker process's own."""


def _start(load: Loader) -> None:
    _translators.append(load())


def _work(batch: list[Task], setting: Setting) -> list[Result]:
    return evaluate_batch(_translators[0], batch, setting)


def evaluate_batch(translator: Translator, batch: Sequence[Task], setting: Setting) -> list[Result]:
    """The results of one batch; its time is shared out evenly."""
    begun = time.perf_counter()
    answers = answer(translator, [request(task, setting.guides) for task in batch], setting)
    seconds = (time.perf_counter() - begun) / len(batch)
    return [
        judge(task, found, setting.guides, setting.oracle, seconds)
        for task, found in zip(batch, answers, strict=True)
    ]


def usable(tasks: Iterable[Task], on_bad_task: Callable[[InputError], None] | None = None) -> Iterator[Task]:
    """The tasks whose tests fit their arguments. The others are told to `on_bad_task`, without one InputError
    is raised."""
    for number, task in enumerate(tasks, 1):
        try:
            kinds = task.arg_types()
            for test in task.tests:
                read_inputs(test.input, kinds)
        except InputError as error:
            bad = InputError(f"task {number} ({' '.join(task.text[:8])} ...): {error.message}")
            if on_bad_task is None:
                raise bad from None
            on_bad_task(bad)
        else:
            yield task


def request(task: Task, guides: int) -> Request:
    """A task as a person would ask it who knows its arguments' names, with its first tests as examples."""
    kinds = task.arg_types()
    examples = [(read_inputs(test.input, kinds), test.output) for test in task.tests[:guides]]
    args: dict[str, Type] = kinds if guides else {name: TypeVariable() for name in kinds}
    return Request(task.sentence, args, examples)


def answer(translator: Translator, requests: Sequence[Request], setting: Setting) -> list[Answer | None]:
    """Answers to all requests; None for a sentence that cannot be read."""
    found = translator.each(requests, setting.effort)
    return [None if isinstance(one, InputError) else one for one in found]
