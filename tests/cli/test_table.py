"""`saps table`, `saps pretrain` and what `saps train` starts from, on a small corpus with tiny models."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from saps.cli.main import invoke
from saps.evaluation.table import ROWS
from saps.training.checkpoint import load_checkpoint
from saps.training.run_folder import RunFolder
from tests.cli.timeless import timeless
from tests.training.test_pretrained import UNITS, write_bert

pytestmark = pytest.mark.slow

SIZES = {"units": 8, "encoder_units": 4, "token_embedding": 8, "symbol_embedding": 8}
SETTINGS = [
    "train.epochs=1",
    "train.checkpoint_seconds=0",
    "text.pieces=500",
    *(f"model.{key}={value}" for key, value in SIZES.items()),
]
MEASURED = [name for name in ROWS if not name.startswith("cell-") or name == "cell-fgr"]
"""The other cells are trained in tests/model/test_cells.py."""
SET = [part for setting in SETTINGS for part in ("--set", setting)]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("table") / "data"
    assert invoke(["data", "generate", str(folder), "--size", "120", "--seed", "5", "--jobs", "1"]) == 0
    return folder


def table(data: Path, out: Path, *args: str) -> int:
    where = ["--data", str(data), "--out", str(out), "--recipe", "tiny", "--limit", "2"]
    return invoke(["table", *where, *SET, *args])


def results(out: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((out / "table.json").read_text())["rows"]
    return found


@pytest.fixture(scope="module")
def whole(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A table of every system, and one cell that has more parameters than the usual one."""
    out = tmp_path_factory.mktemp("whole")
    assert table(data, out, "--rows", ",".join(MEASURED)) == 0
    return out


@pytest.mark.parametrize("name", MEASURED)
def test_every_row_is_trained_and_measured(whole: Path, name: str) -> None:
    row = results(whole)[name]
    assert row["ending"] == "finished" and row["steps"] > 0
    assert row["free"]["tasks"] == 2 and [share for _, share in row["curve"]]
    assert sum(count for _, count, _ in row["depths"]) == 2
    assert (row["passes"], row["machine"].split(",")[:2]) == (1, ["cpu", " float32"])
    assert (row["searched"] is None) == (row["typed"] is None)
    assert (row["typed"] is None) == (name == "seq2seq")
    assert (row["pretraining_seconds"] > 0) == (name == "pre-vh-att")
    assert ROWS[name].title in (whole / "table.md").read_text()
    recipe = json.loads((whole / "rows" / name / "recipe.json").read_text())["model"]
    assert recipe["units"] == 8
    assert recipe["cell"] == (name.removeprefix("cell-") if name.startswith("cell-") else "lstm")


def test_systems_differ_and_the_pretrained_decoder_arrives(whole: Path) -> None:
    sizes = {name: row["parameters"] for name, row in results(whole).items()}
    assert sizes["v"] < sizes["v-att"] < sizes["vh-att"] == sizes["pre-vh-att"] < sizes["cell-fgr"]
    assert sizes["h"] < sizes["vh"] < sizes["vh-att"] != sizes["seq2tree"]
    assert RunFolder(whole / "rows" / "pre-vh-att-decoder").metrics()


def test_what_is_done_is_not_done_again(whole: Path, data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (whole / "table.json").read_text()
    assert table(data, whole, "--rows", "h,vh") == 0
    said = capsys.readouterr()
    assert said.err.splitlines() == ["h: done already", "vh: done already"]
    assert "\n| system |" in said.out
    assert (whole / "table.json").read_text() == before
    assert table(data, whole, "--rows", "h", "--set", "train.epochs=2") == 2
    assert "are of settings" in capsys.readouterr().err


def test_a_page_of_what_is_done(
    whole: Path, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = tmp_path / "new" / "report"
    assert table(data, whole, "--rows", "vh", "--report", str(where)) == 0
    page = where / "table.html"
    assert capsys.readouterr().out.splitlines()[-1] == str(page)
    text = page.read_text()
    assert all(ROWS[name].title in text for name in MEASURED) and text.count("<svg") == 4
    (tmp_path / "file").touch()
    assert table(data, whole, "--rows", "vh", "--report", str(tmp_path / "file")) == 2
    assert "cannot make the folder" in capsys.readouterr().err


KILLED = """
import os, signal, sys
from saps.cli.main import invoke
from saps.training.run_folder import RunFolder

save = RunFolder.save

def save_and_die(run, learner, standing):
    save(run, learner, standing)
    if run.path.name == "vh" and standing.step == 2:
        os.kill(os.getpid(), signal.SIGKILL)

RunFolder.save = save_and_die
invoke(sys.argv[1:])
"""


@pytest.mark.skipif(os.name != "posix", reason="needs SIGKILL")
def test_a_killed_table_goes_on(whole: Path, data: Path, tmp_path: Path) -> None:
    """Killed in the second row's second step; the same command then does what is missing."""
    out = tmp_path / "out"
    where = ["--data", str(data), "--out", str(out), "--recipe", "tiny", "--limit", "2"]
    command = [sys.executable, "-c", KILLED, "table", *where, *SET, "--rows", "h,vh"]
    root = str(Path(__file__).parents[2])
    killed = subprocess.run(command, capture_output=True, check=False, env={**os.environ, "PYTHONPATH": root})
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert list(results(out)) == ["h"]
    standing = RunFolder(out / "rows" / "vh").standing()
    assert standing is not None and standing.step == 2
    assert table(data, out, "--rows", "h,vh") == 0
    for name in ("h", "vh"):
        assert timeless(results(out)[name]) == timeless(results(whole)[name])


def test_more_time_goes_on_where_time_ran_out(data: Path, tmp_path: Path) -> None:
    assert table(data, tmp_path, "--rows", "h", "--max-time", "0") == 0
    short = results(tmp_path)["h"]
    assert (short["ending"], short["steps"]) == ("out of time", 1)
    assert table(data, tmp_path, "--rows", "h", "--max-time", "0") == 0
    assert results(tmp_path)["h"] == short
    assert table(data, tmp_path, "--rows", "h") == 0
    assert results(tmp_path)["h"]["ending"] == "finished"
    assert results(tmp_path)["h"]["steps"] > 1


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["--rows", "nothing"], "no row 'nothing'; there are seq2seq"),
        (["--recipe", "nothing"], "no recipe 'nothing'"),
        (["--set", "model.cell=lstn"], "model.cell is 'lstn'; there are lstm, gru"),
        (["--data", "nowhere"], "nowhere does not exist"),
    ],
)
def test_what_is_refused(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], args: list[str], message: str
) -> None:
    assert table(data, tmp_path, *args) == 2
    said = capsys.readouterr().err
    assert message in said and said.count("\n") == 1


