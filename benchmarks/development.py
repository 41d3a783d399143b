"""How many of the development sentences, which were written by hand, are understood.

    python benchmarks/development.py [--checkpoint DIR] [--beam N]

Right is an answer whose outputs equal the gold program's on 20 drawn inputs (errors count as equal outputs).
Prints the wrong answers, then the share that is right.
"""

from __future__ import annotations

import argparse
import json
import random
from pathlib import Path
from typing import Any

from saps.cli.synthesize import load_translator
from saps.corpus.examples import draw_inputs
from saps.language.compiler import CompiledProgram, compile_program
from saps.language.errors import RunError, SapsError
from saps.language.parser import parse
from saps.language.printer import to_text
from saps.language.type_system import concrete, parse_type
from saps.language.typecheck import TypedProgram, check
from saps.language.values import same
from saps.search.translator import Request

SENTENCES = Path(__file__).parent.parent / "tests" / "development.jsonl"


def outcome(program: CompiledProgram, inputs: dict[str, Any]) -> Any:
    try:
        return program.run(inputs)
    except RunError as error:
        return type(error).__name__


def alike(found: TypedProgram, gold: TypedProgram) -> bool:
    kinds = {name: concrete(kind) for name, kind in gold.args.items()}
    try:
        programs = compile_program(check(found.node, kinds)), compile_program(gold)
    except SapsError:
        return False  # takes other arguments, or takes them for something else
    rng = random.Random(0)
    return all(
        same(*(outcome(program, inputs) for program in programs))
        for inputs in (draw_inputs(kinds, rng) for _ in range(20))
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--checkpoint", type=Path)
    parser.add_argument("--beam", type=int, default=5)
    options = parser.parse_args()
    translator = load_translator(options.checkpoint)
    records = [json.loads(line) for line in SENTENCES.read_text().splitlines()]
    right = 0
    for record in records:
        args = {name: parse_type(kind) for name, kind in record.get("args", {}).items()} or None
        (candidates,) = translator.answer([Request(record["text"], args)], options.beam)
        gold = check(parse(record["program"]), args)
        good = bool(candidates) and alike(candidates[0].typed, gold)
        right += good
        if not good:
            found = to_text(candidates[0].program) if candidates else "nothing"
            print(f"{record['text']}\n    found {found}\n    gold  {record['program']}")
    print(f"{right} of {len(records)} development sentences are right ({100 * right / len(records):.1f} %)")


if __name__ == "__main__":
    main()
