"""The vocabulary of a decoder that speaks the library."""

from __future__ import annotations

import pytest
import torch

from saps.language.errors import InputError
from saps.language.library import Library, parse_library
from saps.language.parser import parse
from saps.language.tree import Node
from saps.language.type_system import BOOL, INT, INT_ARRAY, function
from saps.language.typecheck import Binder, enter
from saps.model.brackets import read_vocabulary, vocabulary
from saps.model.config import ModelConfig
from saps.model.meanings import Meanings, parts
from saps.model.synthesizer import Synthesizer
from saps.search.type_constraints import Rules
from saps.training.transfer import init_meanings

LIBRARY = parse_library("""
def even(x: int) -> bool = (== (% x 2) 0)
  "whether x is even"
def near(xs: int[], k: int) -> int[] = (reduce xs xs (lambda2 (if (< (- arg2 k) 2) (append arg1 k) arg1)))
  "xs, and k for each element near it"
def count_if(xs: T[], p: (T -> bool)) -> int = (len (filter xs p))
  "how many"
""")
PLAIN = [("+", 2), ("%", 2), ("==", 2), ("len", 1), ("filter", 2), ("lambda1", 1), ("map", 2), ("<", 2)]
LEAVES = [(symbol, 0) for symbol in ("a", "b", "0", "1", "2", "arg1", "arg2", "+")]


def meanings(library: Library = LIBRARY) -> Meanings:
    return Meanings([*PLAIN, *LEAVES], library)


@pytest.mark.parametrize(
    ("program", "symbols"),
    [
        ("(len (filter a (lambda1 (== (% arg1 2) 0))))", ["count_if/2", "a/0", "even/0"]),
        ("(+ b 1)", ["+/2", "b/0", "1/0"]),
        ("(== (% b 2) 0)", ["even/1", "b/0"]),
    ],
)
def test_programs_are_folded_and_written_out(program: str, symbols: list[str]) -> None:
    known = meanings()
    ids = known.encode(parse(program))
    assert [known.names[index] for index in ids] == symbols
    assert known.decode(ids) == parse(program)


def test_entries_are_those_that_can_be_written_out() -> None:
    names = set(meanings().names)
    assert {"even/0", "even/1", "near/2", "near/1", "count_if/2", "count_if/1"} <= names
    assert "near/0" not in names  # a function of k, which stands under a lambda


def test_what_cannot_be_written_out_is_no_program() -> None:
    known = meanings()
    captured = Node("map", [Node("a"), Node("lambda1", [Node("near", [Node("a"), Node("arg1")])])])
    ids = [known.id(node.symbol, len(node.children)) for node in captured]
    with pytest.raises(ValueError, match="stands under a lambda of its definition"):
        known.decode(ids)


def test_what_is_too_large_written_out_is_still_a_tree() -> None:
    """A training keeps the trees that came out wrong, whatever they would be written out."""
    known = Meanings([("+", 2), ("a", 0)], parse_library(DOUBLE))
    ids = [known.id("doubled", 1)] * 10 + [known.id("a", 0)]
    assert known.tree(ids).size == 11
    with pytest.raises(ValueError, match="a program of 2047 symbols"):
        known.decode(ids)


DOUBLE = """
def doubled(x: int) -> int = (+ x x)
  "x and x"
"""


def test_the_table_holds_its_library() -> None:
    known = meanings()
    again = read_vocabulary(known.to_json())
    assert isinstance(again, Meanings)
    assert again == known
    assert again.library.to_text() == LIBRARY.to_text()
    with pytest.raises(InputError, match="without its library"):
        Meanings.from_json('{"format": 1, "kind": "library", "symbols": []}')


def test_a_target_names_its_vocabulary() -> None:
    assert isinstance(vocabulary("library", PLAIN), Meanings)


def test_further_symbols_keep_the_definitions() -> None:
    grown = meanings().extended([("*", 2)])
    assert grown.find("*", 2) is not None
    assert grown.find("near", 2) is not None
    assert grown.find("nothing", 1) is None


def test_rules_know_the_types_of_meanings() -> None:
    known = meanings()
    rules = Rules(known.symbols, known.arities, known.library)
    predicates = {known.names[index] for index in rules.everywhere(function((INT,), BOOL))}
    assert "even/0" in predicates and "count_if/2" not in predicates
    numbers = {known.names[index] for index in rules.everywhere(INT)}
    assert "count_if/2" in numbers and "near/2" not in numbers


def test_a_lambda_of_a_definition_sees_nothing_of_those_around_it() -> None:
    known = meanings()
    rules = Rules(known.symbols, known.arities, known.library)
    scope = enter({}, Binder(1, 1))
    placed = rules.place(known.id("near", 2), INT_ARRAY, scope, {}, [])
    assert placed is not None
    (_, xs), (_, k) = placed.children
    assert xs == scope and k == {}


def test_a_meaning_begins_near_what_it_is_made_of() -> None:
    known = meanings()
    config = ModelConfig(
        token_embedding=8, symbol_embedding=8, encoder_units=8, encoder_layers=1, units=8,
        token_count=10, symbol_count=len(known), target="library",
    )  # fmt: skip
    model = Synthesizer.seeded(config, 0)
    index = known.id("even", 1)
    inner = parts(known)[index]
    assert {known.names[one] for one in inner} == {"==/2", "%/2", "2/0", "0/0"}

    def likeness() -> float:
        weight = model.decoder.embedding.weight.detach()
        return float(torch.cosine_similarity(weight[index], weight[inner].mean(0), dim=0))

    before = likeness()
    init_meanings(model, known)
    assert likeness() > before
    assert torch.isfinite(model.decoder.output.weight).all()
