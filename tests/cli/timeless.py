"""What commands report, without what a clock measured."""

from __future__ import annotations

from typing import Any


def timeless(report: Any) -> Any:
    if not isinstance(report, dict):
        return report
    return {key: timeless(value) for key, value in report.items() if "seconds" not in key}
