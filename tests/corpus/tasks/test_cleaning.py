"""Cleaning keeps the tasks whose program passes its own tests."""

from __future__ import annotations

import math
from typing import Any

import pytest

from saps.corpus.tasks.cleaning import fault
from saps.corpus.tasks.task import from_json

INF = math.inf
RECORD: dict[str, Any] = {
    "text": "add a and b",
    "short_tree": ["+", "a", "b"],
    "args": {"a": "int", "b": "int"},
    "tests": [{"input": {"a": 1, "b": 2}, "output": 3}],
}


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({}, None),
        ({"tests": [{"input": {"a": 1, "b": 2}, "output": 3.0}]}, None),
        ({"tests": [{"input": {"a": 1, "b": 2}, "output": 4}]}, "gives another output"),
        ({"short_tree": ["-", "a", "inf"], "tests": [{"input": {"a": 1, "b": 2}, "output": -INF}]}, None),
        ({"tests": [{"input": {"a": INF, "b": 2}, "output": INF}]}, None),
        ({"tests": [{"input": {"a": "inf", "b": 2}, "output": "inf"}]}, None),
        ({"tests": [{"input": {"a": INF, "b": 2}, "output": -INF}]}, "gives another output"),
        ({"tests": []}, "has no tests"),
        ({"short_tree": ["/", "a", "0"]}, "fails while running (zero-division)"),
        ({"short_tree": ["len", "a"]}, "does not type-check (type)"),
        ({"short_tree": ["+", "a", "c"]}, "does not type-check (unknown-name)"),
        ({"tests": [{"input": {"a": 1}, "output": 3}]}, "input does not fit"),
        ({"tests": [{"input": {"a": 1, "b": "x"}, "output": 3}]}, "input does not fit"),
    ],
)
def test_faults_are_named(change: dict[str, Any], why: str | None) -> None:
    found = fault(from_json(RECORD | change))
    assert found is None if why is None else found is not None and why in found
