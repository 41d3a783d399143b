"""`saps synthesize --tree` and `--svg`."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

from tests.cli.said import Run


def test_the_command_draws(tmp_path: Path, saps: Run) -> None:
    file = tmp_path / "tree.svg"
    said = saps("synthesize", "the sum of a", "--arg", "a:int[]", "--tree", "--svg", str(file))
    assert said.code == 0 and "└─ a" in said.out and f"drew {file}" in said.err
    ElementTree.parse(file)
    shown = json.loads(saps("synthesize", "the sum of a", "--arg", "a:int[]", "--json").out)
    assert shown["program"] == "(reduce a 0 +)"
