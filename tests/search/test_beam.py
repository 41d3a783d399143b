"""Search: whatever the model says, only well-typed programs come out, the best first, each meaning once."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import count
from typing import Any

import pytest
import torch

from saps.language.parser import parse
from saps.language.type_system import INT, TypeVariable
from saps.language.typecheck import check
from saps.model.batch import Example, collate
from saps.search.beam import BeamSearch
from saps.search.canonical import canonical
from saps.search.problem import Effort, Found, Problem, Query
from tests.search.models import RULES, SEQ2TREE, SEQUENCE, SYMBOLS, TOKENIZER, TOKENS, model


class Collector:
    """A judge that wants `wanted` programs, whatever they are."""

    def __init__(self, wanted: int) -> None:
        self.wanted, self.found = wanted, list[Found]()

    def __call__(self, found: Found) -> float:
        self.found.append(found)
        return math.inf if len(self.found) >= self.wanted else -math.inf


def query(words: Sequence[str] = ("sum", "of", "a")) -> Query:
    letters = {index: TypeVariable() for index in list(RULES.letters.values())[:3]}
    return Query(TOKENIZER.encode(words), letters, [], TypeVariable())


def search(seed: int, count: int, effort: Effort, wanted: int = 8) -> list[list[Found]]:
    judges = [Collector(wanted) for _ in range(count)]
    beam_search = BeamSearch(model(seed), SYMBOLS, max_size=60)
    beam_search.search([Problem([query()], [0.0], judge) for judge in judges], effort)
    return [judge.found for judge in judges]


def test_untrained_models_give_well_typed_programs() -> None:
    count = 0
    for seed in range(6):
        for found in search(seed, 3, Effort(beam=8, nodes=600)):
            for one in found:
                assert one.program.size <= 60
                check(one.program)
                count += 1
    assert count > 20


def test_the_search_goes_on_beyond_the_first_beam() -> None:
    """A beam of two gives two programs or none; the reserve gives the others."""
    found = [one for seed in range(4) for one in search(seed, 1, Effort(beam=2, nodes=3_000))[0]]
    assert len(found) > 8
    assert len({canonical(one.program) for one in found}) > 6


def test_nodes_limit_the_search() -> None:
    judge = Collector(10_000)
    (spent,) = BeamSearch(model(1), SYMBOLS).search([Problem([query()], [0.0], judge)], Effort(8, nodes=50))
    assert 50 <= spent.nodes < 50 + 8


def test_time_limits_the_search(monkeypatch: pytest.MonkeyPatch) -> None:
    """By a clock that goes on a second with each look: no machine is too slow or too quick."""
    clock = count()
    monkeypatch.setattr("saps.search.beam.time.monotonic", lambda: float(next(clock)))
    nodes = []
    for seconds in (1.0, 20.0, 80.0):
        judge, effort = Collector(10_000), Effort(beam=4, nodes=10**9, seconds=seconds)
        (spent,) = BeamSearch(model(1), SYMBOLS).search([Problem([query()], [0.0], judge)], effort)
        nodes.append(spent.nodes)
        assert 0 <= spent.ruled_out[0] <= 1
    assert nodes[0] < nodes[1] < nodes[2] <= 4 * 80


def test_what_scores_below_the_bar_is_dropped() -> None:
    """With the first program's score as the bar, only better ones come after it."""
    scores: list[float] = []

    def judge(found: Found) -> float:
        scores.append(found.score)
        return max(scores)

    BeamSearch(model(2), SYMBOLS).search([Problem([query()], [0.0], judge)], Effort(10, nodes=2_000))
    assert scores and scores == sorted(scores)


def test_queries_of_one_problem_compete() -> None:
    """A start score far below makes a query's programs no match for the others'."""
    judge = Collector(6)
    queries = [query(), query(("odds",))]
    problem = Problem(queries, [0.0, -1_000.0], judge)
    BeamSearch(model(2), SYMBOLS).search([problem], Effort(4, nodes=2_000))
    assert {one.query for one in judge.found if one.score > -900} == {0}


