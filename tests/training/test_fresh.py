"""Fresh tasks: none twice, the same ones whenever asked, and a run that goes on goes on."""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest
import torch
from torch import Tensor

from saps.corpus.generation.factory import Settings
from saps.language.errors import CheckpointError, InputError
from saps.model.batch import Example, uncollate
from saps.model.config import ModelConfig
from saps.model.synthesizer import Synthesizer
from saps.text.tokenizer import Tokenizer, train_tokenizer
from saps.training import fresh
from saps.training.batches import Portion, Position
from saps.training.dataset import language_symbols
from saps.training.fresh import FreshBatches
from saps.training.loop import train
from saps.training.progress import Progress
from saps.training.recipe import Batches, Recipe, Train
from saps.training.run_folder import RunFolder, Vocabularies

pytestmark = pytest.mark.slow

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
        jobs=0,
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


def test_another_process_makes_the_same(source: FreshBatches) -> None:
    found = [list(islice(replace(source, jobs=jobs).portions(Position()), 4)) for jobs in (0, 1)]
    assert examples(found[0]) == examples(found[1])
    assert [one.next for one in found[0]] == [one.next for one in found[1]]


def wrong(portion: Portion) -> list[int]:
    """The rows that a model with a hard time is wrong in."""
    return [row for row, example in enumerate(uncollate(portion.batch)) if sum(example.tokens) % 3 == 0]


def learnt(source: FreshBatches, start: Position, stop: Position | None = None) -> list[Portion]:
    portions = []
    for portion in source.portions(start):
        portions.append(portion)
        source.learnt(portion, wrong(portion))
        if portion.next == stop:
            break
    return portions


def test_what_came_out_wrong_comes_once_more(source: FreshBatches, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fresh, "DELAY", 2)
    source = replace(source, missed_file=source.seen_file.with_name("missed.jsonl"))
    whole = learnt(source, Position())
    met: dict[Example, list[int]] = {}
    for portion in whole:
        pool = portion.next.epoch - (portion.next.batch == 0)
        for row, example in enumerate(uncollate(portion.batch)):
            assert (row in portion.again) == (example in met)
            met.setdefault(example, []).append(pool)
    last = whole[-1].next.epoch - 1
    for example, pools in met.items():
        again = sum(example.tokens) % 3 == 0 and pools[0] + 2 <= last
        assert pools == ([pools[0], pools[0] + 2] if again else pools[:1])
    assert sum(len(pools) == 2 for pools in met.values()) > 20

    middle = next(index for index, one in enumerate(whole) if one.next == Position(3, 2))
    for cut in ("", "[[3, 1], [[1"):
        source.seen_file.unlink()
        source.missed_file.unlink()  # type: ignore[union-attr]
        broken = replace(source, missed=defaultdict(list))
        learnt(broken, Position(), Position(4, 1))
        with source.missed_file.open("a") as file:  # type: ignore[union-attr]
            file.write(cut)
        resumed = learnt(replace(source, missed=defaultdict(list)), whole[middle].next)
        assert [(one.next, uncollate(one.batch)) for one in resumed] == [
            (one.next, uncollate(one.batch)) for one in whole[middle + 1 :]
        ]


class Crash(Exception):
    """Stands for the end of the process."""


def test_training_replays_and_goes_on_where_it_was(
    source: FreshBatches, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fresh, "DELAY", 2)
    tokens = Tokenizer(source.vocabularies.text_model).size
    symbols = source.vocabularies.symbols
    sizes = {"units": 8, "encoder_units": 4, "symbol_embedding": 4, "token_embedding": 4}
    config = ModelConfig(token_count=tokens, symbol_count=len(symbols), **sizes)  # type: ignore[arg-type]
    recipe = Recipe(train=Train(fresh=200, replay=True, validate_steps=100, checkpoint_seconds=0))

    def run(name: str, last: int = 0, resume: bool = False) -> dict[str, Tensor]:
        def look(progress: Progress) -> None:
            if progress.step == last:
                raise Crash

        folder, model = RunFolder(tmp_path / name), Synthesizer.seeded(config, 0)
        batches = replace(
            source, tasks=200, seen_file=folder.fresh, missed_file=folder.missed, missed=defaultdict(list)
        )
        with suppress(Crash):
            train(
                model,
                batches,
                folder.path,
                recipe,
                vocabularies=source.vocabularies,
                resume=resume,
                on_progress=look,
            )
        return model.state_dict()

    whole = run("whole")
    records = (tmp_path / "whole" / "missed.jsonl").read_text().splitlines()
    assert len(records) > 100  # a model that has hardly begun has next to nothing right
    run("broken", last=7)
    run("broken", last=15, resume=True)
    torch.testing.assert_close(run("broken", resume=True), whole, rtol=0, atol=0)
    again = (tmp_path / "broken" / "missed.jsonl").read_text().splitlines()
    assert again == records[-len(again) :]


def test_a_damaged_record_of_what_was_missed_is_told(source: FreshBatches) -> None:
    source = replace(source, missed_file=source.seen_file.with_name("missed.jsonl"))
    assert source.missed_file is not None
    next(source.portions(Position()))
    known, tree = Tokenizer(source.vocabularies.text_model), source.vocabularies.symbols
    leaf = tree.id("a", 0)
    good = f"[[0, 1], [[1], [{leaf}]]]\n".encode()
    source.missed_file.write_bytes(good)
    assert next(source.portions(Position(1, 0)))
    for damage in (
        *(b"7", b"\xff\xfe", b"[[1, 2]]", b"", b"[" * 20_000),
        *(f"[[0, 1], [[{token}], [{leaf}]]]".encode() for token in (0, known.size, '"a"', "1.0", "true")),
        *(
            f"[[0, 1], [[1], [{ids}]]]".encode()
            for ids in ("", len(tree), f"{leaf}, {leaf}", tree.id("+", 2))
        ),
        b"[[0, 1], [[], [1]]]",
    ):
        source.missed_file.write_bytes(good + damage + b"\n")
        with pytest.raises(CheckpointError, match="line 2 is damaged"):
            next(source.portions(Position(1, 0)))
    source.missed_file.unlink()
    with pytest.raises(CheckpointError, match=r"cannot read \S+missed\.jsonl"):
        next(source.portions(Position(1, 0)))


def test_a_damaged_record_of_what_was_seen_is_told(source: FreshBatches) -> None:
    list(islice(source.portions(Position()), 12))
    whole = source.seen_file.read_bytes()
    for damage in (b"", whole[12 * 5 :], b"\xff" * len(whole)):
        source.seen_file.write_bytes(damage)
        with pytest.raises(CheckpointError, match=r"seen\.u64 is damaged"):
            next(source.portions(Position(2, 0)))
    source.seen_file.unlink()
    with pytest.raises(CheckpointError, match=r"cannot read \S+seen\.u64"):
        next(source.portions(Position(2, 0)))


def test_a_grammar_that_has_no_more_to_give_is_told(source: FreshBatches) -> None:
    few = GRAMMAR[: GRAMMAR.index("number plus")] + GRAMMAR[GRAMMAR.index("number square") :]
    Path(str(source.settings.grammar)).write_text(few)
    with pytest.raises(InputError, match="runs dry"):
        list(source.portions(Position()))
