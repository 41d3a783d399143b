"""Plain AlgoLisp against the library as what the decoder says: the same tasks, equal wall time, side by side.

    saps data generate CORPUS --size 50000
    python benchmarks/targets.py CORPUS --minutes 10 --recipe small [--set key=value]

Prints exact match (of plain programs, whatever the decoder says) by register and depth of the plain program,
trees a second and the greedy latency, with the library's over the plain one's.
"""

from __future__ import annotations

import argparse
import json
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from saps.corpus.tasks.task import find_split, read_tasks

TARGETS = ("tree", "library")


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("corpus", type=Path)
    options.add_argument("--minutes", type=float, default=10)
    options.add_argument("--recipe", default="small")
    options.add_argument("--set", dest="values", action="append", default=[])
    options.add_argument("--limit", type=int, default=1000)
    options.add_argument("--out", type=Path)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = chosen.out or Path(scratch)
        runs = {target: begin(target, folder / target, chosen) for target in TARGETS}
        time.sleep(60 * chosen.minutes)
        for run in runs.values():
            run.send_signal(signal.SIGINT)
        for run in runs.values():
            run.wait()
        measured = {target: measure(folder / target, chosen) for target in TARGETS}
    report(measured)


def begin(target: str, out: Path, chosen: argparse.Namespace) -> subprocess.Popen[bytes]:
    """One training, in a process and thread of its own."""
    values = [*chosen.values, f"model.target={target}", "train.epochs=1000", "train.patience=1000"]
    settings = [part for value in values for part in ("--set", value)]
    command = [sys.executable, "-m", "saps", "train", "--data", str(chosen.corpus), "--recipe", chosen.recipe]
    return subprocess.Popen([*command, *settings, "--threads", "1", "--out", str(out)])


def measure(run: Path, chosen: argparse.Namespace) -> dict[str, Any]:
    """The measures of the best model of a run, its speed among them."""
    command = [sys.executable, "-m", "saps", "eval", "--data", str(chosen.corpus), "--checkpoint", str(run)]
    said = subprocess.run(
        [*command, "--limit", str(chosen.limit), "--processes", "1", "--json"],
        capture_output=True,
        check=True,
    )
    passes = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
    tasks = sum(1 for _ in read_tasks(find_split(chosen.corpus, "train")))
    found: dict[str, Any] = json.loads(said.stdout)
    return found | {
        "passes": len(passes),
        "trees a second": tasks * len(passes) / passes[-1]["elapsed"],
        "greedy ms a sentence": found["all"]["milliseconds"],
    }


def report(measured: dict[str, dict[str, Any]]) -> None:
    plain, library = (measured[target] for target in TARGETS)
    print(f"{'':24}{'plain':>10}{'library':>10}{'ratio':>8}")
    rows = {"all": (plain["all"], library["all"])}
    for kind in ("by_register", "by_depth"):
        for name in plain.get(kind, {}):
            rows[f"{kind[3:]} {name}"] = (plain[kind][name], library[kind].get(name, {}))
    for name, (one, other) in rows.items():
        show(f"{name} ({one.get('tasks', 0)})", one.get("exact_match", 0), other.get("exact_match", 0))
    for name in ("passes", "trees a second", "greedy ms a sentence"):
        show(name, plain[name], library[name])


def show(name: str, one: float, other: float) -> None:
    print(f"{name:24}{one:10.4g}{other:10.4g}{other / one if one else float('nan'):8.2f}")


if __name__ == "__main__":
    main()
