"""What users and other programs hand to the commands: odd text, odd bytes, odd values, and outputs that fail.

Nothing here loads the shipped model: sentences are answered by one that was never trained.
"""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from saps.cli.main import _COMMANDS, invoke


class Said(NamedTuple):
    code: int
    out: str
    err: str


Run = Callable[..., Said]


@pytest.fixture
def saps(capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*args: str) -> Said:
        code = invoke(list(args))
        captured = capsys.readouterr()
        return Said(code, captured.out, captured.err)

    return run


@pytest.fixture
def untrained(monkeypatch: pytest.MonkeyPatch) -> Any:
    from tests.search.models import translator

    model = translator(0)
    monkeypatch.setattr("saps.cli.synthesize.load_translator", lambda checkpoint: model)
    return model


def piped(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content), encoding="utf-8"))


# ---------------------------------------------------------------- arguments

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
    (["run", "(len a)", "a=" + "[" * 45 + "]" * 45], "more than 8 levels"),
    (["run", "(len d)", 'd={"x": 1, "x": 2}'], "field `x`: the key is there twice"),
    (["run", "(dict-keys d)", 'd={"dict": [[1, 2], [1, 3]]}'], "the key 1 is there twice"),
    (["run", "(strlen \udce9)"], "the program is not UTF-8 text (at character 9)"),
    (["run", "(strlen s)", 's="\udce9"'], "not UTF-8 text"),
    (["check", "(strlen \udce9)"], "the program is not UTF-8 text"),
    (["check", "(len a)", "--arg", f"a:{DEEP}"], "has 16 levels; at most 8 are read"),
    (["synthesize", "sum of \udce9"], "the sentence is not UTF-8 text (at character 8)"),
    (["synthesize", "sum of a", "--arg", f"a:{DEEP}"], "has 16 levels; at most 8 are read"),
    (["synthesize", "sum of a", "--arg", "a b:int"], "'a b': it is not a name"),
    (["synthesize", "sum of a", "--example", f"a={LONG} -> 1"], "an integer of 5,000 digits"),
    (["synthesize", "sum of a", "--example", "a=NaN -> 1"], "NaN is no value"),
    (["synthesize", "sum of a", "--example", "a=1 -> 1e400"], "beyond the range"),
    (["synthesize", "sum of a", "--example", "self=1 -> 1"], "'self': it belongs to the language"),
    (
        ["synthesize", "sum of a", "--example", f"a={'[' * 15}{']' * 15} -> 1"],
        "a value of more than 8 levels",
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


# ---------------------------------------------------------------- batches

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
    (b'{"program": "(len a)", "input": {"a": %s}}' % (b"[" * 45 + b"]" * 45), "more than 8 levels"),
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
    (b'{"text": "sum", "args": {"a": "%s"}}' % DEEP.encode(), "at most 8 are read"),
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


# ---------------------------------------------------------------- help and completion


@pytest.mark.parametrize("command", [[], ["data"]])
def test_a_group_alone_shows_its_help(saps: Run, command: list[str]) -> None:
    said = saps(*command)
    assert said.code == 0 and said.err == ""
    assert said.out == saps(*command, "--help").out and "Commands:" in said.out


def test_completion_is_installed_at_the_top(
    saps: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    said = saps("--install-completion", "bash")
    assert said.code == 0 and str(tmp_path) in said.out
    assert "_SAPS_COMPLETE=complete_bash" in (tmp_path / ".bash_completions" / "saps.sh").read_text()
    assert "saps.sh" in (tmp_path / ".bashrc").read_text()
    assert "complete_zsh" in saps("--show-completion", "zsh").out
    (tmp_path / "file").touch()
    monkeypatch.setenv("HOME", str(tmp_path / "file"))
    said = saps("--install-completion", "bash")
    assert said.code == 2 and "cannot install" in said.err
    for command in _COMMANDS:
        assert "completion" not in saps(command, "--help").out


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("saps ru", ["run"]),
        ("saps data s", ["show", "stats"]),
        ("saps synthesize --max-", ["--max-programs"]),
        ("saps --install", ["--install-completion"]),
        ("saps --install-completion ba", ["bash"]),
    ],
)
def test_the_tab_key(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, typed: str, offered: list[str]
) -> None:
    monkeypatch.setenv("_SAPS_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", typed)
    monkeypatch.setenv("COMP_CWORD", str(len(typed.split()) - 1))
    with pytest.raises(SystemExit) as ended:
        invoke([])
    assert ended.value.code == 0
    assert capsys.readouterr().out.split() == offered


