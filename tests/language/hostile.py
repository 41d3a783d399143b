"""Programs as an enemy, or a bad model, would write them: run under the budget, by the thousand."""

from __future__ import annotations

import copy
import json
import random
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from saps.language import codegen
from saps.language.compiler import compile_program
from saps.language.errors import SapsError
from saps.language.parser import parse
from saps.language.primitives import CONSTANTS, LAMBDAS, PRIMITIVES
from saps.language.tree import MAX_DEPTH, Node, to_text
from saps.language.typecheck import check
from saps.language.values import to_json
from tests.language.large import large
from tests.language.programs import ARGS, WellTyped, any_tree

ATTEMPTS = [
    "__import__('os').system('true')", "{}", "{0}", "{m.budget}", "{__class__}", "%s %(a)s", "'", '"', "\\",
    "\n", "\r\n", "\t", "'''", '"""', "\x00", "\ud800", "\u2028", "é😀", "v1", "a0", "m", "') or exec('",
    "'\\", "#", "a\\nb", "{a0.__class__.__mro__}", "().__class__.__bases__[0].__subclasses__()", "\\x41",
    "\\N{BULLET}", "f'{m}'", "''.join", "__builtins__", "lambda: 0", "\x1b[2J", "\u202e", "\ufeff", "${a}",
    "`id`",
]  # fmt: skip
"""Texts of string constants that try to be more than text."""

NAMES = [
    "__import__", "__builtins__", "__class__", "__globals__", "__dict__", "__subclasses__", "exec", "eval",
    "open", "getattr", "globals", "vars", "m", "a0", "v1", "f1", "program", "bound", "remember", "add",
    "inf_", "None", "True", "lambda", "import", "class", "yield", "await", "print", "self_", "Ellipsis",
]  # fmt: skip
"""Names that mean something to Python, or to the code that is generated."""

LONGEST = 8_000_000
"""Characters of a printed result: 100,000 elements, a million characters of which six make one (\\ud800)."""

_SYMBOLS = [*PRIMITIVES, *LAMBDAS, *CONSTANTS, *ARGS, "arg1", "arg2", "self", "17", "-3", "1e308"]


@dataclass
class Block:
    """What came of a block of programs: how many ended how, and the slowest run."""

    seed: int
    ends: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0
    """Seconds of the processor."""
    slowest_program: str = ""
    wrong: list[str] = field(default_factory=list)
    """What must not happen, with the program."""


class Hostile:
    """Draws programs of all kinds with a seed; a `share` of them is large to run."""

    def __init__(self, seed: int, share: float = 0.0) -> None:
        self.random = random.Random(seed)
        self.share = share
        self.typed = WellTyped(seed)

    def program(self) -> Node:
        if self.random.random() < self.share:
            node = large(self.random)
            return self.mutated(node, 0.02) if self.random.random() < 0.3 else node
        roll = self.random.random()
        if roll < 0.15:
            return any_tree(self.random, 5)
        node = self.typed.program(self.random.choice((3, 4, 5, 6)))
        if roll < 0.5:
            return node
        for _ in range(self.random.randint(1, 3)):
            node = self.mutated(node, 0.15)
        return node

    def mutated(self, node: Node, share: float) -> Node:
        """The program with some symbols, subtrees and arguments replaced, lost, doubled or exchanged."""
        draw = self.random
        if draw.random() < share:
            return Node(self.symbol())
        children = [self.mutated(child, share) for child in node.children]
        if children and draw.random() < share:
            change = draw.choice(("symbol", "swap", "lose", "double"))
            if change == "symbol":
                return Node(draw.choice(_SYMBOLS), children)
            if change == "swap":
                draw.shuffle(children)
            elif change == "lose":
                children.pop(draw.randrange(len(children)))
            else:
                children.append(draw.choice(children))
        return Node(node.symbol, children)

    def symbol(self) -> str:
        draw = self.random
        if draw.random() < 0.7:
            return draw.choice(_SYMBOLS)
        return json.dumps(draw.choice(ATTEMPTS)) if draw.random() < 0.7 else draw.choice(NAMES)

    def inputs(self) -> dict[str, Any]:
        values = self.typed.inputs()
        if self.random.random() < 0.3:
            values["s"] = self.random.choice(ATTEMPTS)
        return values


def run_block(seed: int, count: int, share: float = 0.0) -> Block:
    """Check, compile and run `count` programs. Errors of the language are expected; anything else, a changed
    input or changed state is wrong."""
    hostile, block = Hostile(seed, share), Block(seed)
    for _ in range(count):
        before = _state()
        program, inputs = hostile.program(), hostile.inputs()
        kept = copy.deepcopy(inputs)
        begun = time.process_time()
        try:
            end = _run(program, inputs)
        except Exception as error:
            end = "wrong"
            block.wrong.append(f"{type(error).__name__}: {error} in {program!r}")
        else:
            if end == "wrong":
                block.wrong.append(f"a result of more than {LONGEST:,} characters from {program!r}")
        took = time.process_time() - begun
        if took > block.slowest:
            block.slowest, block.slowest_program = took, repr(program)
        block.ends[end] += 1
        if repr(inputs) != repr(kept) or before != _state():
            block.wrong.append(f"inputs or state changed by {program!r}")
    return block


def _run(program: Node, inputs: dict[str, Any]) -> str:
    """How a program ends: `value`, `function`, or the kind of its error."""
    try:
        if program.depth <= MAX_DEPTH and (program.size % 8 == 0 or program.size > 100):
            program = parse(to_text(program))
        typed = check(program, dict(ARGS), loose=program.size % 2 == 0)
        value = compile_program(typed).run(inputs)
    except SapsError as error:
        return error.kind
    try:
        printed = json.dumps(to_json(value))
    except SapsError:
        return "function"
    return "value" if len(printed) <= LONGEST else "wrong"


def _state() -> tuple[Any, ...]:
    """What no program may change."""
    table = codegen.GLOBALS
    return len(table), tuple(map(id, table.values())), len(table["__builtins__"]), sys.getrecursionlimit()
