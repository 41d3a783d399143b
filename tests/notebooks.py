"""Runs a notebook's cells in a row, in this process: what it takes to see that they print what they hold."""

from __future__ import annotations

import ast
import io
import json
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any


def cells(path: Path) -> list[tuple[str, str]]:
    """The source of each code cell, with the text that is kept as its output."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    return [
        ("".join(cell["source"]), "".join(map(_text, cell["outputs"])))
        for cell in notebook["cells"]
        if cell["cell_type"] == "code"
    ]


def _text(output: dict[str, Any]) -> str:
    return "".join(output["text"] if output["output_type"] == "stream" else output["data"]["text/plain"])


def run(source: str, names: dict[str, Any]) -> str:
    """What a cell prints, with the value of its last expression; `names` are the notebook's so far."""
    tree = ast.parse(source)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    printed = io.StringIO()
    with redirect_stdout(printed):
        exec(compile(tree, "cell", "exec"), names)
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), "cell", "eval"), names)
            if value is not None:
                printed.write(repr(value))
    return printed.getvalue()
