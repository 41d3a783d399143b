"""The task grammar: what loads, and what each mistake is told as."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from saps.corpus.generation.registers import REGISTERS
from saps.corpus.generation.sampler import speaking
from saps.corpus.grammar.model import TOLD
from saps.corpus.grammar.plain import grammar_of, load, load_text
from saps.language.errors import GrammarError, InputError
from saps.resources import grammar_path

BASE = """\
type sentence = any
type number = int
type numbers = int[]
declare int[]
  | an array <name>
declare int
  | a number <name>
sentence ask(x: number) => x
  | find <x>
"""


def test_every_production_of_the_benchmark_is_read() -> None:
    """Found by its arrow, as no reader of grammars is needed for."""
    text = grammar_path("benchmark.scfg").read_text()
    written = [f"{makes}.{name}" for makes, name in re.findall(r"^(\w+) (\w+)\b.*=>", text, re.M)]
    found = grammar_of(REGISTERS["algolisp"]).all_productions()
    assert sorted(production.label for production in found) == sorted(written)


def test_every_production_is_spoken_of_in_some_register() -> None:
    productions = list(load().all_productions())
    tags = [frozenset((name, TOLD, *register.styles)) for name, register in REGISTERS.items()]
    spoken = {one.label for tag in tags for one in speaking(productions, tag)}
    assert spoken == {one.label for one in productions}


def test_a_production_is_a_line_with_its_wordings() -> None:
    grammar = load_text(
        BASE + "number sum(xs: numbers) *3 => (reduce xs 0 +)\n  | the sum of <xs>\n  @terse | sum <xs> *2\n"
    )
    production = grammar.find("sum")
    assert production.label == "number.sum"
    assert production.weight == 3
    assert [wording.weight for wording in production.wordings] == [1, 2]
    assert [set(wording.registers) for wording in production.wordings] == [set(), {"terse"}]


def test_a_program_may_go_on_in_indented_lines() -> None:
    grammar = load_text(BASE + "number sum(xs: numbers) => (reduce xs\n    0\n    +)\n  | sum <xs>\n")
    assert str(grammar.find("sum").program) == "Node((reduce xs 0 +))"


FAULTS = [
    ("number f(x: numbr) => x\n  | f <x>\n", "unknown nonterminal `numbr`, did you mean 'number'?", 10, 13),
    ("numbr f(x: number) => x\n  | f <x>\n", "unknown nonterminal `numbr`", 10, 1),
    ("number f(x: number) => (square x)\n  | f\n", "the slot `<x>` is missing in this wording", 11, 3),
    ("number f(x: number) => (square x)\n  | f <x> <y>\n", "`<y>` is no slot of this production", 11, 3),
    ("number f(x: number) => (square x)\n  | f <x> <x>\n", "nobody could tell where `<x>` ends", 11, 3),
    ("number f(x: number) => 1\n  | f <x>\n", "the slot `x` is not used in the program", 10, 24),
    ("number f(x: number) => (len x)\n  | f <x>\n", "argument 1 of `len` must be", 10, 29),
    ("number f(x: numbers) => (sort x)\n  | f <x>\n", "the program gives int[], but `number` is int", 10, 25),
    ("number f(x: number) => (+ x\n  | f <x>\n", "unclosed parenthesis", 10, 24),
    ("number f(x: number) => (+ x y)\n  | f <x>\n", "unknown name `y`", 10, 29),
    ("number f(x: number) => (- x)\n  | f <x>\n", "`-` takes 2 arguments, got 1", 10, 24),
    (
        "number f(x: number) => (square x)\n  | f <x> *0\n",
        "a weight must be a number above 0, found `0`",
        11,
        11,
    ),
    (
        "number f(x: number) => (square x)\n  | f <x> *-2\n",
        "a weight must be a number above 0, found `-2`",
        11,
        11,
    ),
    ("number f(x: number) => (square x)\n  | f <x> *many\n", "a weight must be a number above 0", 11, 11),
    ("number f(x: number) => (square x)\n  | f {big} <x>\n", "unknown words `{big}`", 11, 8),
    ("number f(x: number) => (square x)\n  | f [<x>]\n", "a slot cannot stand in an optional part", 11, 7),
    (
        "number f(x: number) => (square x)\n  | (f <x> | g)\n",
        "all options of a choice must hold the same slots",
        11,
        6,
    ),
    ("number f(x: number) => (square x)\n  | (f <x>\n", "the end of the line where", 11, 11),
    ("number f(x: number) => (square x)\n", "the end of the file where", 10, 34),
    ("type t = nonsense\n", "unknown type 'nonsense'", 10, 10),
    (
        "number f(x: number, y: number) => (+ x y)\n  | f <x> <y>\n",
        "nobody could tell where `<x>` ends and `<y>` begins: both are `number`",
        11,
        3,
    ),
    (
        "define\n  | let <name> be <value> or <value>\n",
        "the slot `<value>` stands twice in this wording",
        11,
        3,
    ),
    ("number f(x: number, x: number) => (+ x x)\n  | f <x>\n", "declared twice", 10, 21),
]


@pytest.mark.parametrize(("lines", "message", "line", "column"), FAULTS)
def test_a_mistake_is_told_with_its_place(lines: str, message: str, line: int, column: int) -> None:
    with pytest.raises(GrammarError) as caught:
        load_text(BASE + lines)
    assert message in caught.value.message
    assert caught.value.place == (line, column)


WHOLE = [
    ("number f(x: strings) => (len x)\n  | f <x>\n", "type strings = string[]\n", "nothing makes `strings`"),
    ("sentence f => 42\n  | the answer\n", "", "is a sentence without slots"),
    ("other f(x: number) => x\n  | f <x>\n", "type other = int\n", "nothing asks for `other`"),
    (
        "number f(x: loop) => (invoke1 x 1)\n  | f <x>\nloop g(y: loop) => (combine y y)\n  | g <y>\n",
        "type loop = (int -> int)\n",
        "can never end",
    ),
    (
        "number f(x: integer) => (square x)\n  | f <x> or <x>\n",
        "",
        "says `<x>` twice in a wording, which only an argument's slot may be; `integer` is filled",
    ),
]


@pytest.mark.parametrize(("lines", "types", "message"), WHOLE)
def test_faults_of_the_whole_grammar(lines: str, types: str, message: str) -> None:
    with pytest.raises(GrammarError, match="production") as caught:
        load_text(types + BASE + lines)
    assert message in str(caught.value)


def test_a_grammar_needs_sentences() -> None:
    with pytest.raises(GrammarError, match="sentence"):
        load_text("type number = int\n")


@pytest.mark.slow
def test_include_extends_the_built_in_grammar(tmp_path: Path) -> None:
    mine = tmp_path / "my.scfg"
    line = "say furlongs(x: int) -> int => (* 8 x)\n  noun furlongs in <x> miles\n"
    mine.write_text('include "meanings.scfg"\n' + line)
    assert {one.makes for one in load(mine).named("furlongs")} >= {"np int"}


def test_registers_are_those_of_the_wordings_that_name_none() -> None:
    lines = "number f(x: number) => (square x)\n  | f <x>\n  @terse | g <x>\n  @told | h <x>\n"
    wordings = load_text("registers formal\n" + BASE + lines).find("f").wordings
    assert [set(wording.registers) for wording in wordings] == [{"formal"}, {"terse"}, {"formal"}]
    assert [wording.told for wording in wordings] == [False, False, True]


def test_the_registers_of_an_included_file_stay_there(tmp_path: Path) -> None:
    (tmp_path / "inner.scfg").write_text("registers formal\n" + BASE)
    outer = tmp_path / "outer.scfg"
    outer.write_text('include "inner.scfg"\nnumber f(x: number) => (square x)\n  | f <x>\n')
    grammar = load(outer)
    assert [set(wording.registers) for wording in grammar.find("f").wordings] == [set()]
    assert [set(wording.registers) for wording in grammar.find("ask").wordings] == [{"formal"}]


@pytest.mark.parametrize("name", ["secret", "secret.txt", "secret.scfg.txt", "."])
def test_what_is_no_grammar_is_neither_read_nor_shown(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret.txt").write_text("hunter2\n")
    (tmp_path / "secret").write_text("hunter2\n")
    mine = tmp_path / "my.scfg"
    mine.write_text(f'include "{name}"\n')
    with pytest.raises(GrammarError, match=r"line 1, column 9: .* a name that ends in \.scfg") as caught:
        load(mine)
    assert "hunter2" not in str(caught.value) + caught.value.caret()


def test_a_grammar_that_includes_itself_is_refused(tmp_path: Path) -> None:
    mine = tmp_path / "my.scfg"
    mine.write_text('include "my.scfg"\n')
    with pytest.raises(GrammarError, match=r"cannot include itself: .*my.scfg includes .*my.scfg"):
        load(mine)


def test_a_file_included_by_two_routes_is_taken_once(tmp_path: Path) -> None:
    (tmp_path / "base.scfg").write_text(BASE)
    for name in ("left", "right"):
        (tmp_path / f"{name}.scfg").write_text(
            f'include "base.scfg"\nnumber {name}(x: number) => (square x)\n  | {name} <x>\n'
        )
    both = tmp_path / "both.scfg"
    both.write_text('include "left.scfg"\ninclude "right.scfg"\n')
    grammar = load(both)
    assert {"left", "right"} <= {one.name for one in grammar.all_productions()}
    (tmp_path / "base.scfg").write_text(BASE + 'include "left.scfg"\n')
    with pytest.raises(
        GrammarError, match=r"cannot include itself: .*left.scfg includes .*base.scfg includes"
    ):
        load(both)


def test_a_missing_grammar_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot read the grammar"):
        load(tmp_path / "none.scfg")


def test_an_unknown_production_names_the_nearest() -> None:
    with pytest.raises(GrammarError, match="did you mean 'ask'"):
        load_text(BASE).find("aks")
