"""Commands called in process, and a model that was never trained to answer sentences."""

from __future__ import annotations

from typing import Any

import pytest

from saps.cli.main import invoke
from tests.cli.said import Run, Said


@pytest.fixture
def saps(capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*args: str) -> Said:
        code = invoke(list(args))
        captured = capsys.readouterr()
        return Said(code, captured.out, captured.err)

    return run


@pytest.fixture
def untrained(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Answers in place of the shipped model."""
    from tests.search.models import translator

    model = translator(0)
    monkeypatch.setattr("saps.cli.synthesize.load_translator", lambda checkpoint: model)
    return model
