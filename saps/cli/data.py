"""`saps data`: make, look at and count corpora."""

from __future__ import annotations

import shutil
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from saps.cli.batch import read_batch
from saps.cli.corpus_reports import families, show, stats
from saps.cli.options import (
    MOST_TASKS,
    GrammarOption,
    JsonOption,
    ProductionOption,
    RegisterOption,
    SkipOption,
    help_alone,
    optional,
)
from saps.cli.output import EXIT_NO, EXIT_YES, cores, note, note_bad_line, print_json, say
from saps.language.errors import InputError
from saps.system.beside import beside
from saps.system.lock import alone_at
from saps.system.workers import MOST

if TYPE_CHECKING:
    from saps.corpus.generation.factory import Settings

_Read = TypeVar("_Read")

app = typer.Typer(
    help="Make, look at and count corpora.",
    invoke_without_command=True,
    callback=help_alone,
    rich_markup_mode=None,
    add_completion=False,
)
for _command in (show, stats, families):
    app.command(_command.__name__)(_command)


@app.command("generate")
def generate(
    out: Annotated[Path, typer.Argument(help="The folder to make; it must not exist.", show_default=False)],
    size: Annotated[
        int, typer.Option("--size", min=1, max=MOST_TASKS, help="Tasks in all three splits together.")
    ] = 99_506,
    seed: Annotated[int, typer.Option("--seed", help="The same seed and grammar give the same bytes.")] = 0,
    register: RegisterOption = None,
    grammar: GrammarOption = None,
    depth: Annotated[
        int | None,
        typer.Option("--depth", min=1, max=8, help="Tasks inside one another at most.", show_default=False),
    ] = None,
    production: ProductionOption = None,
    jobs: Annotated[int, typer.Option("--jobs", min=1, max=MOST, help="Processes.")] = cores(),
) -> int:
    """Generate a corpus: train, dev and test files in the AlgoLisp format."""
    from saps.corpus.generation.factory import Settings
    from saps.corpus.generation.registers import parse_shares

    settings = Settings(
        seed,
        parse_shares(register or ()),
        None if grammar is None else str(grammar),
        depth,
        tuple(production or ()),
    )
    counts = write_corpus(out, settings, size, jobs)
    for split, count in counts.items():
        say(f"{out / split}.jsonl.gz  {count:,} tasks")
    return EXIT_YES


@app.command("debug")
def debug(
    grammar: GrammarOption = None,
    register: RegisterOption = None,
    production: ProductionOption = None,
    chunks: Annotated[int, typer.Option("--chunks", min=1, max=10_000, help="Chunks of 256 draws.")] = 40,
    least: Annotated[
        int, typer.Option("--least", min=1, max=MOST_TASKS, help="A word seen less often is rare.")
    ] = 3,
    seed: Annotated[int, typer.Option("--seed", help="Of the draws.")] = 0,
    json_: JsonOption = False,
) -> int:
    """Draw from a grammar, and tell what is odd: productions that hardly survive, sentences that mean several
    things, definitions that nothing uses, doubled determiners, rare words."""
    from dataclasses import asdict

    from saps.corpus.generation.debugging import examine
    from saps.corpus.generation.factory import Settings, TaskFactory
    from saps.corpus.generation.registers import parse_shares

    path = None if grammar is None else str(grammar)
    settings = Settings(
        seed, parse_shares(register or ()), path, productions=tuple(production or ()), tests=4
    )
    found = examine(TaskFactory(settings), chunks, least)
    if json_:
        print_json(asdict(found))
        return EXIT_YES
    say(f"{found.draws:,} draws made {found.tasks:,} tasks")
    _listed("productions that hardly survive", (f"{n}  {b} of {a}" for n, (a, b) in found.hardly.items()))
    _listed("left out as no run came to a part", (f"{n}  {c}" for n, c in found.unreached.items()))
    _listed(
        "sentences that mean several things", (f"{s}\n    {' | '.join(p)}" for s, p in found.clashes.items())
    )
    _listed("definitions that nothing uses", found.unused)
    _listed("doubled determiners", found.doubled)
    _listed(f"words seen less than {least} times", found.rare)
    return EXIT_YES


_SHOWN = 20


