"""Bootstrap intervals, by item or by group.

Sources: Efron & Tibshirani (1993) for the percentile bootstrap, Field & Welsh (2007) for resampling whole groups.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
RESAMPLES = 1000
LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Interval:
    """A score with the limits of its interval; the limits are ``None`` where there is nothing to resample."""

    value: float
    low: float | None = None
    high: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the three numbers as a JSON-ready mapping; an undefined score is ``None``."""
        return {name: None if x is None or np.isnan(x) else x for name, x in asdict(self).items()}

    def percent(self) -> str:
        """Return the score in per cent with its limits, as tables print it."""
        if np.isnan(self.value):
            return "–"
        if self.low is None or self.high is None:
            return f"{100 * self.value:.1f}"
        return f"{100 * self.value:.1f} [{100 * self.low:.1f}, {100 * self.high:.1f}]"


def limits(value: float, draws: Array, level: float = LEVEL) -> Interval:
    """Turn resampled scores into a percentile interval.

    :param value: The score on the data as they are.
    :param draws: The score on every resample; undefined ones are ``nan`` and left out.
    :param level: Share of resamples between the limits.
    :return: The interval.
    """
    kept = draws[~np.isnan(draws)]
    if len(kept) < 2:
        return Interval(float(value))
    tail = 50 * (1 - level)
    low, high = np.percentile(kept, [tail, 100 - tail])
    return Interval(float(value), float(low), float(high))


class GroupBootstrap:
    """Resample whole groups (articles) with replacement and score sums over them.

    For scores that are a ratio of two counts summed over groups: precision, recall, F1, accuracy.
    """

    def __init__(self, groups: int, resamples: int = RESAMPLES, seed: int = 0) -> None:
        self.groups = groups
        enough = groups > 1 and resamples > 1
        rng = np.random.default_rng(seed)
        self.weights = (
            rng.multinomial(groups, np.full(groups, 1 / groups), size=resamples) if enough else np.empty((0, groups))
        )

    def ratio(self, numerator: Array, denominator: Array) -> Interval:
        """Score the sum of one count over the sum of another.

        :param numerator: One number a group.
        :param denominator: One number a group.
        :return: The ratio with its interval, ``nan`` where the denominator is 0.
        """
        with np.errstate(divide="ignore", invalid="ignore"):
            value = np.divide(numerator.sum(), denominator.sum())
            draws = (self.weights @ numerator) / (self.weights @ denominator)
        return limits(float(value), draws)
