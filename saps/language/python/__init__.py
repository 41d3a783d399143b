"""Programs as idiomatic, typed Python."""

from saps.language.python.function import python_function

__all__ = ["python_function"]
