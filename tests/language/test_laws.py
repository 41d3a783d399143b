"""Laws of reading, printing, checking and running, on random programs."""

from __future__ import annotations

import contextlib
import json
import random

from hypothesis import given
from hypothesis import strategies as st

from saps.language.compiler import compile_program
from saps.language.errors import ProgramTypeError, RunError, SapsError
from saps.language.parser import from_nested, parse
from saps.language.primitives import PRIMITIVES
from saps.language.printer import to_indented, to_nested, to_sequence, to_text
from saps.language.tree import Node
from saps.language.typecheck import check
from tests.language.programs import ARGS, WellTyped, any_tree

_NUMBERS = st.integers(-(10**30), 10**30).map(str) | st.floats(allow_nan=False, allow_infinity=False).map(
    repr
)
_STRINGS = st.text().map(lambda text: json.dumps(text, ensure_ascii=False))
_LETTERS = st.characters(categories=("Ll", "Lu", "Lo"))
_NAMES = st.text(_LETTERS, min_size=1, max_size=8) | st.sampled_from([*PRIMITIVES, "lambda1", "arg1", "self"])
_LEAVES = (_NUMBERS | _STRINGS | _NAMES | st.sampled_from(["int[]", "dict<int,string[]>", "true"])).map(Node)
TREES = st.recursive(
    _LEAVES, lambda trees: st.builds(Node, _NAMES, st.lists(trees, min_size=1, max_size=4)), max_leaves=30
)


@given(TREES)
def test_reading_undoes_printing(tree: Node) -> None:
    assert parse(to_text(tree)) == tree
    assert from_nested(to_nested(tree)) == tree
    assert parse(json.dumps(to_nested(tree))) == tree or not tree.children
    assert parse(" ".join(to_sequence(tree))) == tree


@given(TREES, st.integers(1, 60))
def test_reading_undoes_indenting(tree: Node, width: int) -> None:
    assert parse(to_indented(tree, width)) == tree


@given(TREES)
def test_commas_mean_nothing(tree: Node) -> None:
    def spell(node: Node) -> str:
        parts = [node.symbol, *map(spell, node.children)]
        return f"({', '.join(parts)})" if node.children else node.symbol

    assert parse(spell(tree)) == tree


@given(st.text() | st.text('()[],"+- \n\\a0.', max_size=30))
def test_any_text_gives_a_tree_or_a_saps_error(text: str) -> None:
    with contextlib.suppress(SapsError):
        assert parse(to_text(parse(text))) == parse(text)


@given(TREES)
def test_checking_any_tree_gives_types_or_a_saps_error(tree: Node) -> None:
    with contextlib.suppress(SapsError):
        check(tree)


def test_hostile_fuzz() -> None:
    """Ill-typed trees never get further than a SapsError, well-typed ones never further than a RunError."""
    draw = random.Random(7)
    typed = 0
    for _ in range(4_000):
        tree = any_tree(draw)
        try:
            program = compile_program(check(tree))
        except SapsError:
            continue
        typed += 1
        values = [draw.choice((0, 1, -1, 0.5, True, "", "ab", [], [3, 1], [[1]])) for _ in program.arg_names]
        with contextlib.suppress(RunError):
            program(*values)
    assert typed > 80
    sampler = WellTyped(7)
    for _ in range(1_500):
        with contextlib.suppress(ProgramTypeError):  # comparing functions, which only the whole program shows
            program = compile_program(check(sampler.program(4), ARGS))
            with contextlib.suppress(RunError):
                program.run(sampler.inputs())
