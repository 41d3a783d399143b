"""A BERT's lower layers and words in a model, from a folder such as its publishers write."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file

from saps.language.errors import InputError
from saps.model.batch import Example, collate
from saps.model.config import ModelConfig
from saps.model.encoder import Encoder
from saps.model.synthesizer import Synthesizer
from saps.model.transformer import PLACES, Transformer
from saps.text.tokenizer import train_tokenizer
from saps.training.pretrained import Bert, taught_by
from tests.model.trees import SYMBOLS

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "a", "sum", "xylo", "##phone", "##s", "tidy", "x1", "int", "num"]
UNITS, LAYERS = 64, 2
POSITIONS = "embeddings.position_embeddings.weight"
TOKENIZER = train_tokenizer([["the", "sum", "of", "<num0>"], ["all", "odds"]] * 20, 420, signatures=True)


def bert_tensors() -> dict[str, torch.Tensor]:
    chance = torch.Generator().manual_seed(0)
    shapes: dict[str, tuple[int, ...]] = {
        "embeddings.word_embeddings.weight": (len(WORDS), UNITS),
        POSITIONS: (300, UNITS),
        "embeddings.token_type_embeddings.weight": (2, UNITS),
        "embeddings.LayerNorm.weight": (UNITS,),
        "embeddings.LayerNorm.bias": (UNITS,),
        "pooler.dense.weight": (UNITS, UNITS),
    }
    for number in range(LAYERS):
        for part, rows, columns in (
            *((f"attention.self.{what}", UNITS, UNITS) for what in ("query", "key", "value")),
            ("attention.output.dense", UNITS, UNITS),
            ("intermediate.dense", 4 * UNITS, UNITS),
            ("output.dense", UNITS, 4 * UNITS),
        ):
            shapes |= {
                f"encoder.layer.{number}.{part}.weight": (rows, columns),
                f"encoder.layer.{number}.{part}.bias": (rows,),
            }
        for part in ("attention.output.LayerNorm", "output.LayerNorm"):
            shapes |= {f"encoder.layer.{number}.{part}.{kind}": (UNITS,) for kind in ("weight", "bias")}
    return {name: torch.randn(shape, generator=chance) for name, shape in shapes.items()}


def write_bert(folder: Path) -> Path:
    """Writes a BERT's folder; gives it back."""
    folder.mkdir(exist_ok=True)
    config = {"model_type": "bert", "hidden_size": UNITS, "num_attention_heads": 2}
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "vocab.txt").write_text("\n".join(WORDS) + "\n")
    save_file(bert_tensors(), folder / "model.safetensors")
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_bert(tmp_path)


def model(**choices: Any) -> Synthesizer:
    config = ModelConfig(
        token_count=TOKENIZER.size,
        symbol_count=len(SYMBOLS),
        token_embedding=6,
        encoder_units=4,
        units=8,
        **choices,
    )
    return Synthesizer.seeded(config, 2).eval()


def transformer(model: Synthesizer) -> Transformer:
    assert isinstance(model.encoder, Encoder) and model.encoder.transformer is not None
    return model.encoder.transformer


def test_the_model_answers_as_before(folder: Path) -> None:
    ours = model()
    grown = taught_by(ours, TOKENIZER, Bert.read(folder), 2)
    assert (grown.config.transformer_layers, grown.config.transformer_units) == (2, UNITS)
    batch = collate([Example(tuple(TOKENIZER.encode(["the", "sum"])), (SYMBOLS.id("a", 0),))], SYMBOLS)
    torch.testing.assert_close(grown.eval().teacher_forced(batch), ours.teacher_forced(batch))


def test_tokens_have_the_vectors_of_what_they_are_made_of(folder: Path) -> None:
    bert = Bert.read(folder)
    grown = taught_by(model(), TOKENIZER, bert, 1)
    table, found = transformer(grown).tokens.weight, bert_tensors()
    vectors = found["embeddings.word_embeddings.weight"] + found["embeddings.token_type_embeddings.weight"][0]
    for token, pieces in {
        "▁sum": ["sum"],
        "s": ["##s"],
        "▁<int[]>": ["int"],
        "<num0>": ["num"],
        "▁of": ["[UNK]"],
    }.items():
        expected = vectors[[WORDS.index(piece) for piece in pieces]].mean(0)
        torch.testing.assert_close(table[TOKENIZER.spelt.index(token)], expected)
    torch.testing.assert_close(bert.read_as("▁xylophones"), vectors[[6, 7, 8]].mean(0))
    places = found[POSITIONS]
    torch.testing.assert_close(transformer(grown).places.weight, places[1 : PLACES + 1])
    torch.testing.assert_close(transformer(grown).rests[0], vectors[WORDS.index("[CLS]")] + places[0])


