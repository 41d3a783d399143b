"""The decoder's vocabulary."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saps.language.errors import InputError, SapsError
from saps.language.tree import Node
from saps.model.symbols import Symbols, UnknownSymbol

LEAVES = st.sampled_from(["a", "+", "/", '"z"', '"a/2"', "lambda1"]).map(Node)
PROGRAMS = st.recursive(
    LEAVES,
    lambda children: st.builds(
        Node, st.sampled_from(["+", "/", "f"]), st.lists(children, min_size=1, max_size=4)
    ),
    max_leaves=20,
)


@given(st.lists(PROGRAMS, min_size=1, max_size=8))
def test_decode_is_the_inverse_of_encode(programs: list[Node]) -> None:
    symbols = Symbols.from_programs(programs)
    for program in programs:
        assert symbols.decode(symbols.encode(program)) == program
    assert Symbols.from_json(symbols.to_json()) == symbols


def test_arity_is_part_of_a_symbol() -> None:
    program = Node("reduce", [Node("a"), Node("+"), Node("+", [Node("a"), Node("0")])])
    symbols = Symbols.from_programs([program])
    assert symbols.names == ["+/0", "+/2", "0/0", "a/0", "reduce/3"]
    assert symbols.arities == [0, 2, 0, 0, 3]
    assert (len(symbols), symbols.root, symbols.padding) == (5, 5, 6)
    assert symbols.encode(program) == [4, 3, 0, 1, 3, 2]


def test_order_of_entries_does_not_matter() -> None:
    entries = [("b", 0), ("a", 1), ("/", 2)]
    assert Symbols(entries) == Symbols(reversed(entries * 2))
    assert Symbols(entries).names == ["//2", "a/1", "b/0"]


def test_an_unknown_symbol_is_named() -> None:
    with pytest.raises(UnknownSymbol, match=r"the symbol \*/2 is not in the vocabulary") as caught:
        Symbols([("+", 2)]).encode(Node("*", [Node("a"), Node("b")]))
    assert isinstance(caught.value, SapsError)
    assert caught.value.name == "*/2"


@pytest.mark.parametrize(
    ("ids", "message"),
    [
        ([], "0 trees"),
        ([0], "lacks a child"),
        ([0, 1], "lacks a child"),
        ([1, 1], "2 trees"),
        ([0, 1, 1, 1], "2 trees"),
        ([2], "not the id of a symbol"),
        ([-1], "not the id of a symbol"),
    ],
)
def test_ids_that_are_not_one_tree(ids: list[int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Symbols([("+", 2), ("a", 0)]).decode(ids)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"format": 1, "symbols": 3}',
        '{"format": 1, "symbols": ["a"]}',
        '{"format": 1, "symbols": ["b/0", "a/0"]}',
        '{"format": 1, "symbols": ["a/0", "a/0"]}',
        '{"format": 2, "symbols": ["a/0"]}',
        '{"format": 1, "symbols": ["a/-1"]}',
    ],
)
def test_a_damaged_table_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="symbol table"):
        Symbols.from_json(text)
