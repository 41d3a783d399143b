"""Trees as pictures: what they show, and that the weights are the model's own."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
import torch

from saps.application.loading import load_translator
from saps.application.pictures import Picture, Row, branches, draw, picture, svg
from saps.language.parser import parse
from saps.language.type_system import parse_type
from saps.model.attention import Attention
from saps.model.batch import Example, collate
from saps.model.looks import looks
from saps.search.translator import Request

PICTURE = Picture(
    ("how", "<b>"),
    (
        Row("len", 0, (0.9, 0.1)),
        Row("filter", 1, (0.5, 0.5)),
        Row("a", 2, (0.0, 1.0)),
        Row("even", 2, (0.2, 0.8)),
    ),
)


def test_a_tree_is_drawn_in_lines() -> None:
    assert draw(PICTURE).split("\n") == [
        "len          how 90%",
        "└─ filter    how 50%, <b> 50%",
        "   ├─ a      <b> 100%",
        "   └─ even   <b> 80%, how 20%",
    ]


@pytest.mark.parametrize(
    ("program", "drawn"),
    [
        ("a", [""]),
        ("(f a)", ["", "└─ "]),
        ("(f (g a b) c)", ["", "├─ ", "│  ├─ ", "│  └─ ", "└─ "]),
        ("(f (g a) (g b))", ["", "├─ ", "│  └─ ", "└─ ", "   └─ "]),
    ],
)
def test_branches(program: str, drawn: list[str]) -> None:
    from saps.application.pictures import _pre_order

    rows = [Row(symbol, depth, ()) for symbol, depth in _pre_order(parse(program), 0)]
    assert list(branches(rows)) == drawn


def test_a_picture_is_well_formed_and_holds_no_code() -> None:
    root = ElementTree.fromstring(svg(PICTURE))
    name = "{http://www.w3.org/2000/svg}"
    assert len(root.findall(f"{name}rect")) == 1 + len(PICTURE.words) * len(PICTURE.rows)
    texts = [text.text for text in root.findall(f"{name}text")]
    assert texts == ["how", "<b>", "len", "└─ filter", "   ├─ a", "   └─ even"]


def test_each_node_looks_at_the_words_of_the_sentence() -> None:
    translator = load_translator(None)
    request = Request("how many words in ws start with 'k'", {"ws": parse_type("string[]")})
    (answer,) = translator.answer([request])
    found = picture(translator, answer.candidates[0])
    assert found.words == ("(types)", "how", "many", "words", "in", "ws", "start", "with", '"k"')
    assert [row.symbol for row in found.rows] == ["count_if", "ws", "starts_with", '"k"']
    for row in found.rows:
        assert sum(row.weights) == pytest.approx(1, abs=1e-4)
    assert found.words[max(range(9), key=found.rows[3].weights.__getitem__)] == '"k"'


def test_the_weights_are_those_that_the_attention_uses() -> None:
    """Weighted by them, the states add up to what the attention gave."""
    translator = load_translator(None)
    (answer,) = translator.answer([Request("the sum of the even numbers in a")])
    best, symbols = answer.candidates[0], translator.beam_search.symbols
    ids = symbols.encode(best.reading.placeholders.hide(best.program))
    batch = collate([Example(tuple(best.reading.query.tokens), tuple(ids))], symbols)
    model = translator.model
    given: list[tuple[torch.Tensor, torch.Tensor]] = []
    attentions = [one for one in model.modules() if isinstance(one, Attention)]
    hooks = [
        one.register_forward_hook(lambda _, inputs, output: given.append((inputs[2].states[0], output)))
        for one in attentions
    ]
    weights = looks(model, batch)
    for hook in hooks:
        hook.remove()
    expected = torch.stack([output for _, output in given]).mean(dim=0)
    assert torch.allclose(weights @ given[0][0], expected, atol=1e-4)
