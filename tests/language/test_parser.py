"""Reading programs: three spellings of one tree, and what is said about a text that is no program."""

from __future__ import annotations

import tracemalloc

import pytest

from saps.language import parser
from saps.language.errors import ProgramSyntaxError
from saps.language.parser import from_nested, parse
from saps.language.tree import MAX_ARGUMENTS, MAX_DEPTH, MAX_NAME, MAX_SOURCE, MAX_STRING, Node

SUM = Node("reduce", [Node("a"), Node("0"), Node("+")])

SPELLINGS: list[tuple[str, Node]] = [
    ("(reduce a 0 +)", SUM),
    ("(reduce, a, 0, +)", SUM),
    ("( reduce\n\ta  0 , + )", SUM),
    ('["reduce", "a", "0", "+"]', SUM),
    ('["reduce","a",0,"+"]', SUM),
    ("a", Node("a")),
    ("+", Node("+")),
    ('"a"', Node('"a"')),
    ("17", Node("17")),
    ("+17", Node("17")),
    ("-3", Node("-3")),
    ("007", Node("7")),
    ("0.50", Node("0.5")),
    ("1e3", Node("1000.0")),
    ("-0.0", Node("-0.0")),
    ("(- a -3)", Node("-", [Node("a"), Node("-3")])),
    ("(- a - 3)", Node("-", [Node("a"), Node("-"), Node("3")])),
    ("(|| a b)", Node("||", [Node("a"), Node("b")])),
    ("(array-new int[][])", Node("array-new", [Node("int[][]")])),
    ("(dict-new int dict<int,bool>)", Node("dict-new", [Node("int"), Node("dict<int,bool>")])),
    ('(strlen "a (b), \\"c\\" \\\\ \\n é")', Node("strlen", [Node('"a (b), \\"c\\" \\\\ \\n é"')])),
    ('["strlen", "\\"z\\""]', Node("strlen", [Node('"z"')])),
    ('["head", ["sort", "a"]]', Node("head", [Node("sort", [Node("a")])])),
    ("(größe_1 x)", Node("größe_1", [Node("x")])),
]


@pytest.mark.parametrize(("text", "tree"), SPELLINGS, ids=[text for text, _ in SPELLINGS])
def test_spellings(text: str, tree: Node) -> None:
    assert parse(text) == tree


FAULTS: list[tuple[str, str, int, int, int]] = [
    # text, part of the message, line, column, length of the caret
    ("(+ a", "unclosed parenthesis", 1, 1, 1),
    ("(+ a (* b 2)", "unclosed parenthesis", 1, 1, 1),
    ("(+ a (* b 2", "unclosed parenthesis", 1, 6, 1),
    ("(", "unclosed parenthesis", 1, 1, 1),
    ('["+", "a"', "unclosed bracket", 1, 1, 1),
    ("(+ a b))", "surplus closing parenthesis", 1, 8, 1),
    (")", "surplus closing parenthesis", 1, 1, 1),
    ("(+ a b]", "`]` where `(` was to be closed", 1, 7, 1),
    ("()", "empty call", 1, 2, 1),
    ("[]", "empty call", 1, 2, 1),
    ("(+)", "call without arguments", 1, 3, 1),
    ("((f) x)", "a function's name was expected", 1, 2, 1),
    ("(3 a)", "`3` cannot be called", 1, 2, 1),
    ('("z" a)', "cannot be called", 1, 2, 3),
    ("(+ a b) c", "`c` behind the end of the program", 1, 9, 1),
    ("1 2", "`2` behind the end of the program", 1, 3, 1),
    ("(+ a #)", "unknown character '#'", 1, 6, 1),
    ("(+ a\n   'b')", "unknown character", 2, 4, 1),
    ("(+ a\n\n  (* b $))", "unknown character '$'", 3, 8, 1),
    ("(+ 3a 1)", "`3a` is neither a number nor a name", 1, 4, 2),
    ('(strlen "abc)', "unclosed string", 1, 9, 5),
    ('(strlen "\\q")', "unknown escape", 1, 9, 4),
    ("(+ a,,b)", "a comma where", 1, 6, 1),
    ("(,a b)", "a comma where", 1, 2, 1),
    ("(+ a,)", "behind the comma", 1, 6, 1),
    ("[+ a b]", "every symbol is a quoted string", 1, 2, 1),
    ('["+" "a" "b"]', "a comma was expected", 1, 6, 3),
    ('["+","a b","c"]', "`b` behind the end", 1, 6, 5),
    ('["+","","c"]', "an empty symbol", 1, 6, 2),
    ('["+","(f x)","c"]', "expected one symbol", 1, 6, 7),
    ("(+ 1e999 2)", "beyond the double range", 1, 4, 5),
    ("(+ 1" + "0" * 4000 + " 2)", "a number of more than 4,000 digits", 1, 4, 97),
    (f'(f "{"z" * MAX_STRING}")', "a string of more than 10,000 characters", 1, 4, 97),
    (f"(f {'x' * (MAX_NAME + 1)} b)", "a name of more than 100 characters", 1, 4, 97),
    ("(+" + " 1" * 20_000 + ")", "a call of more than 100 arguments", 1, 204, 1),
    ("[" + '"1",' * 10_000 + "]", "a call of more than 100 arguments", 1, 406, 3),
    ("(f" + (" (f" + " 1" * 90 + ")") * 60 + ")", "the program has more than 5,000 symbols", 1, 10111, 1),
    ("(+ 1 " * 4_000, "nests more than 200 levels", 1, 996, 1),
    ("(+ 1 " * 4_000 + "1" + ")" * 4_000, "nests more than 200 levels", 1, 996, 1),
    ('["f",' * 10_000, "nests more than 200 levels", 1, 996, 1),
]


