"""Requests that people wrote down become tasks, or are told what is wrong with them."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from saps.cli.main import invoke
from saps.corpus.generation.adoption import adopt
from saps.corpus.generation.examples import TESTS
from saps.corpus.tasks.cleaning import fault
from saps.corpus.tasks.task import read_tasks
from saps.language.compiler import compile_program
from saps.language.errors import InputError
from saps.language.parser import parse
from saps.language.printer import to_text
from saps.language.type_system import parse_type
from saps.language.typecheck import check

REQUEST: dict[str, Any] = {
    "sentences": ["How often is k in nums?", "count the k in nums", "How often is k in nums"],
    "args": {"nums": "int[]", "k": "int"},
    "program": "(count_of nums k)",
    "examples": [{"input": {"nums": [1, 2, 1], "k": 1}, "output": 2}],
}


def test_each_wording_is_a_task_with_the_plain_program_and_all_tests() -> None:
    tasks = adopt(REQUEST, ["people", "me"])
    assert [task.sentence for task in tasks] == ["how often is k in nums", "count the k in nums"]
    for task in tasks:
        assert "count_of" not in to_text(task.program)
        assert (task.return_type, task.tags, len(task.tests)) == ("int", ("people", "me"), TESTS)
        assert task.tests[0].output == 2
        assert fault(task) is None


def test_the_tests_are_the_same_each_time() -> None:
    assert adopt(REQUEST) == adopt(REQUEST)


@pytest.mark.parametrize(
    ("args", "program", "inputs"),
    [
        ({"s": "string"}, '(head (str_split s "@"))', [{"s": "bob@a.de"}, {"s": "x@y"}]),
        (
            {"s": "string", "c": "string", "k": "int"},
            "(deref (str_split s c) (- k 1))",
            [{"s": "a-b-c", "c": "-", "k": 2}, {"s": "x,y", "c": ",", "k": 1}],
        ),
        (
            {"a": "int[]", "b": "int[]"},
            "(== a (reverse b))",
            [{"a": [1, 2, 9], "b": [9, 2, 1]}, {"a": [1], "b": [3]}],
        ),
    ],
)
def test_what_values_taken_at_random_hardly_fit_is_run_near_its_examples(
    args: dict[str, str], program: str, inputs: list[dict[str, Any]]
) -> None:
    kinds = {name: parse_type(kind) for name, kind in args.items()}
    run = compile_program(check(parse(program), kinds)).run
    examples = [{"input": one, "output": run(one)} for one in inputs]
    (task,) = adopt({"sentences": ["so be it"], "args": args, "program": program, "examples": examples})
    assert len(task.tests) == TESTS
    assert fault(task) is None


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"sentences": "count"}, "field `sentences`"),
        ({"sentences": ["?"]}, "the sentence is empty"),
        ({"program": None}, "field `program`: expected a string"),
        ({"program": "(count_of nums k"}, "field `program`: unclosed parenthesis"),
        ({"program": "(countof nums k)"}, "field `program`: unknown function `countof`"),
        ({"program": "(len nums)"}, "the program does not use k"),
        ({"args": {"nums": "int[]", "k": "string"}}, "field `program`: argument 2 of `filter`"),
        ({"args": ["nums"]}, "field `args`"),
        ({"examples": []}, "has no tests"),
        (
            {"args": {}, "program": "(+ 1 2)", "examples": [{"input": {}, "output": 3}]},
            "gives the same on all",
        ),
        ({"examples": [{"input": {"nums": [1], "k": 1}, "output": 2}]}, "gives another output"),
        ({"program": "(* 0 (count_of nums k))"}, "gives another output"),
        (
            {
                "program": "(* 0 (count_of nums k))",
                "examples": [{"input": {"nums": [1], "k": 1}, "output": 0}],
            },
            "gives the same on all",
        ),
    ],
)
def test_what_does_not_fit_is_told(change: dict[str, Any], told: str) -> None:
    with pytest.raises(InputError) as caught:
        adopt({**REQUEST, **change})
    assert told in caught.value.message


def test_the_command_checks_writes_and_leaves_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    requests, out, known = tmp_path / "r.jsonl", tmp_path / "out.jsonl.gz", tmp_path / "known.jsonl"
    requests.write_text(json.dumps(REQUEST) + "\n\n{]\n" + json.dumps(REQUEST | {"program": "(len nums)"}))
    known.write_text(json.dumps({"text": "Count the k in nums!"}))
    line = ["data", "adopt", str(requests), "--out", str(out), "--tag", "me", "--without", str(known)]
    assert invoke(line) == 1
    told = capsys.readouterr()
    assert told.out == "1 tasks of 3 requests; 2 requests do not fit\n1 sentences left out\n"
    assert "line 3" in told.err and "line 4: the program does not use k" in told.err
    assert [task.sentence for task in read_tasks(out)] == ["how often is k in nums"]
    assert gzip.decompress(out.read_bytes()).count(b"\n") == 1
    assert invoke(["data", "adopt", str(known)]) == 1
    capsys.readouterr()
    assert invoke(["data", "adopt", str(requests), "--tag", "\udccd"]) == 2
    assert "the tag is not UTF-8" in capsys.readouterr().err
