"""How the text looks where Python's own writer has it otherwise."""

from __future__ import annotations

import ast


def spaced(text: str) -> str:
    """With an empty line after each function that stands inside."""
    lines = text.split("\n")
    inner = [one for one in ast.walk(ast.parse(text)) if isinstance(one, ast.FunctionDef) and one.col_offset]
    for one in sorted(inner, key=lambda one: -one.lineno):
        after = one.end_lineno or one.lineno
        if lines[after]:
            lines.insert(after, "")
    return "\n".join(lines)


def single_brackets(text: str) -> str:
    """`sum(x for x in a)` where Python before 3.13 writes `sum((x for x in a))`."""
    code = ast.parse(text)
    lines = text.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line.encode()) + 1)
    raw = bytearray(text.encode())
    for node in ast.walk(code):
        if isinstance(node, ast.Call) and len(node.args) == 1 and isinstance(node.args[0], ast.GeneratorExp):
            inner = node.args[0]
            first = starts[inner.lineno - 1] + inner.col_offset
            last = starts[(inner.end_lineno or 1) - 1] + (inner.end_col_offset or 1) - 1
            if raw[first - 1 : first + 1] == b"((" and raw[last : last + 2] == b"))" and not node.keywords:
                raw[first] = raw[last] = 0
    return raw.replace(b"\0", b"").decode()
