"""Tree -> text: the inverse of the parser, on one line or indented."""

from __future__ import annotations

from saps.language.tree import Node, to_nested, to_text

__all__ = ["to_indented", "to_nested", "to_sequence", "to_text"]


def to_indented(node: Node, width: int = 80, indent: int = 0) -> str:
    """The program over several lines: whatever fits stays on one line, the rest opens a line per argument."""
    text = to_text(node)
    if not node.children or indent + len(text) <= width:
        return text
    pad = " " * (indent + 2)
    rest = "".join(f"\n{pad}{to_indented(child, width, indent + 2)}" for child in node.children)
    return f"({node.symbol}{rest})"


def to_sequence(node: Node) -> list[str]:
    """The flat token list of the AlgoLisp files (`code_sequence`): symbols with `(` and `)`."""
    if not node.children:
        return [node.symbol]
    return ["(", node.symbol, *(token for child in node.children for token in to_sequence(child)), ")"]
