"""Inputs of every command, mutated: recorded good ones, spoilt by a seed, twenty thousand times.

    python benchmarks/mutations.py [--mutations N] [--seed S] [--only COMMAND] [--processes P]
    python benchmarks/mutations.py --seed S --number N [--only COMMAND] [--keep FOLDER]

Holds that no command shows a traceback or an internal error, that none goes on for 2 s of the processor
beyond its limit, and that all end with 0, 1 or 2 (130 where more work was asked for than anybody waits for,
and an interruption ended it). Prints a line for each command, and for each failure the numbers that do it
again; `--number` does one, `--keep` leaves its files there.
"""

from __future__ import annotations

import argparse
import faulthandler
import os
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).parent.parent))

from saps.cli.output import cores
from saps.system.workers import workers
from tests.cli.mutations.recorded import CASES, Case, make, make_run
from tests.cli.mutations.trial import Ended, perform, spoil

BLOCK = 25
_SHOWN = 60
_STUCK = 240
"""Seconds after which a trial counts as deaf to signals: the process shows where it is, and ends."""
_MEMORY = 12 << 30
"""Bytes of address space of a worker, torch's own included: memory ends there, as on a small machine."""


@dataclass
class Row:
    """What came of a command's trials."""

    ends: Counter[str] = field(default_factory=Counter)
    slowest: Ended = field(default_factory=lambda: Ended(0, 0.0))
    slowest_number: int = 0
    problems: int = 0


@dataclass(frozen=True)
class Done:
    number: int
    command: str
    ended: Ended
    told: str
    """The trial, where it failed."""


def prepare() -> None:
    """What a worker does first: it hears Ctrl-C as a command would."""
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what libraries write past Python


def of_command(only: str | None) -> list[Case]:
    return [case for case in CASES if only in (None, case.command)]


def block(recorded: Path, seed: int, only: str | None, start: int, count: int) -> list[Done]:
    mine = recorded / "files"
    done = []
    for number in range(start, start + count):
        trial = spoil(mine, seed, number, of_command(only))
        (recorded / f"{os.getpid()}.now").write_text(str(number))
        faulthandler.dump_traceback_later(_STUCK, exit=True)
        ended = perform(trial, mine, recorded / f"{os.getpid()}.trial" / "here")
        faulthandler.cancel_dump_traceback_later()
        done.append(Done(number, trial.case.command, ended, str(trial) if ended.problem else ""))
    return done


def results(options: argparse.Namespace, recorded: Path) -> Iterator[Done]:
    """All trials, as they come. Where a worker dies, the numbers that it may have died of are told."""
    work = partial(block, recorded, options.seed, options.only)
    with workers(options.processes, prepare) as pool:
        pending: list[Future[list[Done]]] = [
            pool.submit(work, start, min(BLOCK, options.mutations - start))
            for start in range(0, options.mutations, BLOCK)
        ]
        for future in pending:
            try:
                yield from future.result()
            except BrokenProcessPool:
                numbers = [file.read_text() for file in recorded.glob("*.now")]
                print(f"A WORKER DIED; at work were the numbers {', '.join(numbers)}")
                return


def alone(options: argparse.Namespace, recorded: Path) -> bool:
    """One trial, shown."""
    mine = recorded / "files"
    trial = spoil(mine, options.seed, options.number, of_command(options.only))
    print(trial)
    if options.keep:
        shutil.copytree(mine, options.keep)
        for name, content in trial.files.items():
            (options.keep / name).write_bytes(content)
    ended = perform(trial, mine, recorded / "here")
    print(f"exit code {ended.code} after {ended.seconds:.2f} s; {ended.problem or 'all is well'}")
    return bool(ended.problem)


def table(rows: dict[str, Row]) -> None:
    codes = ["0", "1", "2", "130", "other"]
    print(
        f"{'command':16}{'trials':>8}"
        + "".join(f"{code:>8}" for code in codes)
        + f"{'wrong':>7}  slowest (number)"
    )
    for command, row in sorted(rows.items()):
        counts = "".join(f"{row.ends[code]:>8,}" for code in codes)
        slowest = f"{row.slowest.seconds:.2f} s ({row.slowest_number})"
        print(f"{command:16}{row.ends.total():>8,}{counts}{row.problems:>7}  {slowest}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--mutations", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", metavar="COMMAND", choices=sorted({case.command for case in CASES}))
    parser.add_argument("--processes", type=int, default=cores())
    parser.add_argument("--number", type=int)
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        make(Path(folder) / "files")
        make_run(Path(folder) / "files")
        if options.number is not None:
            sys.exit(alone(options, Path(folder)))
        sys.exit(all_of_them(options, Path(folder)))


def all_of_them(options: argparse.Namespace, folder: Path) -> bool:
    begun, rows, failures, count = time.monotonic(), defaultdict[str, Row](Row), list[Done](), 0
    with suppress(KeyboardInterrupt):  # then the figures are of what was done
        for done in results(options, folder):
            row, code = rows[done.command], str(done.ended.code)
            row.ends[code if code in ("0", "1", "2", "130") else "other"] += 1
            if done.ended.seconds > row.slowest.seconds:
                row.slowest, row.slowest_number = done.ended, done.number
            count += 1
            if done.ended.problem:
                row.problems += 1
                failures.append(done)
                print(f"{done.ended.problem[:500]}\n    {done.told[:1_000]}", flush=True)
    print(f"{count:,} mutations in {time.monotonic() - begun:,.0f} s, seed {options.seed}")
    table(rows)
    print(f"{len(failures)} went wrong")
    return bool(failures) or count < options.mutations


if __name__ == "__main__":
    main()
