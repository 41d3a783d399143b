"""Programs that are small to write and large to run: shared arrays, grown strings, trees of functions."""

from __future__ import annotations

import json
import random

from saps.language.parser import parse
from saps.language.tree import Node, substitute


def shared(levels: int, width: int = 100) -> str:
    """An array of `width` times the same array, and so on: small in memory, enormous as a tree."""
    array = f"(range 0 {width})"
    for _ in range(levels):
        array = f"(map (range 0 {width}) (partial0 {array} (lambda2 arg1)))"
    return array


def grown(doublings: int) -> str:
    """A string of 2^doublings characters."""
    return f'(reduce (range 0 {doublings}) "z" (lambda2 (str_concat arg1 arg1)))'


def balanced(depth: int, leaf: str) -> str:
    """2^depth functions put behind one another."""
    if depth == 0:
        return leaf
    half = balanced(depth - 1, leaf)
    return f"(combine {half} {half})"


_LEAVES = ("abs", "square", "(partial0 1 +)", "(partial1 (+ b 1) -)", "(lambda1 (+ arg1 b))")

_ARRAY_USES = (
    "(len X)", "(== X X)", "(< X X)", "(sort X)", "(contains X (head X))", "(reverse (append X (head X)))",
    "X", "(map X len)", "(filter X (partial0 X contains))", "(len (filter X (partial1 (head X) ==)))",
    "(invoke1 (lambda1 (if (== (len arg1) 0) 0 (+ (self (tail arg1)) (self (tail arg1))))) X)",
    "(invoke1 (lambda1 (if (<= (len arg1) 1) arg1 (append (self (tail arg1)) (head (self (tail arg1)))))) X)",
    "(reduce X 0 (lambda2 (if (== arg2 (head X)) (+ arg1 1) (self arg1 arg2))))",
)  # fmt: skip

_STRING_USES = (
    "(strlen S)", "S", "(== S (str_concat S w))", "(str_min S (str_concat S \"a\"))", "(str_max S S)",
    '(str_split S "z")', "(str_split (str_concat S \" a\") \" \")", "(map (range 0 N) (lambda1 S))",
    "(map (range 0 N) (lambda1 (map (range 0 N) (lambda1 S))))", "(dict-insert (dict-new string int) S b)",
    "(sort (map (range 0 N) (partial0 S (lambda2 (str_concat arg1 (str_index (% arg2 9) S))))))",
    "(contains (map (range 0 N) (lambda1 S)) (str_concat S \"\"))",
    '(invoke1 (lambda1 (if (> (strlen arg1) 90000) 0 (+ (self (str_concat arg1 "ab")) '
    "(self (str_concat arg1 arg1))))) S)",
)  # fmt: skip

_FUNCTION_USES = (
    "(invoke1 F b)", "(map a F)", "(filter (map a F) is_prime)", "(head (map a F))",
    "(reduce a 0 (lambda2 (invoke1 F (+ arg1 arg2))))", "(invoke1 F (invoke1 F (invoke1 F b)))",
    "(invoke1 (lambda1 (if (<= arg1 0) b (invoke1 F (self (- arg1 1))))) 5)",
)  # fmt: skip


def large(draw: random.Random) -> Node:
    """A program over the arguments of `programs.ARGS`."""
    kind = draw.randrange(4)
    if kind == 0:
        levels = draw.randint(1, 4)
        array = shared(levels, draw.choice((2, 30, 100)))
        return substitute(parse(draw.choice(_ARRAY_USES)), {"X": parse(array)})
    if kind == 1:
        text, count = parse(grown(draw.randint(0, 18))), Node(str(draw.choice((3, 90, 1_000))))
        return substitute(parse(draw.choice(_STRING_USES)), {"S": text, "N": count, "w": Node('"y"')})
    if kind == 2:
        depth = draw.randint(1, 7) if draw.random() < 0.9 else 9
        function = balanced(depth, draw.choice(_LEAVES))
        return substitute(parse(draw.choice(_FUNCTION_USES)), {"F": parse(function)})
    leaf = Node(draw.choice(("a", "1", json.dumps("z" * draw.choice((1, 5_000, 20_000))))))
    return Node(draw.choice(("+", "map", "f", "self", "lambda1")), [leaf] * draw.choice((1, 4, 101, 5_001)))
