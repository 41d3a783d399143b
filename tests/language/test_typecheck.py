"""Types worked out, and what is said where they do not fit."""

# ruff: noqa: E501  (a fault and what is said about it stay on one line where they can)

from __future__ import annotations

import json

import pytest

from saps.language.errors import ProgramSyntaxError, ProgramTypeError, SourceError, UnknownNameError
from saps.language.parser import parse
from saps.language.printer import to_text
from saps.language.tree import MAX_DEPTH, Node
from saps.language.type_system import INT, INT_ARRAY, STRING
from saps.language.typecheck import check, check_argument_names

SIGNATURES: list[tuple[str, str]] = [
    ("7", "-> int"),
    ("inf", "-> int"),
    ('"z"', "-> string"),
    ("true", "-> bool"),
    ("a", "a: T -> T"),
    ("(+ a b)", "a: int, b: int -> int"),
    ("(reduce (filter a is_prime) 0 +)", "a: int[] -> int"),
    ("(len a)", "a: T[] -> int"),
    ("(append a b)", "a: T[], b: T -> T[]"),
    ("(if a b c)", "a: bool, b: T, c: T -> T"),
    ("(== a b)", "a: T, b: T -> bool"),
    ("(deref a (len b))", "a: T[], b: U[] -> T"),
    ('(map (str_split a " ") (partial0 0 str_index))', "a: string -> string[]"),
    ("(map a (lambda1 (str_concat arg1 b)))", "a: string[], b: string -> string[]"),
    ("(map a (lambda1 (deref b arg1)))", "a: int[], b: T[] -> T[]"),
    ("(map a (lambda1 arg1))", "a: T[] -> T[]"),
    ("(reduce a 0 (lambda2 (+ arg1 (strlen arg2))))", "a: string[] -> int"),
    ("(map a (lambda1 (reduce arg1 0 +)))", "a: int[][] -> int[]"),
    ("(invoke1 (lambda1 (if (<= arg1 1) 1 (* (self (- arg1 1)) arg1))) a)", "a: int -> int"),
    (
        "(invoke1 (lambda1 (if (== arg1 b) (array-new string) (append (self (tail arg1)) (head arg1)))) a)",
        "b: string[], a: string[] -> string[]",
    ),
    ("(reduce a b (lambda2 (if (== arg2 0) arg1 (self arg2 (% arg1 arg2)))))", "a: int[], b: int -> int"),
    ("(filter a (partial1 c <))", "a: T[], c: T -> T[]"),
    ("(filter a (partial0 b contains))", "a: T[], b: T[] -> T[]"),
    ("(map a (partial1 b (partial1 c slice)))", "a: T[][], b: int, c: int -> T[][]"),
    ("(map a (combine len digits))", "a: int[] -> int[]"),
    ("(reduce a 0 (combine abs -))", "a: int[] -> int"),
    ("(reduce a (dict-new int bool) (partial2 true dict-insert))", "a: int[] -> dict<int,bool>"),
    ("(dict-keys (dict-insert a b c))", "a: dict<T,U>, b: T, c: U -> T[]"),
    ("(array-new int[])", "-> int[][]"),
    ("(map a sort)", "a: T[][] -> T[][]"),
    ("(map a head)", "a: T[][] -> T[]"),
    ("(reduce a (array-new int) append)", "a: int[] -> int[]"),
    ("(map a (partial0 b deref))", "a: int[], b: T[] -> T[]"),
    ("(invoke1 (invoke1 (lambda1 (partial0 arg1 +)) a) b)", "a: int, b: int -> int"),
    ("(map a (partial1 b invoke1))", "a: (T -> U)[], b: T -> U[]"),
    ("(partial0 a +)", "a: int -> (int -> int)"),
    ("(partial0 1 a)", "a: (int T... -> U) -> (T... -> U)"),
    ("(lambda2 (if arg1 arg2 arg2))", "-> (bool T -> T)"),
    ("str_concat", "-> (string string -> string)"),
    ("deref", "-> (T[] int -> T)"),
]


@pytest.mark.parametrize(("source", "signature"), SIGNATURES, ids=[source for source, _ in SIGNATURES])
def test_inferred_signature(source: str, signature: str) -> None:
    assert check(parse(source)).signature() == signature


