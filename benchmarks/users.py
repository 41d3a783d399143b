"""How many requests of new users are answered rightly.

    python benchmarks/users.py [--checkpoint DIR] [--bare] [--show]

tests/users.jsonl has 810 requests in five manners, by language models that had seen nothing of this project
but a list of the types: the outputs of their three examples are those of Python functions of theirs. The
requests are asked without examples, with the types of the arguments or, by --bare, without; right is a
program that gives all three outputs. Prints, by manner, how many answers are right, how many have a right one
among the first ten candidates, how many are declined, and how far the confidence can be trusted; with --show
what went wrong.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import saps
from saps.application.model import Answer, Model
from saps.evaluation.calibrate import Trusted, calibration_error
from saps.language.errors import SapsError

USERS = Path(__file__).parent.parent / "tests" / "users.jsonl"
TOP = 10
SURE = 0.9


class Outcome(NamedTuple):
    """What came of one request."""

    manner: str
    confidence: float
    declined: bool
    right: bool
    among: bool
    """Whether one of the first candidates is right."""


def is_right(answer: Answer, examples: Sequence[dict[str, Any]]) -> bool:
    """Whether it gives the outputs. Arguments that the sentence does not name are taken in their order."""
    names = list(answer.args)
    for example in examples:
        inputs = example["input"]
        if not inputs.keys() >= set(names):
            if len(inputs) != len(names):
                return False
            inputs = dict(zip(names, inputs.values(), strict=True))
        try:
            if answer(**inputs) != example["output"]:
                return False
        except SapsError:
            return False
    return True


def outcomes(model: Model, requests: Sequence[dict[str, Any]], bare: bool, show: bool) -> Iterator[Outcome]:
    for one in requests:
        try:
            answer = model.synthesize(one["text"], args=None if bare else one["args"])
        except SapsError as error:
            if show:
                print(f"- {one['text']}\n    {error}")
            yield Outcome(one["manner"], 0.0, True, False, False)
            continue
        rights = [is_right(found, one["examples"]) for found in (answer, *answer.alternatives)[:TOP]]
        confidence = answer.confidence or 0.0
        if show and not rights[0]:
            print(f"- {one['text']}\n    {confidence:.2f} {answer.explanation or answer.program}")
        yield Outcome(one["manner"], confidence, answer.declined, rights[0], any(rights))


def report(name: str, found: Sequence[Outcome]) -> str:
    right, among = sum(one.right for one in found), sum(one.among for one in found)
    declined = [one.right for one in found if one.declined]
    wrong = sum(not one.right for one in found if not one.declined)
    sure = [one.right for one in found if one.confidence >= SURE]
    error = calibration_error([Trusted(name, one.confidence, one.right) for one in found])
    return (
        f"{name:12s} {len(found):4d} requests: {right:4d} right ({right / len(found):.1%}), "
        f"{among:4d} among {TOP}; {len(declined):3d} declined, {sum(declined):2d} of these right; "
        f"{wrong:3d} answered wrongly; above {SURE} {sure.count(False):2d} of {len(sure):3d} wrong; "
        f"calibration error {error:.3f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--checkpoint", type=Path, default=None)
    parser.add_argument("--bare", action="store_true", help="do not tell the arguments' types")
    parser.add_argument("--show", action="store_true", help="print what went wrong")
    options = parser.parse_args()
    requests = [json.loads(line) for line in USERS.read_text(encoding="utf-8").splitlines()]
    found = list(outcomes(saps.load(options.checkpoint), requests, options.bare, options.show))
    for manner in dict.fromkeys(one.manner for one in found):
        print(report(manner, [one for one in found if one.manner == manner]))
    print(report("all", found))


if __name__ == "__main__":
    main()
