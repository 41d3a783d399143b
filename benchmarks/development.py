"""How many of the sentences that were written by hand are understood.

    python benchmarks/development.py [--checkpoint DIR] [--beam N] [--file FILE] [--figures]

tests/development.jsonl was written beside the grammar, tests/blind.jsonl and tests/people.jsonl by others,
who had not seen it. Each is asked alone, then with three examples, the first of 40 drawn, but of different
outputs where there are such, as people choose them. Right is an answer whose outputs equal the gold program's
on 20 other drawn inputs on which that has one.
Prints the wrong answers, the shares that are right, and how far the confidence can be trusted: of sentences
about something else entirely (tests/foreign.txt, written by hand as well) as many as possible should be
declined.

tests/contrast.jsonl has minimal pairs, by others as well: sentences of nearly the same words that mean
different programs, eight pairs of each kind. They are asked alone, with their types; a pair is told apart
where both are right. Prints how many are, by kind, and how that compares with sentences that have nothing to
do with one another.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from saps.application.judgement import declined
from saps.application.loading import load_translator
from saps.corpus.generation.examples import draw_inputs
from saps.evaluation.metrics import called
from saps.language.compiler import CompiledProgram, compile_program
from saps.language.errors import RunError, SapsError
from saps.language.parser import parse
from saps.language.printer import to_text
from saps.language.type_system import Type, concrete, parse_type
from saps.language.typecheck import TypedProgram, check
from saps.language.values import same, to_json
from saps.search.problem import Effort
from saps.search.translator import Answer, Request, Translator

TESTS = Path(__file__).parent.parent / "tests"
SENTENCES = [TESTS / "development.jsonl", TESTS / "blind.jsonl", TESTS / "people.jsonl"]
FOREIGN = TESTS / "foreign.txt"
CONTRAST = TESTS / "contrast.jsonl"
EXAMPLES = 3
INPUTS, CHOICE, DRAWS = 20, 40, 400
"""Inputs on which an answer is compared with the gold program, inputs that examples are chosen of, and draws
that are made at most to find them."""


@dataclass(frozen=True)
class Question:
    """A development sentence, its gold program and, where they are told, its arguments."""

    text: str
    gold: TypedProgram
    args: dict[str, Type] | None

    def request(self) -> Request:
        return Request(self.text, self.args)

    def with_examples(self, seed: int) -> Request:
        """The sentence with examples, which show the arguments' types as well."""
        kinds = {name: concrete(kind) for name, kind in self.gold.args.items()}
        found = answered(compile_program(self.gold), kinds, random.Random(f"examples {seed}"), CHOICE)
        outputs = [repr(output) for _, output in found]
        rows = sorted(range(len(found)), key=lambda row: outputs[:row].count(outputs[row]))
        pairs = [found[row] for row in rows[:EXAMPLES]]
        return Request(self.text, kinds, [(inputs, to_json(output)) for inputs, output in pairs])


def answered(
    program: CompiledProgram, kinds: dict[str, Type], rng: random.Random, count: int
) -> list[tuple[dict[str, Any], Any]]:
    """The first so many drawn inputs for which the program has a value, with it."""
    found = []
    for _ in range(DRAWS):
        inputs = draw_inputs(kinds, rng)
        try:
            found.append((inputs, program.run(inputs)))
        except RunError:
            continue
        if len(found) == count:
            break
    return found


def alike(found: TypedProgram, gold: TypedProgram) -> bool:
    kinds = {name: concrete(kind) for name, kind in gold.args.items()}
    try:
        programs = compile_program(check(called(found, list(kinds)), kinds)), compile_program(gold)
    except SapsError:
        return False  # takes other arguments, or takes them for something else
    ours, theirs = programs
    wanted = answered(theirs, kinds, random.Random(0), INPUTS)
    try:
        return bool(wanted) and all(same(ours.run(inputs), output) for inputs, output in wanted)
    except RunError:
        return False


def questions(path: Path) -> list[Question]:
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        args = {name: parse_type(kind) for name, kind in record.get("args", {}).items()} or None
        found.append(Question(record["text"], check(parse(record["program"]), args), args))
    return found


