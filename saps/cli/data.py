"""`saps data`: make, look at and count corpora."""

from __future__ import annotations

import os
import random
import shutil
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from saps.cli.output import EXIT_NO, EXIT_YES, note, print_json, to_line
from saps.language.errors import InputError

if TYPE_CHECKING:
    from saps.corpus.maker import Settings
    from saps.corpus.task import Task

app = typer.Typer(help="Make, look at and count corpora.", no_args_is_help=True, rich_markup_mode=None)

_Grammar = Annotated[
    Path | None,
    typer.Option(
        "--grammar",
        metavar="FILE",
        help="A task grammar; by default the built-in one.",
        show_default=False,
    ),
]
_Skip = Annotated[bool, typer.Option("--skip-bad-lines", help="Use the good lines of a damaged file.")]


@app.command("generate")
def generate(
    out: Annotated[Path, typer.Argument(help="The folder to make; it must not exist.", show_default=False)],
    size: Annotated[
        int, typer.Option("--size", min=1, max=100_000_000, help="Tasks in all three splits together.")
    ] = 99_506,
    seed: Annotated[int, typer.Option("--seed", help="The same seed and grammar give the same bytes.")] = 0,
    register: Annotated[
        list[str] | None,
        typer.Option(
            "--register",
            metavar="NAME[=SHARE]",
            help="algolisp, paraphrase, terse, names, literals, messy; by default all.",
            show_default=False,
        ),
    ] = None,
    grammar: _Grammar = None,
    depth: Annotated[
        int | None,
        typer.Option("--depth", min=1, max=8, help="Tasks inside one another at most.", show_default=False),
    ] = None,
    production: Annotated[
        list[str] | None,
        typer.Option(
            "--production",
            metavar="NAME",
            help="Let half of the tasks hold this production of the grammar (or one of several).",
            show_default=False,
        ),
    ] = None,
    jobs: Annotated[int, typer.Option("--jobs", min=1, help="Processes.")] = os.cpu_count() or 1,
) -> int:
    """Generate a corpus: train, dev and test files in the AlgoLisp format."""
    from saps.corpus.maker import Settings

    settings = Settings(
        seed, shares(register), None if grammar is None else str(grammar), depth, tuple(production or ())
    )
    counts = write_corpus(out, settings, size, jobs)
    for split, count in counts.items():
        print(f"{out / split}.jsonl.gz  {count:,} tasks")
    return EXIT_YES


def write_corpus(out: Path, settings: Settings, size: int, jobs: int) -> dict[str, int]:
    """Write a corpus folder, which appears when all its files are complete. Returns the sizes.

    Raises InputError for an existing or unwritable folder.
    """
    from saps.corpus.generate import corpus, split_sizes
    from saps.corpus.maker import Fates, Maker
    from saps.corpus.task import written_aside

    sizes = split_sizes(size)
    fates = Fates()
    counts = dict.fromkeys(sizes, 0)
    with _folder_aside(out) as aside, ExitStack() as stack:
        Maker(settings)  # a faulty grammar is told before any work
        files = {split: stack.enter_context(written_aside(aside / f"{split}.jsonl.gz")) for split in sizes}
        for split, line in corpus(settings, sizes, jobs, fates):
            files[split].write(line)
            counts[split] += 1
    for label, draws in fates.never().items():
        note(f"`{label}` made no task: none of its {draws:,} draws survived type check and runs")
    return counts


@contextmanager
def _folder_aside(out: Path) -> Iterator[Path]:
    """A folder to fill, which gets its name when it is complete and vanishes when it is not.

    Raises InputError where the name is taken or the folder cannot be written.
    """
    if out.exists():
        raise InputError(f"{out} exists already; name a folder that does not, or remove it")
    aside = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        aside.mkdir(parents=True)
        yield aside
        aside.rename(out)
    except OSError as error:
        raise InputError(f"cannot write {out}: {error.strerror or error}") from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def shares(registers: list[str] | None) -> tuple[tuple[str, float], ...]:
    from saps.corpus.maker import Settings

    if not registers:
        return Settings().registers
    found = []
    for text in registers:
        name, equals, share = text.partition("=")
        try:
            value = float(share) if equals else 1.0
        except ValueError:
            value = -1.0
        if not 0 < value < 1e6:
            raise InputError(f"--register {text!r}: expected NAME or NAME=SHARE with a share above 0")
        found.append((name, value))
    return tuple(found)


