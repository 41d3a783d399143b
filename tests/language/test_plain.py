"""Programs read in one go are what the parser makes of them, or are left to it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saps.corpus.generation.registers import REGISTERS
from saps.corpus.grammar.plain import grammar_of
from saps.language.errors import ProgramSyntaxError
from saps.language.parser import parse
from saps.language.plain import plain_program
from saps.language.printer import to_text
from saps.language.tree import MAX_DEPTH, Node

PIECES = ["(", ")", " ", "\n", "+", "<=", "||", "len", "int-deref", "int[]", "x1", "é", "_", ","]
PIECES += ["0", "07", "-3", "2.5", '"a b"', '"', "\\", "[", "]"]


def spans(program: Node) -> list[object]:
    return [node.span for node in program]


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_what_is_read_is_what_the_parser_reads(text: str) -> None:
    found = plain_program(text)
    if found is None:
        return
    whole = parse(text)
    assert (found, spans(found)) == (whole, spans(whole))


def test_next_to_all_programs_of_the_grammar_are_plain() -> None:
    texts = [
        to_text(production.program) for production in grammar_of(REGISTERS["algolisp"]).all_productions()
    ]
    read = list(map(plain_program, texts))
    assert sum(program is None for program in read) < 0.02 * len(texts)
    for text, program in zip(texts[::40], read[::40], strict=True):
        assert program in (None, parse(text))


@pytest.mark.parametrize(
    "spelling", ["(reduce a 0 +)", " (map\n a (lambda1 (* arg1 -2)) ) ", '(== s "x y")', "a"]
)
def test_plain_spellings(spelling: str) -> None:
    found = plain_program(spelling)
    assert found is not None and (found, spans(found)) == (parse(spelling), spans(parse(spelling)))


@pytest.mark.parametrize("spelling", ["(reduce, a, 0, +)", '["len", "a"]', "(+ 1.5 a)", '(len "\\n")'])
def test_other_spellings_are_left_to_the_parser(spelling: str) -> None:
    assert plain_program(spelling) is None
    parse(spelling)


@pytest.mark.parametrize(
    "fault", ["", "(+ a", "(+ a b))", "a b", "()", "(f)", '("f" a)', "(1 a)", "((f a) b)"]
)
def test_faults_are_left_to_the_parser(fault: str) -> None:
    assert plain_program(fault) is None
    with pytest.raises(ProgramSyntaxError):
        parse(fault)


def test_depth_is_the_parsers() -> None:
    for levels in (MAX_DEPTH - 1, MAX_DEPTH):
        text = "(! " * levels + "a" + ")" * levels
        try:
            whole = parse(text)
        except ProgramSyntaxError:
            assert plain_program(text) is None and levels == MAX_DEPTH
        else:
            assert plain_program(text) == whole and levels < MAX_DEPTH
