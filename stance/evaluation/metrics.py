"""Scores of stance labels: accuracy, macro-F1, F1 a class, F_avg pooled over targets and averaged a target.

Single scores come from scikit-learn. Resampling needs each score thousands of times, so it works on counts: a confusion matrix a target,
from which every score follows; a test holds the two ways together.

F_avg is the mean of the F1 of *favor* and of *against* (Mohammad et al. 2016, SemEval task 6); ``none`` is predicted but not averaged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import accuracy_score, f1_score

from stance.evaluation.intervals import LEVEL, RESAMPLES, Array, Interval, limits

Labels = NDArray[np.int64]


@dataclass(frozen=True)
class Labelled:
    """Gold and predicted labels of one test set.

    ``gold`` and ``predicted`` are positions in ``labels``; ``pair`` names the two labels that F_avg averages; ``targets`` and ``groups``
    give the target and the article of every item.
    """

    labels: tuple[str, ...]
    gold: Labels
    predicted: Labels
    pair: tuple[str, str] | None = None
    targets: Sequence[str] | None = None
    groups: Sequence[str] | None = None

    def __post_init__(self) -> None:
        if not len(self.gold) == len(self.predicted) > 0:
            raise ValueError(f"{len(self.gold)} gold labels but {len(self.predicted)} predicted ones")

    @cached_property
    def target_ids(self) -> Labels:
        """Number of the target of every item; all 0 where there are none."""
        if self.targets is None:
            return np.zeros(len(self.gold), dtype=np.int64)
        return np.unique(np.asarray(self.targets, dtype=str), return_inverse=True)[1].astype(np.int64)

    @cached_property
    def group_ids(self) -> Labels:
        """Number of the resampling unit of every item: its article, or the item itself."""
        if self.groups is None:
            return np.arange(len(self.gold))
        return np.unique(np.asarray(self.groups, dtype=str), return_inverse=True)[1].astype(np.int64)

    def names(self) -> list[str]:
        """List the scores that these labels allow, in the order of tables."""
        base = ["accuracy", "macro_f1", *(f"f1/{label}" for label in self.labels)]
        if self.pair is None:
            return base
        return [*base, "f_avg_per_target", "f_avg_pooled"] if self.target_ids.max() > 0 else [*base, "f_avg_pooled"]


def confusion_by_group(data: Labelled) -> Array:
    """Count gold × predicted for every resampling unit and target.

    :param data: The labels.
    :return: Array units × targets × labels × labels.
    """
    size, targets = len(data.labels), int(data.target_ids.max()) + 1
    counts = np.zeros((int(data.group_ids.max()) + 1, targets, size, size))
    np.add.at(counts, (data.group_ids, data.target_ids, data.gold, data.predicted), 1)
    return counts


def _f1(confusion: Array) -> Array:
    """F1 of every class from (…, K, K) counts; 0 where a class neither occurs nor is predicted, as scikit-learn has it."""
    hits = np.diagonal(confusion, axis1=-2, axis2=-1)
    total = confusion.sum(-1) + confusion.sum(-2)
    return np.divide(2 * hits, total, out=np.zeros_like(hits), where=total > 0)


def from_confusion(name: str, confusion: Array, labels: Sequence[str], pair: tuple[str, str] | None) -> Array:
    """Score confusion counts.

    :param name: One of ``Labelled.names()``.
    :param confusion: Counts, … × targets × labels × labels.
    :param labels: The labels.
    :param pair: The two labels of F_avg.
    :return: The score for every leading index.
    :raises ValueError: If the score is unknown or needs a pair.
    """
    pooled = confusion.sum(-3)
    if name == "accuracy":
        return np.trace(pooled, axis1=-2, axis2=-1) / np.maximum(pooled.sum((-2, -1)), 1)
    if name == "macro_f1":
        return _f1(pooled).mean(-1)
    if name.startswith("f1/") and name[3:] in labels:
        return _f1(pooled)[..., list(labels).index(name[3:])]
    if pair is None or name not in ("f_avg_per_target", "f_avg_pooled"):
        raise ValueError(f"unknown score '{name}' for labels {', '.join(labels)}")
    columns = [list(labels).index(label) for label in pair]
    if name == "f_avg_pooled":
        return _f1(pooled)[..., columns].mean(-1)
    present = confusion.sum((-2, -1)) > 0
    per_target = _f1(confusion)[..., columns].mean(-1)
    # A target that a resample does not hold has no score and is left out of the mean.
    return (per_target * present).sum(-1) / np.maximum(present.sum(-1), 1)


def score(name: str, data: Labelled) -> float:
    """Compute one score with scikit-learn.

    :param name: One of ``data.names()``.
    :param data: The labels.
    :return: The score, 0 to 1.
    :raises ValueError: If the score is unknown.
    """
    gold, predicted = data.gold, data.predicted
    everything = list(range(len(data.labels)))
    if name == "accuracy":
        return float(accuracy_score(gold, predicted))
    if name == "macro_f1":
        return float(f1_score(gold, predicted, labels=everything, average="macro", zero_division=0))
    if name.startswith("f1/") and name[3:] in data.labels:
        column = [data.labels.index(name[3:])]
        return float(f1_score(gold, predicted, labels=column, average="macro", zero_division=0))
    if data.pair is None or name not in ("f_avg_per_target", "f_avg_pooled"):
        raise ValueError(f"unknown score '{name}' for labels {', '.join(data.labels)}")
    pair = [data.labels.index(label) for label in data.pair]
    if name == "f_avg_pooled":
        return float(f1_score(gold, predicted, labels=pair, average="macro", zero_division=0))
    parts = [data.target_ids == target for target in np.unique(data.target_ids)]
    scores = [f1_score(gold[p], predicted[p], labels=pair, average="macro", zero_division=0) for p in parts]
    return float(np.mean(scores))


def resampled(name: str, data: Labelled, weights: Array) -> Array:
    """Score every resample.

    :param name: One of ``data.names()``.
    :param data: The labels.
    :param weights: How often each unit was drawn, resamples × units.
    :return: One score a resample.
    """
    counts = confusion_by_group(data)
    shape = (len(weights), *counts.shape[1:])
    return from_confusion(name, (weights @ counts.reshape(len(counts), -1)).reshape(shape), data.labels, data.pair)


def draw(units: int, resamples: int = RESAMPLES, seed: int = 0) -> Array:
    """Draw bootstrap resamples of units.

    :param units: Number of units.
    :param resamples: Number of resamples.
    :param seed: Seed.
    :return: How often each unit was drawn, resamples × units.
    """
    rng = np.random.default_rng(seed)
    return rng.multinomial(units, np.full(units, 1 / units), size=resamples).astype(float)


def evaluate(data: Labelled, resamples: int = RESAMPLES, seed: int = 0, level: float = LEVEL) -> dict[str, Interval]:
    """Compute all scores with bootstrap intervals, by article where items share one.

    :param data: The labels.
    :param resamples: Number of resamples; below 2 there are no intervals.
    :param seed: Seed of the resampling.
    :param level: Level of the intervals.
    :return: Score name → interval.
    """
    units = int(data.group_ids.max()) + 1
    if units < 2 or resamples < 2:
        return {name: Interval(score(name, data)) for name in data.names()}
    weights = draw(units, resamples, seed)
    return {name: limits(score(name, data), resampled(name, data, weights), level) for name in data.names()}


def by_target(data: Labelled, resamples: int = RESAMPLES, seed: int = 0) -> dict[str, dict[str, Interval]]:
    """Compute all scores for each target alone.

    :param data: The labels, with targets.
    :param resamples: Number of resamples.
    :param seed: Seed of the resampling.
    :return: Target → score name → interval.
    """
    if data.targets is None:
        return {}
    names = np.asarray(data.targets, dtype=str)
    parts = {}
    for target in np.unique(names):
        kept = names == target
        groups = None if data.groups is None else [g for g, k in zip(data.groups, kept, strict=True) if k]
        part = Labelled(data.labels, data.gold[kept], data.predicted[kept], data.pair, None, groups)
        parts[str(target)] = evaluate(part, resamples, seed)
    return parts


def binary(data: Labelled, probabilities: Array, first: str, second: str) -> Labelled:
    """Keep the items of two labels and decide between those two only (agree/disagree of ANS).

    :param data: The labels.
    :param probabilities: Items × labels.
    :param first: One label.
    :param second: The other.
    :return: Two-label data.
    """
    columns = [data.labels.index(first), data.labels.index(second)]
    kept = np.isin(data.gold, columns)
    gold = (data.gold[kept] == columns[1]).astype(np.int64)
    predicted = probabilities[kept][:, columns].argmax(1).astype(np.int64)
    groups = None if data.groups is None else [g for g, k in zip(data.groups, kept, strict=True) if k]
    return Labelled((first, second), gold, predicted, None, None, groups)
