"""Requests answered: types kept to, examples run, other meanings told apart."""

from __future__ import annotations

import pytest
import torch

from saps.language.compiler import compile_program
from saps.language.errors import InputError, RunError
from saps.language.library import built_in
from saps.language.parser import parse
from saps.language.printer import to_text
from saps.language.tree import Node
from saps.language.type_system import INT, INT_ARRAY, TypeVariable, unify
from saps.language.typecheck import check
from saps.language.values import agrees
from saps.search.outcomes import run, sample
from saps.search.problem import Effort, Found
from saps.search.translator import Answer, Request, Translator, echoed_first, wordings
from saps.search.trials import RIVALS, Trials
from tests.search.models import READER, SEQUENCE, TOKENIZER, TOKENS, model, translator

EFFORT = Effort(beam=10, programs=20, nodes=800)


def test_known_types_are_kept_to() -> None:
    request = Request("the sum of a", {"a": INT_ARRAY}, result=INT_ARRAY)
    (answer,) = translator(2).answer([request], EFFORT, top=20)
    assert answer.candidates
    for candidate in answer.candidates:
        assert candidate.typed.return_type == INT_ARRAY
        assert set(candidate.typed.args) <= {"a"}


def test_batches_give_what_single_searches_give() -> None:
    requests = [Request(text) for text in ("the sum of a", "evens in b and a", "odds")]
    asked = translator(2)
    together = asked.answer(requests, EFFORT, top=4)
    for request, answer in zip(requests, together, strict=True):
        (alone,) = asked.answer([request], EFFORT, top=4)
        found, singly = ([one.program for one in each.candidates[:4]] for each in (answer, alone))
        assert len(found) == 4 and found == singly


def test_a_sentence_that_cannot_be_read_keeps_no_other_back() -> None:
    requests = [Request("the sum of a"), Request("is a one of 3 4 5 6 7 8 9 11"), Request("the sum of b")]
    first, full, last = translator(0).each(requests, EFFORT)
    assert isinstance(first, Answer) and isinstance(last, Answer)
    assert isinstance(full, InputError) and "more than 6 different numbers" in full.message


def test_types_shown_by_examples_are_kept_to() -> None:
    kind = TypeVariable()
    assert unify(kind, INT_ARRAY, [])
    examples = [({"a": [1, 2]}, 3)]
    (answer,) = translator(1).answer([Request("the sum of a", {"a": kind}, examples)], EFFORT)
    assert answer.candidates
    for candidate in answer.candidates:
        assert candidate.typed.args.get("a", INT_ARRAY) == INT_ARRAY
        assert candidate.typed.return_type == INT


def test_a_sequence_that_is_no_program_is_no_answer() -> None:
    untrained = model(0, **SEQUENCE)
    with torch.no_grad():
        untrained.decoder.output.bias[TOKENS.id("<end>", 0)] += 100
    free = Translator(untrained, TOKENS, TOKENIZER, typed=False)
    (answer,) = free.answer([Request("the sum of a")], Effort(beam=1, programs=1))
    assert answer.candidates == () and answer.nodes == 1


def test_examples_are_run() -> None:
    program = compile_program(check(parse("(/ a b)")))
    outcomes = run(
        program, [({"a": 6, "b": 2}, 3), ({"a": 6, "b": 2}, 4), ({"a": 1, "b": 0}, 1), ({"a": 1}, 1)]
    )
    assert [outcome.passed for outcome in outcomes] == [True, False, False, False]
    assert isinstance(outcomes[2].error, RunError) and outcomes[2].error.kind == "zero-division"


def test_sample_runs_are_the_same_each_time() -> None:
    program = compile_program(check(parse("(reduce a 0 +)")))
    first, second = sample(program), sample(program)
    assert first == second and len(first) == 3
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


# ---------------------------------------------------------------- trials


def trials(request: Request, *programs: tuple[str, float], top: int = 1, limit: int = 100) -> Trials:
    """The trials of a request after some programs with their scores."""
    judge = Trials(request, READER.readings(request.text, request.args, request.result), top, limit)
    for text, score in programs:
        judge(Found(hidden(judge, text), score, 0))
    return judge


def hidden(judge: Trials, text: str) -> Node:
    return judge.readings[0].placeholders.hide(parse(text))


SUM = Request("the sum of a", {"a": INT_ARRAY})
SHOWN = Request("the sum of a", {"a": INT_ARRAY}, [({"a": [1, 2]}, 3), ({"a": [5]}, 5)])


def test_the_most_probable_program_that_passes_is_the_answer() -> None:
    judge = trials(SHOWN, ("(head a)", -0.1), ("(reduce a 0 max)", -0.2))
    assert judge.threshold() == -float("inf")
    assert judge(Found(hidden(judge, "(reduce a 0 +)"), -3.0, 0)) == -3.0
    judge(Found(hidden(judge, "(deref (sort a) 0)"), -0.3, 0))
    assert judge.ranked()[0].program == parse("(reduce a 0 +)")
    assert judge.tried == 4


def test_where_none_passes_the_closest_is_first() -> None:
    judge = trials(SHOWN, ("(len a)", -0.1), ("(head a)", -2.0))
    answer = Answer(SHOWN, tuple(judge.ranked()), None, judge.tried, 0)
    assert not answer.passes
    assert answer.best is not None and answer.best.program == parse("(head a)")


