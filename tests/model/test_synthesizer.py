"""The model's two forms, its equations and its indifference to padding."""

import random
from dataclasses import dataclass
from typing import Any

import pytest
import torch

from saps.model.batch import Example, collate
from saps.model.config import ModelConfig
from saps.model.decoding import Decoding, Site
from saps.model.dropout import Dropout
from saps.model.encoder import Encoder
from saps.model.synthesizer import Synthesizer
from tests.model.trees import SYMBOLS, TOKENS, random_examples

VARIANTS = {
    "V": {"horizontal": False, "attention": False},
    "V Att": {"horizontal": False},
    "H": {"vertical": False, "attention": False},
    "H Att": {"vertical": False},
    "VH": {"attention": False},
    "VH Att": {},
    "fraternal, without attention": {"fraternal": True, "attention": False},
    "fraternal, attending once": {"fraternal": True},
    "fraternal alone": {"fraternal": True, "vertical": False, "attention": False, "attention_by_state": True},
    "Seq2Tree": {"fraternal": True, "attention": False, "attention_by_state": True},
    "V, with ranks": {"horizontal": False, "birth_ranks": True},
    "VH Att, attending twice, with ranks": {"attention_by_state": True, "birth_ranks": True},
    "V, attending twice": {"horizontal": False, "attention_by_state": True},
}


def build(**choices: Any) -> Synthesizer:
    sizes = {"token_embedding": 5, "symbol_embedding": 6, "encoder_units": 7, "units": 8}
    config = ModelConfig(token_count=TOKENS, symbol_count=len(SYMBOLS), **{**sizes, **choices})
    return Synthesizer.seeded(config, seed=1).eval()


@dataclass
class Family:
    """An open parent while a tree is decoded; nodes are (symbol, row)."""

    parent: tuple[int, int]
    rank: int
    expected: int
    youngest: tuple[int, int]


def step_by_step(model: Synthesizer, examples: list[Example], copies: int) -> list[torch.Tensor]:
    """Log-probabilities [n, v] of each tree's nodes, decoded all in one search, `copies` times each.

    Sentences with more copies of a site have wider rows in the search, and all end at different times.
    """
    decoding = Decoding(model, [example.tokens for example in examples])
    sites = {i: decoding.root(i) for i in range(len(examples))}
    awaiting: dict[int, list[Family]] = {i: [] for i in sites}
    found: list[list[torch.Tensor]] = [[] for _ in examples]
    chance = random.Random(0)
    while sites:
        sentences = [i for i in sites for _ in range(chance.randint(1, copies))]
        chance.shuffle(sentences)
        scores, rows = decoding.expand([sites[i] for i in sentences], sentences)
        for i, k in {i: k for k, i in enumerate(sentences)}.items():
            symbol = examples[i].symbols[len(found[i])]
            found[i].append(scores[k])
            if awaiting[i]:
                awaiting[i][-1].youngest = (symbol, rows[k])
            if arity := SYMBOLS.arities[symbol]:
                awaiting[i].append(Family((symbol, rows[k]), sites[i].rank, arity, decoding.root(i)[:2]))
            while awaiting[i] and not awaiting[i][-1].expected:
                awaiting[i].pop()
            if not awaiting[i]:
                del sites[i]
                continue
            family = awaiting[i][-1]
            rank = SYMBOLS.arities[family.parent[0]] - family.expected
            family.expected -= 1
            before = family.youngest if model.config.fraternal else (symbol, rows[k])
            sites[i] = Site(*before, *family.parent, rank, family.rank)
    return [torch.stack(rows) for rows in found]


@pytest.mark.parametrize("choices", VARIANTS.values(), ids=VARIANTS)
def test_teacher_forcing_and_steps_agree(choices: dict[str, bool]) -> None:
    model, examples = build(**choices), random_examples(12)
    with torch.no_grad():
        forced = model.teacher_forced(collate(examples, SYMBOLS)).log_softmax(1)
    for copies in (1, 3):
        found = torch.cat(step_by_step(model, examples, copies))
        torch.testing.assert_close(found, forced, atol=1e-5, rtol=0)


