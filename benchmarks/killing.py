"""A run that is killed at random moments, again and again, and what that costs it.

    python benchmarks/killing.py [--kills N] [--seed S]

A tiny model is trained by `saps train` twice: once unbroken, once killed (SIGKILL) at random moments after
its start and gone on with by `--resume`. After every kill the run's folder is read: a run that cannot go on,
a best model that cannot be loaded, or a state older than the one before ends the benchmark with an error. At
the end, both runs must have the same losses at every validation.

Prints the seconds of training lost by the kills (bounded by train.checkpoint_seconds, here 0.5, plus a step
and a write), and the seconds of training done in all over those of the unbroken run.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from saps.training.checkpoint import load_checkpoint
from saps.training.files import whole
from saps.training.run_folder import RunFolder, TrainState

SAVES = 0.5
RECIPE = {"train.checkpoint_seconds": SAVES, "train.epochs": 18, "train.patience": 18, "text.pieces": 500}


def saps(*args: str) -> subprocess.Popen[bytes]:
    log = subprocess.DEVNULL
    return subprocess.Popen([sys.executable, "-m", "saps", *args], stdout=log, stderr=log)


def standing(run: Path) -> TrainState:
    """The state that the run would go on from; raises where anything of the run is damaged."""
    folder = RunFolder(run)
    folder.begun()
    folder.vocabularies()
    folder.metrics()
    if whole(folder.checkpoint).exists():
        load_checkpoint(folder.checkpoint)
    found = folder.standing()
    assert found is not None
    return found


def written(run: Path) -> int:
    """When a session last began or saved its state; 0 before the first."""
    files = run / "origin.json", run / "last.safetensors"
    return max((file.stat().st_mtime_ns for file in files if file.exists()), default=0)


def killed(args: list[str], run: Path, seconds: float) -> float | None:
    """Kills the command so many seconds after its first write; the seconds since then or its state.

    None where it came to its end before.
    """
    before, process = written(run), saps(*args)
    while written(run) == before:
        if process.poll() is not None:
            sys.exit(f"saps {' '.join(args)}: ended with {process.returncode} before it began")
        time.sleep(0.005)
    began = time.time()
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        lost = time.time() - max(began, (run / "last.safetensors").stat().st_mtime)
        process.wait()
        return lost
    return None


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as folder:
        data, broken, unbroken = (Path(folder) / name for name in ("data", "broken", "unbroken"))
        saps("data", "generate", str(data), "--size", "3000").wait()
        sets = [part for key, value in RECIPE.items() for part in ("--set", f"{key}={value}")]
        begin = ["train", "--data", str(data), "--recipe", "tiny", "--threads", "1", *sets, "--out"]
        go_on = ["train", "--resume", "--threads", "1", "--out"]
        saps(*begin, str(unbroken)).wait()
        whole_seconds = standing(unbroken).elapsed

        steps = [0]
        losses: list[float] = []
        while len(losses) < options.kills:
            command = go_on if broken.exists() else begin
            lost = killed([*command, str(broken)], broken, chance.uniform(0, 4 * SAVES))
            if lost is None:
                break
            losses.append(lost)
            steps.append(standing(broken).step)
            if steps[-1] < steps[-2]:
                sys.exit(f"kill {len(losses)}: the run stands at step {steps[-1]}, after {steps[-2]}")
        saps(*go_on, str(broken)).wait()
        ours, theirs = (
            [line["train_loss"] for line in RunFolder(run).metrics()] for run in (broken, unbroken)
        )
        print(f"{len(losses)} kills, steps {steps[1:]}; every folder was readable")
        print(f"lost by a kill: {max(losses):.2f} s at most, {sum(losses) / len(losses):.2f} s by the mean")
        print(f"{len(theirs)} validations: {'the same' if ours == theirs else 'OTHER'} losses as unbroken")
        print(
            f"training done, the lost included, over the unbroken run: "
            f"{(sum(losses) + whole_seconds) / whole_seconds:.2f} ({whole_seconds:.1f} s)"
        )
        if ours != theirs:
            sys.exit(1)


if __name__ == "__main__":
    main()
