"""A grammar's file cut into statements: where each begins and ends, and what is told of one that is wrong."""

from __future__ import annotations

import pytest

from saps.corpus.grammar.model import Choice, Phrase, Slot, Word
from saps.corpus.grammar.plain import load_text
from saps.corpus.grammar.statements import NAME, statements
from saps.language.errors import GrammarError

BASE = """\
# a small grammar

type sentence = any     # a whole task
type number = int
words of = of | (in [the]) *2 | "on (a)"
declare int
  | a number <name>
sentence ask(x: number) => x
  | find <x>
"""


def test_a_statement_goes_on_in_indented_lines() -> None:
    found = [(statement.line, str(statement.take(NAME))) for statement in statements(BASE)]
    assert found == [(3, "type"), (4, "type"), (5, "words"), (6, "declare"), (8, "sentence")]


def test_everything_a_wording_may_hold() -> None:
    wording = '  @terse,told | a {of} < x >[(b|c *.5)] "(" *.25   # and a remark\n\n# and another one\n'
    grammar = load_text(BASE + "number f(x:number) *2 =>(square\n    x)\n" + wording)
    production = grammar.find("f")
    assert (production.line, production.weight, str(production.program)) == (10, 2.0, "Node((square x))")
    half = Phrase((Word("c"),), 0.5)
    optional = Choice((Phrase((Choice((Phrase((Word("b"),)), half)),)), Phrase((), 1.0)))
    of = Choice(
        (
            Phrase((Word("of"),)),
            Phrase((Choice((Phrase((Word("in"), Choice((Phrase((Word("the"),)), Phrase(()))))),)),), 2.0),
            Phrase((Word("on"), Word("(a)"))),
        )
    )
    items = (Word("a"), of, Slot("x"), optional, Word("("))
    assert production.wordings == (Phrase(items, 0.25, frozenset({"terse"}), told=True),)


FAULTS = [
    ("  | f\n" + BASE, "`|` where a statement was expected", 1, 3),
    (BASE + "number f(x number) => x\n  | f <x>\n", "`number` where `:` was expected", 10, 12),
    (BASE + "number f(x: number x\n", "`x` where `,` or `)` was expected", 10, 20),
    (BASE + "number f(x: number) -> x\n", "`-` where `=>` was expected", 10, 21),
    (BASE + "number f(x: number) =>\n  | f <x>\n", "the end of the line where a program was", 10, 23),
    (BASE + "number f(x: number) => (square x)\n  f <x>\n", "`f` behind the end of the program", 11, 3),
    (BASE + "number f(x: number) => (square x)\n  | f <x>)\n", "`)` where the end of the line", 11, 10),
    (BASE + "number f(x: number) => (square x)\n  | f (<x> |)\n", "`)` where a word was expected", 11, 13),
    (BASE + "number f(x: number) => (square x)\n  | f <x> *2 b\n", "`b` where the end of the", 11, 14),
    (BASE + "number f(x: number) => (square x)\n  | f [the) <x>\n", "`)` where `|` or `]` was", 11, 11),
    (BASE + "number f(x: number) => (square x)\n  | f <x\n", "`<` where the end of the line", 11, 7),
    (BASE + "number f(x: number) => (square x)\n  |\n", "the end of the line where a word was", 11, 4),
    (BASE + "type t int\n", "`int` where `=` was expected", 10, 8),
    (BASE + "type t = int int\n", "`int` where the end of the line was expected", 10, 14),
    (BASE + 'include other.scfg\n', "`other` where a file's name in quotes was expected", 10, 9),
    (BASE + "registers\n", "the end of the line where a name was expected", 10, 10),
    (BASE + "42\n", "`42` where a name was expected", 10, 1),
]  # fmt: skip


@pytest.mark.parametrize(("text", "message", "line", "column"), FAULTS)
def test_what_was_expected_is_told(text: str, message: str, line: int, column: int) -> None:
    with pytest.raises(GrammarError) as caught:
        load_text(text)
    assert message in caught.value.message
    assert caught.value.place == (line, column)


@pytest.mark.parametrize("blank", ["\u2028", "\x0b", "\x85", "\u3000"])
def test_a_blank_that_is_none_is_told(blank: str) -> None:
    with pytest.raises(GrammarError, match=f"`{blank}` where"):
        load_text(BASE.replace("declare int", f"declare{blank}int"))


def test_brackets_have_a_greatest_depth() -> None:
    for depth in (20, 21, 5_000):
        text = BASE.replace("find", "(" * depth + "find" + ")" * depth)
        if depth == 20:
            load_text(text)
        else:
            with pytest.raises(GrammarError, match="column 25: brackets inside one another; at most 20"):
                load_text(text)
