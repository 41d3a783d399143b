"""Word vectors from a file in GloVe's format."""

from pathlib import Path

import pytest
import torch

from saps.language.errors import InputError
from saps.model.config import ModelConfig
from saps.model.synthesizer import Synthesizer
from saps.text.tokenizer import train_tokenizer
from saps.training.embeddings import put_vectors, read_vectors
from tests.model.trees import SYMBOLS

WORDS = ["sum", "of", "the", "numbers", "evens", "in"]
TOKENIZER = train_tokenizer([[*WORDS, "a"]] * 30, 400)
FILE = """400000 3
sum 1 2 3
of 0.5 -0.5 1e-3
the 1 2
numbers 1 2 x
evens 1 nan 3
sum 9 9 9
. . . 7 7 7
unrelated 4 5 6
word
the 3 2 1
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "glove.txt"
    path.write_text(FILE)
    return path


def test_words_that_are_one_token_get_their_vector(file: Path) -> None:
    vectors = read_vectors(file, 3, TOKENIZER, [*WORDS, "sum", "a", "xylophone"])
    assert vectors.found == {"sum": [1, 2, 3], "of": [0.5, -0.5, 1e-3], "the": [3, 2, 1]}
    assert vectors.missing == ["numbers", "evens", "in", "a"]
    assert vectors.split == 1
    config = ModelConfig(token_count=TOKENIZER.size, symbol_count=len(SYMBOLS), token_embedding=3)
    model, fresh = Synthesizer.seeded(config, 0), Synthesizer.seeded(config, 0)
    put_vectors(model, TOKENIZER, vectors)
    table, before = model.encoder.embedding.weight, fresh.encoder.embedding.weight
    changed = (table != before).any(1)
    ids = {word: TOKENIZER.encode([word])[0] for word in vectors.found}
    assert sorted(changed.nonzero().flatten().tolist()) == sorted(ids.values())
    torch.testing.assert_close(table[ids["of"]], torch.tensor([0.5, -0.5, 1e-3]))
    assert table.requires_grad


def test_what_was_not_used_is_told(file: Path) -> None:
    report = str(read_vectors(file, 3, TOKENIZER, [*WORDS, "xylophone"]))
    assert "3 of 7 words have a vector" in report
    assert "3 are not in the file (numbers, evens, in)" in report
    assert "1 are several tokens" in report
    assert "4 broken lines (line 5: 'numbers' has something that is no number)" in report
    assert "2 lines of another width (line 1: 1 numbers)" in report


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("sum 1 2 3 4\nof 1 2 3 4\n", r"no line of a word and 3 numbers \(line 1: 4 numbers\); --set"),
        ("sum one two three four\n", "line 1: not a word and numbers"),
        ("", "it is empty"),
    ],
)
def test_a_file_of_no_use(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "glove.txt").write_text(text)
    with pytest.raises(InputError, match=message):
        read_vectors(tmp_path / "glove.txt", 3, TOKENIZER, WORDS)


def test_no_file(tmp_path: Path) -> None:
    for path in (tmp_path / "none", tmp_path):
        with pytest.raises(InputError, match="cannot read"):
            read_vectors(path, 3, TOKENIZER, WORDS)
