"""What all tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

# One thread, set before torch is imported: models as small as the tests' gain nothing from more.
os.environ.setdefault("OMP_NUM_THREADS", "1")

settings.register_profile("saps", deadline=None, derandomize=True, print_blob=False, max_examples=60)
settings.load_profile("saps")


@pytest.fixture(scope="session")
def cases_file() -> Path:
    """Programs with inputs and outcomes, one JSON object a line; the test is skipped where there are none."""
    default = Path(__file__).resolve().parents[2] / "shared" / "algolisp" / "cases.jsonl"
    path = Path(os.environ.get("ALGOLISP_CASES", default))
    if not path.is_file():
        pytest.skip(f"no file of cases at {path}; ALGOLISP_CASES can name one")
    return path


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test that wants the model of tests/cli/test_commands.py has it trained first: it is a slow one."""
    for item in items:
        if isinstance(item, pytest.Function) and "trained" in item.fixturenames:
            item.add_marker("slow")
