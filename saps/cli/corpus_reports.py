"""`saps data show`, `stats` and `families`: what a corpus holds, and what can be said."""

from __future__ import annotations

import random
from collections import Counter
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from saps.cli.options import MOST_TASKS, GrammarOption, JsonOption, SkipOption, optional
from saps.cli.output import EXIT_NO, EXIT_YES, note, note_bad_line, print_json, say, to_line
from saps.language.errors import InputError

if TYPE_CHECKING:
    from saps.corpus.tasks.task import Task


def show(
    path: Annotated[Path | None, typer.Argument(help="A corpus folder or file.", show_default=False)] = None,
    split: Annotated[str, typer.Option("--split", help="train, dev or test.")] = "test",
    count: Annotated[int, typer.Option("--count", min=1, max=MOST_TASKS, help="Tasks to show.")] = 5,
    production: Annotated[
        str | None,
        optional("--production", "NAME", "Show what a production of the grammar makes instead."),
    ] = None,
    grammar: GrammarOption = None,
    seed: Annotated[int, typer.Option("--seed", help="For --production.")] = 0,
    skip_bad_lines: SkipOption = False,
    json_: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> int:
    """Show tasks readably: sentence, signature, program, tests."""
    from saps.corpus.tasks.task import find_split, read_tasks

    if production is not None:
        tasks = _made(production, grammar, seed, count)
    elif path is not None:
        tasks = list(
            islice(read_tasks(find_split(path, split), note_bad_line if skip_bad_lines else None), count)
        )
    else:
        raise InputError("give a corpus folder or --production NAME")
    for task in tasks:
        if json_:
            print_json(task.to_json())
        else:
            say(_readable(task))
    if not tasks:
        note("there is no task to show")
    return EXIT_YES if tasks else EXIT_NO


def _made(name: str, grammar: Path | None, seed: int, count: int) -> list[Task]:
    """Tasks that use a production of the grammar."""
    from saps.corpus.generation.factory import Settings, TaskFactory

    factory = TaskFactory(Settings(seed, grammar=None if grammar is None else str(grammar)))
    production = factory.find(name)
    rng = random.Random(seed)
    found: list[Task] = []
    for _ in range(100 * count):
        task = factory.draw(rng, production)
        if task is not None and production.label in task.nodes:
            found.append(task)
        if len(found) == count:
            break
    if not found and (draws := factory.statistics.tried[production.label]):
        raise InputError(
            f"`{production.label}` makes no task: none of {draws:,} draws survived type check and runs (a "
            "task must give ten outputs, not all the same, on inputs drawn by type)"
        )
    return found


def _readable(task: Task) -> str:
    from saps.language.printer import to_indented

    args = ", ".join(f"{name}: {kind}" for name, kind in task.args.items())
    lines = [task.sentence, f"  {args} -> {task.return_type}"]
    lines += [f"  {line}" for line in to_indented(task.program, 90).split("\n")]
    for test in task.tests[:3]:
        inputs = " ".join(f"{name}={to_line(value)}" for name, value in test.input.items())
        lines.append(f"    {inputs} -> {to_line(test.output)}")
    return "\n".join([*lines, ""])


def stats(
    path: Annotated[Path, typer.Argument(help="A corpus folder or file.", show_default=False)],
    vocabulary: Annotated[
        Path | None,
        optional("--vocabulary", "FILE", "A word a line: say how many of them occur, and which do not."),
    ] = None,
    ambiguity: Annotated[
        int | None,
        typer.Option(
            "--ambiguity",
            metavar="N",
            min=1,
            max=MOST_TASKS,
            help="Parse N sentences again with the grammar's English side: which have two meanings.",
            show_default=False,
        ),
    ] = None,
    grammar: GrammarOption = None,
    skip_bad_lines: SkipOption = False,
    json_: JsonOption = False,
) -> int:
    """Count a corpus, next to the published figures of AlgoLisp."""
    from saps.corpus.tasks.ranking import ranks
    from saps.corpus.tasks.split import SPLITS
    from saps.corpus.tasks.statistics import measure, spoken
    from saps.corpus.tasks.task import find_split, read_tasks

    on_bad_line = note_bad_line if skip_bad_lines else None
    splits = [None] if path.is_file() else list(SPLITS)
    found = {}
    for split in splits:
        found[split or path.name] = measure(read_tasks(find_split(path, split or ""), on_bad_line))
    report: dict[str, Any] = {name: figures.to_json() for name, figures in found.items()}
    if not any(figures.to_json()["tasks"] for figures in found.values()):
        raise InputError(f"{path} holds no tasks")
    words = set().union(*(figures.words for figures in found.values()))
    report["words in all"] = len(words)
    report["registers"] = dict(sum((figures.registers for figures in found.values()), Counter()))
    order = ranks(sum((figures.symbols for figures in found.values()), Counter()))
    report["symbols"] = {
        "functions": round(order.functions, 3),
        "constants and arguments": round(order.leaves, 3),
        "unpublished": order.unpublished,
    }
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
    """What the grammar reads in `count` sentences of the files, taken at random from the first of each.

    Raises InputError where none of them was drawn from a plain grammar: a grammar of meanings is not read
    backwards.
    """
    from saps.corpus.generation.registers import register_of
    from saps.corpus.grammar.ambiguity import survey
    from saps.corpus.grammar.plain import grammar_of, load
    from saps.corpus.tasks.task import read_tasks

    def is_plain(task: Task) -> bool:
        own = register_of(task.tags)
        return own.grammar is not None or (grammar is not None and load(grammar).library is None)

    drawn = (task for file in files for task in islice(read_tasks(file, on_bad_line), 200 * count))
    tasks = list(filter(is_plain, drawn))
    if not tasks:
        raise InputError("no sentence comes from a plain grammar (as those of the register algolisp do)")
    sample = random.Random(0).sample(tasks, min(count, len(tasks)))
    found = survey(lambda register: grammar_of(register, grammar), sample)
    return {
        "sentences": found.tasks,
        "ambiguous": [task.sentence for task in found.ambiguous],
        "not read": [task.sentence for task in found.unread],
    }


def _words(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8-sig").split()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot read the vocabulary {path}: {error}") from error


def _print_stats(report: dict[str, Any], names: list[str]) -> None:
    from saps.corpus.tasks.statistics import MEANS, PUBLISHED, PUBLISHED_SIZES

    def beside(name: str, row: str) -> str:
        if name not in PUBLISHED:
            return ""
        published = {f"mean {mean}": value for mean, value in zip(MEANS, PUBLISHED[name], strict=True)}
        published["tasks"] = PUBLISHED_SIZES[name]
        value, target = report[name][row], published.get(row)
        return "" if target is None else f" ({target:,}, {100 * (value / target - 1):+.1f} %)"

    say(f"{'':18}" + "".join(f"{name:>28}" for name in names))
    for row in report[names[0]]:
        say(f"{row:18}" + "".join(f"{report[name][row]:,}{beside(name, row)}".rjust(28) for name in names))
    say("in brackets: the published AlgoLisp (Polosukhin & Skidanov 2018, table 1), and how far from it")
    say(f"words in all: {report['words in all']}")
    say("registers: " + ", ".join(f"{name} {count:,}" for name, count in report["registers"].items()))
    functions, leaves, unpublished = report["symbols"].values()
    say(f"functions by frequency: rank correlation with the published order (Spearman) {functions}")
    say(f"constants and arguments by frequency: {leaves}")
    say(f"symbols that no published program has: {_counted(unpublished)}")
    if "ambiguity" in report:
        count, ambiguous, unread = report["ambiguity"].values()
        share = 100 * len(ambiguous) / max(1, count)
        say(
            f"of {count:,} sentences read again {len(ambiguous):,} have a second meaning ({share:.2f} %), "
            f"{len(unread):,} are not read"
        )
        for sentence in ambiguous[:10]:
            say(f"    two meanings: {sentence}")
    if "vocabulary" in report:
        share, missing = report["vocabulary"].values()
        say(f"of the vocabulary: {100 * share:.1f} %; missing: {' '.join(missing) or 'nothing'}")


def _counted(counts: dict[str, int]) -> str:
    """The most frequent with their counts."""
    shown = ", ".join(f"{name} {count:,}" for name, count in list(counts.items())[:20])
    return f"{shown}, and {len(counts) - 20:,} more" if len(counts) > 20 else shown or "none"


def families(
    grammar: GrammarOption = None,
    register: Annotated[
        str, typer.Option("--register", metavar="NAME", help="The register to count in.")
    ] = "paraphrase",
    json_: JsonOption = False,
) -> int:
    """How many different phrases each task of a grammar can make."""
    from saps.corpus.generation.registers import spoken_register
    from saps.corpus.grammar import coverage
    from saps.corpus.grammar.plain import grammar_of, load

    speaking = spoken_register(lambda: load(grammar), register)
    found = coverage.families(grammar_of(speaking, grammar), speaking)
    if json_:
        print_json({family.label: [family.alone, family.nested] for family in found})
        return EXIT_YES
    say(f"{'phrases in the register ' + register:42}{'of arguments':>16}{'of tasks of arguments':>26}")
    for family in found:
        say(f"{family.label:42}{_short(family.alone):>16}{_short(family.nested):>26}")
    alone, nested = (sum(counts) for counts in zip(*((one.alone, one.nested) for one in found), strict=True))
    say(f"{len(found):,} tasks{'':32}{_short(alone):>16}{_short(nested):>26}")
    return EXIT_YES


def _short(count: int) -> str:
    return f"{count:,}" if count < 10**9 else f"{count:.1e}"
