"""Programs as Python modules: whether they do the same, and what ruff and mypy have to say of them.

    python benchmarks/python.py [--count N] [--keep FOLDER]

Takes programs evenly from the unique ones of data/paraphrases/train.jsonl.gz, writes each as Python with its
sentence as docstring, and runs it on the task's tests: the value has to be the expected one. Python has no
budget, so that a run is ended after some seconds of the processor and counted apart. Then all modules stand
`ruff check --isolated`, with the rules it has by default, and `mypy --strict`. Prints the counts, each value
that differs, the faults by kind with the first file that has one, and the lines of more than 100 characters.
The exit code is 1 if a value differs. `--keep` leaves the modules in a folder.
"""

from __future__ import annotations

import argparse
import json
import re
import signal
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from saps.corpus.tasks.task import Task, read_tasks
from saps.language.errors import SapsError
from saps.language.printer import to_text
from saps.language.python import python_function
from saps.language.typecheck import check
from saps.language.values import agrees, read_inputs

TASKS = Path(__file__).parent.parent / "data" / "paraphrases" / "train.jsonl.gz"
SECONDS = 2
"""Of the processor, for one run."""
WIDTH = 100


class Endless(Exception):
    """A run took more than its seconds."""


def unique() -> list[Task]:
    """The first task of each program."""
    found: dict[object, Task] = {}
    for task in read_tasks(TASKS):
        found.setdefault((task.program, tuple(task.args.items())), task)
    return list(found.values())


def evenly(tasks: list[Task], count: int) -> list[Task]:
    count = min(count, len(tasks))
    return [tasks[place * len(tasks) // count] for place in range(count)]


def module(task: Task) -> str:
    """Raises SapsError."""
    typed = check(task.program, task.arg_types())
    return python_function(typed.node, typed.args, task.sentence)


def function(text: str) -> Callable[..., Any]:
    space: dict[str, Any] = {}
    exec(compile(text, "<program>", "exec"), space)
    made: Callable[..., Any] = space["program"]
    return made


@contextmanager
def bounded() -> Iterator[None]:
    def end(*_: object) -> None:
        raise Endless

    before = signal.signal(signal.SIGVTALRM, end)
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def differing(task: Task, text: str) -> str | None:
    """The first test whose output is not what the module gives, in words. Raises Endless."""
    run, kinds = function(text), task.arg_types()
    for test in task.tests:
        inputs = read_inputs(test.input, kinds)
        try:
            with bounded():
                value = run(*(inputs[name] for name in kinds))
        except Endless:
            raise
        except Exception as error:
            value = error
        if not agrees(value, test.output):
            return f"{test.input}: expected {test.output!r}, found {value!r}"
    return None


Faults = dict[str, list[str]]
"""The places of the faults of each kind."""


def ruff(folder: Path) -> Faults:
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache", "--output-format=json", "."]
    told = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False).stdout
    return by_kind(
        (f"{one['code']}: {one['message']}", f"{Path(one['filename']).name}:{one['location']['row']}")
        for one in json.loads(told)
    )


def mypy(folder: Path) -> Faults:
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", "--cache-dir=/dev/null", "."]
    told = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False).stdout
    errors = (re.fullmatch(r"(\S+?:\d+): error: (.*)", line) for line in told.splitlines())
    return by_kind((match[2], match[1]) for match in errors if match)


def by_kind(faults: Iterable[tuple[str, str]]) -> Faults:
    found = defaultdict[str, list[str]](list)
    for kind, place in faults:
        found[kind].append(place)
    return dict(sorted(found.items(), key=lambda one: -len(one[1])))


def show(name: str, faults: Faults) -> None:
    print(f"{sum(map(len, faults.values())):>6,} faults by {name}")
    for kind, places in faults.items():
        print(f"{len(places):>10,}  {kind}  ({places[0]})")


def measure(count: int, folder: Path) -> bool:
    """Whether no value differs."""
    tasks = unique()
    chosen = evenly(tasks, count)
    unwritten: list[str] = []
    different: list[str] = []
    endless: list[str] = []
    long = 0
    for number, task in enumerate(chosen):
        name = f"program_{number:05}.py"
        try:
            text = module(task)
        except SapsError as error:
            unwritten.append(f"{to_text(task.program)}: {error}")
            continue
        (folder / name).write_text(text, encoding="utf-8")
        long += sum(len(line) > WIDTH and line.lstrip()[:3] != '"""' for line in text.splitlines())
        try:
            fault = differing(task, text)
        except Endless:
            endless.append(name)
        else:
            if fault is not None:
                different.append(f"{name} of {to_text(task.program)}\n        {fault}")
    print(f"{len(chosen):>6,} programs of {len(tasks):,}")
    for ones, what in ((unwritten, "have no Python"), (endless, f"took more than {SECONDS} s")):
        print(f"{len(ones):>6,} {what}" + "".join(f"\n    {one}" for one in ones))
    print(f"{len(different):>6,} give another value" + "".join(f"\n    {one}" for one in different))
    show("ruff", ruff(folder))
    show("mypy", mypy(folder))
    print(f"{long:>6,} lines of more than {WIDTH} characters")
    return not different


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=1_000)
    parser.add_argument("--keep", metavar="FOLDER", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        sys.exit(not measure(options.count, folder))


if __name__ == "__main__":
    main()
