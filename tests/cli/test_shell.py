"""A session: sentences, commands about the last answer, and whatever else people type."""

from __future__ import annotations

from pathlib import Path

import pytest

from saps.application.loading import load_translator
from saps.application.saved import saved
from saps.cli.shell import Session
from saps.corpus.grammar.plain import load
from tests.cli.said import Run


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SAPS_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture(scope="module")
def session() -> Session:
    return Session(load_translator(None))


@pytest.mark.slow
def test_a_sentence_and_what_can_be_asked_of_its_answer(
    session: Session, capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    session.respond("given numbers a and b find a+b")
    assert capsys.readouterr().out.startswith("(+ a b)\n")
    for line, said in {
        ":input a=2 b=3": "5\n",
        ":input 2, 3": "5\n",
        ":explain": "the sum of a and b\n",
        ":choose 1": "(+ a b)\n",
    }.items():
        session.respond(line)
        assert capsys.readouterr().out == said, line
    session.respond(":tree")
    assert "└─ b" in capsys.readouterr().out
    session.respond(":python")
    assert "return a + b" in capsys.readouterr().out
    session.respond(":alternatives")
    assert capsys.readouterr().out.startswith("1  the sum of a and b\n   (+ a b)\n")
    session.respond(":save plus")
    assert saved("plus").program == "(+ a b)"
    session.respond(":teach a and b put together")
    capsys.readouterr()
    assert {one.makes for one in load(home / "my.scfg").named("taught_1")} == {"np int"}


def test_whatever_is_wrong_is_told_and_the_session_goes_on(capsys: pytest.CaptureFixture[str]) -> None:
    session = Session(load_translator(None))
    for line, said in {
        ":explain": "nothing was answered yet",
        ":example a=[1] -> 1": "type one first",
        ":nonsense": "there is no :nonsense",
        "": "",
    }.items():
        session.respond(line)
        assert said in capsys.readouterr().err, line
    session.respond("given numbers a and b find a+b")
    session.respond(":input a=2")
    session.respond(":input 2")
    session.respond(":input 2 three")
    session.respond(":choose 99")
    session.respond(":teach plus")
    told = capsys.readouterr().err
    assert (
        "expected the arguments a, b" in told and "from 1 to" in told and "must name the argument 'a'" in told
    )
    assert "expected 2 values, for a, b" in told and "expected a JSON value" in told


def test_values_of_the_sentence_itself_are_run(session: Session, capsys: pytest.CaptureFixture[str]) -> None:
    session.respond("which elements of [1, 5, 9] are above 4")
    assert "  a=[1, 5, 9] -> [5, 9]\n" in capsys.readouterr().out


def test_what_is_declined_can_be_taken_by_a_command(
    session: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    session.respond("who wrote faust")
    told = capsys.readouterr().err
    assert ":choose 1" in told and "--" not in told
    session.respond(":choose 1")
    assert capsys.readouterr().out


def test_an_example_asks_again(session: Session, capsys: pytest.CaptureFixture[str]) -> None:
    session.respond("the sum of a and b")
    session.respond(":example a=2 b=3 -> 5")
    assert "as expected" in capsys.readouterr().out


def test_an_answer_is_kept_and_run(saps: Run) -> None:
    said = saps(
        "synthesize", "given numbers a and b find a+b", "--save", "plus", "--input", "a=1", "--input", "b=2"
    )
    assert said.code == 0 and said.out.endswith("  a=1 b=2 -> 3\n") and "saved as" in said.err
    assert saps("run", "@plus", "a=20", "b=22").out == "42\n"
    assert "plus: given numbers a and b find a+b" in saps("saved").out
    assert "a: int, b: int" in saps("saved", "plus").out
    missing = saps("run", "@minus", "a=1", "b=2")
    assert missing.code == 2 and "there are plus" in missing.err
    assert saps("synthesize", "a plus b", "--input", "c=1").code == 2
