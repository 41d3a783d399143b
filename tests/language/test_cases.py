"""Programs with inputs and outcomes from elsewhere: all agree."""

from __future__ import annotations

import json
from pathlib import Path

from saps.language.compiler import compile_program
from saps.language.errors import SapsError
from saps.language.parser import from_nested
from saps.language.type_system import parse_type
from saps.language.typecheck import check
from saps.language.values import read_inputs, same, to_json


def test_all_cases_agree(cases_file: Path) -> None:
    differing = []
    with cases_file.open(encoding="utf-8") as lines:
        for line in lines:
            case = json.loads(line)
            args = {name: parse_type(kind) for name, kind in case["args"].items()}
            try:
                typed = check(from_nested(case["program"]), args, loose=True)
                value = to_json(compile_program(typed).run(read_inputs(case["input"], args)))
                agrees = case["error"] is None and same(value, case["expect"])
            except SapsError:
                agrees = case["error"] is not None
            if not agrees:
                differing.append(case["text"])
    assert not differing
