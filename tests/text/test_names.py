"""Which words of a sentence are names: by their neighbours, and by what they are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saps.cli.main import invoke
from saps.language.errors import InputError
from saps.text.names import NameModel, is_candidate, name_model
from saps.text.normalize import normalize

NOUNS = "price width speed profit weight amount budget score".split()
SENTENCES = [
    *((f"multiply {one} by {other}".split(), {one, other}) for one in NOUNS for other in NOUNS),
    *((f"count the {one} of the {other}".split(), set[str]()) for one in NOUNS for other in NOUNS),
]


def test_neighbours_decide() -> None:
    model = NameModel.fitted(SENTENCES)
    for word in ("price", "yardage"):  # one that was met, and one that was not
        assert model.probability(f"multiply {word} by width".split(), word) > 0.9
        assert model.probability(f"count the {word} of the list".split(), word) < 0.1


def test_a_word_is_a_name_where_it_is_one_most_plainly() -> None:
    model = NameModel.fitted(SENTENCES)
    words = "count the price of the list ; multiply price by width".split()
    assert model.probability(words, "price") > 0.5


@pytest.mark.parametrize(
    ("sentence", "names"),
    [
        ("the largest of xs minus the smallest of ys", {"xs", "ys"}),
        ("the scores that are above threshold", {"threshold"}),
        ("find the largest of two numbers", set()),
        ("how many words of the list begin with a vowel", set()),
    ],
)
def test_the_shipped_weights(sentence: str, names: set[str]) -> None:
    words = normalize(sentence)
    sure = {word for word in words if is_candidate(word) and name_model().probability(words, word) > 0.8}
    assert sure == names


@given(st.lists(st.text(min_size=1), min_size=1))
def test_every_word_has_a_probability(words: list[str]) -> None:
    assert all(0 < name_model().probability(words, word) < 1 for word in words)


def test_weights_are_learnt_from_tasks(tmp_path: Path) -> None:
    tests = [{"input": {"price": 2}, "output": 4}]
    words, tree = ["double", "price"], ["*", "2", "price"]
    row = {"text": words, "short_tree": tree, "args": {"price": "int"}, "tests": tests}
    (tmp_path / "tasks.jsonl").write_text(json.dumps(row) + "\n")
    out = tmp_path / "names.json"
    assert invoke(["data", "names", str(tmp_path / "tasks.jsonl"), "--out", str(out)]) == 0
    model = NameModel.read(out)
    assert model.probability(words, "price") > 0.5 > model.probability(words, "double")


@pytest.mark.parametrize("text", ["", "[]", '{"a": "b"}', '{"a": null}'])
def test_damaged_weights_are_told(tmp_path: Path, text: str) -> None:
    (tmp_path / "names.json").write_text(text)
    with pytest.raises(InputError, match=r"names\.json"):
        NameModel.read(tmp_path / "names.json")