# ---------------------------------------------------------------- outputs that fail


class Failing(io.TextIOWrapper):
    """A stream whose writes fail at once, or only when they are flushed."""

    def __init__(self, fault: OSError, at_once: bool) -> None:
        super().__init__(io.BytesIO(), encoding="utf-8")
        self.fault, self.at_once, self.waiting = fault, at_once, False

    def write(self, text: str) -> int:
        self.waiting = True
        if self.at_once:
            raise self.fault
        return len(text)

    def flush(self) -> None:
        if self.waiting:
            raise self.fault

    def close(self) -> None:
        self.waiting = False
        super().close()


TELLING = [
    (["--help"], 0),
    (["--version"], 0),
    (["data"], 0),
    (["run", "(+ 1 2)"], 0),
    (["run", "(+ 1 2)", "--json"], 0),
    (["check", "(+ 1 2)"], 0),
    (["check", "(+ 1 true)"], 1),
    (["synthesize", "the sum of a", "--beam", "1", "--json"], 1),
    (["run", "--batch", "{folder}/batch.jsonl"], 0),
    (["synthesize", "--beam", "1", "--batch", "{folder}/sentences.jsonl"], 0),
    (["data", "show", "{folder}/tasks.jsonl"], 0),
    (["data", "stats", "{folder}/tasks.jsonl"], 0),
]


@pytest.fixture
def files(tmp_path: Path) -> Path:
    from tests.corpus.test_task import lines

    (tmp_path / "batch.jsonl").write_text('{"program": "(+ 1 2)"}\n' * 3)
    (tmp_path / "sentences.jsonl").write_text('{"text": "the sum of a"}\n' * 3)
    (tmp_path / "tasks.jsonl").write_text(lines(3))
    return tmp_path


@pytest.mark.parametrize("at_once", [True, False])
@pytest.mark.parametrize(("args", "code"), TELLING, ids=lambda value: str(value)[:40])
def test_a_reader_that_has_gone_and_a_full_disk(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    untrained: Any,
    files: Path,
    args: list[str],
    code: int,
    at_once: bool,
) -> None:
    args = [arg.replace("{folder}", str(files)) for arg in args]
    monkeypatch.setattr("sys.stdout", Failing(BrokenPipeError(32, "Broken pipe"), at_once))
    assert invoke(args) in (0, code)
    assert capsys.readouterr().err in ("", "no program found: try other words, or name the arguments\n")
    monkeypatch.setattr("sys.stdout", Failing(OSError(28, "No space left on device"), at_once))
    assert invoke(args) == 2
    assert capsys.readouterr().err == "error: cannot write the results: No space left on device\n"


def test_notes_that_nobody_reads_stop_nothing(saps: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stderr", Failing(BrokenPipeError(32, "Broken pipe"), True))
    assert saps("run", "(+ a b)", "a=1").code == 2


def test_streams_that_were_closed_are_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    from saps.cli.output import open_streams

    for name in ("stdin", "stdout", "stderr"):
        monkeypatch.setattr(sys, name, None)
    open_streams()
    opened = [sys.stdin, sys.stdout, sys.stderr]
    assert sys.stdin.read() == "" and invoke(["run", "(+ 1 2)"]) == 0
    for stream in opened:
        assert stream.name == os.devnull
        stream.close()


# ---------------------------------------------------------------- what a terminal would obey


def test_control_characters_are_shown_escaped(saps: Run, files: Path) -> None:
    from tests.corpus.test_task import RECORD

    (files / "tasks.jsonl").write_text(json.dumps(RECORD | {"text": ["add", "\x1b[31m", "a\x9b"]}))
    shown = saps("data", "show", str(files / "tasks.jsonl")).out
    assert "add \\u001b[31m a\\u009b" in shown and not set("\x1b\x9b") & set(shown)
    said = saps("check", '(+ "\x1b[31m" 1)')
    assert said.code == 1 and "\x1b" not in said.out and "^" * 12 in said.out
    for args in (["run", '(str_concat s "\x9b")', 's="\x7f"'], ["run", "\x1b"], ["run", "1", "\x1b=1"],
                 ["data", "stats", "/no\x1bwhere"], ["\x1b"], ["run", "--\x1b"]):  # fmt: skip
        said = saps(*args)
        assert not set("\x1b\x9b\x7f") & set(said.out + said.err), args
        assert said.out or "\\" in said.err


def test_a_program_that_is_shown_reads_back_as_it_was(saps: Run) -> None:
    assert json.loads(saps("run", '"\x9b\u202e"').out) == "\x9b\u202e"