FAULTS: list[tuple[str, str, str]] = [
    # program, message, the part under the caret
    ('(+ 1 "z")', 'argument 2 of `+` must be int, found `"z"` of type string', '"z"'),
    ("(+ (len a) true)", "argument 2 of `+` must be int, found `true` of type bool", "true"),
    ("(reduce a 0 str_concat)", "argument 3 of `reduce` must be (int T -> int), found `str_concat` of type "
     "(string string -> string)", "str_concat"),
    ("(len (+ a b))", "argument 1 of `len` must be T[], found `(+ a b)` of type int", "(+ a b)"),
    ("(if a 1 true)", "argument 3 of `if` must be int, found `true` of type bool", "true"),
    ("(map a (lambda2 1))", "argument 2 of `map` must be (T -> U), found `(lambda2 1)` of type (T V -> int)",
     "(lambda2 1)"),
    ("(map a +)", "argument 2 of `map` must be (T -> U), found `+` of type (int int -> int)", "+"),
    ('(map (str_split a " ") (lambda1 (+ arg1 1)))', "argument 1 of `+` must be int, found `arg1` of type string",
     "arg1"),
    ('(append (range 0 3) (str_index 0 a))', "argument 2 of `append` must be int, found `(str_index 0 a)` of "
     "type string", "(str_index 0 a)"),
    ("(+ a (len a))", "argument 1 of `len` must be T[], found `a` of type int", "a"),
    ("(partial0 true +)", "argument 2 of `partial0` must be (bool T... -> U), found `+` of type (int int -> int)",
     "+"),
    ("(array-new 1)", "argument 1 of `array-new` must be type<T>, found `1` of type int", "1"),
    ("(lambda1 (if arg1 1 (strlen (self arg1))))", "the body of `lambda1` gives int, where `self` is used as string",
     "(lambda1 (if arg1 1 (strlen (self arg1))))"),
    ('(lambda1 (if arg1 "" (digits (self arg1))))', "argument 3 of `if` must be string, found", "(digits (self arg1))"),
    ("(lambda1 (+ 1 (len (self arg1))))", "the body of `lambda1` gives int, where `self` is used as T[]",
     "(lambda1 (+ 1 (len (self arg1))))"),
    ("(lambda1 (self self))", "argument 1 of `self` must be T, found `self` of type (T -> U)", "self"),
    ("(+ 1)", "`+` takes 2 arguments, got 1", "(+ 1)"),
    ("(len a b)", "`len` takes 1 argument, got 2", "(len a b)"),
    ("(lambda1 a b)", "`lambda1` takes 1 argument, its body, got 2", "(lambda1 a b)"),
    ("(map a lambda1)", "`lambda1` must be called with its body: (lambda1 body)", "lambda1"),
    ("(lambda2 (self arg1))", "`self` takes 2 arguments, got 1", "(self arg1)"),
    ("(lambda1 (arg1 2))", "`arg1` cannot stand in front of a call; write (invoke1 arg1 value)", "(arg1 2)"),
    ("(true 1)", "`true` is not a function", "(true 1)"),
    ("(dict<foo> 1)", "unknown type", "(dict<foo> 1)"),
    ("(sort (map a (lambda1 (partial0 arg1 +))))", "`sort` compares numbers, strings, truth values or arrays, not "
     "(int -> int)", "(sort (map a (lambda1 (partial0 arg1 +))))"),
    ("(< abs square)", "`<` compares numbers, strings, truth values or arrays, not (int -> int)", "(< abs square)"),
    ("(reduce a (dict-new int int) <)", "argument 3 of `reduce`", "<"),
    ("int", "`int` is a type, not a value", "int"),
    ("(array-new dict<int>)", "unknown type 'dict<int>'", "dict<int>"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "message", "marked"), FAULTS, ids=[fault[0] for fault in FAULTS])
def test_faults_name_the_place_what_was_expected_and_what_was_found(
    source: str, message: str, marked: str
) -> None:
    with pytest.raises(ProgramTypeError) as caught:
        check(parse(source), source=source)
    assert message in caught.value.message
    assert _marked(caught.value) == marked


def _marked(error: SourceError) -> str:
    shown, caret = error.caret().split("\n")
    return shown[caret.index("^") : caret.rindex("^") + 1]


NAMES: list[tuple[str, str, str]] = [
    ("(arg1 2)", "unknown function `arg1`", "(arg1 2)"),
    ("(lenn a)", "unknown function `lenn`, did you mean `len`?", "(lenn a)"),
    ("(+ arg1 1)", "`arg1` has a meaning only inside lambda1 or lambda2", "arg1"),
    ("(lambda1 (+ arg2 1))", "`arg2` has a meaning only inside lambda2", "arg2"),
    ("(self 1)", "`self` has a meaning only inside lambda1 or lambda2", "(self 1)"),
    ("(map a self)", "`self` has a meaning only inside lambda1 or lambda2", "self"),
]