def test_several_processes_cannot_share_a_table(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORLD_SIZE", "2")
    assert table(data, tmp_path) == 2
    assert "saps table is one process's work" in capsys.readouterr().err


# ---------------------------------------------------------------- what training starts from


def train(data: Path, out: Path, *args: str) -> int:
    return invoke(["train", "--data", str(data), "--recipe", "tiny", "--out", str(out), *SET, *args])


def test_a_decoder_is_pretrained_and_handed_on(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pre = tmp_path / "pre"
    where = ["--data", str(data), "--recipe", "tiny", "--out", str(pre)]
    assert invoke(["pretrain", *where, *SET]) == 0
    assert "programs to train on" in capsys.readouterr().err
    assert invoke(["pretrain", *where, *SET, "--resume"]) == 0
    assert invoke(["pretrain", "--out", str(pre), "--resume"]) == 0
    decoder = ["--init-decoder", str(pre / "checkpoint")]
    assert train(data, tmp_path / "fits", *decoder) == 0
    assert train(data, tmp_path / "fits-not", *decoder, "--set", "model.units=16") == 2
    assert "the parameter decoder." in capsys.readouterr().err
    assert train(data, tmp_path / "both", *decoder, "--init-from", str(pre / "checkpoint")) == 2
    assert "--init-from is a whole model" in capsys.readouterr().err
    assert invoke(["synthesize", "the sum of a", "--checkpoint", str(pre / "checkpoint")]) == 2
    assert "is an autoencoder" in capsys.readouterr().err
    assert train(data, tmp_path / "whole", "--init-from", str(pre / "checkpoint")) == 2
    assert "is an autoencoder" in capsys.readouterr().err


def test_word_vectors_are_read_and_reported(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "glove.txt"
    file.write_text("the 1 2 3 4 5 6 7 8\nof 1 2\nnumber 1 2 3 4 5 6 7 x\n")
    assert train(data, tmp_path / "run", "--embeddings", str(file)) == 0
    said = capsys.readouterr().err
    assert "1 of " in said and "1 broken lines (line 3" in said and "1 lines of another width (line 2" in said
    assert train(data, tmp_path / "none", "--embeddings", str(tmp_path / "nothing.txt")) == 2
    assert "cannot read" in capsys.readouterr().err
    assert train(data, tmp_path / "none", "--embeddings", str(file), "--set", "model.source=program") == 2
    assert "--embeddings is for a model of sentences" in capsys.readouterr().err


def test_a_berts_layers_come_beneath_a_new_model_and_beneath_a_trained_one(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bert = ["--pretrained", str(write_bert(tmp_path / "bert"))]
    layers = ["--set", "model.transformer_layers=2"]
    plain, new, later = (tmp_path / name for name in ("plain", "new", "later"))
    assert train(data, new, *bert, *layers) == 0
    assert load_checkpoint(new).model.config.transformer_units == UNITS
    assert train(data, new, *bert, *layers, "--resume") == 0
    assert train(data, plain) == 0
    start = ["--init-from", str(plain), *bert]
    assert train(data, later, *start, *layers) == 0
    assert load_checkpoint(later).model.config.transformer_layers == 2
    capsys.readouterr()
    assert train(data, tmp_path / "none", *start) == 2
    assert "model.transformer_layers=N says how many layers" in capsys.readouterr().err
    assert train(data, tmp_path / "none", *start, "--set", "model.transformer_layers=3") == 2
    assert "it has fewer layers" in capsys.readouterr().err


def test_eval_takes_what_the_model_says(whole: Path, data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("h", "seq2seq"):
        checkpoint = str(whole / "rows" / name / "checkpoint")
        args = ["eval", "--data", str(data), "--limit", "2", "--checkpoint", checkpoint, "--free", "--json"]
        assert invoke(args) == 0
        assert timeless(json.loads(capsys.readouterr().out)["all"]) == timeless(results(whole)[name]["free"])
