"""Of programs with the same meaning one is shown."""

from __future__ import annotations

import pytest

from saps.language.compiler import compile_program
from saps.language.library import built_in
from saps.language.parser import parse
from saps.language.printer import to_text
from saps.language.type_system import INT, STRING, TypeVariable, parse_type
from saps.language.typecheck import check
from saps.search.problem import Found
from saps.search.translator import Request
from saps.search.trials import Candidate, better
from tests.search.models import READER
from tests.search.test_translator import hidden, trials


def candidate(program: str, score: float, query: int = 0) -> Candidate:
    (reading,) = READER.readings("the sum of a", {"a": INT}, TypeVariable())
    return Candidate(compile_program(check(parse(program), {"a": INT})), score, reading, query=query)


@pytest.mark.parametrize(
    ("other", "score", "query", "shown"),
    [
        ("(square a)", -2.0, 0, "(square a)"),  # shorter, and nearly as probable
        ("(square a)", -3.0, 0, "(pow a 2)"),  # less probable by far
        ("(square a)", -2.0, 1, "(pow a 2)"),  # of another reading of the sentence
        ("(* a (* 1 a))", -2.0, 0, "(pow a 2)"),  # longer
        ("(* a a)", -0.5, 0, "(* a a)"),  # as long, and more probable
    ],
)
def test_the_shorter_of_nearly_equals_is_shown_with_the_better_score(
    other: str, score: float, query: int, shown: str
) -> None:
    first, second = candidate("(pow a 2)", -1.0), candidate(other, score, query)
    for found in (better(first, second), better(second, first)):
        assert found.program == parse(shown) and found.score == max(-1.0, score)


def test_rows_that_nobody_speaks_of_come_after() -> None:
    rows, flat = ("(reduce a 0 (lambda2 (+ arg1 (reduce arg2 0 +))))", -0.1), ("(reduce a 0 +)", -1.0)
    assert trials(Request("the sum of a"), rows, flat).ranked()[0].program == parse(flat[0])
    assert trials(Request("the sum of the rows of a"), rows, flat).ranked()[0].program == parse(rows[0])
    given = Request("the sum of a", {"a": parse_type("int[][]")})
    assert trials(given, rows).ranked()[0].score == -0.1, "what is given needs no word"


def test_what_is_said_once_is_done_once() -> None:
    again, once = parse("(factorial (factorial n))"), parse("(factorial n)")
    plain = {one: built_in().expand(one, {"n"}) for one in (again, once)}
    found = trials(Request("factorial of n"))
    for said, score in ((again, -0.7), (once, -3.0)):
        found(Found(plain[said], score, 0, said))
    first, second = found.ranked()
    assert first.program == plain[once] and second.odd
    assert first.loss < 3.0, "what the model gave the other one is no loss"
    found = trials(Request("factorial of n"))
    found(Found(plain[again], -0.1, 0, again))
    found(Found(plain[once], -5.0, 0, once))
    assert found.ranked()[0].program == plain[again], "of a model that is sure"


@pytest.mark.parametrize(
    ("sentence", "name", "cost"),
    [
        ("how often does {} occur in s", "part", 1.5),
        ("how often does the character {} occur in s", "part", 0.0),
        ("how often does {} occur in s", "ch", 0.0),
    ],
)
def test_a_text_is_a_character_where_somebody_says_so(sentence: str, name: str, cost: float) -> None:
    said = parse(f"(count_character s {name})")
    args = {"s": STRING, name: STRING}
    found = trials(Request(sentence.format(name), args))
    program = built_in().expand(said, args)
    letters = found.readings[0].placeholders
    found(Found(letters.hide(program), -1.0, 0, letters.hide(said)))
    assert found.ranked()[0].score == -1.0 - cost


def test_an_argument_handed_over_twice_stands_for_another_one() -> None:
    twice, other = parse("(contains_text b b)"), parse("(contains_text b a)")
    plain = {one: built_in().expand(one, {"a", "b"}) for one in (twice, other)}
    found = trials(Request("is b in the text"))
    for said, score in ((twice, -1.0), (other, -1.8)):
        found(Found(plain[said], score, 0, said))
    assert found.ranked()[0].program == plain[other]
    given = trials(Request("is b in the text", {"b": STRING}))
    given(Found(plain[twice], -1.0, 0, twice))
    assert given.ranked()[0].score == -1.0, "there is no other"


def test_what_is_called_so_is_seldom_of_such_a_type() -> None:
    number, text = ("(reverse xs)", -1.0), ("(str_concat xs xs)", -0.5)
    best = trials(Request("turn round xs"), number, text).ranked()[0]
    assert best.program == parse(number[0])
    assert best.loss == pytest.approx(1.0), "the model did not know the name"
    given = trials(Request("turn round xs", {"xs": STRING}), text)
    assert given.ranked()[0].score == -0.5, "what is given needs no name"


@pytest.mark.parametrize("idle", ["(if (> a 0) a a)", "(&& (> a 0) (> a 0))"])
def test_a_choice_between_the_same_is_no_answer(idle: str) -> None:
    assert not trials(Request("a or nothing"), (idle, -0.1)).ranked()
    assert trials(Request("a or nothing"), ("(reduce (map a (partial1 0 >)) false ||)", -0.1)).ranked()


def test_a_list_that_is_spoken_of_is_taken() -> None:
    range_, filter_ = ("(range lo hi)", -0.1), ("(filter (filter c (partial1 lo >=)) (partial1 hi <=))", -1.0)
    assert (
        trials(Request("numbers of the list from lo to hi"), range_, filter_).ranked()[0].program.symbol
        == "filter"
    )
    assert (
        trials(Request("list the numbers from lo to hi"), range_, filter_).ranked()[0].program.symbol
        == "range"
    )


def test_as_many_arguments_as_are_counted() -> None:
    three, four = ("(+ a (+ b c))", -0.1), ("(+ a (+ b (+ c d)))", -2.0)
    assert trials(Request("sum of four numbers"), three, four).ranked()[0].program == parse(four[0])
    assert trials(Request("sum of two or three numbers"), three, four).ranked()[0].program == parse(three[0])


def test_letters_for_what_has_no_name_mean_nothing() -> None:
    judge = trials(Request("keep those above limit"), ("(filter b (partial1 limit >))", -0.5))
    (one,) = judge.ranked()
    assert to_text(one.program) == "(filter a (partial1 limit >))"
    judge(Found(hidden(judge, "(filter c (partial1 limit >))"), -1.5, 0))
    assert len(judge.ranked()) == 1 and judge.ranked()[0].loss < one.loss, "it is the same answer"


@pytest.mark.parametrize(
    ("sentence", "program", "order"),
    [
        ("repeat s n times", "(map (range 0 n) (lambda1 s))", ["s", "n"]),
        ("subtract b from a", "(- a b)", ["a", "b"]),
        ("how often is x in the list", "(len (filter a (partial1 x ==)))", ["a", "x"]),
        ("is x between n and k", "(&& (>= x n) (<= x k))", ["x", "n", "k"]),
    ],
)
def test_arguments_stand_in_the_order_in_which_they_are_mentioned(
    sentence: str, program: str, order: list[str]
) -> None:
    (one,) = trials(Request(sentence), (program, -0.1)).ranked()
    assert [*one.typed.args] == order == [*one.compiled.arg_names]
