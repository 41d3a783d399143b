"""What the library saves: symbols and depth of a corpus's programs, plain and folded, by register.

    python benchmarks/library.py CORPUS [--limit 20000] [--fragments 40]

Also how many definitions are used, which are not (--unused), and the commonest fragments still spelt out.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter, defaultdict
from pathlib import Path
from statistics import mean

from saps.corpus.tasks.task import read_tasks
from saps.language.library import built_in
from saps.language.primitives import PARAMETERS
from saps.language.tree import Node


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("corpus", type=Path)
    options.add_argument("--limit", type=int, default=20_000)
    options.add_argument("--fragments", type=int, default=0)
    options.add_argument("--unused", action="store_true")
    chosen = options.parse_args()
    library = built_in()
    sizes: defaultdict[str, list[tuple[int, int, int, int]]] = defaultdict(list)
    used: Counter[str] = Counter()
    fragments: Counter[str] = Counter()
    start = time.perf_counter()
    tasks = 0
    for file in sorted(chosen.corpus.glob("*.jsonl*")):
        for task in read_tasks(file):
            if tasks == chosen.limit:
                break
            tasks += 1
            plain = task.program
            folded = library.fold(plain, task.args)
            assert library.expand(folded, task.args) == plain, plain
            row = plain.size, plain.depth, folded.size, folded.depth
            sizes["all"].append(row)
            for tag in task.tags:
                sizes[tag].append(row)
            used.update({node.symbol for node in folded if node.symbol in library})
            for node in folded:
                if node.children:
                    fragments[shape(node, set(task.args), 2)] += 1
    seconds = time.perf_counter() - start
    print(f"{tasks} tasks, {1e3 * seconds / tasks:.2f} ms each")
    print("register        tasks   symbols plain folded ratio   depth plain folded")
    for name, rows in sizes.items():
        size, depth, folded_size, folded_depth = (mean(column) for column in zip(*rows, strict=True))
        ratio = folded_size / size
        print(
            f"{name:12} {len(rows):8} {size:14.2f} {folded_size:6.2f} {ratio:5.2f} "
            f"{depth:13.2f} {folded_depth:6.2f}"
        )
    print(f"{len(library)} definitions, {len(used)} used, {sum(n == 1 for n in used.values())} once")
    if chosen.unused:
        print("unused:", *sorted(set(library) - set(used)))
    for text, count in fragments.most_common(chosen.fragments):
        print(f"{count:7}  {text}")


def shape(node: Node, args: set[str], levels: int) -> str:
    """A fragment of so many levels, arguments and deeper parts as `_`."""
    if not node.children:
        return "_" if node.symbol in args or node.symbol in PARAMETERS else node.symbol
    if levels == 0:
        return "_"
    return f"({node.symbol} {' '.join(shape(child, args, levels - 1) for child in node.children)})"


if __name__ == "__main__":
    main()