def _listed(title: str, items: Iterable[str]) -> None:
    found = list(items)
    say(f"{title}: {len(found):,}")
    for item in found[:_SHOWN]:
        say(f"  {item}")
    if len(found) > _SHOWN:
        say(f"  and {len(found) - _SHOWN:,} more (--json shows all)")


def write_corpus(out: Path, settings: Settings, size: int, jobs: int) -> dict[str, int]:
    """Write a corpus folder, which appears when all its files are complete. Returns the sizes.

    Raises InputError for an existing or unwritable folder.
    """
    from saps.corpus.generation.corpus import corpus, split_sizes
    from saps.corpus.generation.factory import DrawStatistics, TaskFactory
    from saps.corpus.tasks.task import written_aside

    sizes = split_sizes(size)
    statistics = DrawStatistics()
    counts = dict.fromkeys(sizes, 0)
    with _folder_aside(out) as aside, ExitStack() as stack:
        _show_count("reading the grammar")
        TaskFactory(settings)  # a faulty grammar is told before any work
        files = {split: stack.enter_context(written_aside(aside / f"{split}.jsonl.gz")) for split in sizes}
        for split, line in corpus(settings, sizes, jobs, statistics):
            files[split].write(line)
            counts[split] += 1
            if (done := sum(counts.values())) % 100 == 0 or done == size:
                _show_count(f"{done:,} of {size:,} tasks", last=done == size)
    for label, why in statistics.never().items():
        note(f"`{label}` made no task: {why}")
    return counts


def _show_count(message: str, last: bool = False) -> None:
    """What is being done, in one line of a terminal that the next message replaces."""
    if sys.stderr.isatty():
        print(f"\r{message:40}", end="\n" if last else "", file=sys.stderr, flush=True)


@contextmanager
def _folder_aside(out: Path) -> Iterator[Path]:
    """A folder to fill, which gets its name when it is complete and vanishes when it is not; if it was killed
    before, the next one for the same name takes its place.

    Raises InputError where the name is taken, another process fills a folder for it, or it cannot be written.
    """
    if out.exists():
        raise InputError(f"{out} exists already; name a folder that does not, or remove it")
    aside = beside(out, ".{}.part")
    with alone_at(out):
        try:
            shutil.rmtree(aside, ignore_errors=True)
            aside.mkdir(parents=True)
            yield aside
            aside.rename(out)
        except OSError as error:
            raise InputError(f"cannot write {out}: {error.strerror or error}") from error
        finally:
            shutil.rmtree(aside, ignore_errors=True)


@app.command("clean")
def clean(
    path: Annotated[Path, typer.Argument(help="A corpus folder or file.", show_default=False)],
    out: Annotated[Path, typer.Argument(help="The folder to make.", show_default=False)],
    skip_bad_lines: SkipOption = False,
) -> int:
    """Keep the tasks whose program passes its own tests; say how many went and why."""
    from saps.corpus.tasks.cleaning import fault
    from saps.corpus.tasks.split import SPLITS
    from saps.corpus.tasks.task import find_split, read_tasks, to_file_line, written_aside

    files = [path] if path.is_file() else [find_split(path, split) for split in SPLITS]
    with _folder_aside(out) as aside:
        for file in files:
            faults: Counter[str] = Counter()
            kept = 0
            with written_aside(aside / file.name) as stream:
                for task in read_tasks(file, note_bad_line if skip_bad_lines else None):
                    problem = fault(task)
                    if problem is None:
                        stream.write(to_file_line(task))
                        kept += 1
                    else:
                        faults[problem] += 1
            say(f"{out / file.name}  {kept:,} kept, {faults.total():,} left out")
            if not kept:
                note(f"{file} holds no task that passes its own tests")
            for problem, count in faults.most_common():
                say(f"    {count:,} x {problem}")
    return EXIT_YES


