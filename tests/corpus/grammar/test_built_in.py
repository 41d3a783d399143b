"""The grammar that comes with saps."""

from __future__ import annotations

import pytest

from saps.corpus.grammar.compiler import compiled
from saps.corpus.grammar.reader import Reader
from saps.language.library import built_in
from saps.resources import grammar_files


@pytest.mark.slow
def test_all_that_is_said_can_be_drawn() -> None:
    """A slot in a form that nobody has made keeps a wording out without a word."""
    reader = Reader(built_in())
    reader.file(grammar_files()[0].parents[1] / "meanings.scfg")
    drawn = {production.name.rstrip("'") for production in compiled(reader).all_productions()}
    assert {say.name for say in reader.source.says} <= drawn