def test_a_layer_asks_as_the_berts_does(folder: Path) -> None:
    grown = taught_by(model(), TOKENIZER, Bert.read(folder), 2)
    layer, found = transformer(grown).layers[1], bert_tensors()
    states = torch.randn(1, 4, UNITS)
    theirs = [
        states @ found[f"encoder.layer.1.attention.self.{what}.weight"].T
        + found[f"encoder.layer.1.attention.self.{what}.bias"]
        for what in ("query", "key", "value")
    ]
    torch.testing.assert_close(layer.get_submodule("ask")(states), torch.cat(theirs, dim=2))
    torch.testing.assert_close(
        layer.get_parameter("norm.weight"), found["encoder.layer.1.output.LayerNorm.weight"]
    )


def with_tensors(change: Callable[[dict[str, torch.Tensor]], object]) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        tensors = bert_tensors()
        change(tensors)
        save_file(tensors, folder / "model.safetensors")

    return damage


def without(name: str) -> Callable[[Path], None]:
    return with_tensors(lambda tensors: tensors.pop(name))


def with_config(**changes: object) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        config = json.loads((folder / "config.json").read_text()) | changes
        (folder / "config.json").write_text(json.dumps(config))

    return damage


def test_the_names_of_a_bert_with_something_on_top_are_read_too(folder: Path) -> None:
    save_file({f"bert.{name}": value for name, value in bert_tensors().items()}, folder / "model.safetensors")
    assert taught_by(model(), TOKENIZER, Bert.read(folder), 2).config.transformer_layers == 2


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda folder: (folder / "vocab.txt").unlink(), r"cannot read .*vocab.txt: No such file"),
        (lambda folder: (folder / "config.json").write_text("{"), "is not the folder of a BERT"),
        (lambda folder: (folder / "config.json").write_text("[]"), "is not the folder of a BERT"),
        (lambda folder: (folder / "config.json").write_text("[" * 9**6), "is not the folder of a BERT"),
        (lambda folder: (folder / "config.json").write_text('{"model_type": "gpt2"}'), "is not a BERT"),
        (with_config(num_attention_heads=None), "is not a BERT with heads of 32 units"),
        (with_config(num_attention_heads=4), "is not a BERT with heads of 32 units"),
        (with_config(num_attention_heads=1, hidden_size=32), r"has shape \[.*, 64\]; expected \[.*, 32\]"),
        (
            lambda folder: (folder / "vocab.txt").write_text("the\n[UNK]\n[CLS]\n"),
            r"vocab.txt has no \[SEP\]",
        ),
        (
            lambda folder: (folder / "vocab.txt").write_text("\n".join([*WORDS, "more"])),
            r"word_embeddings.weight has shape \[13, 64\]; expected \[14, 64\]",
        ),
        (
            with_tensors(lambda t: t.update({POSITIONS: t[POSITIONS][:100].clone()})),
            r"has shape \[100, 64\]; expected \[257, 64\]",
        ),
        (
            with_tensors(lambda t: t.update({POSITIONS: t[POSITIONS][:, 0].clone()})),
            r"has shape \[300\]; expected \[257, 64\]",
        ),
        (with_tensors(lambda t: t[POSITIONS].fill_(torch.nan)), "holds what is no finite number"),
        (lambda folder: (folder / "model.safetensors").write_bytes(b"x"), "is not the folder of a BERT"),
        (without("embeddings.LayerNorm.bias"), "has no embeddings.LayerNorm.bias"),
        (
            without("encoder.layer.1.output.dense.bias"),
            "has no encoder.layer.1.output.dense.bias; it has fewer",
        ),
    ],
)
def test_a_folder_that_cannot_be_used(folder: Path, damage: Callable[[Path], object], message: str) -> None:
    damage(folder)
    with pytest.raises(InputError, match=message):
        taught_by(model(), TOKENIZER, Bert.read(folder), 2)


def test_more_layers_than_there_are_and_twice(folder: Path) -> None:
    bert = Bert.read(folder)
    with pytest.raises(InputError, match=r"has no encoder.layer.2.* it has fewer layers"):
        taught_by(model(), TOKENIZER, bert, 3)
    with pytest.raises(InputError, match="has a transformer of its own"):
        taught_by(model(transformer_layers=1, transformer_units=UNITS), TOKENIZER, bert, 2)
