"""All the ways to read a sentence: the English side of the task grammar, parsed with Lark's Earley parser.

The corpus is drawn so that a sentence means one thing; this is the check. Each reading is a program; readings
whose programs differ in what they compute make a sentence ambiguous.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, TypeAlias

from lark import Token
from lark.exceptions import UnexpectedInput
from lark.grammar import Rule
from lark.parsers.earley_forest import PackedNode, SymbolNode, TokenNode

from saps.corpus.generation.examples import SMALL_BUDGET
from saps.corpus.generation.registers import Register, register_of
from saps.corpus.grammar.earley import English, earley
from saps.corpus.grammar.model import ARGS, NAME, VALUE, Grammar
from saps.corpus.tasks.task import Task
from saps.language.compiler import CompiledProgram, compile_program
from saps.language.errors import RunError, SapsError
from saps.language.simplify import apply_invocations
from saps.language.tree import Node, substitute
from saps.language.typecheck import check
from saps.language.values import read_inputs, to_json

MOST = 16
"""Readings of a part that are looked at; what has more is ambiguous all the same."""

Filled: TypeAlias = frozenset[tuple[str, Any]]
"""What a stretch of the sentence says: slot to program, or a definition's letter to its program."""


def readings(english: English, words: Sequence[str], args: Mapping[str, str]) -> list[Node]:
    """The programs that a sentence can mean, at most MOST; `args` are its arguments' types as written.

    None of them need be well-typed.
    """
    tokens = [english.token(word, args) for word in words]
    rules = english.within({token.type for token in tokens})
    if "sentence" not in rules:
        return []
    try:
        forest = earley(rules).parse(tokens)
    except UnexpectedInput:
        return []
    return _Walk(english, args).values(forest)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Survey:
    """How many of some tasks' sentences have a second reading that computes something else."""

    tasks: int
    ambiguous: tuple[Task, ...]
    unread: tuple[Task, ...]
    """Those of which no reading computes what the task does."""


def survey(grammar: Callable[[Register], Grammar], tasks: Iterable[Task]) -> Survey:
    """Read the sentences of tasks again, by the `grammar` of their register. Those typed carelessly, which no
    grammar reads, are left out."""
    known: dict[str, English] = {}
    count, ambiguous, unread = 0, [], []
    for task in tasks:
        register = register_of(task.tags)
        if register.messy:
            continue
        if register.name not in known:
            known[register.name] = English(grammar(register), register)
        found = readings(known[register.name], task.text, task.args)
        gold = _outcomes(task, task.program)
        outcomes = [found for found in (_outcomes(task, reading) for reading in found) if found is not None]
        count += 1
        if any(one != gold for one in outcomes):
            ambiguous.append(task)
        if gold not in outcomes:
            unread.append(task)
    return Survey(count, tuple(ambiguous), tuple(unread))


class _Walk:
    """Reads the meanings off a parse forest, each node once."""

    def __init__(self, english: English, args: Mapping[str, str]) -> None:
        self.english, self.args = english, args
        self.known: dict[int, list[Any]] = {}

    def values(self, node: SymbolNode | TokenNode) -> list[Any]:
        """What a node can mean: programs, or sets of filled slots."""
        if isinstance(node, TokenNode):
            return [node.token]
        if id(node) not in self.known:
            self.known[id(node)] = []  # of a part that is its own part, nothing more comes
            found: dict[Any, None] = {}
            for packed in node.children:
                for children in self.sequences(packed):
                    value = self.value(packed.rule, children)
                    if value is not None and len(found) < MOST:
                        found[value] = None
            self.known[id(node)] = list(found)
        return self.known[id(node)]

    def sequences(self, packed: PackedNode) -> list[tuple[Any, ...]]:
        left = packed.left
        if left is None:
            before: list[tuple[Any, ...]] = [()]
        elif isinstance(left, SymbolNode) and left.is_intermediate:
            before = [children for part in left.children for children in self.sequences(part)]
        else:
            before = [(value,) for value in self.values(left)]
        if packed.right is None:
            return before
        return [(*children, value) for children, value in product(before, self.values(packed.right))][
            : 4 * MOST
        ]

    def value(self, rule: Rule, children: tuple[Any, ...]) -> Any:
        """What a rule makes of its parts; None where it cannot be."""
        if rule.alias == "literal":
            return Node(str(children[0]))
        if rule.alias == "quoted":
            return None if children[0] in self.args else Node(json.dumps(str(children[0])))
        parts = [child for child in children if not isinstance(child, Token)]
        match rule.alias:
            case None | "silent":
                return frozenset()
            case "unnamed":
                spoken = self.english.mentioned[rule.origin.name]
                meant = [name for name, kind in self.args.items() if kind == spoken]
                return Node(meant[0]) if len(meant) == 1 else None
            case "same" | "bracket":
                return parts[0]
            case "slot":
                return frozenset({(self.english.slots[rule.origin.name], parts[0])})
        filled: Filled = frozenset().union(*parts)
        if rule.alias == "joined":
            return filled
        slots = dict(filled)
        if rule.alias == "mention":
            name = slots[NAME].symbol
            kind = self.args.get(name)
            return None if kind and kind != self.english.mentioned[rule.origin.name] else slots[NAME]
        if rule.alias == "defined":
            return frozenset({(slots[NAME].symbol, slots[VALUE])})
        if len(slots) < len(filled):  # a slot that stands twice is one argument
            return None
        production = self.english.productions[rule.alias]
        definitions = slots.pop(ARGS, frozenset())
        program = substitute(production.program, slots)
        for _ in definitions:  # one may speak of another
            program = substitute(program, dict(definitions))
        return apply_invocations(program)


def _outcomes(task: Task, program: Node) -> list[str] | None:
    """What a program gives on the test inputs, as comparable texts; None where it does not type-check."""
    kinds = task.arg_types()
    try:
        compiled = compile_program(check(program, kinds))
        return [_outcome(compiled, read_inputs(test.input, kinds)) for test in task.tests]
    except SapsError:
        return None


def _outcome(program: CompiledProgram, inputs: dict[str, Any]) -> str:
    try:
        return repr(to_json(program.run(inputs, budget=SMALL_BUDGET)))
    except RunError as error:
        return error.kind
