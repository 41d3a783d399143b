"""Search: whatever the model says, only well-typed programs come out."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from saps.language.compiler import compile_program
from saps.language.errors import RunError
from saps.language.parser import parse
from saps.language.type_system import INT, INT_ARRAY, TypeVariable, parse_type, unify
from saps.language.typecheck import check
from saps.language.values import agrees
from saps.model.batch import Example, collate
from saps.model.config import ModelConfig
from saps.model.synthesizer import Synthesizer
from saps.search.beam import BeamSearch, Query
from saps.search.legal import Hole, Rules
from saps.search.translator import Request, Translator, run
from saps.text.tokenizer import train_tokenizer
from saps.training.dataset import language_symbols

SYMBOLS = language_symbols()
RULES = Rules(SYMBOLS.symbols, SYMBOLS.arities)
TOKENIZER = train_tokenizer([f"the sum of {word} in a and b".split() for word in ("evens", "odds")] * 20, 300)


SEQUENCE = {"target": "sequence", "vertical": False}
SEQ2TREE = {"fraternal": True, "attention_by_state": True}


def model(seed: int, **choices: Any) -> Synthesizer:
    symbols = language_symbols(choices.get("target", "tree"))
    config = ModelConfig(
        token_embedding=16,
        symbol_embedding=16,
        encoder_units=16,
        encoder_layers=1,
        units=16,
        token_count=TOKENIZER.size,
        symbol_count=len(symbols),
        **choices,
    )
    return Synthesizer.seeded(config, seed).eval()


def legal(kind: str) -> set[str]:
    hole = Hole(parse_type(kind, {}), {}, 0, 0, 0, 0)
    letters = {index: TypeVariable() for index in RULES.letters.values()}
    return {SYMBOLS.names[index] for index in RULES.legal(hole, letters, [])}


def test_a_number_is_asked_for() -> None:
    found = legal("int")
    assert {"+/2", "len/1", "0/0", "a/0", "head/1", "if/3", "invoke1/2"} <= found
    assert not {"sort/1", "+/0", '""/0', "lambda1/1", "arg1/0", "self/1", "true/0"} & found


def test_a_function_is_asked_for() -> None:
    found = legal("(int -> bool)")
    assert {"is_prime/0", "lambda1/1", "partial0/2", "combine/2"} <= found
    assert not {"square/0", "lambda2/1", "a/0", "</0"} & found


def test_placeholders_only_where_the_sentence_has_them() -> None:
    hole = Hole(INT, {}, 0, 0, 0, 0)
    assert RULES.literals["<num1>"] not in RULES.legal(hole, {}, [RULES.literals["<num0>"]])
    assert RULES.literals["<num0>"] in RULES.legal(hole, {}, [RULES.literals["<num0>"]])


def test_untrained_models_give_well_typed_programs() -> None:
    letters = {index: TypeVariable() for index in list(RULES.letters.values())[:3]}
    queries = [Query(TOKENIZER.encode(["sum", "of", "a"]), letters, [], TypeVariable()) for _ in range(3)]
    count = 0
    for seed in range(6):
        search = BeamSearch(model(seed), SYMBOLS, max_size=60)
        for candidates in search.search(queries, beam=8, top=8):
            scores = [candidate.score for candidate in candidates]
            assert scores == sorted(scores, reverse=True)
            for candidate in candidates:
                assert candidate.program.size <= 60
                check(candidate.program)
                count += 1
    assert count > 20


@pytest.mark.parametrize("typed", [True, False], ids=["typed", "free"])
@pytest.mark.parametrize("choices", [{}, {"vertical": False}, SEQ2TREE, SEQUENCE])
def test_a_score_is_the_probability_that_teacher_forcing_gives(choices: dict[str, Any], typed: bool) -> None:
    """Search hands each node the right predecessor: brother or node before, parent, and their states."""
    letters = {index: TypeVariable() for index in RULES.letters.values()}
    query = Query(TOKENIZER.encode(["sum", "of", "a"]), letters, [], TypeVariable())
    found = []
    for seed in range(4):
        untrained = model(seed, **choices)
        symbols = language_symbols(untrained.config.target)
        with torch.no_grad():  # let leaves, brackets that close and the end be likely
            untrained.decoder.output.bias[[i for i, arity in enumerate(symbols.arities) if arity == 0]] += 3
            if "target" in choices:
                untrained.decoder.output.bias[symbols.id("a", 1)] += 6
                untrained.decoder.output.bias[symbols.id("<end>", 0)] += 3
        search = BeamSearch(untrained, symbols, typed=typed)
        for candidate in search.search([query], beam=6, top=6)[0]:
            ids = symbols.encode(candidate.program)
            batch = collate([Example(tuple(query.tokens), tuple(ids))], symbols)
            found.append((candidate.score, -float(untrained(batch).total.detach())))
    assert len(found) >= 2
    for score, forced in found:
        assert score == pytest.approx(forced, abs=1e-3)


def test_without_rules_a_model_says_what_it_likes() -> None:
    """The first symbol of all is the most probable one, whatever its type."""
    untrained = model(3)
    query = Query(TOKENIZER.encode(["odds"]), {}, [], INT)
    square = SYMBOLS.id("square", 0)
    with torch.no_grad():
        untrained.decoder.output.bias[square] += 100
    assert untrained.exact_matches(collate([Example(tuple(query.tokens), (square,))], SYMBOLS)) == 1
    ((free,),) = BeamSearch(untrained, SYMBOLS, typed=False).search([query])
    assert free.program == parse("square")
    ((typed,),) = BeamSearch(untrained, SYMBOLS).search([query])
    assert check(typed.program).return_type == INT


def test_a_sequence_that_is_no_program_is_no_answer() -> None:
    untrained = model(0, **SEQUENCE)
    symbols = language_symbols("sequence")
    with torch.no_grad():
        untrained.decoder.output.bias[symbols.id("<end>", 0)] += 100
    assert BeamSearch(untrained, symbols).search([Query([5], {}, [], INT)]) == [[]]
    answers = Translator(untrained, symbols, TOKENIZER).answer([Request("the sum of a")])
    assert answers == [[]]


def test_known_types_are_kept_to() -> None:
    translator = Translator(model(1), SYMBOLS, TOKENIZER)
    request = Request("the sum of a", {"a": INT_ARRAY}, result=INT_ARRAY)
    (candidates,) = translator.answer([request], beam=20, top=20)
    for candidate in candidates:
        assert candidate.typed.return_type == INT_ARRAY
        assert set(candidate.typed.args) <= {"a"}


def test_batches_give_what_single_searches_give() -> None:
    translator = Translator(model(2), SYMBOLS, TOKENIZER)
    requests = [Request(text) for text in ("the sum of a", "evens in b and a", "odds")]
    together = translator.answer(requests, beam=4, top=4)
    for request, candidates in zip(requests, together, strict=True):
        (alone,) = translator.answer([request], beam=4, top=4)
        assert [one.program for one in alone] == [one.program for one in candidates]


def test_examples_are_run() -> None:
    program = compile_program(check(parse("(/ a b)")))
    outcomes = run(
        program, [({"a": 6, "b": 2}, 3), ({"a": 6, "b": 2}, 4), ({"a": 1, "b": 0}, 1), ({"a": 1}, 1)]
    )
    assert [outcome.passed for outcome in outcomes] == [True, False, False, False]
    assert isinstance(outcomes[2].error, RunError) and outcomes[2].error.kind == "zero-division"


def test_types_shown_by_examples_are_kept_to() -> None:
    kind = TypeVariable()
    assert unify(kind, INT_ARRAY, [])
    translator = Translator(model(1), SYMBOLS, TOKENIZER)
    examples = [({"a": [1, 2]}, 3)]
    (candidates,) = translator.answer([Request("the sum of a", {"a": kind}, examples)], beam=20, top=20)
    assert candidates
    for candidate in candidates:
        assert candidate.typed.args.get("a", INT_ARRAY) == INT_ARRAY


def test_sample_runs_are_the_same_each_time() -> None:
    program = compile_program(check(parse("(reduce a 0 +)")))
    first, second = run(program, ()), run(program, ())
    assert first == second
    assert all(outcome.passed is None and outcome.error is None for outcome in first)


@pytest.mark.parametrize(
    ("value", "expected", "same"),
    [
        (3, 3, True),
        (3.0, 3, True),
        (True, 1, False),
        ([1, 2], [1, 2.0], True),
        ([1], [1, 2], False),
        ("a", "a", True),
        (float("inf"), "inf", True),
        (len, 3, False),
    ],
)
def test_outputs_are_compared_by_value(value: object, expected: object, same: bool) -> None:
    assert agrees(value, expected) is same
