"""One trial: a recorded input is spoilt, its command runs in this process, and how it ends is judged.

A trial is told by a seed and its number: `python benchmarks/mutations.py --seed S --number N` does it
again. What the command may do is fenced in: it writes in its folder alone, reaches no network and starts no
process.
"""

from __future__ import annotations

import gc
import json
import os
import random
import re
import shutil
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import chdir, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from functools import cache
from io import BytesIO, TextIOWrapper
from pathlib import Path
from types import FrameType
from unittest.mock import patch

import typer.main

from saps.cli.main import invoke
from saps.language.errors import SapsError
from saps.language.library import built_in
from saps.training.checkpoint import digests
from tests.cli.mutations.fence import fenced, inline_workers
from tests.cli.mutations.mutate import Mutator
from tests.cli.mutations.recorded import CASES, Case

GRACE = 2.0
"""Seconds of the processor beyond its limit, and after an interruption, that a command may take."""

_CODES = (0, 1, 2)
_INTERRUPTED = 130
_RAW = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""What must not reach a terminal as it is."""
_LONGEST_LINE = 4_000
_LARGEST_FILE = 400_000
_MANY = 500
"""Lines of a batch that take their time, however soon each is answered."""


class Hang(BaseException):
    """The command does not hear the interruption."""


@dataclass(frozen=True)
class Trial:
    """A command with an input that was spoilt."""

    seed: int
    number: int
    case: Case
    args: list[str]
    files: dict[str, bytes]
    """Those that were spoilt, with what they hold now."""

    @property
    def patient(self) -> bool:
        """Whether it may be asked for more work than anybody waits for."""
        return self.case.asks and (
            self.args != self.case.args
            or any(_says_how_much(name, content) for name, content in self.files.items())
        )

    def __str__(self) -> str:
        spoilt = ", ".join(f"{name}: {content[:200]!r}" for name, content in self.files.items())
        line = " ".join(map(repr, self.args))
        return f"--seed {self.seed} --number {self.number}: saps {line[:600]}  {spoilt}"


def _says_how_much(name: str, content: bytes) -> bool:
    return name.endswith((".toml", ".scfg", "recipe.json", "config.json")) or content.count(b"\n") > _MANY


@dataclass(frozen=True)
class Ended:
    """How a trial ended."""

    code: int | None
    seconds: float
    """Of the processor."""
    problem: str = ""
    """What must not be; empty where all is well."""


def spoil(recorded: Path, seed: int, number: int, cases: Sequence[Case] = CASES) -> Trial:
    """The trial of a number, of one of the cases."""
    draw = random.Random(f"{seed} {number}")
    (case,) = draw.choices(cases, [case.weight for case in cases])
    mutator = Mutator(draw)
    files = _files(recorded, case)
    args, spoilt = case.args, dict[str, bytes]()
    for _ in range(draw.choice((1, 1, 1, 2, 3))):
        if files and draw.random() < 0.75:
            name = draw.choice(files)
            spoilt[name] = mutator.content(spoilt.get(name, (recorded / name).read_bytes()))[:_LARGEST_FILE]
        else:
            args = mutator.arguments(args) if args else args
    if draw.random() < 0.6:
        _seal(recorded, case, spoilt)
    return Trial(seed, number, case, args, spoilt)


def _files(recorded: Path, case: Case) -> list[str]:
    """The files that the case reads, by their names in the folder."""
    found = [recorded / need for need in case.needs]
    files = [file for one in found for file in (sorted(one.rglob("*")) if one.is_dir() else [one])]
    return [
        str(file.relative_to(recorded)) for file in files if file.is_file() and not file.name.startswith(".")
    ]


def _seal(recorded: Path, case: Case, spoilt: dict[str, bytes]) -> None:
    """Makes digests right again, as whoever spoils a file with care would: there is more to be read then."""
    for teller, key in (("model/config.json", "sha256"), ("run/origin.json", "files")):
        folder = teller.partition("/")[0]
        if not any(name.startswith(folder + "/") for name in spoilt):
            continue
        with suppress(ValueError, LookupError, AttributeError, TypeError, OSError):  # beyond repair
            document = json.loads(spoilt.get(teller, (recorded / teller).read_bytes()))
            names = [f"{folder}/{name}" for name in document[key]]
            parts = {name: spoilt.get(name, (recorded / name).read_bytes()) for name in names}
            document[key] = {name.partition("/")[2]: digest for name, digest in digests(parts).items()}
            spoilt[teller] = json.dumps(document).encode()


def perform(trial: Trial, recorded: Path, folder: Path) -> Ended:
    """Runs the command in a fresh folder, which is gone afterwards."""
    used = {name.partition("/")[0] for name in (*trial.case.args, *trial.case.needs)}
    unused = {one.name for one in recorded.iterdir() if one.is_dir() and one.name not in used}
    shutil.copytree(recorded, folder, ignore=lambda at, names: unused if Path(at) == recorded else ())
    try:
        for name, content in trial.files.items():
            (folder / name).write_bytes(content)
        piped = b"" if trial.case.stdin is None else (folder / trial.case.stdin).read_bytes()
        with chdir(folder), _small_world(folder, trial), _streams(piped) as (out, err):
            begun, code, problem = time.process_time(), None, ""
            try:
                with _limited(trial.case.seconds):
                    code = invoke(trial.args)
            except Hang as hang:
                problem = f"hangs: {_where(hang)}"
            except BaseException as error:
                if not ("--debug" in " ".join(trial.args) and isinstance(error, SapsError)):
                    problem = f"traceback: {error!r} at {_where(error)}"
            seconds = time.process_time() - begun
        return Ended(code, seconds, problem or _problem(trial, code, out.getvalue(), err.getvalue()))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _problem(trial: Trial, code: int | None, out: bytes, err: bytes) -> str:
    """What is wrong with how a command ended, by its code and what it said."""
    told = err.decode("utf-8", "replace")
    if code == _INTERRUPTED:
        return "" if trial.patient else f"more than {trial.case.seconds} s: {told[-300:]}"
    if code not in _CODES:
        return f"exit code {code}"
    for stream, text in (("stdout", out.decode("utf-8", "replace")), ("stderr", told)):
        if "internal error" in text or '"kind": "internal"' in text or "Traceback" in text:
            place = max(text.find("internal"), text.find("Traceback"))
            return f"internal error: {text[max(0, place - 100) : place + 300]}"
        if raw := _RAW.search(text):
            return f"{stream} has {raw.group()!r} raw: {text[max(0, raw.start() - 100) : raw.start() + 50]!r}"
    lines = told.splitlines()
    if code == 2 and not (lines and lines[-1].startswith("error: ")):
        return f"exit code 2 without an error on stderr: {told[-300:]!r}"
    if long := [line for line in lines if len(line) > _LONGEST_LINE]:
        return f"a line of {len(long[0]):,} characters on stderr: {long[0][:200]}"
    if warned := [line for line in lines if "Warning: " in line]:
        return f"a warning of Python's: {warned[0][:300]}"
    return ""


def _where(error: BaseException) -> str:
    """The innermost places of the project that were being done."""
    places, trace = [], error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        if "/saps/" in code.co_filename and "/site-packages/" not in code.co_filename:
            places.append(f"{code.co_filename.rpartition('/saps/')[2]}:{trace.tb_lineno}")
        trace = trace.tb_next
    return " < ".join(reversed(places[-4:]))


# ---------------------------------------------------------------- the world around a trial


@contextmanager
def _streams(piped: bytes) -> Iterator[tuple[BytesIO, BytesIO]]:
    """Standard streams of bytes, opened as `saps.cli.output.open_streams` opens them."""
    out, err = BytesIO(), BytesIO()
    streams = {
        "stdin": TextIOWrapper(BytesIO(piped), encoding="utf-8", errors="surrogateescape"),
        "stdout": TextIOWrapper(out, encoding="utf-8", errors="backslashreplace", write_through=True),
        "stderr": TextIOWrapper(err, encoding="utf-8", errors="backslashreplace", write_through=True),
    }
    before = {name: getattr(sys, name) for name in streams}
    try:
        for name, stream in streams.items():
            setattr(sys, name, stream)
        yield out, err
    finally:
        for name, stream in before.items():
            setattr(sys, name, stream)
        for stream in streams.values():
            stream.detach()


@contextmanager
def _limited(seconds: float) -> Iterator[None]:
    """Within, the command is interrupted after so many seconds of the processor and GRACE, as by Ctrl-C, and
    Hang is raised where that does not end it either."""
    interrupted = False

    def told(number: int, frame: FrameType | None) -> None:
        nonlocal interrupted
        if interrupted:
            raise Hang
        interrupted = True
        signal.setitimer(signal.ITIMER_PROF, GRACE, GRACE)
        signal.raise_signal(signal.SIGINT)

    before = signal.signal(signal.SIGPROF, told)
    heard = signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.setitimer(signal.ITIMER_PROF, seconds + GRACE)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
        signal.signal(signal.SIGINT, heard)


_command = cache(typer.main.get_command)
"""To make a command of its function takes longer than most trials."""


@contextmanager
def _small_world(folder: Path, trial: Trial) -> Iterator[None]:
    """Within, nothing but the folder can be changed, and what a command changes of the process is undone."""
    import torch

    environment, threads, collected = dict(os.environ), torch.get_num_threads(), gc.get_threshold()
    library = sorted((folder / "library").glob("*.lib"))
    own = "library" in trial.case.needs
    os.environ["HOME"] = str(folder)
    try:
        if own:
            built_in.cache_clear()
        with (
            patch("saps.language.library.library_files", lambda: library) if own else nullcontext(),
            patch("gc.freeze", lambda: None),
            patch("typer.main.get_command", _command),
            patch("time.sleep", lambda seconds: None),
            inline_workers(),
            fenced(folder),
        ):
            yield
    finally:
        if own:
            built_in.cache_clear()
        os.environ.clear()
        os.environ.update(environment)
        torch.set_num_threads(threads)
        gc.set_threshold(*collected)
