"""A run folder of which anything is cut, turned, gone or another run's: one line tells, before anything is
changed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from saps.language.errors import CheckpointError, SapsError
from saps.training.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from saps.training.loop import Outcome
from saps.training.recipe import set_values
from saps.training.run_folder import RunFolder
from saps.training.sealed import seal, unseal
from tests.training.test_loop import RECIPE, losses, run

pytestmark = pytest.mark.slow

MADE = ("recipe.json", "symbols.json", "text.model", "last.safetensors")
BEST = ("config.json", "metrics.json", "model.safetensors", "symbols.json", "text.model")
FILES = (*MADE, "origin.json", "metrics.jsonl", *(f"checkpoint/{name}" for name in BEST))

Damage = Callable[[bytes], bytes]


def flip(share: float) -> Damage:
    """One bit turned, at a share of the file."""

    def damage(content: bytes) -> bytes:
        place = min(int(share * len(content)), len(content) - 1)
        return content[:place] + bytes([content[place] ^ 4]) + content[place + 1 :]

    return damage


DAMAGES: dict[str, Damage] = {
    "empty": lambda content: b"",
    "half": lambda content: content[: len(content) // 2],
    "all but a byte": lambda content: content[:-1],
    "longer": lambda content: content + b"\0",
    "zeros": lambda content: bytes(len(content)),
    "deep": lambda content: b"[" * 20_000,
    "a list": lambda content: b"[1, 2]",
    "an empty object": lambda content: b"{}",
    "nulls": lambda content: (
        b'{"format": null, "model": null, "corpus": null, "sessions": null, "step": null}\n\n'
    ),
    **{f"a bit at {share}": flip(share) for share in (0.0, 0.01, 0.2, 0.5, 0.7, 0.99, 1.0)},
}


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two runs of another seed each, with a step to go."""
    folder = tmp_path_factory.mktemp("runs")
    for seed in (0, 1):
        recipe = set_values(RECIPE, [f"train.seed={seed}"])
        run(folder / str(seed), recipe, validate=lambda model: {"exact_match": 0.5}, max_seconds=0.0)
    return folder / "0", folder / "1"


@pytest.fixture
def broken(ended: tuple[Path, Path], tmp_path: Path) -> Path:
    shutil.copytree(ended[0], tmp_path / "run")
    return tmp_path / "run"


def go_on(folder: Path) -> Outcome:
    """As `saps train --resume` does."""
    begun = RunFolder(folder).begun()
    RunFolder(folder).vocabularies()
    return run(
        folder, begun.recipe, validate=lambda model: {"exact_match": 0.5}, resume=True, max_seconds=0.0
    )


def contents(folder: Path) -> dict[str, bytes]:
    return {str(file): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def told(folder: Path) -> str:
    """What going on tells; it has changed nothing."""
    before = contents(folder)
    with pytest.raises(SapsError) as caught:
        go_on(folder)
    assert contents(folder) == before
    return str(caught.value)


@pytest.mark.parametrize("name", FILES)
def test_every_damage_is_told_in_one_line_or_does_no_harm(
    broken: Path, ended: tuple[Path, Path], name: str
) -> None:
    file = broken / name
    content = file.read_bytes()
    # nothing else vouches for what was measured, and where and how the run was begun
    harmless = name in ("metrics.jsonl", "origin.json", "checkpoint/metrics.json", "checkpoint/config.json")
    for way, damage in DAMAGES.items():
        file.write_bytes(damage(content))
        try:
            go_on(broken)
        except SapsError as error:
            line = str(error)
            assert name.rpartition("/")[2] in line and "\n" not in line and len(line) < 500, way
        else:
            assert harmless, way
            shutil.rmtree(broken)
            shutil.copytree(ended[0], broken)


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_gone_or_a_folder_is_told(broken: Path, name: str) -> None:
    (broken / name).unlink()
    if name != "metrics.jsonl":  # before the first validation there is none
        assert name.rpartition("/")[2] in told(broken)
    (broken / name).mkdir()
    assert name.rpartition("/")[2] in told(broken)


@pytest.mark.parametrize("name", ["last.safetensors", "recipe.json"])
def test_another_runs_file_is_told(broken: Path, ended: tuple[Path, Path], name: str) -> None:
    shutil.copy(ended[1] / name, broken / name)
    assert name in told(broken)


def test_another_runs_best_model_is_told(broken: Path, ended: tuple[Path, Path]) -> None:
    shutil.rmtree(broken / "checkpoint")
    assert "checkpoint" in told(broken)
    best = load_checkpoint(ended[1] / "checkpoint")
    save_checkpoint(broken / "checkpoint", Checkpoint(best.model, best.symbols, b"others"))
    assert "checkpoint is another run's" in told(broken)


def test_files_of_the_folder_exchanged_are_told(broken: Path) -> None:
    for name in (*MADE, "origin.json"):
        for other in (*MADE, "origin.json", "checkpoint/model.safetensors"):
            if name != other:
                content = (broken / name).read_bytes()
                shutil.copy(broken / other, broken / name)
                assert name in told(broken)
                (broken / name).write_bytes(content)
    assert go_on(broken)


def test_a_state_of_before_there_were_digests_is_read(broken: Path, ended: tuple[Path, Path]) -> None:
    state = unseal((broken / "last.safetensors").read_bytes())
    save_file(state.tensors, broken / "last.safetensors", {"standing": state.header["standing"]})
    origin = json.loads((broken / "origin.json").read_text())
    del origin["files"]
    (broken / "origin.json").write_text(json.dumps(origin))
    whole = broken.with_name("whole")
    shutil.copytree(ended[0], whole)
    for folder in (broken, broken, whole, whole):
        go_on(folder)
    assert losses(broken) == losses(whole)
    assert "sha256" in load_metadata(broken / "last.safetensors")


def load_metadata(file: Path) -> str:
    size = int.from_bytes(file.read_bytes()[:8], "little")
    return file.read_bytes()[8 : 8 + size].decode()


def test_what_is_sealed_is_another_file_wherever_a_bit_is_turned(tmp_path: Path) -> None:
    content = seal({"a": torch.arange(3.0), "b": torch.zeros(())}, {"standing": "{}", "run": "x"})
    found = unseal(content)
    assert found.header == {"standing": "{}", "run": "x"}
    assert torch.equal(found.tensors["a"], torch.arange(3.0))
    for place in range(8 * len(content)):
        turned = bytearray(content)
        turned[place // 8] ^= 1 << place % 8
        with pytest.raises(ValueError):
            unseal(bytes(turned))
    (tmp_path / "file").write_bytes(content)
    assert load_file(tmp_path / "file").keys() == {"a", "b"}, "any reader of safetensors reads it"


def test_a_state_that_tells_nonsense_is_told(broken: Path) -> None:
    file = broken / "last.safetensors"
    state = unseal(file.read_bytes())
    for header in ({}, {"standing": "[]"}, {"standing": '{"step": '}, {"standing": '{"steps": 1}'}):
        file.write_bytes(seal(state.tensors, {**header, "run": state.header["run"]}))
        with pytest.raises(CheckpointError, match=r"last\.safetensors holds no state of a run"):
            go_on(broken)
