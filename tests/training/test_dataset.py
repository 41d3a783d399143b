"""Tasks as the model sees them."""

from __future__ import annotations

from saps.corpus.tasks.task import Task
from saps.language.parser import parse
from saps.training.dataset import Pair, common_symbols, hide


def test_names_are_hidden_as_the_sentence_spells_them() -> None:
    args = {"maxPrice": "int", "Scores": "int[]", "word": "string", "k": "int"}
    program = parse("(+ (+ maxPrice k) (+ (head Scores) (strlen word)))")
    text = tuple("maxPrice plus k plus the head of Scores plus the length of word".split())
    pair = hide(Task(text, program, args, "int", tests=()))
    assert not {"maxprice", "scores", "word"} & set(pair.words)
    assert {node.symbol for node in pair.program} <= {"+", "head", "strlen", "k", "a", "b", "c"}


def test_constants_are_common_that_many_programs_hold() -> None:
    often, rare = parse('(+ a (+ 5280 (strlen "mile")))'), parse("(+ 77 (+ 77 (+ 77 (+ 77 (+ 77 a)))))")
    found = [Pair((), often)] * 5 + [Pair((), rare)] * 4
    assert sorted(common_symbols(found)) == [('"mile"', 0), ("5280", 0)]