def test_a_search_without_sentence_numbers_has_one_site_each() -> None:
    decoding = Decoding(build(), [(1, 2), (3,)])
    roots = [decoding.root(0), decoding.root(1)]
    both, rows = decoding.expand(roots)
    alone, later = decoding.expand(roots[1:], [1])
    assert both.shape == (2, len(SYMBOLS))
    assert (list(rows), list(later)) == ([2, 3], [4])
    torch.testing.assert_close(both.exp().sum(1), torch.ones(2))
    torch.testing.assert_close(alone[0], both[1])


@pytest.mark.parametrize("choices", [{}, VARIANTS["Seq2Tree"]], ids=["VH Att", "Seq2Tree"])
@torch.no_grad()
def test_company_and_padding_change_nothing(choices: dict[str, bool]) -> None:
    model, examples = build(**choices), random_examples(12)
    together = model.teacher_forced(collate(examples, SYMBOLS))
    alone = [model.teacher_forced(collate([example], SYMBOLS)) for example in examples]
    torch.testing.assert_close(together, torch.cat(alone), atol=1e-5, rtol=0)


@torch.no_grad()
def test_the_encoder_is_a_bidirectional_lstm() -> None:
    model = build()
    assert isinstance(model.encoder, Encoder)
    reference = torch.nn.LSTM(5, 7, num_layers=2, bidirectional=True, batch_first=True)
    for layer in range(2):
        for suffix, lstm in (
            ("", model.encoder.forwards[layer]),
            ("_reverse", model.encoder.backwards[layer]),
        ):
            for name, value in lstm.named_parameters():
                getattr(reference, name.replace("l0", f"l{layer}") + suffix).copy_(value)
    for example in random_examples(5):
        batch = collate([*random_examples(5), example], SYMBOLS)
        states, (last, _) = reference(model.encoder.embedding(torch.tensor([example.tokens])))
        memory = model.encode(batch.sentences)
        torch.testing.assert_close(memory.states[-1, : len(example.tokens)], states[0], atol=1e-5, rtol=0)
        torch.testing.assert_close(memory.summary[-1], last[2:, 0].flatten(), atol=1e-5, rtol=0)


@torch.no_grad()
def test_the_vertical_states_are_those_of_an_lstm_cell() -> None:
    model = build(horizontal=False)
    batch = collate(random_examples(6), SYMBOLS)
    trees, decoder = batch.trees, model.decoder
    initial = decoder.initial(model.encode(batch.sentences))
    labels = decoder.embedding(trees.parents)
    outputs = decoder.vertical(decoder.embedding.weight, trees, initial)
    states: list[torch.Tensor] = []
    starts = [sum(trees.levels[:level]) for level in range(len(trees.levels))]
    above = iter(trees.grandparents.tolist())
    for level, size in enumerate(trees.levels):
        for row in range(size):
            before = initial[row] if level == 0 else states[starts[level - 1] + next(above)]
            label = labels[len(states)][None]
            states.append(torch.cat(decoder.vertical.cell(label, before[None].chunk(2, dim=1)), dim=1)[0])
    torch.testing.assert_close(outputs, torch.stack(states)[:, :8], atol=1e-6, rtol=0)


@torch.no_grad()
def test_with_the_vertical_recurrence_alone_siblings_are_alike() -> None:
    f, a, b = (SYMBOLS.id(*entry) for entry in (("f", 2), ("a", 0), ("b", 0)))
    batch = collate([Example((1, 2), (f, a, b))], SYMBOLS)
    scores = build(horizontal=False).teacher_forced(batch)
    torch.testing.assert_close(scores[1], scores[2], atol=1e-6, rtol=0)
    for choices in ({}, VARIANTS["Seq2Tree"]):
        scores = build(**choices).teacher_forced(batch)
        assert not torch.allclose(scores[1], scores[2], atol=1e-4)


