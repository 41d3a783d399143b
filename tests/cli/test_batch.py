"""Batches: each line has its answer in its place, whatever the other lines hold."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.said import Run
from tests.cli.test_input import DEEP, LONG, piped

LINES: list[tuple[bytes, Any]] = [
    (b'\xef\xbb\xbf{"program": "(+ a 1)", "input": {"a": 1}, "id": 7}', {"id": 7, "value": 2}),
    (b"", None),
    (b'{"program": "(+ a 1)", "input": {"a": 1}, "id": null}', {"id": None, "value": 2}),
    (b'{"program": "\xe9"}', "line 4: not UTF-8 text: byte 14 is 0xe9"),
    (b'{"program": "(+ a 1)", "input": {"a": %s}}' % LONG.encode(), "line 5: field `input.a`: an integer"),
    (b'{"program": "(+ a 1)", "input": {"a": 1, "a": 2}}', "line 6: field `input.a`: the key is there twice"),
    (b'{"program": "1", "program": "2"}', "line 7: field `program`: the key is there twice"),
    (b'{"program": "(+ a 1)", "input": {"a": NaN}}', "line 8: field `input.a`: NaN is no value"),
    (b'{"program": "(+ a 1)", "input": {"a": 1e999}}', "line 9: field `input.a`: 1e999 is beyond"),
    (b"[" * 20_000, "line 10: JSON nested more than"),
    (b'{"program": "(len a)", "input": {"a": %s}}' % (b"[" * 45 + b"]" * 45), "more than 10 levels"),
    (b'{"program": "(+ a 1)", "input": {"a": 1, "b": 2}}', "unknown argument 'b'"),
    (b'{"program": "(+ a 1)", "input": {"a": 1, "a) (+ 1": 2}}', "is not a name"),
    (b'{"program": "a", "args": {"self": "int"}, "input": {"self": 2}}', "belongs to the language"),
    (b" \t", None),
    (b'{"program": "(+ a 1)", "input": {"a": Infinity}}', {"value": "inf"}),
    (b'{"program": "(+ a 1)", "input": {"a": 2}, "id": {"x": [1]}}', {"id": {"x": [1]}, "value": 3}),
]


def check_answers(out: str) -> None:
    answers = out.split("\n")
    assert answers.pop() == "" and len(answers) == len(LINES)
    for answer, (line, expected) in zip(answers, LINES, strict=True):
        if expected is None:
            assert answer == "", line
        elif isinstance(expected, str):
            assert expected in json.loads(answer)["error"]["message"]
        else:
            assert json.loads(answer) == expected


def test_each_line_of_a_batch_has_its_answer_in_its_place(
    saps: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = b"\n".join(line for line, _ in LINES)
    (tmp_path / "batch.jsonl").write_bytes(content)
    said = saps("run", "--batch", str(tmp_path / "batch.jsonl"))
    assert said.code == 0 and said.err == ""
    check_answers(said.out)
    piped(monkeypatch, content)
    assert saps("run", "--batch", "-").out == said.out


def test_a_fault_of_saps_takes_no_other_line_with_it(
    saps: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object) -> object:
        raise MemoryError("no memory")

    monkeypatch.setattr("saps.cli.run.execute", broken)
    (tmp_path / "batch.jsonl").write_text('{"program": "a"}\n{"program": "b"}')
    answers = saps("run", "--batch", str(tmp_path / "batch.jsonl")).out.splitlines()
    assert [json.loads(answer)["error"]["kind"] for answer in answers] == ["internal", "internal"]


SENTENCES: list[tuple[bytes, str | None]] = [
    (b'{"text": "the sum of a", "id": "first"}', "first"),
    (b"", None),
    (b'{"text": "the sum of \xe9"}', "not UTF-8 text"),
    (b'{"text": "the sum of \\ud800", "id": 2}', "not UTF-8 text (at character 12)"),
    (b'{"text": "sum", "examples": [{"input": {"a) (+ 1": 1}, "output": 5}]}', "is not a name"),
    (b'{"text": "sum", "examples": [{"input": {"self": 1}, "output": 5}]}', "belongs to the language"),
    (b'{"text": "sum", "examples": [{"input": {"a": %s}, "output": 5}]}' % LONG.encode(), "an integer of"),
    (b'{"text": "sum", "args": {"a": "%s"}}' % DEEP.encode(), "more than 10 levels"),
    (b'{"text": "the sum of a", "id": "last"}', "last"),
]


@pytest.mark.parametrize("more", [[], ["--time-limit", "20"]], ids=["together", "one by one"])
def test_a_batch_of_sentences(saps: Run, tmp_path: Path, untrained: Any, more: list[str]) -> None:
    (tmp_path / "batch.jsonl").write_bytes(b"\n".join(line for line, _ in SENTENCES))
    said = saps("synthesize", "--batch", str(tmp_path / "batch.jsonl"), "--beam", "1", *more)
    answers = said.out.split("\n")[:-1]
    assert said.code == 0 and len(answers) == len(SENTENCES)
    for answer, (_, expected) in zip(answers, SENTENCES, strict=True):
        if expected is None:
            assert answer == ""
        elif "error" in (found := json.loads(answer)):
            assert expected in found["error"]["message"]
        else:
            assert found["id"] == expected and "candidates" in found


def test_one_sentence_that_brings_the_search_down_does_not_take_the_others(
    saps: Run, tmp_path: Path, untrained: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    each = untrained.each

    def frail(requests: Any, *more: Any) -> Any:
        if any(request.text == "the sum of b" for request in requests):
            raise RecursionError
        return each(requests, *more)

    monkeypatch.setattr(untrained, "each", frail)
    lines = [json.dumps({"text": f"the sum of {name}", "id": name}) for name in "abc"]
    (tmp_path / "batch.jsonl").write_text("\n".join(lines))
    said = saps("synthesize", "--batch", str(tmp_path / "batch.jsonl"), "--beam", "1")
    answers = [json.loads(line) for line in said.out.splitlines()]
    assert [answer["id"] for answer in answers] == ["a", "b", "c"]
    assert [answer.get("error", {}).get("kind") for answer in answers] == [None, "internal", None]
