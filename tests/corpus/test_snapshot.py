"""A grammar is read once, and again when it, or what reads it, is another."""

from __future__ import annotations

from pathlib import Path

import pytest

from saps.corpus import snapshot
from saps.corpus.loader import load, load_text
from saps.corpus.snapshot import kept
from saps.corpus.synchronous import Grammar

SMALL = """\
type sentence = any
type number = int
declare int
  | a number <name>
sentence ask(x: number) => x
  | find <x>
number square(x: number) => (square x)
  | the square of <x>
"""


class Reading:
    """Reads a file, and counts how often."""

    def __init__(self, path: Path) -> None:
        self.path, self.count = path, 0

    def __call__(self) -> Grammar:
        self.count += 1
        return load_text(self.path.read_text())


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "small.scfg").write_text(SMALL)
    monkeypatch.setattr(snapshot.platformdirs, "user_cache_path", lambda name: tmp_path / "kept" / name)
    return tmp_path / "small.scfg"


def test_a_grammar_is_read_once_until_it_changes(source: Path) -> None:
    read = Reading(source)
    first, again = kept([source], read), kept([source], read)
    assert read.count == 1 and again == first and again.find("square").line == 7
    source.write_text(SMALL + "number cube(x: number) => (* x (* x x))\n  | the cube of <x>\n")
    assert kept([source], read).find("cube") and read.count == 2
    for number in range(10):
        source.write_text(f"{SMALL}# {number}\n")
        kept([source], read)
    assert len(list((source.parent / "kept" / "saps").iterdir())) == 4
    assert kept([source], read).find("square") and read.count == 12


@pytest.mark.parametrize("damage", [b"", b"nothing of the kind", None])
def test_what_is_damaged_is_read_anew(source: Path, damage: bytes | None) -> None:
    read = Reading(source)
    kept([source], read)
    (file,) = (source.parent / "kept" / "saps").iterdir()
    file.write_bytes(file.read_bytes()[:-1] if damage is None else damage)
    assert kept([source], read).find("square") and read.count == 2
    assert kept([source], read).find("square") and read.count == 2


def test_a_folder_that_cannot_be_made_is_done_without(source: Path) -> None:
    (source.parent / "kept").write_text("a file is in the way")
    read = Reading(source)
    assert kept([source], read).find("square") and kept([source], read).find("square") and read.count == 2


def test_a_user_without_a_home_does_without(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_home(name: str) -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(snapshot.platformdirs, "user_cache_path", no_home)
    assert kept([source], Reading(source)).find("square")


def test_what_a_grammar_adds_stays_its_own(tmp_path: Path) -> None:
    mine = tmp_path / "my.scfg"
    mine.write_text(
        'include "tasks.scfg"\nnumber furlongs(x: number) => (* 8 x)\n  | the furlongs in <x> miles\n'
    )
    assert load(mine).find("furlongs")
    assert all(production.name != "furlongs" for production in load().all_productions())
