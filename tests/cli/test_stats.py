"""`saps data stats` and `show`: the order of symbols, and infinity as the command line spells it."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from saps.cli.main import invoke
from saps.corpus.tasks.task import Task, Test, to_file_line
from saps.language.parser import parse


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    programs = ["(reduce a 0 +)", "(reduce a (- 0 inf) max)", "(len (filter a (partial0 b contains)))"]
    tests = (Test({"a": [1], "b": []}, math.inf),)
    tasks = [Task(("sum",), parse(one), {"a": "int[]", "b": "int[]"}, "int", tests) for one in programs]
    path = tmp_path / "tasks.jsonl"
    path.write_text("".join(map(to_file_line, tasks)))
    return path


def test_the_order_of_symbols_is_told(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(["data", "stats", str(corpus), "--json"]) == 0
    symbols = json.loads(capsys.readouterr().out)["symbols"]
    assert 0 < symbols["functions"] < 1 and 0 < symbols["constants and arguments"] < 1
    assert symbols["unpublished"] == {"inf": 1, "contains": 1}
    assert invoke(["data", "stats", str(corpus)]) == 0
    told = capsys.readouterr().out
    assert f"rank correlation with the published order (Spearman) {symbols['functions']}" in told
    assert "symbols that no published program has: inf 1, contains 1" in told


def test_infinity_of_a_task_file_is_shown_as_a_string(
    corpus: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "Infinity" in corpus.read_text()
    assert invoke(["data", "show", str(corpus), "--count", "1", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["tests"][0]["output"] == "inf"
    assert invoke(["data", "show", str(corpus), "--count", "1"]) == 0
    assert 'a=[1] b=[] -> "inf"' in capsys.readouterr().out
