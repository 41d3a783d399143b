"""Help of groups of commands, and the Tab key."""

from __future__ import annotations

from pathlib import Path

import pytest

from saps.cli.main import _COMMANDS, invoke
from tests.cli.said import Run


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
