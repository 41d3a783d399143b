"""The browser's tests need a package of their own."""

from __future__ import annotations

from importlib.util import find_spec

collect_ignore = [] if find_spec("playwright") else ["test_browser.py"]
