"""The definitions that ship, and what is said of a file that cannot be used."""

# ruff: noqa: E501  (a definition and what is said about it stay on one line)

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from saps.language.definition import Definition
from saps.language.errors import GrammarError, InputError
from saps.language.library import Library, built_in, load
from saps.language.library_check import faults
from saps.language.library_file import read_definitions
from saps.language.parser import parse
from saps.language.printer import to_text

REST = '\n  "the number after x"\n  e.g. 1 -> 2\n  e.g. -1 -> 0\n'


def library(text: str) -> Library:
    definitions: dict[str, Definition] = {}
    read_definitions(text, "numbers", definitions)
    return Library(definitions.values())


def test_every_definition_holds() -> None:
    assert list(faults(built_in())) == []


UNREADABLE = [
    ("hello", "line 1 of numbers.lib: a definition was expected: def name(x: int) -> int = ..."),
    ("def next(x: int)", "expected def name(x: type, ...) -> type = program"),
    ("def next(x) -> int = (+ x 1)", "`x` is no parameter; expected name: type"),
    ("def next(sort: int) -> int = (+ sort 1)", "`sort` belongs to the language and cannot be a parameter's name"),
    ("def reverse(x: int) -> int = (+ x 1)", "`reverse` belongs to the language and cannot be a definition's name"),
    ("def f(x: int) -> int = (+ x 1)", "`f` cannot be a definition's name; expected two small letters or more, digits and `_`"),
    (f"def next(x: int) -> int = (+ x 1){REST}  and so on", "expected an example, `e.g. inputs -> output`"),
    (f"def next(x: int) -> int = (+ x 1){REST}\ndef next(x: int) -> int = x", "`next` is defined in line 1 of numbers.lib already"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "message"), UNREADABLE)
def test_what_cannot_be_read_is_told(text: str, message: str) -> None:
    with pytest.raises(GrammarError) as caught:
        library(text)
    assert caught.value.message == message
    assert caught.value.place is not None


WRONG = [
    ("def next(x: int) -> int = (+ x 1)\n  e.g. 1 -> 2\n  e.g. 2 -> 3", "a line of documentation is missing"),
    ('def next(x: int) -> int = (+ x 1)\n  "doc"\n  e.g. 1 -> 2', "examples are missing: found 1, expected at least 2"),
    ('def next(x: int) -> int = (+ x 1)\n  "doc"\n  e.g. 1 -> 2\n  e.g. 1 -> 3', "the example `1 -> 3` gives 2"),
    ('def next(x: int) -> int = (+ x 1)\n  "doc"\n  e.g. 1 -> 2\n  e.g. 1 -> error empty', "the example `1 -> error empty` gives 2"),
    ('def next(x: int) -> int = (+ x 1)\n  "doc"\n  e.g. 1 -> 2\n  e.g. 1', "cannot read the example `1`: `->` was expected, found ''; expected values of int, then `->` and the result or `error KIND`"),
    ('def next(x: int) -> int = (+ x 1)\n  "doc"\n  e.g. 1 -> 2\n  e.g. [] -> 3', "`x`: expected int, found []"),
    (f"def next(x: number) -> int = (+ x 1){REST}", "unknown type 'number'; expected int, bool, string, a type followed by [] (int[], string[], int[][]) or dict<K,V>"),
    (f"def next(x: T) -> int = (+ x 1){REST}", "declared as (T -> int), but its body is (int -> int)"),
    (f"def next(x: int) -> int = 1{REST}", "the parameter `x` is not used"),
    (f"def next(x: int) -> int = (add x 1){REST}", "unknown function `add`"),
    (f"def next(x: int) -> int = (+ x{REST}", "unclosed parenthesis"),
    (f"def next(x: int) -> int = (next x){REST}", "`next` is defined by itself"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "message"), WRONG)
def test_what_does_not_hold_is_told(text: str, message: str) -> None:
    assert f"numbers.lib, line 1: `next`: {message}" in list(faults(library(text)))


def test_definitions_that_need_one_another_are_told_each_time() -> None:
    text = f"def next(x: int) -> int = (after x){REST}\ndef after(x: int) -> int = (next x){REST}"
    circular = library(text)
    told = [
        "numbers.lib, line 1: `next`: `after` is defined by itself",
        "numbers.lib, line 6: `after`: `next` is defined by itself",
    ]
    assert list(faults(circular)) == told
    assert list(faults(circular)) == told


def test_a_file_without_definitions_is_empty(tmp_path: Path) -> None:
    for text in ("", "# A topic", "\n\n"):
        (tmp_path / "numbers.lib").write_text(text)
        assert len(load([tmp_path / "numbers.lib"])) == 0


def test_a_file_that_is_not_utf8_is_told(tmp_path: Path) -> None:
    (tmp_path / "numbers.lib").write_bytes(b"# \x93")
    with pytest.raises(InputError, match=r"numbers\.lib: not UTF-8 text: byte 3 is 0x93"):
        load([tmp_path / "numbers.lib"])


def test_a_library_that_was_used_goes_to_another_process() -> None:
    used = built_in()
    program = parse("(reduce a 0 +)")
    assert used.fold(program) == pickle.loads(pickle.dumps(used)).fold(program)


@pytest.mark.parametrize(
    ("program", "spelt"),
    [
        ('(filter w (partial1 "k" starts_with))', '(filter w (starts_with "k"))'),
        ("(map a (partial1 k has_digit))", "(map a (has_digit k))"),
        ("(map a (lambda1 (map b (partial1 arg1 divisible_by))))", None),  # `arg1` would be another one
        ("(filter a (partial1 (head b) divisible_by))", None),  # which may fail, though `a` is empty
        ("(filter a (partial0 k divisible_by))", None),
        ("(filter a (partial1 k >))", None),
    ],
)
def test_a_function_of_one_is_spelt_in_one_way(program: str, spelt: str | None) -> None:
    found = built_in().directed(parse(program))
    assert to_text(found) == (spelt or program)
    if spelt is not None:
        assert built_in().fold(built_in().expand(found), {"w", "a", "k"}) == found


def test_what_an_argument_is_called_is_no_definition() -> None:
    program = parse("(map a (partial1 k starts_with))")
    assert built_in().directed(program, {"starts_with"}) is program
