"""When an answer is given, and when it is declined."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from saps.search.translator import Answer

LEAST = 0.31
"""Confidence below which an answer without examples is declined."""


def declined(answer: Answer, least: float | None) -> bool:
    """Whether the confidence is too low to answer. Where nothing else is asked for, examples speak for
    themselves: what passes them is shown, and else what is closest."""
    if least is None:
        least = 0.0 if answer.request.has_examples else LEAST
    return answer.confidence is not None and answer.confidence < least


def is_given(answer: Answer, least: float | None) -> bool:
    """Whether there is an answer, and it is not declined."""
    return answer.best is not None and not declined(answer, least)