def ask(
    translator: Translator,
    asked: Sequence[Question],
    requests: Sequence[Request],
    effort: Effort,
    how: str,
    figures: bool,
) -> None:
    """Ask all the questions, and print what came of it; of the wrong answers only how many, if `figures`."""
    answers = translator.answer(requests, effort)
    right = [_is_right(answer, question) for answer, question in zip(answers, asked, strict=True)]
    for answer, question, good in zip(answers, asked, right, strict=True):
        if not good and not figures:
            found = to_text(answer.best.program) if answer.best else "nothing"
            print(f"{question.text}\n    found {found}  (confidence {answer.confidence or 0:.2f})")
            print(f"    gold  {to_text(question.gold.node)}")
    sure = [good for answer, good in zip(answers, right, strict=True) if (answer.confidence or 0) > 0.9]
    print(f"{sum(right)} of {len(asked)} right {how} ({100 * sum(right) / len(asked):.1f} %)")
    pairs = zip(answers, asked, right, strict=True)
    kinds = Counter(_kind(answer, question) for answer, question, good in pairs if not good)
    print("    wrong: " + ", ".join(f"{count} {kind}" for kind, count in kinds.most_common()))
    print(f"of {len(sure)} with a confidence above 0.9, {sum(sure)} are right")
    dropped = [good for answer, good in zip(answers, right, strict=True) if declined(answer, None)]
    print(f"{len(dropped)} are declined, of which {sum(dropped)} would be right")


def contrast(translator: Translator, effort: Effort, figures: bool) -> None:
    """Ask the minimal pairs, neighbours in their file, and print how many are told apart."""
    kinds = [json.loads(line)["kind"] for line in CONTRAST.read_text(encoding="utf-8").splitlines()]
    asked = questions(CONTRAST)
    answers = translator.answer([one.request() for one in asked], effort)
    right = [_is_right(answer, question) for answer, question in zip(answers, asked, strict=True)]
    for answer, question, good in zip(answers, asked, right, strict=True):
        if not good and not figures:
            print(f"{question.text}\n    found {to_text(answer.best.program) if answer.best else 'nothing'}")
    pairs = Counter(
        kind for kind, *both in zip(kinds[::2], right[::2], right[1::2], strict=True) if all(both)
    )
    alone = Counter(kind for kind, good in zip(kinds, right, strict=True) if good)
    for kind, count in Counter(kinds).items():
        print(f"{kind}: {alone[kind]} of {count} right, {pairs[kind]} of {count // 2} pairs in both")
    share, told = sum(right) / len(right), pairs.total() / (len(right) // 2)
    print(
        f"all: {sum(right)} of {len(right)} right, {pairs.total()} of {len(right) // 2} pairs in both, "
        f"{told / max(share**2, 1e-9):.2f} times what it were if pairs were none"
    )


def _kind(answer: Answer, question: Question) -> str:
    """The kind of a mistake."""
    if not answer.candidates:
        return "no program found"
    if not answer.passes:
        return "no program passes the examples"
    if any(one.passes and alike(one.typed, question.gold) for one in answer.candidates):
        return "right program ranked lower"
    return "all examples pass by chance" if answer.request.examples else "right program not found"


def _is_right(answer: Answer, question: Question) -> bool:
    return answer.best is not None and alike(answer.best.typed, question.gold)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--checkpoint", type=Path)
    parser.add_argument("--beam", type=int, default=10)
    parser.add_argument("--file", type=Path, action="append", help="by default those in tests/")
    parser.add_argument("--figures", action="store_true", help="do not print the wrong answers")
    options = parser.parse_args()
    translator = load_translator(options.checkpoint)
    effort = Effort(options.beam)
    for path in options.file or SENTENCES:
        asked = questions(path)
        print(f"---- {path.name}")
        alone = [one.request() for one in asked]
        ask(translator, asked, alone, effort, "from the sentence alone", options.figures)
        shown = [one.with_examples(seed) for seed, one in enumerate(asked)]
        ask(translator, asked, shown, effort, f"with {EXAMPLES} examples", options.figures)
    foreign = [Request(line) for line in FOREIGN.read_text().splitlines()]
    dropped = [answer for answer in translator.answer(foreign, effort) if declined(answer, None)]
    print(f"{len(dropped)} of {len(foreign)} sentences about something else are declined")
    print(f"---- {CONTRAST.name}")
    contrast(translator, effort, options.figures)


if __name__ == "__main__":
    main()
