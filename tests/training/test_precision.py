"""The precision of a step: what is wished, what the processor can do, what is told where they differ."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from saps.cli.main import invoke
from saps.language.errors import RecipeError
from saps.training import precision
from saps.training.precision import chosen_precision, works
from saps.training.recipe import load_recipe


@pytest.fixture
def without_half(monkeypatch: pytest.MonkeyPatch) -> None:
    """A processor on which torch cannot make the LSTM's primitive in bfloat16."""
    forward = nn.LSTM.forward

    def made(lstm: nn.LSTM, *args: Any) -> object:
        if torch.is_autocast_enabled("cpu"):
            raise RuntimeError("could not create a primitive descriptor for the LSTM")
        return forward(lstm, *args)

    monkeypatch.setattr(nn.LSTM, "forward", made)
    monkeypatch.setattr(precision, "works", works.__wrapped__)  # what was found out before is of another one


def can(monkeypatch: pytest.MonkeyPatch, *, work: bool, pay: bool) -> None:
    monkeypatch.setattr(precision, "works", lambda kind, device: work or kind is torch.float32)
    monkeypatch.setattr(precision, "_pays", lambda device: pay)


@pytest.mark.parametrize(("work", "pay"), [(True, True), (True, False), (False, True), (False, False)])
def test_auto_is_half_where_it_pays(monkeypatch: pytest.MonkeyPatch, work: bool, pay: bool) -> None:
    can(monkeypatch, work=work, pay=pay)
    assert chosen_precision("auto", "cpu") is (torch.bfloat16 if work and pay else torch.float32)
    assert chosen_precision("float32", "cpu") is torch.float32


def test_a_wish_is_met_or_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    can(monkeypatch, work=True, pay=False)
    assert chosen_precision("bfloat16", "cpu") is torch.bfloat16
    can(monkeypatch, work=False, pay=True)
    with pytest.raises(RecipeError, match=r"train\.precision is 'bfloat16', .* this cpu; .* 'auto'"):
        chosen_precision("bfloat16", "cpu")


@pytest.mark.usefixtures("without_half")
def test_the_probe_runs_what_training_runs() -> None:
    assert works.__wrapped__(torch.float32, "cpu")
    assert not works.__wrapped__(torch.bfloat16, "cpu")


@pytest.mark.usefixtures("without_half")
def test_the_command_tells_it_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    args = ["--data", str(tmp_path), "--out", str(tmp_path / "run"), "--set", "train.precision=bfloat16"]
    for command in ("train", "pretrain", "table"):
        assert invoke([command, *args]) == 2
        said = capsys.readouterr().err
        assert "train.precision is 'bfloat16'" in said and said.count("\n") == 1, said
    assert not list(tmp_path.iterdir())


def test_the_shipped_recipe_runs_on_any_processor() -> None:
    assert load_recipe("shipped").train.precision == "auto"
