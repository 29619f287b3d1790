"""How far probabilities can be believed: ECE, class-wise ECE, Brier score, reliability diagram, temperature.

ECE with bins of equal mass: Nguyen & O'Connor (2015); class-wise ECE: Kull et al. (2019); Brier score: Brier (1950), the sum over
classes; temperature: Guo et al. (2017).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from scipy.optimize import minimize_scalar
from sklearn.metrics import brier_score_loss, log_loss

from stance.evaluation.intervals import Array
from stance.evaluation.metrics import Labels

BINS = 15
_TINY = 1e-12


@dataclass(frozen=True, slots=True)
class Bin:
    """One bar of a reliability diagram."""

    confidence: float
    accuracy: float
    count: int


@dataclass(frozen=True, slots=True)
class Calibration:
    """Calibration of one run; all but ``temperature`` are better when smaller."""

    ece: float
    classwise_ece: float
    brier: float
    nll: float
    bins: tuple[Bin, ...]
    temperature: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the scores as a JSON-ready mapping."""
        return asdict(self)


def reliability(confidence: Array, right: Array, bins: int = BINS) -> tuple[Bin, ...]:
    """Cut items into bins of equal mass by confidence.

    :param confidence: Probability of the event.
    :param right: 1 where the event happened.
    :param bins: Number of bins; fewer items than bins give a bin an item.
    :return: The bins, from the least to the most confident.
    """
    order = np.argsort(confidence, kind="stable")
    parts = [part for part in np.array_split(order, min(bins, len(order))) if len(part)]
    return tuple(Bin(float(confidence[p].mean()), float(right[p].mean()), len(p)) for p in parts)


def _error(bars: tuple[Bin, ...]) -> float:
    return sum(bar.count * abs(bar.confidence - bar.accuracy) for bar in bars) / sum(bar.count for bar in bars)


def ece(probabilities: Array, gold: Labels, bins: int = BINS) -> float:
    """Expected calibration error of the most probable label.

    :param probabilities: Items × labels.
    :param gold: Positions of the gold labels.
    :param bins: Number of bins of equal mass.
    :return: The mean gap between confidence and accuracy.
    """
    right = (probabilities.argmax(1) == gold).astype(float)
    return _error(reliability(probabilities.max(1), right, bins))


def classwise_ece(probabilities: Array, gold: Labels, bins: int = BINS) -> float:
    """Expected calibration error of every label's own probability, averaged over labels.

    :param probabilities: Items × labels.
    :param gold: Positions of the gold labels.
    :param bins: Number of bins of equal mass.
    :return: The mean over labels.
    """
    columns = range(probabilities.shape[1])
    return float(np.mean([_error(reliability(probabilities[:, c], (gold == c).astype(float), bins)) for c in columns]))


def calibration(probabilities: Array, gold: Labels, bins: int = BINS, temperature: float | None = None) -> Calibration:
    """Measure how well probabilities fit what happened.

    :param probabilities: Items × labels, rows summing to 1.
    :param gold: Positions of the gold labels.
    :param bins: Number of bins of equal mass.
    :param temperature: The temperature that was applied, for the record.
    :return: The measures.
    """
    labels = list(range(probabilities.shape[1]))
    safe = np.clip(probabilities, _TINY, None)
    safe = safe / safe.sum(1, keepdims=True)
    right = (probabilities.argmax(1) == gold).astype(float)
    return Calibration(
        ece(probabilities, gold, bins),
        classwise_ece(probabilities, gold, bins),
        # Of two labels the sum over classes is asked for as well, so that scores are comparable.
        float(brier_score_loss(gold, safe, labels=labels, scale_by_half=False)),
        float(log_loss(gold, safe, labels=labels)),
        reliability(probabilities.max(1), right, bins),
        temperature,
    )


def apply_temperature(probabilities: Array, temperature: float) -> Array:
    """Divide the log-probabilities by a temperature: softmax(z / T), whatever the logits z were.

    :param probabilities: Items × labels.
    :param temperature: Above 1 makes them more even; ``1 / T`` undoes ``T``.
    :return: The new probabilities.
    """
    scaled = np.log(np.clip(probabilities, _TINY, None)) / temperature
    scaled -= scaled.max(1, keepdims=True)
    exponentials = np.exp(scaled)
    return exponentials / exponentials.sum(1, keepdims=True)


def fit_temperature(probabilities: Array, gold: Labels) -> float:
    """Find the temperature that minimises the negative log-likelihood (Guo et al. 2017).

    :param probabilities: Items × labels, of a development set.
    :param gold: Positions of the gold labels.
    :return: The temperature, between 0.05 and 20.
    """
    rows = np.arange(len(gold))

    def loss(log_temperature: float) -> float:
        scaled = apply_temperature(probabilities, float(np.exp(log_temperature)))
        return float(-np.log(np.clip(scaled[rows, gold], _TINY, None)).mean())

    found = minimize_scalar(loss, bounds=(np.log(0.05), np.log(20)), method="bounded")
    return float(np.exp(found.x))
