"""Workers: they end with their parent, however it ends, and a pool that is left does not wait for them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from saps.system.workers import workers
from tests.system.parent import nothing, size, sleep

pytestmark = pytest.mark.skipif(os.name != "posix", reason="sends signals")

ROOT = Path(__file__).parents[2]


def parent() -> subprocess.Popen[str]:
    """A process whose workers are at work."""
    pipe, code = subprocess.PIPE, [sys.executable, "-m", "tests.system.parent"]
    process = subprocess.Popen(code, stdout=pipe, stderr=pipe, text=True, cwd=ROOT, start_new_session=True)
    assert process.stdout is not None and process.stdout.readline()
    return process


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_they_end_with_their_parent(number: signal.Signals) -> None:
    with parent() as process:
        process.send_signal(number)
        _, told = process.communicate()  # the workers hold the pipe too: it ends when the last of them has
        assert process.returncode == -number and "Traceback" not in told


def test_ctrl_c_is_their_parents() -> None:
    with parent() as process:
        os.killpg(process.pid, signal.SIGINT)
        _, told = process.communicate()
    assert told.count("Traceback") == 1 and told.rstrip().endswith("KeyboardInterrupt")


def test_what_is_not_asked_for_any_more_is_not_waited_for() -> None:
    large = b"x" * 300_000  # more than a pipe holds
    with workers(2, nothing) as pool:
        assert pool.submit(size, large).result() == len(large)
        for index in range(20):
            pool.submit(sleep, 3600.0) if index < 2 else pool.submit(size, large)


def test_an_error_in_the_body_comes_out() -> None:
    with pytest.raises(ZeroDivisionError), workers(1, nothing) as pool:
        pool.submit(sleep, 3600.0)
        raise ZeroDivisionError