@pytest.mark.parametrize(
    ("outputs", "found"),
    [
        ([[2, 1], [5, 3]], "(reverse (sort (slice a 0 2)))"),
        ([[1, 2], [3, 5]], "(sort (slice a 0 2))"),
        ([[2, 2], [5, 3]], None),
        ([[1, 2]], None),  # one example is not enough
    ],
)
def test_where_none_passes_other_conventions_are_tried(outputs: list[object], found: str | None) -> None:
    inputs: list[dict[str, object]] = [{"a": [2, 1]}, {"a": [3, 5]}]
    request = Request("the sum of a", {"a": INT_ARRAY}, list(zip(inputs, outputs, strict=False)))
    judge = trials(request, ("(tail a)", -0.1), ("(slice a 0 2)", -1.0))
    judge.reconsider()
    best = judge.ranked()[0]
    assert (to_text(best.program) if best.passes else None) == found


def test_no_more_than_the_limit_is_tried() -> None:
    assert trials(SHOWN, ("(len a)", -0.1), ("(head a)", -2.0), limit=2).threshold() == float("inf")


def test_less_is_tried_once_a_program_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("saps.search.trials._ENOUGH", 2)
    wrong = ("(len a)", -0.1), ("(deref a 1)", -0.2)
    assert trials(SHOWN, *wrong, top=5).threshold() == -float("inf")
    assert trials(SHOWN, *wrong, ("(reduce a 0 +)", -2.0), top=5).threshold() == float("inf")


def test_programs_of_one_meaning_are_one_candidate() -> None:
    judge = trials(
        SUM, ("(reduce (reverse a) 0 +)", -1.0), ("(reduce a 0 +)", -0.5), ("(reduce a 0 max)", -0.7), top=2
    )
    assert [one.score for one in judge.ranked()] == [-0.5, -0.7]
    assert judge.threshold() == -0.7 - RIVALS


def test_the_same_program_is_tried_once() -> None:
    judge = trials(SUM, ("(+ (len a) 1)", -1.0), ("(+ 1 (len a))", -1.5), ("(+ (len a) 1)", -0.5))
    assert judge.tried == 1 and [one.score for one in judge.ranked()] == [-0.5]


def test_an_argument_left_out_counts_against_a_program() -> None:
    request = Request("the sum of a and b", {"a": INT_ARRAY, "b": INT_ARRAY})
    judge = trials(request, ("(reduce a 0 +)", -0.1), ("(reduce (reduce b a append) 0 +)", -1.0))
    assert set(judge.ranked()[0].typed.args) == {"a", "b"}


@pytest.mark.parametrize(
    ("text", "program", "signature"),
    [
        ("reverse the list of words a", "(reverse a)", "a: string[] -> string[]"),
        ("reverse a", "(reverse a)", "a: T[] -> T[]"),
        ("the sum of the words a", "(reduce a 0 +)", "a: int[] -> int"),
    ],
)
def test_types_that_the_program_leaves_open_are_those_of_the_nouns(
    text: str, program: str, signature: str
) -> None:
    (candidate,) = trials(Request(text), (program, -0.5)).ranked()
    assert candidate.typed.signature() == signature


def test_a_dispute_is_shown_on_an_input() -> None:
    judge = trials(SUM, ("(reduce a 0 +)", -0.5), ("(reduce a 0 max)", -0.7))
    dispute = Answer(SUM, tuple(judge.ranked()), None, judge.tried, 0).dispute()
    assert dispute is not None
    rival, found = dispute
    assert rival.program == parse("(reduce a 0 max)")
    assert (found.left.value, found.right.value) == (2, 1)
    judge = trials(SUM, ("(reduce a 0 +)", -0.5), ("(reduce a 0 max)", -0.6 - RIVALS))
    assert Answer(SUM, tuple(judge.ranked()), None, judge.tried, 0).dispute() is None


def test_what_the_sentence_is_the_explanation_of_comes_first() -> None:
    programs = ("(reduce a 0 max)", -0.1), ("(reduce a 0 +)", -2.0)
    heard = trials(Request("The sum of a."), *programs)
    first, second = echoed_first(heard.request, tuple(heard.ranked()))
    assert (to_text(first.program), first.echoed, second.echoed) == ("(reduce a 0 +)", True, False)
    other = trials(Request("all of a added up"), *programs)
    assert [one.echoed for one in echoed_first(other.request, tuple(other.ranked()))] == [False, False]
    shown = trials(Request("the sum of a", examples=[({"a": [1, 2]}, 2)]), *programs)
    assert to_text(echoed_first(shown.request, tuple(shown.ranked()))[0].program) == "(reduce a 0 max)"
    strings, numbers = built_in()["remove_character"], built_in()["drop_value"]
    called = [
        to_text(built_in().expand(parse(f"({one.name} nums x)"), {"nums", "x"})) for one in (numbers, strings)
    ]
    heard = trials(Request("remove all occurrences of x from nums"), (called[0], -0.1), (called[1], -2.0))
    names = [to_text(one.program) for one in echoed_first(heard.request, tuple(heard.ranked()))]
    assert names[0] == called[0], "what is called nums is no string"


@pytest.mark.parametrize(
    ("text", "outputs", "told"),
    [
        ("Is n prime?", ["yep", "nope", "yep"], ['return "yep" or "nope"', 'return "nope" or "yep"']),
        ("is n prime", ["yep", "nope"], []),
        ("is n prime", ["yep", "nope", "who knows"], []),
        ("is n prime", [True, False, True], []),
        ('"yep" if n is prime', ["yep", "nope", "yep"], []),
        ("n in words", ["7", "8", "7"], []),
        ('one of "a" "b" "c"', ["yep", "nope", "yep"], []),
        ("n " * 990, ["yep", "nope", "yep"], []),
    ],
    ids=str,
)
def test_words_that_examples_answer_with_are_said(text: str, outputs: list[object], told: list[str]) -> None:
    examples = [({"n": 7 + index}, output) for index, output in enumerate(outputs)]
    plain, *others = wordings(Request(text, examples=examples))
    assert plain == text
    assert others == [f"{text.rstrip('?')}. {words}" for words in told]
