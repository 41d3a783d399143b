"""How many explanations of programs are understood again.

    python benchmarks/explanation.py [--checkpoint DIR] [--count 1000] [--seed 1] [--show 20]

Programs are drawn from the grammar (registers of people, not the benchmark's), said in English, and that
sentence, with the types of the arguments, is given back to the model. Right is an answer that passes the
drawn task's ten tests. Prints how many programs have words, how many of those come back, the same for the
sentences that the generator made of the very same programs as the baseline, and the ratio of the two; then
some explanations that did not come back.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from pathlib import Path

from saps.application.loading import load_translator
from saps.corpus.generation.explanation import explain
from saps.corpus.generation.factory import Settings, TaskFactory
from saps.corpus.tasks.task import Task
from saps.evaluation.metrics import judge
from saps.language.printer import to_text
from saps.search.problem import Effort
from saps.search.translator import Request, Translator

REGISTERS = (("paraphrase", 1.0), ("terse", 0.5))


def drawn(count: int, seed: int) -> list[Task]:
    """Tasks of different programs."""
    factory, rng = TaskFactory(Settings(registers=REGISTERS)), random.Random(seed)
    found: dict[str, Task] = {}
    while len(found) < count:
        task = factory.draw(rng)
        if task is not None:
            found.setdefault(to_text(task.program), task)
    return list(found.values())


def right(translator: Translator, tasks: Sequence[Task], sentences: Sequence[str]) -> list[bool]:
    """Whether each task's sentence, with its types, is answered by a program that passes the tests."""
    found = []
    for task, sentence in zip(tasks, sentences, strict=True):
        (answer,) = translator.answer([Request(sentence, task.arg_types())], Effort(10))
        verdict = judge(task, answer)
        found.append(verdict.passed == verdict.tests)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--checkpoint", type=Path)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=20)
    options = parser.parse_args()
    translator = load_translator(options.checkpoint)
    tasks = drawn(options.count, options.seed)
    said = [(task, explain(task.program, task.arg_types())) for task in tasks]
    spoken = [(task, words) for task, words in said if words is not None]
    print(f"{len(spoken)} of {len(tasks)} programs have words")
    tasks, explanations = [task for task, _ in spoken], [words for _, words in spoken]
    back = right(translator, tasks, explanations)
    asked = right(translator, tasks, [task.sentence for task in tasks])
    for title, found in [("explanations", back), ("the generator's sentences", asked)]:
        print(f"{title}: {sum(found)} of {len(found)} come back ({sum(found) / len(found):.1%})")
    print(f"ratio {sum(back) / max(1, sum(asked)):.3f}")
    failed = [index for index, one in enumerate(back) if not one]
    for index in failed[: options.show]:
        print(f"  {explanations[index]}\n    {to_text(tasks[index].program)}")


if __name__ == "__main__":
    main()
