"""AlgoLisp files: every variation loads, every damage is told with its place."""

from __future__ import annotations

import gzip
import json
import math
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from saps.corpus.tasks.task import find_split, from_json, read_tasks, to_file_line, written_aside
from saps.language.errors import InputError

RECORD: dict[str, Any] = {
    "text": ["add", "a", "and", "b"],
    "short_tree": ["+", "a", "b"],
    "args": {"a": "int", "b": "int"},
    "return_type": "int",
    "tests": [{"input": {"a": 1, "b": 2}, "output": 3}],
    "tags": [],
    "nodes": ["plus"],
    "funcs": [],
    "code_tree": ["+", "a", "b"],
    "code_sequence": ["(", "+", "a", "b", ")"],
}


@pytest.mark.parametrize(
    "variation",
    [
        {},
        {"args": [["a", "int"], ["b", "int"]]},
        {"text": "add a and b"},
        {"text": ["add a", "and", "b"]},
        {"tags": None, "nodes": None, "funcs": None},
        {"short_tree": None},
    ],
)
def test_published_variations_load_alike(variation: dict[str, Any]) -> None:
    task = from_json(RECORD | variation)
    assert task.sentence == "add a and b"
    assert task.args == {"a": "int", "b": "int"}
    assert task.tests[0].output == 3


def test_a_task_survives_the_file() -> None:
    task = from_json(RECORD)
    assert from_json(json.loads(to_file_line(task))) == task
    assert json.loads(to_file_line(task)) == RECORD


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"text": 3}, "field `text`"),
        ({"short_tree": ["+"]}, "field `short_tree`"),
        ({"short_tree": None, "code_tree": None}, "field `short_tree` is missing, and so is `code_tree`"),
        ({"short_tree": None, "code_tree": ["+"]}, "field `code_tree`"),
        ({"args": "ab"}, "field `args`"),
        ({"tests": [{"input": {}}]}, "field `tests`"),
    ],
)
def test_a_wrong_field_is_named(change: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        from_json(RECORD | change)


def test_a_dump_without_a_short_tree_loads() -> None:
    dump = {name: value for name, value in RECORD.items() if name != "short_tree"}
    assert from_json(dump).program == from_json(RECORD).program


def test_infinity_is_a_number_in_the_file(tmp_path: Path) -> None:
    tests = '[{"input": {"a": Infinity, "b": 1}, "output": [-Infinity, 2]}]'
    path = tmp_path / "tasks.jsonl"
    path.write_text(json.dumps(RECORD | {"tests": []}).replace('"tests": []', f'"tests": {tests}') + "\n")
    (task,) = read_tasks(path)
    assert task.tests[0].input["a"] == math.inf
    assert task.tests[0].output == [-math.inf, 2]
    assert '"output":[-Infinity,2]' in to_file_line(task)
    assert from_json(json.loads(to_file_line(task))) == task


def lines(count: int) -> str:
    return "".join(json.dumps(RECORD) + "\n" for _ in range(count))


@pytest.mark.parametrize("name", ["tasks.jsonl", "tasks.jsonl.gz"])
def test_plain_and_gzip_files(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    with written_aside(path) as stream:
        stream.write(lines(3))
    assert len(list(read_tasks(path))) == 3
    assert [file.name for file in tmp_path.iterdir()] == [name]


def test_gzip_content_under_a_plain_name(tmp_path: Path) -> None:
    path = tmp_path / "tasks.jsonl"
    path.write_bytes(gzip.compress(lines(2).encode()))
    assert len(list(read_tasks(path))) == 2


def test_a_broken_line_is_named_or_skipped(tmp_path: Path) -> None:
    path = tmp_path / "tasks.jsonl"
    path.write_text(lines(1) + "{broken\n" + lines(1))
    with pytest.raises(InputError, match="line 2"):
        list(read_tasks(path))
    skipped: list[InputError] = []
    assert len(list(read_tasks(path, skipped.append))) == 2
    assert "line 2" in str(skipped[0])


def test_files_that_are_none(tmp_path: Path) -> None:
    fake, cut = tmp_path / "fake.jsonl.gz", tmp_path / "cut.jsonl.gz"
    fake.write_text("no gzip")
    cut.write_bytes(gzip.compress(lines(50).encode())[:-20])
    for path, message in [
        (tmp_path / "none.jsonl", "does not exist"),
        (tmp_path, "is a directory"),
        (fake, "not a gzip file"),
        (cut, "damaged or truncated"),
    ]:
        with pytest.raises(InputError, match=message):
            list(read_tasks(path))


def test_what_a_damaged_gzip_file_gives_can_be_used(tmp_path: Path) -> None:
    path = tmp_path / "cut.jsonl.gz"
    whole = gzip.compress(lines(2000).encode())
    for damaged in (whole[: len(whole) // 2], whole[:-4], whole[:-9] + b"\0" * 9):
        path.write_bytes(damaged)
        told: list[InputError] = []
        found = list(read_tasks(path, told.append))
        assert len(found) > 500 and found[0] == found[-1]
        assert "damaged or truncated gzip file" in str(told[-1])
    told = []
    with pytest.raises(InputError, match="does not exist"):
        list(read_tasks(tmp_path / "none.jsonl.gz", told.append))
    assert not told


def test_what_a_killed_process_left_is_replaced_and_two_do_not_write_at_once(tmp_path: Path) -> None:
    path = tmp_path / "tasks.jsonl"
    path.with_name(".tasks.jsonl.part").write_text("a beginning")
    with written_aside(path) as stream:
        stream.write(lines(1))
        if find_spec("fcntl"):
            with pytest.raises(InputError, match="another process is at work on"), written_aside(path):
                pass
    assert path.read_text() == lines(1)
    assert [file.name for file in tmp_path.iterdir()] == ["tasks.jsonl"]


def test_nothing_half_written_is_left(tmp_path: Path) -> None:
    path = tmp_path / "tasks.jsonl.gz"
    with pytest.raises(InputError, match="No space left"), written_aside(path) as stream:
        stream.write(lines(1))
        raise OSError(28, "No space left on device")
    assert list(tmp_path.iterdir()) == []


def test_splits_are_found_under_all_names(tmp_path: Path) -> None:
    for name in ("test.jsonl", "metaset3.dev.jsonl.gz"):
        (tmp_path / name).touch()
    assert find_split(tmp_path, "test").name == "test.jsonl"
    assert find_split(tmp_path, "dev").name == "metaset3.dev.jsonl.gz"
    with pytest.raises(InputError, match="holds no train split"):
        find_split(tmp_path, "train")
    with pytest.raises(InputError, match="saps data generate"):
        find_split(tmp_path / "nowhere", "train")