@app.command("adopt")
def adopt(
    files: Annotated[
        list[Path],
        typer.Argument(
            help="JSON lines, each a request: sentences, args, program, examples.", show_default=False
        ),
    ],
    out: Annotated[
        Path | None,
        optional("--out", "FILE.jsonl[.gz]", "Where to; without, it only checks."),
    ] = None,
    tag: Annotated[list[str] | None, typer.Option("--tag", help="Of the tasks.", show_default=False)] = None,
    without: Annotated[
        list[Path] | None,
        optional("--without", "FILE", "JSON lines with a `text` each: sentences to leave out."),
    ] = None,
) -> int:
    """Make tasks of requests that people wrote down, each with a program and examples."""
    from saps.application.notation import typed_text
    from saps.corpus.generation.adoption import adopt as adopted
    from saps.corpus.tasks.task import Task, to_file_line, written_aside
    from saps.text.normalize import normalize

    tags = [typed_text(one, "the tag") for one in tag or ()]
    known = {tuple(normalize(line["text"])) for file in without or () for line in _objects(file)}
    found: dict[tuple[str, ...], Task] = {}
    requests = bad = left_out = 0
    for file in files:
        for number, line in enumerate(read_batch(str(file)), 1):
            if line is None:
                continue
            requests += 1
            try:
                if isinstance(line, InputError):
                    raise line
                tasks = adopted(line, tags)
            except InputError as error:
                bad += 1
                note(f"{file}, line {number}: {error.message}")
                continue
            left_out += sum(task.text in known for task in tasks)
            found.update((task.text, task) for task in tasks if task.text not in known)
    if out is not None:
        with written_aside(out) as stream:
            stream.writelines(map(to_file_line, found.values()))
    say(f"{len(found):,} tasks of {requests:,} requests; {bad:,} requests do not fit")
    if left_out:
        say(f"{left_out:,} sentences left out")
    return EXIT_NO if bad else EXIT_YES


def _objects(file: Path) -> Iterator[dict[str, Any]]:
    """The objects of a file of JSON lines that have a `text`. Raises InputError for a line that is none."""
    for line in read_batch(str(file)):
        if isinstance(line, InputError):
            raise line
        if line is not None and isinstance(line.get("text"), str):
            yield line


@app.command("names")
def names(
    files: Annotated[list[Path], typer.Argument(help="Files of tasks.", show_default=False)],
    out: Annotated[Path, typer.Option("--out", metavar="FILE.json", help="Where to.", show_default=False)],
) -> int:
    """Learn from tasks which words of a sentence are names of its arguments, and of which types they are:
    what `data/names.json` holds for whoever builds saps."""
    from saps.corpus.tasks.task import written_aside
    from saps.text.names import NameModel, named_words

    found = _sentences(files, named_words)
    model = NameModel.fitted(found)
    with written_aside(out) as stream:
        stream.write(model.to_json())
    learnt = f"{len(model.weights):,} weights, types of {len(model.types):,} names"
    say(f"{out}  {learnt}, from {len(found):,} sentences")
    return EXIT_YES


@app.command("pairs")
def pairs(
    files: Annotated[list[Path], typer.Argument(help="Files of tasks.", show_default=False)],
    out: Annotated[Path, typer.Option("--out", metavar="FILE.bin", help="Where to.", show_default=False)],
) -> int:
    """Learn from tasks which words stand beside one another in requests: what `data/pairs.bin` holds for
    whoever builds saps."""
    from saps.text.pairs import Pairs, placed_words
    from saps.training.files import write_file

    found = _sentences(files, placed_words)
    write_file(out, Pairs.fitted(found).table)
    say(f"{out}  from {len(found):,} sentences")
    return EXIT_YES


def _sentences(files: Iterable[Path], read: Callable[[str, Mapping[str, str]], _Read | None]) -> list[_Read]:
    """What is read of the tasks' sentences and arguments; nothing is an error. Raises InputError."""
    from saps.corpus.tasks.task import read_tasks

    tasks = (task for file in files for task in read_tasks(file))
    found = [one for task in tasks if (one := read(task.sentence, task.args)) is not None]
    if not found:
        raise InputError(f"{', '.join(map(str, files))}: no task has a sentence that can be read")
    return found


@app.command("download")
def download(
    out: Annotated[Path, typer.Argument(help="The folder for the files.", show_default=False)],
    url: Annotated[
        str | None,
        optional("--url", "URL", "A mirror that holds the files by their names."),
    ] = None,
) -> int:
    """Fetch the official AlgoLisp files; a broken transfer goes on where it stopped."""
    from saps.corpus.tasks.download import download

    for file in download(out, url, on_progress=_show_bytes):
        say(str(file))
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
