"""Checkpoints: what is written is what is read, and everything else is refused by name."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from saps.language.errors import CheckpointError, InputError
from saps.language.parser import parse
from saps.model.batch import collate
from saps.model.brackets import read_vocabulary, vocabulary
from saps.model.config import ModelConfig
from saps.model.synthesizer import Synthesizer
from saps.resources import default_checkpoint
from saps.text.tokenizer import train_tokenizer
from saps.training.checkpoint import (
    Checkpoint,
    checkpoint_folder,
    load_checkpoint,
    load_reader,
    save_checkpoint,
)
from tests.model.trees import SYMBOLS, TOKENS, random_examples

CONFIG = ModelConfig(token_count=TOKENS, symbol_count=len(SYMBOLS), units=8, encoder_units=4)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "checkpoint"
    model = Synthesizer.seeded(CONFIG, 0)
    save_checkpoint(path, Checkpoint(model, SYMBOLS, b"pieces", {"exact_match": 0.5}))
    return path


def test_it_comes_back_as_it_was(folder: Path) -> None:
    loaded, model = load_checkpoint(folder), Synthesizer.seeded(CONFIG, 0).eval()
    batch = collate(random_examples(5), SYMBOLS)
    assert torch.equal(loaded.model.teacher_forced(batch), model.teacher_forced(batch))
    assert (loaded.model.config, loaded.symbols) == (CONFIG, SYMBOLS)
    assert (loaded.text_model, loaded.metrics) == (b"pieces", {"exact_match": 0.5})
    assert sorted(file.name for file in folder.iterdir()) == [
        "config.json",
        "metrics.json",
        "model.safetensors",
        "symbols.json",
        "text.model",
    ]


def test_half_precision_halves_the_file_and_loads_to_float32(folder: Path) -> None:
    small = folder.with_name("small")
    save_checkpoint(small, load_checkpoint(folder), torch.float16)
    sizes = [(path / "model.safetensors").stat().st_size for path in (folder, small)]
    assert sizes[1] < 0.6 * sizes[0]
    model = load_checkpoint(small).model
    assert {parameter.dtype for parameter in model.parameters()} == {torch.float32}
    for name, value in load_checkpoint(folder).model.state_dict().items():
        torch.testing.assert_close(model.state_dict()[name], value, atol=1e-3, rtol=1e-3)


def test_integers_quarter_the_file_and_lose_half_a_step_of_each_rows_largest(folder: Path) -> None:
    small = folder.with_name("small")
    save_checkpoint(small, load_checkpoint(folder), torch.int8)
    model = load_checkpoint(small).model
    assert {parameter.dtype for parameter in model.parameters()} == {torch.float32}
    for name, value in load_checkpoint(folder).model.state_dict().items():
        rows = value if value.dim() > 1 else value[:, None]
        step = rows.abs().amax(dim=1, keepdim=True) / 127
        lost = (model.state_dict()[name].view_as(rows) - rows).abs()
        assert (lost <= 0.5001 * step).all(), name
    matrices = sum(value.numel() for value in model.state_dict().values() if value.dim() > 1)
    others = sum(value.numel() + len(value) for value in model.state_dict().values())
    assert (small / "model.safetensors").stat().st_size < matrices + 4 * others


def change_weights(change: Callable[[dict[str, torch.Tensor]], object]) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        weights = load_file(folder / "model.safetensors")
        change(weights)
        save_file(weights, folder / "model.safetensors")

    return damage


def change_config(**changes: object) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        document = json.loads((folder / "config.json").read_text())
        document["model"] |= changes
        (folder / "config.json").write_text(json.dumps(document))

    return damage


def change_digests(without: str) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        document = json.loads((folder / "config.json").read_text())
        del document["sha256"][without]
        (folder / "config.json").write_text(json.dumps(document))

    return damage


TWICE = json.dumps({"format": 1, "kind": "tree", "symbols": sorted([*SYMBOLS.names, SYMBOLS.names[0]])})


def older(damage: Callable[[Path], object]) -> Callable[[Path], None]:
    """The damage to a checkpoint without digests."""

    def damaged(folder: Path) -> None:
        document = json.loads((folder / "config.json").read_text())
        del document["sha256"]
        (folder / "config.json").write_text(json.dumps(document))
        damage(folder)

    return damaged


def cut(name: str) -> Callable[[Path], object]:
    return lambda folder: (folder / name).write_bytes((folder / name).read_bytes()[:-10])


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        *[
            (lambda folder, name=name: (folder / name).unlink(), f"cannot read .*{name}: No such file")
            for name in ("config.json", "model.safetensors", "symbols.json", "text.model", "metrics.json")
        ],
        (cut("config.json"), r"config.json is not JSON"),
        (older(cut("model.safetensors")), r"model.safetensors is damaged or cut short"),
        (older(cut("symbols.json")), r"symbols.json: not a symbol table"),
        (older(lambda f: (f / "model.safetensors").write_bytes(b"")), "damaged or cut short"),
        (lambda f: (f / "config.json").write_text("[]"), "not a JSON object"),
        (
            lambda f: (f / "config.json").write_text('{"format": 9}'),
            "says format 9; this saps reads format 2",
        ),
        (lambda f: (f / "config.json").write_text('{"format": 1}'), "'model'"),
        (
            lambda f: (f / "config.json").write_text('{"a": ' + "[" * 20_000),
            "config.json is nested too deeply",
        ),
        (lambda f: (f / "config.json").write_bytes(b"\xff\xfe{"), "config.json is not JSON"),
        (lambda f: (f / "metrics.json").write_text("[1]"), "metrics.json is not a JSON object"),
        *[  # what would take all memory, or hours, if it were made before it is compared with the weights
            (change_config(**{key: value}), f"{key} is 1.* to ")
            for key, value in (("units", 10**7), ("encoder_layers", 10**7), ("token_count", 10**30))
        ],
        (change_config(units=8192, encoder_layers=64), r"(lacks the parameter|the parameter \S+ has shape) "),
        (change_config(token_count=10**6), r"the parameter encoder.embedding.weight has shape "),
        (change_digests("text.model"), "config.json: sha256 does not tell the digests of"),
        (older(lambda f: (f / "symbols.json").write_text(TWICE)), "not sorted, or has an entry twice"),
        (older(lambda f: (f / "symbols.json").write_text('{"symbols": ["f/9999999"]}')), "has no arity"),
        (change_config(extra=1), "'extra'"),
        (change_config(units=0), "units is 0"),
        (change_config(units="8"), "units is '8'; expected int"),
        (change_config(symbol_count=7), "symbols.json has 6 symbols; config.json says 7"),
        (change_config(units=16), r"the parameter \S+ has shape .*; expected"),
        (
            change_config(attention=False),
            "has a parameter decoder.attend_context.weight that the model does not",
        ),
        (
            older(
                change_weights(
                    lambda w: w.update({"decoder.bridge.bias": w["decoder.bridge.bias"].to(torch.int8)})
                )
            ),
            "lacks the scales of the rows of decoder.bridge.bias",
        ),
        (
            older(change_weights(lambda w: w.pop("decoder.bridge.bias"))),
            "lacks the parameter decoder.bridge.bias",
        ),
        (
            older(change_weights(lambda w: w.update(more=torch.ones(1)))),
            "has a parameter more that the model does not",
        ),
    ],
)
def test_damage_is_named(folder: Path, damage: Callable[[Path], object], message: str) -> None:
    damage(folder)
    with pytest.raises(CheckpointError, match=message):
        load_checkpoint(folder)


PARTS = ("model.safetensors", "symbols.json", "text.model")


@pytest.mark.parametrize("name", PARTS)
def test_a_file_that_is_not_the_one_that_was_written_is_told(folder: Path, tmp_path: Path, name: str) -> None:
    """Damaged at any place, or another model's of the very same sizes."""
    other = tmp_path / "other"
    names = ["+/0", "+/2", "b/0", *[f"f{index}/1" for index in range(len(SYMBOLS) - 3)]]
    symbols = type(SYMBOLS)([(entry.rpartition("/")[0], int(entry[-1])) for entry in names])
    save_checkpoint(other, Checkpoint(Synthesizer.seeded(CONFIG, 1), symbols, b"others"))
    content = (folder / name).read_bytes()
    damaged = [(other / name).read_bytes(), content + b" ", b""]
    for place in (0, len(content) // 2, len(content) - 1):
        damaged.append(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        damaged.append(content[:place])
    for damage in damaged:
        (folder / name).write_bytes(damage)
        with pytest.raises(
            CheckpointError, match=f"{name} is not the file that config.json was written with"
        ):
            load_checkpoint(folder)
    (folder / name).write_bytes(content)
    assert load_checkpoint(folder)


def test_without_digests_what_fits_is_read(folder: Path) -> None:
    older(lambda folder: None)(folder)
    assert load_checkpoint(folder).text_model == b"pieces"


def test_a_reader_has_the_words_that_its_weights_are_for(folder: Path) -> None:
    words = train_tokenizer([["find", letter] for letter in "abcdefgh"], 300)
    for text, message in (
        (b"", r"text\.model is not a SentencePiece model: it is empty"),
        (b"no model", r"text\.model is not a SentencePiece model"),
        (words.model, rf"text\.model has {words.size} tokens; config\.json says {TOKENS}"),
    ):
        save_checkpoint(folder, Checkpoint(Synthesizer.seeded(CONFIG, 0), SYMBOLS, text))
        with pytest.raises(CheckpointError, match=message):
            load_reader(folder)


def test_what_was_no_choice_yet_has_its_default(folder: Path) -> None:
    document = json.loads((folder / "config.json").read_text())
    for key in ("cell", "source", "target", "fraternal", "attention_by_state", "birth_ranks"):
        del document["model"][key]
    (folder / "config.json").write_text(json.dumps(document))
    assert load_checkpoint(folder).model.config == CONFIG
    del document["model"]["symbol_count"]
    (folder / "config.json").write_text(json.dumps(document))
    with pytest.raises(CheckpointError, match="symbol_count"):
        load_checkpoint(folder)


def test_the_checkpoint_that_ships_loads() -> None:
    loaded = load_checkpoint(default_checkpoint())
    assert loaded.model.config.cell == "lstm"
    assert loaded.model.parameter_count > 2e6


def test_a_checkpoint_of_sequences_knows_its_vocabulary(folder: Path) -> None:
    tokens = vocabulary("sequence", [("f", 2), ("a", 0)])
    config = ModelConfig(
        token_count=TOKENS,
        symbol_count=len(tokens),
        units=8,
        encoder_units=4,
        target="sequence",
        vertical=False,
    )
    save_checkpoint(folder, Checkpoint(Synthesizer.seeded(config, 0), tokens, b"pieces"))
    assert load_checkpoint(folder).symbols.encode(parse("(f a a)")) == tokens.encode(parse("(f a a)"))


def test_a_place_without_a_checkpoint(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="no checkpoint at"):
        load_checkpoint(tmp_path / "none")
    (tmp_path / "file").write_text("")
    with pytest.raises(CheckpointError, match="expected a folder"):
        load_checkpoint(tmp_path / "file")


def test_of_an_older_format_what_means_the_same_is_read(folder: Path) -> None:
    document = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(document | {"format": 1}))
    assert load_checkpoint(folder)
    document["model"]["encoder_layers"] = 3
    (folder / "config.json").write_text(json.dumps(document | {"format": 1}))
    with pytest.raises(CheckpointError, match="format 1, whose encoders of more than 2 layers are others"):
        load_checkpoint(folder)


def test_a_run_names_its_checkpoint(tmp_path: Path) -> None:
    run, other = tmp_path / "run", tmp_path / "other"
    (run / "checkpoint").mkdir(parents=True)
    (other / "checkpoint").mkdir(parents=True)
    (other / "config.json").write_text("{}")
    assert checkpoint_folder(run) == run / "checkpoint"
    assert checkpoint_folder(other) == other  # a checkpoint itself
    assert checkpoint_folder(tmp_path / "none") == tmp_path / "none"


def test_no_weights_are_drawn_for_those_that_are_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """To draw weights without values torch imports its compiler, which takes seconds."""

    def drawn(*args: object, **options: object) -> None:
        raise AssertionError("weights were drawn")

    monkeypatch.setattr("torch.nn.init._no_grad_normal_", drawn)
    with pytest.raises(AssertionError, match="drawn"):
        torch.nn.Embedding(2, 2)
    load_checkpoint(folder)


@pytest.mark.parametrize("kind", [[], {}, None, 3, "bush"])
def test_a_vocabulary_of_no_kind_is_told(kind: object) -> None:
    text = json.dumps({"format": 1, "kind": kind, "symbols": []})
    with pytest.raises(InputError, match="a symbol table of kind"):
        read_vocabulary(text)
