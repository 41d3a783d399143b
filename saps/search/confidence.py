"""How probable it is that an answer is right: a logistic function of features, fitted on a dev split."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from saps.language.errors import CheckpointError
from saps.search.readings import Reading
from saps.search.trials import RIVALS, Candidate
from saps.search.type_constraints import is_ground
from saps.system.documents import read_document
from saps.text.pairs import shipped_pairs

FORMAT = 3

_LOWEST = 12.0
"""Nats below which one improbable program is like another."""


def _margin(candidates: Sequence[Candidate]) -> float:
    """By how many nats the answer beats the best other meaning, as far as they are looked for."""
    rivals = [one.score for one in candidates[1:] if one.passes]
    return min(RIVALS, max(0.0, candidates[0].score - max(rivals))) if rivals else RIVALS


def _loss(found: Sequence[Candidate]) -> float:
    """Nats that the model gives away to other programs of fitting types."""
    return min(_LOWEST, found[0].loss)


def _about(found: Sequence[Candidate], *kinds: str) -> float:
    """Names and literals that the answer's doubts of these kinds are about; one for a doubt about none."""
    return float(sum(max(1, len(doubt.about)) for doubt in found[0].doubts if doubt.kind in kinds))


def _heard(reading: Reading) -> int:
    """Words that say something: known to the model, and neither letters nor placeholders."""
    said = sum(len(word) > 1 and word[0] != "<" for word in reading.words)
    return max(0, said - reading.unread)


def _strange(reading: Reading) -> float:
    """Words that the model does not know: those that say nothing, and those taken for names."""
    return reading.unread + reading.guessed


def _is_told(found: Sequence[Candidate]) -> bool:
    """Whether the types of the arguments are known."""
    kinds = found[0].reading.query.args.values()
    return bool(kinds) and all(map(is_ground, kinds))


FEATURES: dict[str, Callable[[Sequence[Candidate]], float]] = {
    "loss": _loss,
    "root_loss": lambda found: math.sqrt(_loss(found)),
    "cost": lambda found: found[0].reading.cost,
    "margin": _margin,
    "strange": lambda found: _strange(found[0].reading) / (1 + _heard(found[0].reading)),
    "unfamiliar": lambda found: shipped_pairs().unfamiliar(found[0].reading.words),
    "excess": lambda found: max(0.0, math.log(found[0].program.size / (1 + _heard(found[0].reading)))),
    "slips": lambda found: float(sum(one.read_as is not None for one in found[0].reading.assumptions)),
    "doubtful_names": lambda found: found[0].reading.guessed * math.sqrt(_loss(found)),
    "unused": lambda found: _about(found, "unused", "unknown", "ignored"),
    "closed": lambda found: _about(found, "closed"),
    "constant": lambda found: _about(found, "constant", "failing"),
    "examples": lambda found: math.log1p(found[0].examples_passed) if found[0].passes else 0.0,
    "told": lambda found: float(_is_told(found)),
    "failed": lambda found: float(not found[0].passes),
    "echoed": lambda found: float(found[0].echoed),
}
"""What an answer's candidates, the best first, say about it: how probable the model finds the first among
those of fitting types, what reading the sentence like that costs, and by how much it beats the others; how
many words are strange for each that says something, the share of neighbouring words that are not beside one
another in requests, and how much longer the program is than what is said; slips; names guessed while the
model is in doubt; arguments and literals left out; whether the program uses no argument, or gives the same
whatever it gets; examples passed; whether the arguments' types are known; examples failed; whether the
sentence is the answer's explanation."""


def features(candidates: Sequence[Candidate]) -> list[float]:
    """The features in the table's order."""
    return [feature(candidates) for feature in FEATURES.values()]


@dataclass(frozen=True)
class Confidence:
    """P(right) = 1 / (1 + exp(-(bias + sum of weight times feature)))."""

    weights: Mapping[str, float]
    bias: float

    def __call__(self, candidates: Sequence[Candidate]) -> float:
        """The confidence in the first of the candidates; 0 where there are none."""
        return self.of(features(candidates)) if candidates else 0.0

    def of(self, values: Sequence[float]) -> float:
        """The confidence in an answer of these features, in the table's order."""
        terms = [self.weights.get(name, 0.0) * value for name, value in zip(FEATURES, values, strict=True)]
        return 1.0 / (1.0 + math.exp(-max(-50.0, min(50.0, self.bias + sum(terms)))))

    def to_json(self) -> str:
        return (
            json.dumps({"format": FORMAT, "bias": self.bias, "weights": dict(self.weights)}, indent=2) + "\n"
        )

    @classmethod
    def from_json(cls, text: str, source: str) -> Confidence:
        """Inverse of `to_json`; `source` names it in messages. Raises CheckpointError for anything else."""
        try:
            document = read_document(text)
            weights = {name: _finite(name, weight) for name, weight in document["weights"].items()}
            bias, version = _finite("bias", document["bias"]), document["format"]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise CheckpointError(f"{source} is no confidence file: {error!r}") from None
        odd = sorted(weights.keys() - FEATURES.keys())
        if version != FORMAT or odd:
            raise CheckpointError(
                f"{source} is of another version ({'feature ' + odd[0] if odd else f'format {version}'}); "
                "`saps eval --calibrate` makes it anew"
            )
        return cls(weights, bias)


def _finite(name: str, value: object) -> float:
    """Raises ValueError for what is no number, or none that can be reckoned with."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e100:
        raise ValueError(f"{name} is no finite number")
    return float(value)


def fit(rows: Sequence[Sequence[float]], right: Sequence[bool], names: Sequence[str]) -> Confidence:
    """The logistic function of greatest likelihood for feature rows [n, f] and whether each answer was right;
    a small quadratic penalty on standardised weights keeps it finite. By Newton's method."""
    import numpy as np

    table = np.asarray(rows, dtype=float)  # [n, f]
    truth = np.asarray(right, dtype=float)  # [n]
    mean, spread = table.mean(axis=0), np.maximum(table.std(axis=0), 1e-9)
    inputs = np.hstack([(table - mean) / spread, np.ones((len(table), 1))])  # [n, f + 1]
    penalty = np.append(np.full(table.shape[1], 1e-2 * len(table) ** 0.5), 1e-9)
    weights = np.zeros(inputs.shape[1])  # [f + 1]
    for _ in range(50):
        guess = 1 / (1 + np.exp(-np.clip(inputs @ weights, -50, 50)))  # [n]
        slope = inputs.T @ (guess - truth) + penalty * weights
        curve = (inputs * (guess * (1 - guess))[:, None]).T @ inputs + np.diag(penalty)
        step = np.linalg.solve(curve, slope)
        weights -= step
        if np.abs(step).max() < 1e-8:
            break
    scaled = weights[:-1] / spread
    return Confidence(
        dict(zip(names, map(float, scaled), strict=True)), float(weights[-1] - (scaled * mean).sum())
    )