@pytest.mark.parametrize(("source", "message", "marked"), NAMES, ids=[row[0] for row in NAMES])
def test_unknown_names(source: str, message: str, marked: str) -> None:
    with pytest.raises(UnknownNameError) as caught:
        check(parse(source), source=source)
    assert message in caught.value.message
    assert _marked(caught.value) == marked


def test_given_arguments_are_the_only_free_names() -> None:
    source = "(+ price limit)"
    typed = check(parse(source), {"limit": INT, "price": INT})
    assert typed.signature() == "limit: int, price: int -> int"
    with pytest.raises(UnknownNameError, match="unknown name `limit`, did you mean `limits`"):
        check(parse(source), {"limits": INT, "price": INT}, source)
    with pytest.raises(
        ProgramTypeError, match=r"argument 1 of `\+` must be int, found `price` of type string"
    ):
        check(parse(source), {"limit": INT, "price": STRING}, source)
    assert (
        check(parse("(len a)"), {"a": INT_ARRAY, "unused": INT}).signature() == "a: int[], unused: int -> int"
    )


@pytest.mark.parametrize("name", ["+", "arg1", "self", "lambda1", "true", "10", "len", "", "a b", "int"])
def test_names_that_arguments_cannot_have(name: str) -> None:
    with pytest.raises(UnknownNameError):
        check_argument_names([name])


def test_a_fault_on_a_later_line_has_its_own_caret() -> None:
    source = "(+ (len a)\n   (strlen 5))"
    with pytest.raises(ProgramTypeError) as caught:
        check(parse(source), source=source)
    assert (
        str(caught.value) == "line 2, column 12: argument 1 of `strlen` must be string, found `5` of type int"
    )
    assert caught.value.caret() == "   (strlen 5))\n           ^"


def test_a_tree_without_a_text_has_no_place() -> None:
    with pytest.raises(ProgramTypeError) as caught:
        check(Node("+", [Node("1"), Node("true")]))
    assert caught.value.place is None
    assert caught.value.caret() == ""


@pytest.mark.parametrize(
    "symbol", ["", '"', '"\\q"', "1.", "²", "1_0", "int[", "[]", "type<int>", "1" * 5000]
)
def test_symbols_that_no_parser_gives(symbol: str) -> None:
    for node in (Node(symbol), Node("len", [Node(symbol)]), Node(symbol, [Node("1")])):
        with pytest.raises(SourceError):
            check(node)


def test_too_deep_a_tree() -> None:
    node = Node("a")
    for _ in range(MAX_DEPTH):
        node = Node("len", [node])
    with pytest.raises(ProgramSyntaxError, match="nests more than 200 levels"):
        check(node)


def test_types_that_would_be_exponentially_large() -> None:
    """a0: dict<a1,a1>, a1: dict<a2,a2> and so on: small as a graph, not as a text."""
    program = Node("true")
    for index in range(60):
        same = parse(f"(== a{index} (dict-insert a{index} a{index + 1} a{index + 1}))")
        program = Node("&&", [same, program])
    with pytest.raises(ProgramTypeError):
        check(program)


def test_types_that_would_be_deeply_nested() -> None:
    total = Node("0")
    for index in range(5):
        group = Node("0")
        for inner in range(150):
            array = 150 * index + inner
            group = Node("+", [group, parse(f"(len (append a{array} a{array + 1}))")])
        total = Node("+", [group, total])
    with pytest.raises(ProgramTypeError, match="parts or 100 levels"):
        check(total)


def test_arguments_have_a_greatest_depth() -> None:
    assert check(parse("(head " * 10 + "a" + ")" * 10)).signature().startswith("a: ")
    with pytest.raises(ProgramTypeError, match="needs an argument `a` of a type of more than 10 levels"):
        check(parse("(head " * 11 + "a" + ")" * 11))


def test_messages_stay_short() -> None:
    source = f"(+ 1 {to_text(parse('(append ' * 50 + '(array-new int)' + ' 1)' * 50))})"
    with pytest.raises(ProgramTypeError) as caught:
        check(parse(source), source=source)
    assert len(caught.value.message) < 150
    assert json.dumps(caught.value.caret())
