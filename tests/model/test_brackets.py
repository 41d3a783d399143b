"""Programs as sequences of tokens."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saps.language.errors import InputError
from saps.language.parser import parse
from saps.language.tree import Node
from saps.model.brackets import Brackets, read_vocabulary, vocabulary
from saps.model.symbols import Symbols, UnknownSymbol
from tests.model.test_symbols import PROGRAMS

ENTRIES = [("reduce", 3), ("+", 0), ("+", 2), ("a", 0), ("0", 0)]
TOKENS = Brackets(ENTRIES)


@given(st.lists(PROGRAMS, min_size=1, max_size=8))
def test_decode_is_the_inverse_of_encode(programs: list[Node]) -> None:
    tokens = Brackets.from_programs(programs)
    for program in programs:
        assert tokens.decode(tokens.encode(program)) == program
    assert read_vocabulary(tokens.to_json()) == tokens


def test_a_program_is_its_tokens() -> None:
    assert TOKENS.names == ["(/1", ")/1", "+/1", "0/1", "<end>/0", "a/1", "reduce/1"]
    ids = TOKENS.encode(parse("(reduce a 0 +)"))
    assert [TOKENS.symbols[index] for index in ids] == ["(", "reduce", "a", "0", "+", ")", "<end>"]
    with pytest.raises(UnknownSymbol, match="tail/1"):
        TOKENS.encode(Node("tail"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "not exactly one program"),
        ("a a", "not exactly one program"),
        ("( + a 0", "not exactly one program"),
        ("(", "not exactly one program"),
        ("a )", "nothing to close"),
        ("( + a 0 ) )", "nothing to close"),
        ("( a )", "a call without arguments"),
        ("( )", "token 2 is \\)"),
        ("( ( + a 0 ) )", "token 2 is \\("),
        ("a <end> a", "goes on after"),
    ],
)
def test_a_sequence_that_is_no_program(text: str, message: str) -> None:
    ids = [TOKENS.id(token, 0 if token == "<end>" else 1) for token in f"{text} <end>".split()]
    with pytest.raises(ValueError, match=message):
        TOKENS.decode(ids)


@pytest.mark.parametrize("ids", [[], [99], [TOKENS.id("a", 1)]])
def test_ids_that_are_no_sequence(ids: list[int]) -> None:
    with pytest.raises(ValueError):
        TOKENS.decode(ids)


def test_tables_are_read_as_what_they_are() -> None:
    tree = vocabulary("tree", ENTRIES)
    assert type(read_vocabulary(tree.to_json())) is Symbols
    assert type(read_vocabulary(vocabulary("sequence", ENTRIES).to_json())) is Brackets
    older = tree.to_json().replace('"kind": "tree",\n', "")
    assert "kind" not in older
    assert read_vocabulary(older) == tree
    with pytest.raises(InputError, match="kind 'brackets'; expected 'tree'"):
        Symbols.from_json(TOKENS.to_json())