def test_batches_give_what_single_searches_give() -> None:
    effort = Effort(beam=4, nodes=600)
    (alone,) = search(2, 1, effort)
    for together in search(2, 3, effort):
        assert [one.program for one in together] == [one.program for one in alone]


# ---------------------------------------------------------------- other decoders, and none of the rules

GREEDY = Effort(beam=1, programs=1)


@pytest.mark.parametrize("typed", [True, False], ids=["typed", "free"])
@pytest.mark.parametrize("choices", [{}, {"vertical": False}, {"birth_ranks": True}, SEQ2TREE, SEQUENCE])
def test_a_score_is_the_probability_that_teacher_forcing_gives(choices: dict[str, Any], typed: bool) -> None:
    """Search hands each node the right predecessor: brother or node before, parent, and their states."""
    found = []
    for seed in range(2):
        untrained = model(seed, **choices)
        symbols = TOKENS if "target" in choices else SYMBOLS
        with torch.no_grad():  # let leaves, brackets that close and the end be likely
            untrained.decoder.output.bias[[i for i, arity in enumerate(symbols.arities) if arity == 0]] += 3
            if "target" in choices:
                untrained.decoder.output.bias[symbols.id("a", 1)] += 6
                untrained.decoder.output.bias[symbols.id("<end>", 0)] += 3
        judge = Collector(6)
        beam_search = BeamSearch(untrained, symbols, typed=typed)
        beam_search.search([Problem([query()], [0.0], judge)], Effort(beam=6, nodes=2_000))
        for one in judge.found:
            ids = symbols.encode(one.program)
            batch = collate([Example(tuple(query().tokens), tuple(ids))], symbols)
            found.append((one.score, -float(untrained(batch).total.detach())))
    assert len(found) >= 2
    for score, forced in found:
        assert score == pytest.approx(forced, abs=1e-3)


def test_without_rules_a_model_says_what_it_likes() -> None:
    """The first symbol of all is the most probable one, whatever its type; it is the only answer."""
    untrained = model(3)
    asked = Query(TOKENIZER.encode(["odds"]), {}, [], INT)
    square = SYMBOLS.id("square", 0)
    with torch.no_grad():
        untrained.decoder.output.bias[square] += 100
    assert untrained(collate([Example(tuple(asked.tokens), (square,))], SYMBOLS)).exact_matches == 1
    free, typed = Collector(2), Collector(1)
    BeamSearch(untrained, SYMBOLS, typed=False).search([Problem([asked], [0.0], free)], GREEDY)
    assert [one.program for one in free.found] == [parse("square")]
    BeamSearch(untrained, SYMBOLS).search([Problem([asked], [0.0], typed)], GREEDY)
    assert check(typed.found[0].program).return_type == INT


def test_sequences_that_differ_in_an_operator_are_two() -> None:
    """What is one meaning in trees (`>` is `<` the other way round) is not in sequences."""
    untrained = model(0, **SEQUENCE)
    with torch.no_grad():
        untrained.decoder.output.bias.zero_()
        untrained.decoder.output.weight.zero_()
        untrained.decoder.output.bias[[TOKENS.id("<", 1), TOKENS.id(">", 1)]] = 9.0
        untrained.decoder.output.bias[TOKENS.id("<end>", 0)] = 10.0
    judge = Collector(2)
    BeamSearch(untrained, TOKENS, typed=False).search([Problem([query()], [0.0], judge)], Effort(beam=3))
    assert {one.program for one in judge.found} == {parse("<"), parse(">")}


def test_a_sequence_that_is_no_program_is_not_handed_on() -> None:
    """The search turns to the reserve, unless what the model says is to stand."""
    untrained = model(0, **SEQUENCE)
    with torch.no_grad():
        untrained.decoder.output.bias[TOKENS.id("<end>", 0)] += 100
    free, typed = Collector(1), Collector(1)
    BeamSearch(untrained, TOKENS, typed=False).search([Problem([query()], [0.0], free)], GREEDY)
    assert not free.found
    BeamSearch(untrained, TOKENS).search([Problem([query()], [0.0], typed)], GREEDY)
    assert len(typed.found) == 1
