"""Temperature and abstention threshold, fitted on dev."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stance.evaluation import calibration as evaluation

Array = NDArray[np.float64]
# From a handful of answers no temperature can be told from another.
MINIMUM = 20


@dataclass(frozen=True, slots=True)
class Calibration:
    """What was fitted on dev, and what it did to the expected calibration error there."""

    temperature: float
    threshold: float
    coverage: float
    rows: int
    ece_before: float
    ece_after: float
    accuracy: float
    accuracy_covered: float

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as a JSON-ready mapping."""
        return asdict(self)


def softmax(logits: Array, temperature: float = 1.0) -> Array:
    """Turn scores into probabilities at a temperature.

    :param logits: Scores (n, classes).
    :param temperature: Above 1 flattens, below 1 sharpens.
    :return: Probabilities (n, classes).
    """
    scaled = np.asarray(logits, dtype=np.float64) / temperature
    scaled -= scaled.max(axis=1, keepdims=True)
    exponentials = np.exp(scaled)
    return exponentials / exponentials.sum(axis=1, keepdims=True)


def fit_temperature(probabilities: Array, labels: Sequence[int]) -> float:
    """Fit the temperature on dev by negative log-likelihood (Guo et al. 2017).

    :param probabilities: (n, classes).
    :param labels: Gold classes.
    :return: The temperature, 1 where there are fewer than 20 rows.
    """
    gold = np.asarray(labels, dtype=np.int64)
    return evaluation.fit_temperature(probabilities, gold) if len(gold) >= MINIMUM else 1.0


def fit_threshold(probabilities: Array, coverage: float) -> float:
    """Find the confidence under which the model abstains so that it answers a share of dev (Geifman and El-Yaniv 2017).

    :param probabilities: Calibrated probabilities (n, classes).
    :param coverage: Share that is answered.
    :return: The threshold, 0 without rows.
    """
    if len(probabilities) < MINIMUM or coverage >= 1:
        return 0.0
    confidence = np.sort(probabilities.max(axis=1))
    return float(confidence[int(np.floor((1 - coverage) * len(confidence)))])


def calibrate(logits: Array, labels: Sequence[int], coverage: float = 0.8) -> Calibration:
    """Fit both on dev.

    :param logits: Scores or log-probabilities (n, classes).
    :param labels: Gold classes.
    :param coverage: Share of dev that the threshold lets pass.
    :return: The calibration with its effect on dev itself; what it does elsewhere must be measured there.
    """
    gold = np.asarray(labels, dtype=np.int64)
    before = softmax(logits)
    temperature = fit_temperature(before, labels)
    after = evaluation.apply_temperature(before, temperature)
    threshold = fit_threshold(after, coverage)
    right = after.argmax(axis=1) == gold
    kept = after.max(axis=1) >= threshold
    return Calibration(
        temperature=temperature,
        threshold=threshold,
        coverage=float(kept.mean()) if len(gold) else 0.0,
        rows=len(gold),
        ece_before=evaluation.ece(before, gold) if len(gold) else 0.0,
        ece_after=evaluation.ece(after, gold) if len(gold) else 0.0,
        accuracy=float(right.mean()) if len(gold) else 0.0,
        accuracy_covered=float(right[kept].mean()) if kept.any() else 0.0,
    )