@app.command("show")
def show(
    path: Annotated[Path | None, typer.Argument(help="A corpus folder or file.", show_default=False)] = None,
    split: Annotated[str, typer.Option("--split", help="train, dev or test.")] = "test",
    count: Annotated[int, typer.Option("--count", min=1, help="Tasks to show.")] = 5,
    production: Annotated[
        str | None,
        typer.Option(
            "--production",
            metavar="NAME",
            help="Show what a production of the grammar makes instead.",
            show_default=False,
        ),
    ] = None,
    grammar: _Grammar = None,
    seed: Annotated[int, typer.Option("--seed", help="For --production.")] = 0,
    skip_bad_lines: _Skip = False,
    json_: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> int:
    """Show tasks readably: sentence, signature, program, tests."""
    from saps.corpus.task import find_split, read_tasks

    if production is not None:
        tasks = _made(production, grammar, seed, count)
    elif path is not None:
        tasks = list(islice(read_tasks(find_split(path, split), _skip if skip_bad_lines else None), count))
    else:
        raise InputError("give a corpus folder or --production NAME")
    for task in tasks:
        if json_:
            print_json(task.to_json())
        else:
            print(_readable(task))
    if not tasks:
        note("there is no task to show")
    return EXIT_YES if tasks else EXIT_NO


def _made(name: str, grammar: Path | None, seed: int, count: int) -> list[Task]:
    """Tasks that use a production of the grammar."""
    from saps.corpus.maker import Maker, Settings

    maker = Maker(Settings(seed, grammar=None if grammar is None else str(grammar)))
    production = maker.grammar.find(name)
    rng = random.Random(seed)
    found: list[Task] = []
    for _ in range(100 * count):
        task = maker.make(rng, production)
        if task is not None and production.label in task.nodes:
            found.append(task)
        if len(found) == count:
            break
    if not found and (draws := maker.fates.tried[production.label]):
        raise InputError(
            f"`{production.label}` makes no task: none of {draws:,} draws survived type check and runs (a "
            "task must give ten outputs, not all the same, on inputs drawn by type)"
        )
    return found


def _skip(error: InputError) -> None:
    note(f"skipped: {error}")


def _readable(task: Task) -> str:
    from saps.language.printer import to_indented

    args = ", ".join(f"{name}: {kind}" for name, kind in task.args.items())
    lines = [task.sentence, f"  {args} -> {task.return_type}"]
    lines += [f"  {line}" for line in to_indented(task.program, 90).split("\n")]
    for test in task.tests[:3]:
        inputs = " ".join(f"{name}={to_line(value)}" for name, value in test.input.items())
        lines.append(f"    {inputs} -> {to_line(test.output)}")
    return "\n".join([*lines, ""])


@app.command("stats")
def stats(
    path: Annotated[Path, typer.Argument(help="A corpus folder or file.", show_default=False)],
    vocabulary: Annotated[
        Path | None,
        typer.Option(
            "--vocabulary",
            metavar="FILE",
            help="A word a line: say how many of them occur, and which do not.",
            show_default=False,
        ),
    ] = None,
    ambiguity: Annotated[
        int | None,
        typer.Option(
            "--ambiguity",
            metavar="N",
            min=1,
            help="Parse N sentences again with the grammar's English side: which have two meanings.",
            show_default=False,
        ),
    ] = None,
    grammar: _Grammar = None,
    skip_bad_lines: _Skip = False,
    json_: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> int:
    """Count a corpus, next to the published figures of AlgoLisp."""
    from saps.corpus.split import SPLITS
    from saps.corpus.stats import measure, spoken
    from saps.corpus.task import find_split, read_tasks

    on_bad_line = _skip if skip_bad_lines else None
    splits = [None] if path.is_file() else list(SPLITS)
    found = {}
    for split in splits:
        found[split or path.name] = measure(read_tasks(find_split(path, split or ""), on_bad_line))
    report: dict[str, Any] = {name: figures.to_json() for name, figures in found.items()}
    words = set().union(*(figures.words for figures in found.values()))
    report["words in all"] = len(words)
    report["registers"] = dict(sum((figures.registers for figures in found.values()), Counter()))
    if vocabulary is not None:
        share, missing = spoken(_words(vocabulary), words)
        report["vocabulary"] = {"share": round(share, 4), "missing": missing}
    if ambiguity is not None:
        files = [find_split(path, split or "") for split in splits]
        report["ambiguity"] = _ambiguity(files, ambiguity, grammar, on_bad_line)
    if json_:
        print_json(report)
    else:
        _print_stats(report, list(found))
    return EXIT_YES


def _ambiguity(files: list[Path], count: int, grammar: Path | None, on_bad_line: Any) -> dict[str, Any]:
    """What the grammar reads in `count` sentences that are spread evenly over the files."""
    from saps.corpus.loader import load
    from saps.corpus.readings import survey
    from saps.corpus.task import read_tasks

    tasks = [task for file in files for task in islice(read_tasks(file, on_bad_line), 200 * count)]
    sample = random.Random(0).sample(tasks, min(count, len(tasks)))
    found = survey(load(grammar), sample)
    return {
        "sentences": found.tasks,
        "ambiguous": [task.sentence for task in found.ambiguous],
        "not read": [task.sentence for task in found.unread],
    }


def _words(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").split()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot read the vocabulary {path}: {error}") from error


def _print_stats(report: dict[str, Any], names: list[str]) -> None:
    from saps.corpus.stats import MEANS, PUBLISHED, PUBLISHED_SIZES

    def beside(name: str, row: str) -> str:
        if name not in PUBLISHED:
            return ""
        published = {f"mean {mean}": value for mean, value in zip(MEANS, PUBLISHED[name], strict=True)}
        published["tasks"] = PUBLISHED_SIZES[name]
        value, target = report[name][row], published.get(row)
        return "" if target is None else f" ({target:,}, {100 * (value / target - 1):+.1f} %)"

    print(f"{'':18}" + "".join(f"{name:>28}" for name in names))
    for row in report[names[0]]:
        print(f"{row:18}" + "".join(f"{report[name][row]:,}{beside(name, row)}".rjust(28) for name in names))
    print("in brackets: the published AlgoLisp (Polosukhin & Skidanov 2018, table 1), and how far from it")
    print(f"words in all: {report['words in all']}")
    print("registers: " + ", ".join(f"{name} {count:,}" for name, count in report["registers"].items()))
    if "ambiguity" in report:
        count, ambiguous, unread = report["ambiguity"].values()
        print(f"of {count:,} sentences read again {len(ambiguous):,} have a second meaning", end="")
        print(f" ({100 * len(ambiguous) / max(1, count):.2f} %), {len(unread):,} are not read")
        for sentence in ambiguous[:10]:
            print(f"    two meanings: {sentence}")
    if "vocabulary" in report:
        share, missing = report["vocabulary"].values()
        print(f"of the vocabulary: {100 * share:.1f} %; missing: {' '.join(missing) or 'nothing'}")


@app.command("families")
def families(
    grammar: _Grammar = None,
    register: Annotated[
        str, typer.Option("--register", metavar="NAME", help="The register to count in.")
    ] = "paraphrase",
    json_: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> int:
    """How many different phrases each task of a grammar can make."""
    from saps.corpus import variety
    from saps.corpus.loader import load
    from saps.corpus.registers import spoken_register

    loaded = load(grammar)
    found = variety.families(loaded, spoken_register(loaded, register))
    if json_:
        print_json({family.label: [family.alone, family.nested] for family in found})
        return EXIT_YES
    print(f"{'phrases in the register ' + register:42}{'of arguments':>16}{'of tasks of arguments':>26}")
    for family in found:
        print(f"{family.label:42}{_short(family.alone):>16}{_short(family.nested):>26}")
    alone, nested = (sum(counts) for counts in zip(*((one.alone, one.nested) for one in found), strict=True))
    print(f"{len(found):,} tasks{'':32}{_short(alone):>16}{_short(nested):>26}")
    return EXIT_YES


def _short(count: int) -> str:
    return f"{count:,}" if count < 10**9 else f"{count:.1e}"


@app.command("clean")
def clean(
    path: Annotated[Path, typer.Argument(help="A corpus folder or file.", show_default=False)],
    out: Annotated[Path, typer.Argument(help="The folder to make.", show_default=False)],
    skip_bad_lines: _Skip = False,
) -> int:
    """Keep the tasks whose program passes its own tests; say how many went and why."""
    from saps.corpus.clean import fault
    from saps.corpus.split import SPLITS
    from saps.corpus.task import find_split, read_tasks, to_file_line, written_aside

    files = [path] if path.is_file() else [find_split(path, split) for split in SPLITS]
    with _folder_aside(out) as aside:
        for file in files:
            faults: Counter[str] = Counter()
            kept = 0
            with written_aside(aside / file.name) as stream:
                for task in read_tasks(file, _skip if skip_bad_lines else None):
                    problem = fault(task)
                    if problem is None:
                        stream.write(to_file_line(task))
                        kept += 1
                    else:
                        faults[problem] += 1
            print(f"{out / file.name}  {kept:,} kept, {faults.total():,} left out")
            for problem, count in faults.most_common():
                print(f"    {count:,} x {problem}")
    return EXIT_YES


@app.command("download")
def download(
    out: Annotated[Path, typer.Argument(help="The folder for the files.", show_default=False)],
    url: Annotated[
        str | None,
        typer.Option(
            "--url", metavar="URL", help="A mirror that holds the files by their names.", show_default=False
        ),
    ] = None,
) -> int:
    """Fetch the official AlgoLisp files; a broken transfer goes on where it stopped."""
    from saps.corpus.download import download

    for file in download(out, url, on_progress=_show_bytes):
        print(file)
    return EXIT_YES


def _show_bytes(name: str, have: int, size: int | None) -> None:
    if sys.stderr.isatty():
        of = "" if size is None else f" of {size / 1e6:.1f}"
        print(
            f"\r{name}  {have / 1e6:.1f}{of} MB",
            end="\n" if have == size else "",
            file=sys.stderr,
            flush=True,
        )
