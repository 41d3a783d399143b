"""What is odd in a grammar comes to light."""

from __future__ import annotations

from pathlib import Path

from saps.corpus.generation.debugging import examine
from saps.corpus.generation.factory import Settings, TaskFactory

ODD = """\
type sentence = any
type number = int
declare int
  | a number <name>
number plus(x: number, y: number) => (+ x y)
  | <x> with <y>
number times(x: number, y: number) => (* x y)
  | <x> with <y>
number broken(x: number) => (/ (square x) 0)
  | the the remains of <x>
number fine(x: number) => (square x)
  | its the square of <x>
sentence ask(x: number) => x
  | find <x>
"""


def test_what_is_odd_is_found(tmp_path: Path) -> None:
    (tmp_path / "odd.scfg").write_text(ODD)
    found = examine(TaskFactory(Settings(grammar=str(tmp_path / "odd.scfg"), registers=(("terse", 1.0),))), 4)
    assert found.tasks < found.draws
    assert "number.broken" in found.hardly and "number.plus" not in found.hardly
    assert found.clashes["find $0 with $1"] == ["(* $0 $1)", "(+ $0 $1)"]
    assert found.doubled and all("the the" in one or "its the" in one for one in found.doubled)
    assert "count_if" in found.unused and "square" not in found.rare
