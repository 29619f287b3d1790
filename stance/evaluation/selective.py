"""What abstaining buys: risk–coverage curve, AURC, accuracy at a coverage (Geifman & El-Yaniv 2017)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from stance.evaluation.intervals import Array
from stance.evaluation.metrics import Labels

COVERAGES = (0.8, 0.9)


@dataclass(frozen=True, slots=True)
class Selective:
    """Risk (error rate) at every coverage, when the least confident items are left out first."""

    coverage: tuple[float, ...]
    risk: tuple[float, ...]
    aurc: float
    excess_aurc: float
    accuracy_at: dict[str, float]

    def to_dict(self) -> dict[str, Any]:
        """Return the scores and 101 points of the curve as a JSON-ready mapping."""
        picked = np.unique(np.linspace(0, len(self.coverage) - 1, 101).round().astype(int))
        return {
            "aurc": self.aurc,
            "excess_aurc": self.excess_aurc,
            "accuracy_at": self.accuracy_at,
            "coverage": [round(self.coverage[i], 4) for i in picked],
            "risk": [round(self.risk[i], 4) for i in picked],
        }


def selective(probabilities: Array, gold: Labels) -> Selective:
    """Measure selective prediction by the probability of the predicted label.

    Items of equal confidence enter together with their mean risk, so that the order of the file decides nothing.

    :param probabilities: Items × labels.
    :param gold: Positions of the gold labels.
    :return: The curve and its summaries; ``excess_aurc`` is the area above that of a perfect ordering.
    """
    confidence = probabilities.max(1)
    wrong = (probabilities.argmax(1) != gold).astype(float)
    _, tie = np.unique(-confidence, return_inverse=True)
    mean_wrong = np.bincount(tie, wrong) / np.bincount(tie)
    smooth = mean_wrong[tie][np.argsort(-confidence, kind="stable")]
    count = np.arange(1, len(gold) + 1)
    risk = np.cumsum(smooth) / count
    perfect = np.cumsum(np.sort(wrong)) / count
    at = {str(c): float(1 - risk[max(int(np.ceil(c * len(gold))) - 1, 0)]) for c in COVERAGES}
    coverage = tuple(float(c) for c in count / len(gold))
    return Selective(
        coverage, tuple(float(r) for r in risk), float(risk.mean()), float(risk.mean() - perfect.mean()), at
    )
