"""More lambda calls inside one another than usual: served as far as the host can, else refused."""

from __future__ import annotations

import sys
import threading

import pytest

from saps.language.budget import DEFAULT_BUDGET, Budget
from saps.language.errors import InputError
from saps.language.stack import MAX_CALLS, call_deep
from tests.language.running import run

ONE = "(append (array-new int) (- arg1 1))"
CHAIN = "(combine abs " * 9 + "self" + ")" * 9
RECURSIONS = [
    "(+ 1 (self (- arg1 1)))",
    f"(+ 1 (head (map {ONE} self)))",
    f"(+ 1 (reduce {ONE} 0 (combine self +)))",
    f"(+ 1 (invoke1 {CHAIN} (- arg1 1)))",
    "(+ (self (- arg1 1)) (* (- 0 1) (+ -1 (* 0 (self (- arg1 1))))))",
]


@pytest.mark.parametrize("recursion", RECURSIONS, ids=range(len(RECURSIONS)))
def test_the_deepest_recursions_are_served(recursion: str) -> None:
    source = f"(invoke1 (lambda1 (if (<= arg1 0) 0 {recursion})) a)"
    budget = Budget(steps=10_000_000, depth=MAX_CALLS)
    assert run(source, loose=True, budget=budget, a=MAX_CALLS - 20) == MAX_CALLS - 20
    assert run(source, loose=True, budget=budget, a=MAX_CALLS + 1) == "budget"


def test_what_nests_too_much_within_each_call_is_a_budget_error() -> None:
    chain = "(combine abs " * 60 + "self" + ")" * 60
    source = f"(invoke1 (lambda1 (if (<= arg1 0) 0 (invoke1 {chain} (- arg1 1)))) a)"
    assert run(source, budget=Budget(steps=10_000_000, depth=MAX_CALLS), a=MAX_CALLS - 20) == "budget"


def test_more_is_refused() -> None:
    source = "(invoke1 (lambda1 (if (<= arg1 0) 0 (self (- arg1 1)))) 3)"
    assert run(source, budget=Budget(depth=MAX_CALLS + 1)) == "input"
    with pytest.raises(InputError, match="at most 10,000 lambda calls inside one another can be served"):
        call_deep(MAX_CALLS + 1, print)


def test_the_host_is_as_it_was_before() -> None:
    def fail() -> None:
        raise KeyError(threading.current_thread())

    before = sys.getrecursionlimit(), threading.stack_size()
    for calls in (0, DEFAULT_BUDGET.depth, 500):
        assert call_deep(calls, sys.getrecursionlimit) > before[0]
        with pytest.raises(KeyError) as caught:
            call_deep(calls, fail)
        assert (caught.value.args[0] is threading.current_thread()) == (calls < 500)
        assert (sys.getrecursionlimit(), threading.stack_size()) == before
