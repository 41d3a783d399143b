"""saps: English sentences to type-checked, executed AlgoLisp programs."""

__version__ = "0.6.0"
