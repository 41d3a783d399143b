"""Corpora that are damaged or hostile: every fault is told with its line, and can be left out."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from saps.corpus.grammar.plain import load
from saps.corpus.tasks.task import read_tasks
from saps.language.errors import GrammarError, InputError
from tests.corpus.tasks.test_task import RECORD

GOOD = json.dumps(RECORD).encode()
BAD: list[tuple[bytes, str]] = [
    (GOOD.replace(b"add", b"\xe9"), "not UTF-8 text"),
    (GOOD.replace(b'"output": 3', b'"output": ' + b"9" * 5_000), "an integer of 5,000 digits"),
    (GOOD.replace(b'"output": 3', b'"output": NaN'), "field `tests[0].output`: NaN"),
    (GOOD.replace(b'"output": 3', b'"output": 1e400'), "beyond the range"),
    (GOOD.replace(b'"short_tree": ', b'"short_tree": ' + b"[" * 20_000), "nested more than"),
    (GOOD.replace(b'{"a": 1, "b": 2}', b'{"a": 1, "a": 2}'), "field `tests[0].input.a`: the key is there"),
    (GOOD.replace(b'"args": {"a"', b'"args": {"a) (+ 1"'), "is not a name"),
    (GOOD.replace(b'"args": {"a"', b'"args": {"self"'), "belongs to the language"),
    (json.dumps(RECORD | {"args": [["a", "int"], ["a", "int"]]}).encode(), "a name is there twice"),
    (b'"' + b"x" * (1 << 24) + b'"', "a line of more than"),
]


@pytest.mark.parametrize(("line", "message"), BAD, ids=[message for _, message in BAD])
def test_a_bad_line_is_told_or_left_out(tmp_path: Path, line: bytes, message: str) -> None:
    path = tmp_path / "tasks.jsonl.gz"
    path.write_bytes(gzip.compress(b"\n".join([GOOD, line, GOOD]), 1))
    with pytest.raises(InputError) as caught:
        list(read_tasks(path))
    assert "line 2" in caught.value.message and message in caught.value.message
    skipped: list[InputError] = []
    assert len(list(read_tasks(path, skipped.append))) == 2
    assert [error.message for error in skipped] == [caught.value.message]


def test_a_mark_in_front_is_no_fault(tmp_path: Path) -> None:
    path, grammar = tmp_path / "tasks.jsonl", tmp_path / "g.scfg"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD + b"\r\n")
    assert len(list(read_tasks(path))) == 1
    told = []
    for mark in (b"", b"\xef\xbb\xbf"):
        grammar.write_bytes(mark + b"nonsense here\n")
        with pytest.raises(GrammarError) as caught:
            load(grammar)
        told.append(str(caught.value))
    assert told[0] == told[1]
