"""A program reaches nothing but its arguments and AlgoLisp's functions."""

from __future__ import annotations

import ast
import builtins
import json
from collections.abc import Iterator
from types import CodeType
from typing import Any

import pytest

from saps.language.codegen import GLOBALS, generate
from saps.language.compiler import compile_program
from saps.language.errors import SapsError
from saps.language.tree import Node
from saps.language.typecheck import check
from tests.language.hostile import ATTEMPTS, NAMES, Hostile
from tests.language.programs import ARGS
from tests.language.running import run


@pytest.mark.parametrize("text", ATTEMPTS, ids=range(len(ATTEMPTS)))
def test_a_string_stays_a_string(text: str) -> None:
    symbol = json.dumps(text)
    assert run(symbol) == text
    assert run(f"(str_concat {symbol} {symbol})") == text + text
    assert run(f"(map a (partial0 {symbol} str_concat))", a=["x"]) == [text + "x"]
    assert run(f"(filter a (lambda1 (!= arg1 {symbol})))", a=[text, "b"]) == ["b"]
    assert run(f"(if (== {symbol} {symbol}) (&& true (< {symbol} a)) false)", a=text + "x") is True


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_an_argument_and_nothing_else(name: str) -> None:
    inputs: dict[str, Any] = {name: 4}
    assert run(f"(+ {name} 1)", **inputs) == 5
    assert run(f"(map (range 0 2) (lambda1 (+ arg1 {name})))", **inputs) == [4, 5]
    assert run(f"({name} 1)") == "unknown-name"
    with pytest.raises(KeyError):  # nothing but an input can stand behind it
        run(f"(invoke1 {name} 1)")
    assert run(f"(map a (lambda1 ({name} arg1)))", a=[1]) == "unknown-name"


@pytest.mark.parametrize(
    "symbol", ["a b", "a)", "(a", "a;b", "a.b", "a[0]", "a\nimport os", "a=1", "a,b", "0x10", ""]
)
def test_a_tree_with_symbols_that_no_text_has(symbol: str) -> None:
    with pytest.raises(SapsError):
        compile_program(check(Node("len", [Node(symbol)])))
    with pytest.raises(SapsError):
        compile_program(check(Node(symbol, [Node("a")])))


@pytest.mark.parametrize("kind", ["dict<int,__import__>", "dict<int,int>.x", "int[0]", "dict<a,b>[]"])
def test_a_type_is_a_type_and_nothing_else(kind: str) -> None:
    with pytest.raises(SapsError):
        check(Node("array-new", [Node(kind)]))


def generated() -> Iterator[tuple[Node, str]]:
    """Programs, hostile ones among them, with the Python that they become."""
    hostile = Hostile(3)
    for _ in range(800):
        program = hostile.program()
        try:
            yield program, generate(check(program, dict(ARGS), loose=True)).text
        except SapsError:
            continue


def test_generated_code_holds_generated_names_only() -> None:
    """No attributes but the meter's, no names but generated ones and those of GLOBALS, no statements but
    functions, no text but the program's own."""
    count = 0
    for tree, source in generated():
        texts = {json.loads(node.symbol) for node in tree if node.symbol[0] == '"'}
        (program,) = ast.parse(source).body
        count += 1
        for node in ast.walk(program):
            if isinstance(node, ast.Attribute):
                assert isinstance(node.value, ast.Name)
                assert node.value.id == "m"
                assert node.attr in ("each", "enter", "leave")
            elif isinstance(node, ast.Name):
                assert node.id in GLOBALS or node.id == "m" or node.id[1:].isdigit()
            elif isinstance(node, ast.stmt):
                assert isinstance(node, ast.FunctionDef | ast.Return | ast.Assign)
            elif isinstance(node, ast.Constant):
                assert node.value is None or isinstance(node.value, int | float) or node.value in texts
            assert not isinstance(node, ast.JoinedStr | ast.NamedExpr | ast.Await | ast.Yield | ast.Starred)
    assert count > 250


def test_compiled_code_asks_for_known_names_only() -> None:
    """What the interpreter would look up, in the function and all that it defines."""
    allowed = GLOBALS.keys() | {"each", "enter", "leave"}
    for _, source in generated():
        codes = [compile(source, "<program>", "exec").co_consts[0]]
        while codes:
            code = codes.pop()
            assert set(code.co_names) <= allowed
            codes += [constant for constant in code.co_consts if isinstance(constant, CodeType)]


def test_generated_code_has_no_builtins() -> None:
    assert GLOBALS["__builtins__"] == {}
    assert not {"open", "eval", "exec", "getattr", "type", "vars", "globals"} & GLOBALS.keys()
    before = dict(GLOBALS)
    assert run("(map (range 0 3) (lambda1 (lambda1 arg1)))")
    assert before == GLOBALS
    assert builtins.__dict__ is not GLOBALS["__builtins__"]
