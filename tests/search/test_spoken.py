"""Examples that a sentence tells decide between programs, in the order of the arguments."""

from __future__ import annotations

import pytest

from saps.application.loading import load_translator
from saps.language.printer import to_text
from saps.language.type_system import parse_type
from saps.search.problem import Effort
from saps.search.translator import Answer, Request, Translator


@pytest.fixture(scope="module")
def shipped() -> Translator:
    return load_translator(None)


def answered(translator: Translator, text: str, **args: str) -> Answer:
    kinds = {name: parse_type(kind) for name, kind in args.items()} or None
    (answer,) = translator.answer([Request(text, kinds)], Effort(10))
    return answer


@pytest.mark.parametrize(
    ("text", "args", "program"),
    [
        ("the difference of two numbers. f(2, 7) == -5", {}, "(- a b)"),
        ("the difference of two numbers. f(2, 7) == -5", {"x": "int", "y": "int"}, "(- x y)"),
        ("subtract b from a; a=7 b=2 -> 5", {}, "(- a b)"),
        ("sum of the list, e.g. [1, 2, 3] -> 6", {}, "(reduce a 0 +)"),
        ("x minus k. f(7, 2) == 5", {}, "(- x k)"),
    ],
)
def test_a_program_passes_them(shipped: Translator, text: str, args: dict[str, str], program: str) -> None:
    answer = answered(shipped, text, **args)
    assert answer.best is not None and answer.passes and len(answer.best.outcomes) == 1
    assert to_text(answer.best.program) == program
    assert answer.request.text == text


def test_what_no_program_passes_is_read_as_words(shipped: Translator) -> None:
    answer = answered(shipped, "the sum of a; [1, 2] -> 100", a="int[]")
    assert not answer.request.spoken and answer.best is not None and not answer.best.outcomes


def test_a_batch_keeps_its_order(shipped: Translator) -> None:
    texts = ["the sum of a", "the sum of a; [1, 2] -> 3", "the sum of a; [1, 2] -> 100", "the length of s"]
    answers = shipped.answer([Request(text) for text in texts])
    assert [one.request.text for one in answers] == texts
    assert [len(one.request.spoken) for one in answers] == [0, 1, 0, 0]
