"""The import rule of the house: a floor imports itself and floors below, and the language needs no torch."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent / "saps"
FLOORS = {
    "language": 0,
    "resources": 0,
    "system": 0,
    "corpus": 1,
    "text": 1,
    "model": 2,
    "search": 3,
    "training": 4,
    "evaluation": 4,
    "application": 5,
    "cli": 6,
    "web": 6,
}
FILES = sorted(file for file in ROOT.rglob("*.py") if file.parent != ROOT)


def imported(file: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
        elif isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
    return names


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_imports_go_downwards(file: Path) -> None:
    own = file.relative_to(ROOT).parts[0]
    for name in imported(file):
        if not name.startswith("saps."):
            continue
        floor = name.split(".")[1]
        assert FLOORS[floor] <= FLOORS[own], name
        assert {floor, own} != {"training", "evaluation"}, name


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_only_the_command_line_prints(file: Path) -> None:
    own = file.relative_to(ROOT).parts[0]
    if own == "cli":
        return
    assert not imported(file) & {"typer", "rich"}
    calls = [node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Call)]
    assert not any(isinstance(call.func, ast.Name) and call.func.id == "print" for call in calls)


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_no_file_that_can_run_code_is_loaded(file: Path) -> None:
    assert not imported(file) & {"pickle", "marshal", "shelve", "dill", "joblib"}
    calls = [node.func for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Call)]
    assert not {ast.unparse(call) for call in calls} & {"torch.load", "np.load", "numpy.load"}


@pytest.mark.parametrize(
    "module", ["saps.language.compiler", "saps.corpus.generation.corpus", "saps.cli.main"]
)
def test_no_torch_below_the_model(module: str) -> None:
    code = f"import sys, {module}; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
