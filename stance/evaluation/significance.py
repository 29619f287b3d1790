"""Is one run better than another? Paired bootstrap, approximate randomisation, Holm's correction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from stance.evaluation.intervals import RESAMPLES, Interval, limits
from stance.evaluation.metrics import Labelled, confusion_by_group, draw, from_confusion, resampled, score

ROUNDS = 10_000


@dataclass(frozen=True, slots=True)
class Comparison:
    """The difference A − B in one score, its interval and the p values of two tests."""

    score: str
    a: float
    b: float
    difference: Interval
    p_bootstrap: float
    p_randomisation: float
    p_holm: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the comparison as a JSON-ready mapping."""
        return asdict(self)


def _check(a: Labelled, b: Labelled) -> None:
    if a.labels != b.labels or not np.array_equal(a.gold, b.gold):
        raise ValueError("two runs can be compared only on the same items with the same gold labels in the same order")


def paired_bootstrap(
    name: str, a: Labelled, b: Labelled, resamples: int = RESAMPLES, seed: int = 0
) -> tuple[Interval, float]:
    """Bootstrap the difference of two runs on the same items (Berg-Kirkpatrick et al. 2012).

    The two-sided p value shifts the resampled differences to mean no difference and counts those as far out as the observed one.

    :param name: The score.
    :param a: One run.
    :param b: The other.
    :param resamples: Number of resamples.
    :param seed: Seed.
    :return: The difference A − B with its interval, and p.
    """
    _check(a, b)
    weights = draw(int(a.group_ids.max()) + 1, resamples, seed)
    draws = resampled(name, a, weights) - resampled(name, b, weights)
    observed = score(name, a) - score(name, b)
    extreme = int((np.abs(draws - observed) >= abs(observed) - 1e-12).sum())
    return limits(observed, draws), (extreme + 1) / (resamples + 1)


def approximate_randomisation(name: str, a: Labelled, b: Labelled, rounds: int = ROUNDS, seed: int = 0) -> float:
    """Test the difference of two runs by swapping their answers at random, a whole article at a time (Noreen 1989).

    :param name: The score.
    :param a: One run.
    :param b: The other.
    :param rounds: Number of random swaps.
    :param seed: Seed.
    :return: The two-sided p value.
    """
    _check(a, b)
    first, second = confusion_by_group(a), confusion_by_group(b)
    shape = first.shape[1:]
    gap = (second - first).reshape(len(first), -1)
    total_a, total_b = first.sum(0).reshape(-1), second.sum(0).reshape(-1)
    observed = abs(score(name, a) - score(name, b))
    rng = np.random.default_rng(seed)
    extreme, done = 0, 0
    while done < rounds:
        # In blocks, so that memory stays small on large test sets.
        block = min(1000, rounds - done)
        moved = (rng.random((block, len(gap))) < 0.5).astype(float) @ gap
        sides = [(total + sign * moved).reshape(block, *shape) for total, sign in ((total_a, 1), (total_b, -1))]
        differences = [from_confusion(name, side, a.labels, a.pair) for side in sides]
        extreme += int((np.abs(differences[0] - differences[1]) >= observed - 1e-12).sum())
        done += block
    return (extreme + 1) / (rounds + 1)


def holm(p_values: Mapping[str, float]) -> dict[str, float]:
    """Correct p values for many comparisons (Holm 1979).

    :param p_values: Comparison → p.
    :return: Comparison → adjusted p, at most 1 and in the same order of size.
    """
    adjusted: dict[str, float] = {}
    largest = 0.0
    for rank, (name, p) in enumerate(sorted(p_values.items(), key=lambda item: item[1])):
        largest = max(largest, min(1.0, p * (len(p_values) - rank)))
        adjusted[name] = largest
    return {name: adjusted[name] for name in p_values}


def compare(
    name: str, a: Labelled, b: Labelled, resamples: int = RESAMPLES, rounds: int = ROUNDS, seed: int = 0
) -> Comparison:
    """Compare two runs in one score by both tests.

    :param name: The score.
    :param a: One run.
    :param b: The other.
    :param resamples: Bootstrap resamples.
    :param rounds: Random swaps.
    :param seed: Seed.
    :return: The comparison, without Holm's correction.
    """
    difference, p = paired_bootstrap(name, a, b, resamples, seed)
    swapped = approximate_randomisation(name, a, b, rounds, seed)
    return Comparison(name, score(name, a), score(name, b), difference, p, swapped)
