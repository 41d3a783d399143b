"""The plain spelling `(f x (g y))` read in one go, for files that hold thousands of programs.

`parse` reads every spelling and tells every fault, ten times as slowly; what is not read here is left to it.
"""

from __future__ import annotations

import re

from saps.language.tree import MAX_DEPTH, Node, Span

_FUNCTION = r"(?:[A-Za-z]\w*(?:-[A-Za-z]\w*)*|[-+*/%<>!]|[<>!=]=|&&|\|\|)(?=[\s()]|\Z)"
_TOKEN = re.compile(
    rf"""\s*(?:
      \((?P<call>{_FUNCTION})
    | (?P<leaf>{_FUNCTION} | (?:0|-?[1-9]\d{{0,17}}|"[\ !\#-\[\]-~]*")(?=[\s()]|\Z))
    | (?P<close>\))
    )""",
    re.VERBOSE | re.ASCII,
)


def plain_program(text: str) -> Node | None:
    """The program that `parse` gives, where it is spelt plainly: calls in parentheses, names, whole numbers
    and strings without escapes. None for all else, faults among it."""
    nodes: list[Node] = []
    calls: list[tuple[int, str, int]] = []  # of each open call its start, its function and its first argument
    end = 0
    while (found := _TOKEN.match(text, end)) is not None:
        kind, end = found.lastgroup, found.end()
        if kind == "leaf":
            nodes.append(Node(found[kind], (), Span(found.start(kind), end)))
        elif kind == "call":
            calls.append((found.start(kind) - 1, found[kind], len(nodes)))
        else:
            if not calls or len(nodes) == calls[-1][2] or len(calls) >= MAX_DEPTH:
                return None
            start, function, first = calls.pop()
            nodes[first:] = [Node(function, nodes[first:], Span(start, end))]
    is_whole = len(nodes) == 1 and not calls and not text[end:].strip()
    return nodes[0] if is_whole else None
