"""Programs as Python modules: what ruff and mypy have to say of them."""

from __future__ import annotations

import subprocess
import sys
from itertools import islice
from pathlib import Path

import pytest

from saps.corpus.tasks.task import Task, read_tasks
from saps.language.python import python_function
from saps.language.typecheck import check

TASKS = Path(__file__).parents[3] / "data" / "paraphrases" / "train.jsonl.gz"
EVERY, COUNT = 100, 40
CHECKS = [
    ["ruff", "check", "--isolated", "--no-cache"],
    ["mypy", "--strict", "--config-file=", "--cache-dir=/dev/null"],
]


def module(task: Task) -> str:
    typed = check(task.program, task.arg_types())
    return python_function(typed.node, typed.args, task.sentence)


@pytest.mark.slow
def test_modules_pass_ruff_and_mypy(tmp_path: Path) -> None:
    for number, task in enumerate(islice(read_tasks(TASKS), 0, EVERY * COUNT, EVERY)):
        (tmp_path / f"program_{number}.py").write_text(module(task), encoding="utf-8")
    for command in CHECKS:
        done = subprocess.run(
            [sys.executable, "-m", *command, "."], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
