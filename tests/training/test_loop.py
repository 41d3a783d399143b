"""The training loop: it learns, it stops when it should, and it goes on where it stood."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from saps.language.errors import CheckpointError, InputError, RecipeError
from saps.model.batch import Example, collate
from saps.model.config import ModelConfig
from saps.model.synthesizer import Synthesizer
from saps.training.batches import CorpusBatches
from saps.training.checkpoint import load_checkpoint
from saps.training.files import whole
from saps.training.loop import Outcome, TrainingDiverged, train
from saps.training.precision import works
from saps.training.progress import Progress
from saps.training.provenance import Provenance, fingerprint
from saps.training.recipe import Recipe, load_recipe, set_values
from saps.training.run_folder import RunFolder, Vocabularies
from tests.model.trees import SYMBOLS, TOKENS, random_examples
from tests.training.test_files import Crash as ProcessEnd
from tests.training.test_files import crash_at

pytestmark = pytest.mark.slow

VOCABULARIES = Vocabularies(SYMBOLS, b"pieces")
RECIPE = set_values(
    load_recipe("tiny"),
    [
        "model.units=16",
        "model.encoder_units=8",
        "batches.positions=150",
        "train.epochs=3",
        "optimiser.average=0.9",
    ],
)
EXAMPLES = random_examples(60)


def spelt(examples: list[Example]) -> list[Example]:
    """The examples with sentences that spell their trees out."""
    return [Example(tuple(symbol + 1 for symbol in e.symbols), e.symbols) for e in examples]


def run(
    folder: Path, recipe: Recipe = RECIPE, examples: list[Example] = EXAMPLES, **options: object
) -> Outcome:
    config = ModelConfig(token_count=TOKENS, symbol_count=len(SYMBOLS), **vars(recipe.model))
    model = Synthesizer.seeded(config, recipe.train.seed)
    source = CorpusBatches(examples, SYMBOLS, recipe.batches, recipe.train.epochs, recipe.train.seed)
    return train(model, source, folder, recipe, vocabularies=VOCABULARIES, **options)  # type: ignore[arg-type]


class Watch:
    """Remembers the progress; does something at one step."""

    def __init__(self, at: int = 0, action: Callable[[], object] = lambda: None) -> None:
        self.at, self.action = at, action
        self.seen: list[Progress] = []

    def __call__(self, progress: Progress) -> None:
        self.seen.append(progress)
        if progress.step == self.at:
            self.action()


class Crash(Exception):
    """Stands for the end of the process."""


def crash() -> None:
    raise Crash


def weights(folder: Path) -> dict[str, torch.Tensor]:
    return load_checkpoint(folder / "checkpoint").model.state_dict()


def losses(folder: Path) -> list[tuple[int, float]]:
    return [(line["step"], line["train_loss"]) for line in RunFolder(folder).metrics()]


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("runs") / "unbroken"
    assert run(folder).ending == "finished"
    return folder


def test_it_learns(tmp_path: Path) -> None:
    examples = spelt(random_examples(400))
    recipe = set_values(load_recipe("tiny"), ["train.epochs=8", "batches.positions=600"])
    test = collate(examples[:100], SYMBOLS)
    outcome = run(
        tmp_path / "run",
        recipe,
        examples[100:],
        validate=lambda m: {"exact_match": m(test).exact_matches / 100},
    )
    assert outcome.best is not None
    assert outcome.best > 0.6
    checkpoint = load_checkpoint(outcome.checkpoint)
    assert checkpoint.model(test).exact_matches / 100 == outcome.best == checkpoint.metrics["exact_match"]
    assert checkpoint.text_model == b"pieces"


def test_progress_is_told(tmp_path: Path) -> None:
    watch = Watch()
    outcome = run(tmp_path / "run", validate=lambda model: {"exact_match": 0.25}, on_progress=watch)
    last = watch.seen[-1]
    assert [progress.step for progress in watch.seen] == list(range(1, outcome.step + 1))
    assert (last.progress, last.epoch, last.remaining) == (1, 3, 0)
    assert last.metrics == {"exact_match": 0.25}
    assert last.nodes_per_second > last.trees_per_second > 0
    assert 0 < last.elapsed == outcome.elapsed


def test_a_run_folder_holds_everything_to_repeat_it(unbroken: Path) -> None:
    assert json.loads((unbroken / "recipe.json").read_text())["train"]["epochs"] == 3
    assert RunFolder(unbroken).vocabularies() == VOCABULARIES
    assert [line["epoch"] for line in RunFolder(unbroken).metrics()] == [1, 2, 3]
    assert {"step", "epoch", "train_loss", "learning_rate", "elapsed"} == RunFolder(unbroken).metrics()[
        0
    ].keys()


@pytest.mark.parametrize("step", [1, 4, 9, 10, 11])
def test_a_crashed_run_goes_on_as_if_unbroken(tmp_path: Path, unbroken: Path, step: int) -> None:
    """With a checkpoint each step; the crash is in the middle of an epoch or at its end."""
    folder, recipe = tmp_path / "run", set_values(RECIPE, ["train.checkpoint_seconds=0"])
    with pytest.raises(Crash):
        run(folder, recipe, on_progress=Watch(step, crash))
    watch = Watch()
    assert run(folder, recipe, resume=True, on_progress=watch).ending == "finished"
    assert watch.seen[0].step == step
    assert losses(folder) == losses(unbroken)
    ours, theirs = weights(folder), weights(unbroken)
    assert all(torch.equal(ours[name], theirs[name]) for name in theirs)


def test_what_came_after_the_last_state_is_done_again(tmp_path: Path, unbroken: Path) -> None:
    folder = tmp_path / "run"
    with pytest.raises(Crash):
        run(folder, on_progress=Watch(losses(unbroken)[0][0] + 2, crash))
    with (folder / "metrics.jsonl").open("a") as file:
        file.write('{"step": 1000, "loss": 1}\n{"step": 7, "lo')
    run(folder, resume=True)
    assert losses(folder) == losses(unbroken)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupted_run_keeps_its_last_step(
    tmp_path: Path, unbroken: Path, number: signal.Signals, request: pytest.FixtureRequest
) -> None:
    request.addfinalizer(partial(signal.signal, number, signal.getsignal(number)))
    signal.signal(number, signal.default_int_handler)  # whatever the tests were started under
    folder, watch = tmp_path / "run", Watch()
    handler = signal.getsignal(number)

    def heard() -> None:
        hear = signal.getsignal(number)
        assert callable(hear) and hear is not handler
        hear(number, None)  # at once: a signal itself is heard a few instructions later

    outcome = run(folder, on_progress=Watch(5, heard))
    assert (outcome.ending, outcome.step) == ("interrupted", 5)
    assert signal.getsignal(number) is handler
    run(folder, resume=True, on_progress=watch)
    assert watch.seen[0].step == 6
    assert losses(folder) == losses(unbroken)


def test_who_asked_not_to_hear_of_a_closed_terminal_does_not(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    request.addfinalizer(partial(signal.signal, signal.SIGHUP, signal.getsignal(signal.SIGHUP)))
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    hung_up = Watch(5, lambda: signal.raise_signal(signal.SIGHUP))
    assert run(tmp_path / "run", on_progress=hung_up).ending == "finished"


KILLED = """
import sys, pathlib
sys.path.insert(0, {root!r})
from saps.training.recipe import set_values
from tests.training.test_loop import RECIPE, Watch, run
import os, signal
recipe = set_values(RECIPE, ["train.checkpoint_seconds=0"])
run(pathlib.Path(sys.argv[1]), recipe, on_progress=Watch(6, lambda: os.kill(os.getpid(), signal.SIGKILL)))
"""


@pytest.mark.skipif(os.name != "posix", reason="needs SIGKILL")
def test_a_killed_run_goes_on(tmp_path: Path, unbroken: Path) -> None:
    folder, root = tmp_path / "run", str(Path(__file__).parents[2])
    killed = subprocess.run([sys.executable, "-c", KILLED.format(root=root), str(folder)], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert run(folder, set_values(RECIPE, ["train.checkpoint_seconds=0"]), resume=True).ending == "finished"
    assert losses(folder) == losses(unbroken)


def test_it_stops_where_validation_no_longer_grows(tmp_path: Path) -> None:
    scores = iter([0.1, 0.3, 0.3, 0.2, 0.9])
    recipe = set_values(RECIPE, ["train.epochs=9", "train.patience=2"])
    folder = tmp_path / "run"
    outcome = run(folder, recipe, validate=lambda model: {"exact_match": next(scores)})
    assert (outcome.ending, outcome.best) == ("no progress", 0.3)
    assert [line["exact_match"] for line in RunFolder(folder).metrics()] == [0.1, 0.3, 0.3, 0.2]
    assert load_checkpoint(outcome.checkpoint).metrics["epoch"] == 2


def test_the_last_model_is_kept_where_the_recipe_says_so(tmp_path: Path) -> None:
    scores = iter([0.1, 0.3, 0.2])
    recipe = set_values(RECIPE, ["train.epochs=3", "train.keep=last"])
    outcome = run(tmp_path / "run", recipe, validate=lambda model: {"exact_match": next(scores)})
    assert (outcome.ending, outcome.best) == ("finished", 0.3)
    kept = load_checkpoint(outcome.checkpoint)
    assert (kept.metrics["epoch"], kept.metrics["exact_match"]) == (3, 0.2)


def test_the_kept_model_is_stored_as_the_recipe_says_and_goes_on_unrounded(tmp_path: Path) -> None:
    weights = {}
    for stored in ("float32", "int8"):
        folder = tmp_path / stored
        first = run(folder, set_values(RECIPE, ["train.epochs=1", f"train.stored={stored}"]))
        short = (first.checkpoint / "model.safetensors").stat().st_size
        longer = run(folder, set_values(RECIPE, ["train.epochs=2"]), resume=True)
        weights[stored] = short, (longer.checkpoint / "model.safetensors").read_bytes()
    assert weights["int8"][0] < 0.5 * weights["float32"][0]
    assert weights["int8"][1] == weights["float32"][1]


def test_a_falling_loss_is_progress_while_nothing_is_right(tmp_path: Path) -> None:
    losses_ = iter([3.0, 2.0, 1.0, 1.0, 1.5, 0.5])
    recipe = set_values(RECIPE, ["train.epochs=9", "train.patience=2"])
    folder = tmp_path / "run"
    outcome = run(folder, recipe, validate=lambda model: {"exact_match": 0.0, "loss": next(losses_)})
    assert outcome.ending == "no progress"
    assert [line["loss"] for line in RunFolder(folder).metrics()] == [3.0, 2.0, 1.0, 1.0, 1.5]
    assert load_checkpoint(outcome.checkpoint).metrics["epoch"] == 3


def test_a_finished_run_is_lengthened(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    assert run(folder, set_values(RECIPE, ["train.epochs=1"])).ending == "finished"
    longer = set_values(RECIPE, ["train.epochs=2"])
    assert run(folder, longer, resume=True).ending == "finished"
    assert [line["epoch"] for line in RunFolder(folder).metrics()] == [1, 2]
    assert RunFolder(folder).begun().recipe == longer


def test_validation_every_few_steps(tmp_path: Path) -> None:
    run(tmp_path / "run", set_values(RECIPE, ["train.validate_steps=4", "train.epochs=2"]))
    steps = [step for step, _ in losses(tmp_path / "run")]
    assert steps[:2] == [4, 8]
    assert all(step % 4 == 0 for step in steps[:-1])


def test_time_runs_out_with_a_checkpoint(tmp_path: Path) -> None:
    outcome = run(tmp_path / "run", max_seconds=0.0)
    assert (outcome.ending, outcome.step) == ("out of time", 1)
    assert load_checkpoint(outcome.checkpoint).metrics["step"] == 1
    assert run(tmp_path / "run", resume=True).ending == "finished"


@pytest.mark.parametrize("kind", ["no number", "too large"])
def test_a_diverging_run_stops_and_keeps_what_it_had(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    factor = float("nan") if kind == "no number" else 1e4
    folder, forward, steps = tmp_path / "run", Synthesizer.forward, []

    def spoilt(model: Synthesizer, batch: object) -> object:
        loss = forward(model, batch)  # type: ignore[arg-type]
        steps.append(loss)
        return replace(loss, total=loss.total * factor) if len(steps) > 12 else loss

    monkeypatch.setattr(Synthesizer, "forward", spoilt)
    with pytest.raises(TrainingDiverged, match=r"at step 13 .* lower optimiser.learning_rate"):
        run(folder)
    assert all(value.isfinite().all() for value in weights(folder).values())
    assert all(value.isfinite().all() for value in load_file(folder / "last.safetensors").values())
    assert [line["epoch"] for line in RunFolder(folder).metrics()] == [1]


def test_an_existing_folder_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "notes").write_text("mine")
    with pytest.raises(InputError, match="exists already"):
        run(tmp_path / "run")
    assert [file.name for file in (tmp_path / "run").iterdir()] == ["notes"]


def test_a_place_that_cannot_be_a_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot write"):
        run(tmp_path / "file")
    with pytest.raises(InputError, match="cannot write"):
        run(tmp_path / "file" / "run")


def test_another_recipe_cannot_go_on(tmp_path: Path) -> None:
    run(tmp_path / "run", max_seconds=0.0)
    with pytest.raises(RecipeError, match=r"another recipe: optimiser.clip is 2.0, was 1.0"):
        run(tmp_path / "run", set_values(RECIPE, ["optimiser.clip=2"]), resume=True)


def test_nothing_to_resume(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no run to resume"):
        run(tmp_path / "none", resume=True)
    with pytest.raises(InputError, match="holds no run to resume"):
        RunFolder(tmp_path / "none").vocabularies()


def test_a_damaged_state_is_named(tmp_path: Path) -> None:
    run(tmp_path / "run", max_seconds=0.0)
    state = tmp_path / "run" / "last.safetensors"
    state.write_bytes(state.read_bytes()[:-1])
    with pytest.raises(CheckpointError, match=r"last\.safetensors is damaged"):
        run(tmp_path / "run", resume=True)


def test_a_full_disk_leaves_the_last_whole_state(tmp_path: Path, unbroken: Path) -> None:
    folder, fsync = tmp_path / "run", os.fsync

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with pytest.MonkeyPatch.context() as monkeypatch:
        fill = Watch(losses(unbroken)[0][0] + 1, lambda: monkeypatch.setattr(os, "fsync", full))
        with pytest.raises(InputError, match="No space left on device"):
            run(folder, on_progress=fill)
    assert os.fsync is fsync
    assert load_checkpoint(folder / "checkpoint").metrics["epoch"] == 1
    run(folder, resume=True)
    assert losses(folder) == losses(unbroken)


def test_the_same_seed_gives_the_same_run(tmp_path: Path, unbroken: Path) -> None:
    run(tmp_path / "again")
    assert losses(tmp_path / "again") == losses(unbroken)
    ours, theirs = weights(tmp_path / "again"), weights(unbroken)
    assert all(torch.equal(ours[name], theirs[name]) for name in theirs)
    run(tmp_path / "other", set_values(RECIPE, ["train.seed=1"]))
    assert losses(tmp_path / "other") != losses(unbroken)


def test_another_corpus_cannot_go_on(tmp_path: Path) -> None:
    folder, file = tmp_path / "run", tmp_path / "train.jsonl"

    def origin(**options: object) -> Provenance:
        return Provenance(fingerprint(tmp_path, [file]), options)

    file.write_text("one")
    run(folder, origin=origin(max_time=0), max_seconds=0.0)
    file.write_text("two!")
    before = (folder / "origin.json").read_bytes()
    with pytest.raises(InputError, match=r"is not the one that .*train.jsonl.bytes is 4, was 3"):
        run(folder, resume=True, origin=origin())
    assert (folder / "origin.json").read_bytes() == before
    file.write_text("one")
    run(folder, resume=True, origin=origin(max_time=1))
    kept = json.loads((folder / "origin.json").read_text())
    assert [session["options"] for session in kept["sessions"]] == [{"max_time": 0}, {"max_time": 1}]
    assert {"saps", "python", "torch", "numpy"} < kept["sessions"][0]["versions"].keys()
    file.unlink()
    with pytest.raises(InputError, match=r"cannot read .*train\.jsonl"):
        origin()


@pytest.mark.skipif(not works(torch.bfloat16, "cpu"), reason="no LSTM in bfloat16 on this processor")
def test_half_precision_learns_alike(tmp_path: Path, unbroken: Path) -> None:
    run(tmp_path / "run", set_values(RECIPE, ["train.precision=bfloat16"]))
    assert losses(tmp_path / "run") != losses(unbroken)
    for (_, ours), (_, theirs) in zip(losses(tmp_path / "run"), losses(unbroken), strict=True):
        assert ours == pytest.approx(theirs, rel=0.02)
    assert {value.dtype for value in weights(tmp_path / "run").values()} == {torch.float32}


ALWAYS_SAVING = set_values(
    RECIPE,
    ["train.checkpoint_seconds=0", "train.epochs=1000", "train.patience=10000", "train.validate_steps=7"],
)


def test_a_run_ended_at_any_moment_goes_on(tmp_path: Path) -> None:
    """With a checkpoint each step and many validations, so that all moments between two changes of the disk
    come; benchmarks/killing.py kills real processes."""
    folder, chance, reached = tmp_path / "run", random.Random(0), 0
    run(folder, ALWAYS_SAVING, max_seconds=0.0)
    for _ in range(8):
        with pytest.MonkeyPatch.context() as monkeypatch, suppress(ProcessEnd):
            crash_at(monkeypatch, chance.randrange(10, 80))
            run(folder, ALWAYS_SAVING, validate=lambda model: {"exact_match": 0.5}, resume=True)
        reached = standing_of(folder, at_least=reached)
    assert reached > 20


def standing_of(folder: Path, at_least: int) -> int:
    """The step at which a run would go on; everything in its folder can be read."""
    steps: list[int] = []
    copy = folder.with_name("copy")
    shutil.copytree(folder, copy)
    run(copy, ALWAYS_SAVING, resume=True, max_seconds=0.0, on_progress=lambda p: steps.append(p.step - 1))
    assert steps[0] >= at_least
    assert all(line["step"] <= steps[0] + 1 for line in RunFolder(copy).metrics())
    if whole(folder / "checkpoint").exists():
        assert load_checkpoint(folder / "checkpoint").metrics["step"] <= steps[0] + 1
    shutil.rmtree(copy)
    return steps[0]
