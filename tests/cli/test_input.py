"""What users hand to the commands: odd text, odd bytes, odd values. Nothing here loads the shipped model."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.said import Run


def piped(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content), encoding="utf-8"))


LONG = "9" * 5_000
DEEP = "int" + "[]" * 15
REFUSED = [
    (["run", "(+ a 1)", f"a={LONG}"], "an integer of 5,000 digits; at most 4,000 are read"),
    (["run", "(+ a 1)", "a=NaN"], "the value of a: 'NaN': NaN is no value"),
    (["run", "(+ a 1)", "a=1e400"], "beyond the range of a double"),
    (["run", "(+ a 1)", "a=1", "b=2"], "unknown argument 'b'; the arguments are a"),
    (["run", "(+ 1 2)", "b=2"], "unknown argument 'b'; there are none"),
    (["run", "(+ a 1)", "a=1", "self=1"], "'self': it belongs to the language"),
    (["run", "(+ a 1)", "a=1", "a b=1"], "'a b': it is not a name"),
    (["run", "(+ a 1)", "a=1", "1=1"], "cannot be called '1'"),
    (["run", "(len a)", "a=" + "[" * 20_000], "nested more than"),
    (["run", "(len a)", "a=" + "[" * 45 + "]" * 45], "a type of more than 10 levels"),
    (["run", "(len d)", 'd={"x": 1, "x": 2}'], "field `x`: the key is there twice"),
    (["run", "(dict-keys d)", 'd={"dict": [[1, 2], [1, 3]]}'], "the key 1 is there twice"),
    (["run", "(strlen \udce9)"], "the program is not UTF-8 text (at character 9)"),
    (["run", "(strlen s)", 's="\udce9"'], "not UTF-8 text"),
    (["check", "(strlen \udce9)"], "the program is not UTF-8 text"),
    (["check", "(len a)", "--arg", f"a:{DEEP}"], "a type of more than 10 levels"),
    (["synthesize", "sum of \udce9"], "the sentence is not UTF-8 text (at character 8)"),
    (["synthesize", "sum of a", "--arg", f"a:{DEEP}"], "a type of more than 10 levels"),
    (["synthesize", "sum of a", "--arg", "a b:int"], "'a b': it is not a name"),
    (["synthesize", "sum of a", "--example", f"a={LONG} -> 1"], "an integer of 5,000 digits"),
    (["synthesize", "sum of a", "--example", "a=NaN -> 1"], "NaN is no value"),
    (["synthesize", "sum of a", "--example", "a=1 -> 1e400"], "beyond the range"),
    (["synthesize", "sum of a", "--example", "self=1 -> 1"], "'self': it belongs to the language"),
    (
        ["synthesize", "sum of a", "--example", f"a={'[' * 15}{']' * 15} -> 1"],
        "a type of more than 10 levels",
    ),
    (["synthesize", "sum of a", "--example", 'a="\udce9" -> 1'], "not UTF-8 text"),
    (["synthesize", "x" * 5_000_000], "5,000,000 characters; at most 2,000 are read"),
    (["runn", "x"], "No such command 'runn'. Did you mean 'run'?"),
    (["data", "statz", "x"], "Did you mean 'stats'?"),
    (["run", "--bach", "x"], "No such option: --bach (Possible options: --batch)"),
    (["--install-completion", "tcsh"], "'tcsh' is not one of"),
    (["train", "--recipe", "{folder}/deep.toml"], "TOML nested too deeply"),
    (["train", "--recipe", "{folder}/long.toml"], "long.toml: not TOML"),
    (["train", "--recipe", "{folder}/mark.toml"], "the nearest is 'model.units'"),
    (["data", "stats", "{folder}/deep.jsonl"], "deep.jsonl, line 1: JSON nested more than"),
]


@pytest.mark.parametrize(("args", "message"), REFUSED, ids=lambda value: str(value)[:50])
def test_what_cannot_be_used_is_one_line(saps: Run, tmp_path: Path, args: list[str], message: str) -> None:
    (tmp_path / "deep.toml").write_text("x = " + "[" * 20_000)
    (tmp_path / "long.toml").write_text(f"[train]\nepochs = {LONG}")
    (tmp_path / "mark.toml").write_bytes(b"\xef\xbb\xbf[model]\nunitz = 3")
    (tmp_path / "deep.jsonl").write_text("[" * 20_000)
    said = saps(*[arg.replace("{folder}", str(tmp_path)) for arg in args])
    assert said.code == 2 and said.out == ""
    assert message in said.err and said.err.count("\n") == 1 and len(said.err) < 2_100


def test_numbers_of_the_type_int_may_be_no_whole_ones(saps: Run) -> None:
    assert saps("run", "(sqrt n)", "n=7").out == "2.6457513110645907\n"
    assert saps("run", "(+ n 1)", "n=1.5").out == "2.5\n"
    assert "one type of numbers" in " ".join(saps("run", "--help").out.split())


@pytest.mark.parametrize(
    ("args", "content", "code", "message"),
    [
        (["synthesize"], b"the sum of a\n", None, ""),
        (["synthesize", "-"], b"\xef\xbb\xbfthe sum\nof a", None, ""),
        (["synthesize"], b"", 2, "give either a sentence or --batch FILE; stdin is empty"),
        (["synthesize"], b" \n", 2, "stdin is empty"),
        (["synthesize", "-"], b"", 2, "the sentence is empty"),
        (
            ["synthesize", "-"],
            b"the sum of \xe9",
            2,
            "the sentence on stdin: not UTF-8 text: byte 12",
        ),
        (["synthesize", "-"], b"a" * 3_000_000, 2, "at most 2,000 are read"),
        (["synthesize", "--batch", "-"], b"\n\n", 0, ""),
    ],
)
def test_the_sentence_may_be_piped_in(
    saps: Run,
    untrained: Any,
    monkeypatch: pytest.MonkeyPatch,
    args: list[str],
    content: bytes,
    code: int | None,
    message: str,
) -> None:
    piped(monkeypatch, content)
    said = saps(*args, "--beam", "1", "--json")
    assert message in said.err
    assert said.code == code if code is not None else "candidates" in json.loads(said.out)
