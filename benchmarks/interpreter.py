"""What compiling a program gains over walking its tree.

Run from the repository: `python benchmarks/interpreter.py [--cases FILE]`. The cases are JSON lines with
`program`, `args`, `input`, `expect` and `error`; those of depth 4 and more that do not fail are used. The
plain evaluator below knows no budget and no types; each outcome of both is checked before anything is timed.
The two are timed in turn, and the best of a few rounds counts. "ratio" is that of the sums, which a few slow
programs dominate; "tail cut" leaves out the ten that take the plain evaluator longest; "median" is over the
ratios of single cases, half of which take the plain evaluator less than 12 microseconds.

Predicted and found (2 busy cores; microseconds):
- Closures were expected to be made ten times as soon as generated Python and to run half as fast. Found, with
  a prototype of one closure a symbol: made in 21 instead of 150, but 4 times as slow with the tail cut, and
  "check + compile + 10 runs" takes 640 against 465. The small half of the cases would prefer closures, since
  there `compile` costs more than ten runs of anything (median ratio 0.7 against 0.5).
- `compile` was expected to take half of the preparation. Found: just that; a lambda or comprehension costs it
  8, a call 3. So bare primitives are passed as they are, and what a lambda call counts is two method calls,
  not five statements.
- Runs were expected to be dominated by calls of `add` and the like. Found: half of the time went to two cases
  that repeat a recursion at each step of a loop. Computing once what a lambda does not change
  (saps/language/invariants.py) took the mean of a run from 21 to 9.
"""

from __future__ import annotations

import argparse
import json
import math
import operator
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from functools import reduce
from itertools import pairwise
from pathlib import Path
from typing import Any

from saps.language.compiler import compile_program
from saps.language.parser import from_nested
from saps.language.tree import Node
from saps.language.type_system import Type, parse_type
from saps.language.typecheck import check
from saps.language.values import read_inputs, same, to_json

# ---------------------------------------------------------------- the plain evaluator


def divide(a: Any, b: Any) -> Any:
    return a // b if isinstance(a, int) else a / b


def is_prime(a: Any) -> bool:
    return a > 1 and all(a % divisor for divisor in range(2, math.isqrt(int(a)) + 1))


def digits(a: Any) -> list[Any]:
    if isinstance(a, int):
        return [int(letter) for letter in str(abs(a))]
    rest = abs(a)
    found: list[Any] = []
    while not found or rest >= 1:
        found.insert(0, rest % 10)
        rest /= 10
    return found


def element(elements: list[Any], index: int) -> Any:
    if index < 0:
        raise IndexError(index)
    return elements[index]


def is_sorted(elements: list[Any]) -> bool:
    return all(a <= b for a, b in pairwise(elements))


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": divide, "%": operator.mod,
    "pow": operator.pow,
    "sqrt": math.sqrt, "floor": lambda a: int(float(a)), "square": lambda a: a * a, "abs": abs,
    "min": lambda a, b: a if a <= b else b, "max": lambda a, b: b if b >= a else a, "is_prime": is_prime,
    "digits": digits, "!": operator.not_, "&&": operator.and_, "||": operator.or_,
    "==": operator.eq, "!=": operator.ne, "<": operator.lt, ">": operator.gt,
    "<=": operator.le, ">=": operator.ge,
    "if": lambda test, then, otherwise: then if test else otherwise,
    "map": lambda elements, function: [function(item) for item in elements],
    "filter": lambda elements, function: [item for item in elements if function(item)],
    "reduce": lambda elements, start, function: reduce(function, elements, start),
    "range": lambda low, high: list(range(int(low), int(high))),
    "invoke1": lambda function, value: function(value),
    "partial0": lambda value, function: lambda *rest: function(value, *rest),
    "partial1": lambda value, function: lambda a, *rest: function(a, value, *rest),
    "partial2": lambda value, function: lambda a, b, *rest: function(a, b, value, *rest),
    "combine": lambda outer, inner: lambda *values: outer(inner(*values)),
    "array-new": lambda kind: [], "len": len, "head": lambda elements: elements[0],
    "tail": lambda elements: elements[1:], "deref": element, "int-deref": element,
    "slice": lambda elements, low, high: elements[max(low, 0) : high],
    "append": lambda elements, item: [*elements, item], "sort": sorted,
    "reverse": lambda elements: elements[::-1],
    "contains": operator.contains, "is_sorted": is_sorted,
    "is_sorted_helper": lambda first, elements: is_sorted([first, *elements]),
    "strlen": len, "str_index": lambda index, text: text[int(index)], "str_concat": operator.add,
    "str_split": lambda text, delimiter: [piece for piece in text.split(delimiter) if piece],
    "str_min": min, "str_max": max, "dict-new": lambda key, value: {},
    "dict-insert": lambda dictionary, key, value: {**dictionary, key: value}, "dict-keys": sorted,
}  # fmt: skip
CONSTANTS: dict[str, Any] = {
    "0": 0, "1": 1, "2": 2, "10": 10, "40": 40, "1000000000": 1_000_000_000, "inf": math.inf,
    '""': "", '" "': " ", '"z"': "z", "true": True, "false": False, "int": int, "bool": bool, "string": str,
}  # fmt: skip


