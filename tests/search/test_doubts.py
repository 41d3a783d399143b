"""What is at odds between a program and what was said is told and never offered beside an answer."""

from __future__ import annotations

import pytest

from saps.language.parser import parse
from saps.language.type_system import INT, INT_ARRAY
from saps.search.confidence import FEATURES
from saps.search.doubts import computes_ahead
from saps.search.translator import Answer, Request
from tests.search.test_translator import trials

SHOWN = Request("the sum of a", {"b": INT_ARRAY}, [({"b": [1]}, 3)])


@pytest.mark.parametrize(
    ("request_", "program", "kinds"),
    [
        (Request("the sum of a"), "(reduce a 0 +)", []),
        (Request("the sum of a b and c"), "(+ a c)", ["unused"]),
        (Request("the sum of a list"), "(reduce a 0 +)", []),
        (Request("can i sum b, i.e. the list b"), "(reduce b 0 +)", []),
        (Request("let c be the sum of b"), "(reduce b 0 +)", []),
        (Request("the sum of a", {"a": INT_ARRAY, "k": INT}), "(reduce a 0 +)", ["unsaid", "unused"]),
        (Request("the numbers in a above 57"), "(filter a (partial1 57 >))", []),
        (Request("the numbers in a above 57"), "(filter a (partial1 0 >))", ["ignored"]),
        (Request("not a"), "(!= a a)", ["constant"]),
        (Request("the sum of K"), "(reduce K 0 +)", []),
        (Request("the sum of K and 17"), "17", ["unused", "closed"]),
        (Request("17"), "17", ["closed"]),
        (Request("the sum of a"), "(deref a 1000)", ["failing"]),
        (Request("the sum of 17 and 17"), "(+ 17 17)", []),
        (Request("the sum of 2 lists"), "(+ 2 2)", []),
        (Request("the sum of the numbers"), "(+ 2 2)", ["closed"]),
        (Request("the sum of 17 and k"), "(+ 17 17)", ["unused", "closed"]),
        (SHOWN, "3", ["unsaid", "unknown", "unused", "closed"]),
    ],
)
def test_the_doubts_about_a_program(request_: Request, program: str, kinds: list[str]) -> None:
    (candidate,) = trials(request_, (program, -0.5)).ranked()
    assert [doubt.kind for doubt in candidate.doubts] == kinds
    assert all(one in doubt.message for doubt in candidate.doubts for one in doubt.about)
    counted = [FEATURES[name]([candidate]) for name in ("unused", "closed", "constant")]
    assert (sum(counted) > 0) == bool(set(kinds) - {"unsaid"})


def test_what_uses_all_given_arguments_comes_first() -> None:
    request = Request("the sum of a", {"a": INT_ARRAY, "b": INT})
    judge = trials(request, ("(reduce a 0 +)", -0.1), ("(reduce a b +)", -9.0))
    assert judge.ranked()[0].program == parse("(reduce a b +)")
    shown = Request(request.text, request.args, [({"a": [1, 2], "b": 7}, 3)])
    judge = trials(shown, ("(reduce a 0 +)", -0.1), ("(reduce a b +)", -9.0))
    assert judge.ranked()[0].program == parse("(reduce a 0 +)"), "what passes the examples is before that"


@pytest.mark.parametrize(
    ("text", "best", "rival"),
    [
        ("the sum of a", "(reduce a 0 +)", "(reduce a (* 17 17) +)"),
        ("the sum of a", "(reduce a 0 +)", "0"),
        ("the numbers in a above 57", "(filter a (partial1 57 >))", "(filter a (partial1 (- 0 1) >))"),
        ("the sum of a and b", "(+ a b)", "(+ a a)"),
        ("the sum of a", "(reduce a 0 +)", "(!= a a)"),
    ],
)
def test_what_no_one_means_is_not_offered(text: str, best: str, rival: str) -> None:
    judge = trials(Request(text), (best, -0.5), (rival, -0.6))
    assert len(judge.kept) == 2
    assert Answer(judge.request, tuple(judge.ranked()), None, judge.tried, 0).dispute() is None


def test_a_limit_is_in_dispute_where_it_matters() -> None:
    programs = ("(filter a (partial1 57 >))", -0.5), ("(filter a (partial1 57 >=))", -0.6)
    judge = trials(Request("the numbers in a above 57"), *programs)
    dispute = Answer(judge.request, tuple(judge.ranked()), None, judge.tried, 0).dispute()
    assert dispute is not None and dispute[1].inputs == {"a": [57]}


@pytest.mark.parametrize(
    ("program", "ahead"),
    [
        ("(is_prime (* 17 17))", True),
        ("(> a (* 60 60))", True),
        ("(- 0 7)", False),
        ("(map a (partial1 5 >))", False),
        ("(reduce (range 0 100) a +)", False),
    ],
)
def test_what_could_be_written_down(program: str, ahead: bool) -> None:
    assert computes_ahead(parse(program)) == ahead
