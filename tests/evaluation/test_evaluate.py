"""Evaluating a model on tasks, its report, and its calibration; the models have learnt nothing."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from html.parser import HTMLParser
from pathlib import Path

import pytest

from saps.corpus.tasks.task import Task, Test
from saps.evaluation.calibrate import (
    FOREIGN,
    Trusted,
    calibrate,
    calibration_error,
    corrupted,
    disordered,
    slipped,
    tenths,
)
from saps.evaluation.evaluate import Setting, evaluate, request, usable
from saps.evaluation.metrics import Result
from saps.evaluation.report import write_report
from saps.language.errors import InputError
from saps.language.parser import parse
from saps.language.type_system import INT_ARRAY, TypeVariable
from saps.search.problem import Effort
from tests.search.models import translator

SETTING = Setting(Effort(beam=4, programs=10, nodes=200))
SENTENCES = ["the sum of a", "the evens in a", "x" * 3_000, "odds of <a> & a"]


def tasks(count: int) -> list[Task]:
    return [
        Task(
            text=(SENTENCES[index % len(SENTENCES)],),
            program=parse("(reduce a 0 +)"),
            args={"a": "int[]"},
            return_type="int",
            tests=tuple(Test({"a": [number, index]}, number + index) for number in range(5)),
            tags=("terse",),
        )
        for index in range(count)
    ]


def comparable(results: Sequence[Result]) -> list[tuple[object, ...]]:
    return [(one.exact, one.passed, one.tests, one.typed, one.oracle, one.tried) for one in results]


@pytest.mark.slow
def test_results_come_in_order_and_from_any_number_of_processes() -> None:
    load = partial(translator, 2)
    alone = list(evaluate(load, tasks(20), SETTING))
    spread = list(evaluate(load, tasks(20), SETTING, processes=2))
    assert comparable(alone) == comparable(spread)
    assert len(alone) == 20 and not alone[2].typed and alone[0].typed


def test_tasks_whose_tests_do_not_fit_are_told() -> None:
    good, odd = tasks(2)
    odd = replace(odd, args={"a": "int"})
    with pytest.raises(InputError, match=r"^task 2 \(the evens in a"):
        list(usable([good, odd]))
    told: list[InputError] = []
    assert list(usable([odd, good], told.append)) == [good] and len(told) == 1


def test_guides_become_examples() -> None:
    (task,) = tasks(1)
    asked = request(task, 3)
    assert [output for _, output in asked.examples] == [0, 1, 2] and asked.args == {"a": INT_ARRAY}
    asked = request(task, 0)
    assert not asked.examples and isinstance((asked.args or {})["a"], TypeVariable)


class Links(HTMLParser):
    """Attributes that would fetch something, and the text."""

    def __init__(self) -> None:
        super().__init__()
        self.fetched, self.text = list[str](), ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.fetched += [f"{tag} {name}" for name, _ in attrs if name in ("src", "href")]
        self.fetched += [tag] * (tag in ("script", "link", "img"))

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_report_is_one_page_and_lines(tmp_path: Path) -> None:
    results = list(evaluate(partial(translator, 2), tasks(8), SETTING))
    write_report(tmp_path / "new" / "report", "Failures on <x>", results)
    page, reader = (tmp_path / "new" / "report" / "failures.html").read_text(), Links()
    reader.feed(page)
    assert reader.fetched == [] and "http" not in page
    written = (tmp_path / "new" / "report" / "failures.jsonl").read_text()
    lines = [json.loads(line) for line in written.splitlines()]
    assert len(lines) == sum(not one.right for one in results) > 0
    for line in lines:
        assert line["sentence"] in reader.text and line["kind"] in reader.text
        assert set(line) == {"sentence", "gold", "answer", "kind", "confidence", "difference"}
    assert "Failures on <x>" in reader.text


def test_calibration_gives_a_confidence() -> None:
    asked = translator(2)
    found = calibrate(asked, tasks(4), SETTING.effort, ["what is the weather", "who are you"])
    asked.confidence = found.confidence
    (answer,) = asked.answer([request(tasks(1)[0], 0)], SETTING.effort)
    assert answer.confidence is not None and 0 <= answer.confidence < 0.5, "a model without training"
    kinds = Counter(one.kind for one in found.held_out)
    assert len(kinds) == 7 and kinds["as it stands"] <= 4 and kinds[FOREIGN] <= 2
    assert not any(one.right for one in found.held_out if one.kind == FOREIGN)


def test_a_calibration_is_judged_by_tenths() -> None:
    sure = [Trusted("a", 0.95, right) for right in (True, True, True, False)]
    unsure = [Trusted("a", 0.0, False), Trusted("a", 0.05, False), Trusted("a", 1.0, True)]
    found = tenths([*sure, *unsure])
    assert list(found) == [0, 9]
    assert found[0] == (2, 0.025, 0.0) and found[9] == pytest.approx((5, 0.96, 0.8))
    assert calibration_error([*sure, *unsure]) == pytest.approx((2 * 0.025 + 5 * 0.16) / 7)
    assert calibration_error([]) == 0.0


def test_sentences_are_spoilt() -> None:
    rng, words = random.Random(1), "the sum of the squares of even numbers".split()
    assert len({corrupted(words, rng) for _ in range(10)}) > 5
    assert all(set(disordered(words, rng).split()) <= set(words) for _ in range(10))
    for _ in range(20):
        assert sorted("".join(slipped(words, rng))) == sorted(" ".join(words))
