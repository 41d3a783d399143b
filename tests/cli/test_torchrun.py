"""Two processes that train and measure one model, started as people start them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from saps.cli.main import invoke
from saps.training.checkpoint import load_checkpoint
from saps.training.run_folder import RunFolder
from tests.cli.timeless import timeless

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc"),
]

HANGING = 900
"""Seconds after which something will never come, however busy the machine is."""
ROOT = Path(__file__).parents[2]
TORCHRUN = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2", "-m", "saps"]


def start(*args: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    pipe = subprocess.PIPE
    return subprocess.Popen([*TORCHRUN, *args], env=environment, stdout=pipe, stderr=pipe, text=True)


def options(data: Path, run: Path, epochs: int) -> list[str]:
    changes = [f"train.epochs={epochs}", "model.dropout=0", "batches.positions=1500"]
    sets = [part for change in changes for part in ("--set", change)]
    return ["train", "--data", str(data), "--recipe", "tiny", "--out", str(run), *sets]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("torchrun") / "data"
    assert invoke(["data", "generate", str(folder), "--size", "120", "--seed", "5", "--jobs", "1"]) == 0
    return folder


def test_two_processes_learn_what_one_does(
    tmp_path: Path, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert invoke(options(data, tmp_path / "one", 2)) == 0
    capsys.readouterr()
    both = start(*options(data, tmp_path / "two", 2))
    out, err = both.communicate(timeout=HANGING)
    assert both.returncode == 0, err
    assert out == f"{tmp_path / 'two' / 'checkpoint'}\n"
    assert err.count("finished after") == 1
    curves = [RunFolder(tmp_path / name).metrics() for name in ("one", "two")]
    assert len(curves[0]) == len(curves[1]) == 2
    for ours, theirs in zip(*curves, strict=True):
        assert ours["step"] == theirs["step"]
        for key in ("train_loss", "loss", "exact_match"):
            assert theirs[key] == pytest.approx(ours[key], rel=1e-4)

    measure = ["eval", "--data", str(data), "--checkpoint", str(tmp_path / "two" / "checkpoint")]
    measure += ["--json", "--limit", "6"]
    both = start(*measure, "--report", str(tmp_path / "failures"))
    out, err = both.communicate(timeout=HANGING)
    assert both.returncode == 0, err
    assert invoke([*measure, "--report", str(tmp_path / "alone")]) == 0
    assert timeless(json.loads(out)) == timeless(json.loads(capsys.readouterr().out))
    told = [(tmp_path / name / "failures.jsonl").read_text() for name in ("failures", "alone")]
    assert told[0] == told[1] and told[0].count("\n") > 1


def test_a_killed_process_ends_the_other_and_the_run_goes_on(tmp_path: Path, data: Path) -> None:
    run = tmp_path / "run"
    both = start(*options(data, run, 10_000))
    wait_for(lambda: len(RunFolder(run).metrics()) > 1, both)
    workers = children(both.pid)
    os.kill(workers[1], signal.SIGKILL)
    told = both.communicate(timeout=HANGING)[1]
    assert both.returncode not in (0, None)
    assert "internal error" not in told, told
    assert not [pid for pid in workers if Path(f"/proc/{pid}").exists()]
    kept = len(RunFolder(run).metrics())
    load_checkpoint(run / "checkpoint")
    assert invoke(["train", "--resume", "--out", str(run), "--max-time", "0"]) == 0
    assert len(RunFolder(run).metrics()) >= kept


def wait_for(condition: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + HANGING
    while not condition():
        assert process.poll() is None, process.communicate()[1]
        assert time.monotonic() < deadline
        time.sleep(0.05)


def children(pid: int) -> list[int]:
    """The processes that a process has started and that run saps."""
    found = map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
    return sorted(child for child in found if b"saps" in Path(f"/proc/{child}/cmdline").read_bytes())