@torch.no_grad()
def test_a_fraternal_state_knows_elder_brothers_only() -> None:
    """In h(g(X), b, c) the family of the root reads h, then g, then b, whatever X is."""
    h, g, a, b, c = (SYMBOLS.id(*entry) for entry in (("h", 3), ("g", 1), ("a", 0), ("b", 0), ("c", 0)))
    trees = [(h, g, x, b, c) for x in (a, b)]
    batch = collate([Example((1, 2), tree) for tree in trees], SYMBOLS)
    scores = build(**VARIANTS["Seq2Tree"]).teacher_forced(batch).view(2, 5, -1)
    torch.testing.assert_close(scores[0], scores[1], atol=1e-6, rtol=0)
    scores = build().teacher_forced(batch).view(2, 5, -1)
    assert not torch.allclose(
        scores[0, 3:], scores[1, 3:], atol=1e-4
    )  # the chain through the tree has read X


def test_the_loss_is_the_cross_entropy_of_the_nodes() -> None:
    model, examples = build(), random_examples(7)
    loss = model(collate(examples, SYMBOLS))
    found = torch.cat(step_by_step(model, examples, 1))
    gold = torch.tensor([symbol for example in examples for symbol in example.symbols])
    expected = -found.gather(1, gold[:, None]).sum()
    torch.testing.assert_close(loss.total.detach(), expected, atol=1e-3, rtol=1e-5)
    assert loss.node_count == sum(len(example.symbols) for example in examples)
    torch.testing.assert_close(loss.per_node, loss.total / loss.node_count)


@pytest.mark.parametrize("choices", VARIANTS.values(), ids=VARIANTS)
def test_every_parameter_learns(choices: dict[str, bool]) -> None:
    model = build(**choices)
    model(collate(random_examples(7), SYMBOLS)).total.backward()
    assert all(parameter.grad is not None and parameter.grad.any() for parameter in model.parameters())


def test_exact_matches_are_whole_trees() -> None:
    model = build()
    with torch.no_grad():  # whatever it reads, it says the symbol with the largest bias
        model.decoder.output.weight.zero_()
        model.decoder.output.bias.copy_(torch.arange(len(SYMBOLS)))
    best = len(SYMBOLS) - 1
    leaf = next(i for i, arity in enumerate(SYMBOLS.arities) if arity == 0)
    trees = [(best,) + (leaf,) * SYMBOLS.arities[best], (leaf,)]
    assert model(collate([Example((1,), tree) for tree in trees], SYMBOLS)).exact_matches == 0
    with torch.no_grad():
        model.decoder.output.bias[leaf] = 100
    assert model(collate([Example((1,), tree) for tree in trees], SYMBOLS)).exact_matches == 1


def test_seeds_decide_the_weights() -> None:
    first, second = build().state_dict(), build().state_dict()
    assert all(torch.equal(first[name], second[name]) for name in first)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"units": 0}, "units is 0"),
        ({"encoder_layers": -1}, "encoder_layers is -1"),
        ({"dropout": 1.0}, "dropout is 1.0"),
        ({"vertical": False, "horizontal": False}, "needs a recurrence"),
        ({"fraternal": True, "horizontal": False}, "where the horizontal chain begins"),
        ({"birth_ranks": True, "vertical": False}, "along the vertical paths"),
        ({"target": "sequence"}, "vertical and fraternal are false"),
        ({"target": "graph"}, "target is 'graph'; there are tree, sequence"),
        ({"source": "image"}, "source is 'image'; there are sentence, program"),
    ],
)
def test_choices_that_make_no_model(change: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ModelConfig(token_count=3, symbol_count=3, **change)  # type: ignore[arg-type]


def test_dropout_keeps_the_mean_and_drops_its_share() -> None:
    torch.manual_seed(0)
    dropout, values = Dropout(0.25), torch.ones(1000, 333, requires_grad=True)
    dropped = dropout(values)
    assert abs((dropped == 0).double().mean().item() - 0.25) < 0.005
    assert abs(dropped.mean().item() - 1) < 0.01
    dropped.sum().backward()
    assert values.grad is not None and torch.equal(values.grad, dropped.detach())
    assert dropout.eval()(values) is values
    assert Dropout(0.0)(values) is values