@pytest.mark.parametrize(
    ("text", "message", "line", "column", "length"), FAULTS, ids=[fault[0][:30] for fault in FAULTS]
)
def test_faults_are_told_in_words_with_their_place(
    text: str, message: str, line: int, column: int, length: int
) -> None:
    with pytest.raises(ProgramSyntaxError) as caught:
        parse(text)
    error = caught.value
    assert message in error.message
    assert error.place == (line, column)
    assert str(error).startswith(f"line {line}, column {column}: ")
    shown, caret = error.caret().split("\n")
    assert len(shown) <= 100
    assert caret.count("^") == length
    marked = shown[caret.index("^") : caret.index("^") + length]
    assert text.split("\n")[line - 1][column - 1 :].startswith(marked)


@pytest.mark.parametrize(
    "text", ["(" * 10_000, "[" * 10_000, "(" * 10_000 + ")" * 10_000, "\x00", "(\ud800)"]
)
def test_hopeless_texts_get_one_error(text: str) -> None:
    with pytest.raises(ProgramSyntaxError):
        parse(text)


@pytest.mark.parametrize("text", ["1" * (MAX_SOURCE + 1), " " * 10_000_000, '"' + "z" * 20_000_000 + '"'])
def test_too_long_a_text_is_not_read(text: str) -> None:
    with pytest.raises(ProgramSyntaxError) as caught:
        parse(text)
    assert str(caught.value) == "a program of more than 50,000 characters"
    assert caught.value.source is None


def test_the_longest_string_costs_little() -> None:
    text = '"' + "z\\n" * ((MAX_STRING - 2) // 3) + '"'
    parse(text)
    tracemalloc.start()
    try:
        parse(text)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 300 * MAX_STRING


def test_long_symbols_are_not_remembered() -> None:
    before = parser._known_symbol.cache_info().currsize
    for index in range(20):
        from_nested(["strlen", f'"{index}{"z" * MAX_NAME}"'])
    assert parser._known_symbol.cache_info().currsize <= before + 1


@pytest.mark.parametrize("text", ["", " ", "\n\t "])
def test_an_empty_text_says_what_was_expected(text: str) -> None:
    with pytest.raises(ProgramSyntaxError, match=r"the program is empty; expected .*\(\+ a b\)"):
        parse(text)


def test_spans_cover_the_calls() -> None:
    text = "(+ (len a)\n   -3)"
    spans = {node.symbol: text[node.span.start : node.span.end] for node in parse(text) if node.span}
    assert spans == {"+": text, "len": "(len a)", "a": "a", "-3": "-3"}


def test_the_deepest_program_is_read() -> None:
    levels = MAX_DEPTH - 1
    assert parse("(+ 1 " * levels + "1" + ")" * levels).depth == MAX_DEPTH


NESTED: list[tuple[object, Node]] = [
    (["reduce", "a", "0", "+"], SUM),
    (["reduce", "a", 0, "+"], SUM),
    ("a", Node("a")),
    (0.5, Node("0.5")),
    (["strlen", '"z"'], Node("strlen", [Node('"z"')])),
]


@pytest.mark.parametrize(("nested", "tree"), NESTED)
def test_nested_lists(nested: object, tree: Node) -> None:
    assert from_nested(nested) == tree  # type: ignore[arg-type]


NESTED_FAULTS: list[tuple[object, str]] = [
    (None, "expected a string or a list"),
    (True, "expected a string or a list"),
    ({"f": "x"}, "expected a string or a list"),
    ([], "expected a call"),
    (["+"], "expected a call"),
    ([["f"], "x"], "expected a call"),
    (["+", None, "1"], "expected a string or a list"),
    (["3", "a"], "`3` cannot be called"),
    (["+", "", "1"], "an empty symbol"),
    (["+", "(len a)", "1"], "expected one symbol"),
    (["+", "a b", "1"], "behind the end"),
    (["+", float("inf"), "1"], "Infinity cannot stand"),
    (["+", float("nan"), "1"], "NaN cannot stand"),
    (["+", 10**9000, "1"], "more than 4,000 digits"),
    (["+", *["1"] * (MAX_ARGUMENTS + 1)], "a call of more than 100 arguments"),
    (["f", *[["f", *["1"] * 90]] * 60], "the program has more than 5,000 symbols"),
    (["f", '"' + "z" * MAX_STRING + '"'], "a string of more than 10,000 characters"),
    (["f", "x" * 100_000], "a program of more than 50,000 characters"),
    (["f", {"a": 10**9000}], 'found {"a": a number too long to show'),
    ([["f", "z" * 10_000_000], "x"], 'found [["f", "zzz'),
]


@pytest.mark.parametrize(("nested", "message"), NESTED_FAULTS, ids=range(len(NESTED_FAULTS)))
def test_faults_of_nested_lists(nested: object, message: str) -> None:
    with pytest.raises(ProgramSyntaxError) as caught:
        from_nested(nested)  # type: ignore[arg-type]
    assert message in caught.value.message
    assert len(caught.value.message) < 200


def test_nested_lists_beyond_the_depth() -> None:
    nested: object = "a"
    for _ in range(10_000):
        nested = ["len", nested]
    with pytest.raises(ProgramSyntaxError, match="nests more than 200 levels"):
        from_nested(nested)  # type: ignore[arg-type]
