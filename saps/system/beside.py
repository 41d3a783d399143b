"""Names of files next to others."""

from __future__ import annotations

import os
from pathlib import Path


def beside(path: Path, form: str) -> Path:
    """A path in the same folder, named after `path` by a form such as `.{}.part`; also for paths that end in
    no name, such as `.`, `..` and `/`."""
    if path.name in ("", ".."):
        path = Path(os.path.abspath(path))  # noqa: PTH100 - Path.absolute keeps `..`
    return path.parent / form.format(path.name)