def evaluate(node: Node, names: dict[str, Any]) -> Any:
    symbol, children = node.symbol, node.children
    if not children:
        if symbol in names:
            return names[symbol]
        return CONSTANTS[symbol] if symbol in CONSTANTS else FUNCTIONS[symbol]
    if symbol == "if":
        return evaluate(children[1] if evaluate(children[0], names) else children[2], names)
    if symbol == "lambda1":

        def function1(value: Any) -> Any:
            return evaluate(children[0], {**names, "arg1": value, "self": function1})

        return function1
    if symbol == "lambda2":

        def function2(first: Any, second: Any) -> Any:
            return evaluate(children[0], {**names, "arg1": first, "arg2": second, "self": function2})

        return function2
    function = names["self"] if symbol == "self" else FUNCTIONS[symbol]
    return function(*[evaluate(child, names) for child in children])


# ---------------------------------------------------------------- timing


class Case:
    def __init__(self, program: Node, args: dict[str, Type], inputs: dict[str, Any]) -> None:
        self.program, self.args, self.inputs = program, args, inputs
        self.compiled = compile_program(check(program, args, loose=True))
        self.values = [inputs[name] for name in args]

    def prepare_and_run_ten_times(self) -> None:
        program, values = compile_program(check(self.program, self.args, loose=True)), self.values
        for _ in range(10):
            program(*values)

    def run(self) -> object:
        return self.compiled(*self.values)

    def walk(self) -> object:
        return evaluate(self.program, self.inputs)

    def walk_ten_times(self) -> None:
        for _ in range(10):
            evaluate(self.program, self.inputs)


def read_cases(path: Path) -> Iterator[Case]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            case = json.loads(line)
            program = from_nested(case["program"])
            if program.depth < 4 or case["error"]:
                continue
            args = {name: parse_type(kind) for name, kind in case["args"].items()}
            inputs = read_inputs(case["input"], args)
            ready = Case(program, args, inputs)
            for outcome in (ready.compiled(*ready.values), evaluate(program, inputs)):
                if not same(to_json(outcome), case["expect"]):
                    sys.exit(f"{case['text']}: {outcome} instead of {case['expect']}")
            yield ready


def best_in_turn(*actions: Callable[[], object]) -> list[float]:
    """The best time of each action in microseconds, in turn; more rounds where they take little."""
    best = [math.inf] * len(actions)
    done = 0
    start = time.perf_counter()
    while done < 1 or (done < 15 and time.perf_counter() - start < 0.01):
        for index, action in enumerate(actions):
            before = time.perf_counter()
            action()
            best[index] = min(best[index], (time.perf_counter() - before) * 1e6)
        done += 1
    return best


def _ratio(pairs: list[tuple[float, float]]) -> float:
    plain, compiled = zip(*pairs, strict=True)
    return float(sum(plain) / sum(compiled))


def main() -> None:
    parser = argparse.ArgumentParser(description="compiled programs against a plain tree walker")
    default = Path(__file__).resolve().parents[2] / "shared" / "algolisp" / "cases.jsonl"
    parser.add_argument("--cases", type=Path, default=default, metavar="FILE")
    sys.setrecursionlimit(20_000)
    cases = list(read_cases(parser.parse_args().cases))
    rows = [
        (
            *best_in_turn(case.run, case.walk),
            *best_in_turn(case.prepare_and_run_ten_times, case.walk_ten_times),
        )
        for case in cases
    ]
    middle = [row for row, case in zip(rows, cases, strict=True) if 20 <= case.program.size <= 30]
    run, walk, ten, walk_ten = (list(column) for column in zip(*rows, strict=True))
    size = statistics.mean(case.program.size for case in cases)
    print(f"{len(cases)} cases of depth 4 and more, {size:.1f} nodes each")
    print(f"{'microseconds':26}{'compiled':>10}{'plain':>10}{'ratio':>8}{'tail cut':>10}{'median':>8}   aim")
    for name, ours, theirs, aim in (
        ("one run", run, walk, 5),
        ("check + compile + 10 runs", ten, walk_ten, 2),
    ):
        pairs = sorted(zip(theirs, ours, strict=True))
        print(
            f"{name:26}{statistics.mean(ours):10.1f}{statistics.mean(theirs):10.1f}{_ratio(pairs):8.1f}"
            f"{_ratio(pairs[:-10]):10.1f}{statistics.median(b / a for b, a in pairs):8.1f}   {aim}"
        )
    typical = statistics.mean(row[2] for row in middle)
    print(f"one run, mean: {statistics.mean(run):.1f} microseconds (aim: below 15)")
    print(
        f"check + compile + 10 runs, programs of 20 to 30 nodes: {typical:.0f} microseconds (aim: below 500)"
    )


if __name__ == "__main__":
    main()
