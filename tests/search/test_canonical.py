"""Programs that differ in the order of operands only have one spelling."""

from __future__ import annotations

import pytest

from saps.language.parser import parse
from saps.language.tree import Node
from saps.search.canonical import Frames, canonical, grown


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ("(+ a b)", "(+ b a)", True),
        ("(- a b)", "(- b a)", False),
        ("(> a b)", "(< b a)", True),
        ("(>= a b)", "(< b a)", False),
        ("(&& (> a b) (== c 1))", "(&& (== 1 c) (< b a))", True),
        ("(map a (lambda1 (* 2 (+ arg1 b))))", "(map a (lambda1 (* (+ b arg1) 2)))", True),
        ("(str_concat a b)", "(str_concat b a)", False),
        ("(filter a (partial0 b ==))", "(filter b (partial0 a ==))", False),
    ],
)
def test_spellings(left: str, right: str, same: bool) -> None:
    assert (canonical(parse(left)) == canonical(parse(right))) is same


@pytest.mark.parametrize(
    "text",
    ["a", "(+ b a)", "(reduce (filter a (lambda1 (> (+ 1 arg1) (* b c)))) 0 +)", "(if (== 1 0) b (max b a))"],
)
def test_a_tree_grown_in_pre_order_is_canonical(text: str) -> None:
    program = parse(text)
    begun: Frames | Node = None
    for node in program:
        assert not isinstance(begun, Node)
        begun = grown(begun, node.symbol, len(node.children))
    assert begun == canonical(program)
