"""Functions found again in what they were written out to: the inverse of applying one.

Where a definition says `(invoke1 p x)`, a program holds `(== (% x 2) 0)`. The function is what is left when
`x` is taken out, `(lambda1 (== (% arg1 2) 0))`. This is pattern unification (Miller, 1991) for arguments that
are known.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from saps.language.expansion import mentions_lambda
from saps.language.primitives import LAMBDAS, PARAMETERS, PRIMITIVES
from saps.language.tree import Node

_MARKS = ("?1", "?2")
"""Stand for the arguments that are taken out; no program's symbols."""


def abstracted(result: Node, args: Sequence[Node]) -> Node | None:
    """A lambda that gives `result` for `args`; None where it would not use one, or use what surrounds it."""
    marks = dict(zip(args, map(Node, _MARKS), strict=False))
    body = _taken_out(result, marks)
    used = {node.symbol for node in body}
    if mentions_lambda(body) or not used.issuperset(_MARKS[: len(args)]):
        return None
    parameters = {Node(mark): Node(name) for mark, name in zip(_MARKS, PARAMETERS, strict=True)}
    return Node(f"lambda{len(args)}", [_taken_out(body, parameters)])


def spellings(function: Node) -> Iterator[Node]:
    """Ways to write a function that give the same where it is applied, shorter ones first."""
    if function.symbol in LAMBDAS:
        body = function.children[0]
        names = list(PARAMETERS)[: LAMBDAS[function.symbol]]
        symbols = [child.symbol if not child.children else "" for child in body.children]
        if body.symbol in PRIMITIVES and symbols == names:
            yield Node(body.symbol)
        elif body.symbol == "!" and len(names) == 1:
            inner = Node("lambda1", body.children)
            yield from (Node("combine", [Node("!"), spelling]) for spelling in spellings(inner))
        elif body.symbol in PRIMITIVES and len(symbols) == 2 and symbols.count("arg1") == len(names) == 1:
            place = 1 - symbols.index("arg1")
            if not mentions_lambda(body.children[place]):
                yield Node(f"partial{place}", [body.children[place], Node(body.symbol)])
    yield function


def _taken_out(body: Node, marks: dict[Node, Node]) -> Node:
    """The body with other expressions in place of some, outside of lambdas."""
    found = marks.get(body)
    if found is not None:
        return found
    if not body.children or body.symbol in LAMBDAS:
        return body
    return Node(body.symbol, [_taken_out(child, marks) for child in body.children])
