"""A program reaches nothing but its arguments and AlgoLisp's functions."""

from __future__ import annotations

import ast
import builtins
import json

import pytest

from saps.language.codegen import GLOBALS, generate
from saps.language.compiler import compile_program
from saps.language.errors import SapsError
from saps.language.tree import Node
from saps.language.typecheck import check
from tests.language.programs import ARGS, WellTyped
from tests.language.running import run

STRINGS = [
    "__import__('os').system('true')",
    "{}", "{0}", "{m.budget}", "{__class__}", "%s %(a)s", "'", '"', "\\", "\n", "\r\n", "\t",
    "'''", '"""', "\x00",
    "\ud800", "\u2028", "é😀", "v1", "a0", "m", "') or exec('", "'\\", "#", "a\\nb",
]  # fmt: skip


@pytest.mark.parametrize("text", STRINGS, ids=range(len(STRINGS)))
def test_a_string_stays_a_string(text: str) -> None:
    symbol = json.dumps(text)
    assert run(symbol) == text
    assert run(f"(str_concat {symbol} {symbol})") == text + text
    assert run(f"(map a (partial0 {symbol} str_concat))", a=["x"]) == [text + "x"]
    assert run(f"(filter a (lambda1 (!= arg1 {symbol})))", a=[text, "b"]) == ["b"]
    assert run(f"(if (== {symbol} {symbol}) (&& true (< {symbol} a)) false)", a=text + "x") is True


@pytest.mark.parametrize(
    "name",
    ["__import__", "exec", "eval", "open", "print", "m", "a0", "v1", "bound", "remember", "__builtins__",
     "None", "add", "self_", "lambda", "import", "class", "def", "True", "inf_", "builtins",
     "__class__", "Ellipsis"],
)  # fmt: skip
def test_a_name_is_an_argument_and_nothing_else(name: str) -> None:
    assert run(f"(+ {name} 1)", **{name: 4}) == 5
    assert run(f"(map (range 0 2) (lambda1 (+ arg1 {name})))", **{name: 4}) == [4, 5]
    assert run(f"({name} 1)") == "unknown-name"


@pytest.mark.parametrize(
    "symbol", ["a b", "a)", "(a", "a;b", "a.b", "a[0]", "a\nimport os", "a=1", "a,b", "0x10", ""]
)
def test_a_tree_with_symbols_that_no_text_has(symbol: str) -> None:
    with pytest.raises(SapsError):
        compile_program(check(Node("len", [Node(symbol)])))
    with pytest.raises(SapsError):
        compile_program(check(Node(symbol, [Node("a")])))


def test_generated_code_holds_generated_names_only() -> None:
    """No attributes but the meter's, no names but generated ones and those of GLOBALS, no statements but
    functions."""
    sampler = WellTyped(3)
    for _ in range(300):
        try:
            typed = check(sampler.program(5), ARGS)
        except SapsError:
            continue
        (program,) = ast.parse(generate(typed).text).body
        for node in ast.walk(program):
            if isinstance(node, ast.Attribute):
                assert isinstance(node.value, ast.Name)
                assert node.value.id == "m"
                assert node.attr in ("each", "enter", "leave")
            elif isinstance(node, ast.Name):
                assert node.id in GLOBALS or node.id == "m" or node.id[1:].isdigit()
            elif isinstance(node, ast.stmt):
                assert isinstance(node, ast.FunctionDef | ast.Return | ast.Assign)


def test_generated_code_has_no_builtins() -> None:
    assert GLOBALS["__builtins__"] == {}
    assert not {"open", "eval", "exec", "getattr", "type", "vars", "globals"} & GLOBALS.keys()
    before = dict(GLOBALS)
    assert run("(map (range 0 3) (lambda1 (lambda1 arg1)))")
    assert before == GLOBALS
    assert builtins.__dict__ is not GLOBALS["__builtins__"]
