"""Fresh tasks: none twice, the same ones whenever asked, and a run that goes on goes on."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import pytest

from saps.corpus.maker import Settings
from saps.language.errors import InputError
from saps.text.tokenizer import train_tokenizer
from saps.training import fresh
from saps.training.batches import Portion, Position
from saps.training.dataset import language_symbols
from saps.training.fresh import FreshBatches
from saps.training.recipe import Batches
from saps.training.run_folder import Vocabularies

GRAMMAR = """\
type sentence = any
type number = int
declare int
  | a number <name>
sentence ask(x: number) => x
  | find <x>
number plus(x: number, y: number) => (+ x y)
  | <x> plus <y>
number times(x: number, y: number) => (* x y)
  | <x> times <y>
number square(x: number) => (square x)
  | the square of <x>
"""


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FreshBatches:
    (tmp_path / "small.scfg").write_text(GRAMMAR)
    monkeypatch.setattr(fresh, "POOL", 1)
    words = [["find", "the", "square", "of", letter, "plus", "times"] for letter in "abcdefgh"]
    vocabularies = Vocabularies(language_symbols(), train_tokenizer(words, 300).model)
    settings = Settings(registers=(("terse", 1.0),), grammar=str(tmp_path / "small.scfg"))
    return FreshBatches(
        settings,
        vocabularies,
        Batches(positions=256, trees=16),
        400,
        0,
        jobs=1,
        seen_file=tmp_path / "seen.u64",
    )


def examples(portions: list[Portion]) -> list[tuple[int, ...]]:
    return [tuple(row) for portion in portions for row in portion.batch.sentences.tokens.tolist()]


def test_no_task_comes_twice_and_a_stream_is_taken_up_where_it_was(source: FreshBatches) -> None:
    whole = list(source.portions(Position()))
    rows = [tuple(token for token in row if token) for row in examples(whole)]
    assert len(rows) == len(set(rows)) >= 400
    assert whole[-1].progress == 1.0
    assert [one.progress for one in whole] == sorted(one.progress for one in whole)

    middle = next(index for index, one in enumerate(whole) if one.next.epoch == 1 and one.next.batch == 2)
    with source.seen_file.open("ab") as file:
        file.write(b"cut off")
    again = list(islice(source.portions(whole[middle].next), 4))
    assert examples(again) == examples(whole[middle + 1 : middle + 5])
    assert [one.next for one in again] == [one.next for one in whole[middle + 1 : middle + 5]]


def test_a_grammar_that_has_no_more_to_give_is_told(source: FreshBatches) -> None:
    few = GRAMMAR[: GRAMMAR.index("number plus")] + GRAMMAR[GRAMMAR.index("number square") :]
    Path(str(source.settings.grammar)).write_text(few)
    with pytest.raises(InputError, match="runs dry"):
        list(source.portions(Position()))
