"""Scores of a run's predictions, by source, with bootstrap intervals by article."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stance.evaluation.significance import RESAMPLES, limits
from stance.schema import STANCES
from stance.training.splits import Row, group

Array = NDArray[np.float64]


def _f1(confusion: Array) -> Array:
    """F1 of every class from confusion matrices (…, gold, predicted); 0 where a class is never right."""
    hits = np.einsum("...ii->...i", confusion)
    both = confusion.sum(-1) + confusion.sum(-2)
    return np.divide(2 * hits, both, out=np.zeros_like(hits, dtype=np.float64), where=both > 0)


def macro_f1(confusion: Array) -> Array:
    """Mean F1 of the classes that occur in gold or answer, as scikit-learn counts them.

    :param confusion: Counts (…, gold, predicted).
    :return: (…).
    """
    present = confusion.sum(-1) + confusion.sum(-2) > 0
    return (_f1(confusion) * present).sum(-1) / np.maximum(present.sum(-1), 1)


def f_avg(confusion: Array) -> Array:
    """SemEval-2016: mean F1 of favor and against.

    :param confusion: Counts (…, gold, predicted).
    :return: (…).
    """
    return _f1(confusion)[..., :2].mean(-1)


def accuracy(confusion: Array) -> Array:
    """Share of right answers.

    :param confusion: Counts (…, gold, predicted).
    :return: (…).
    """
    return np.einsum("...ii->...", confusion) / np.maximum(confusion.sum((-1, -2)), 1)


MEASURES: dict[str, Callable[[Array], Array]] = {"macro_f1": macro_f1, "f_avg": f_avg, "accuracy": accuracy}


def confusion_by_group(rows: Sequence[Row], predicted: Sequence[int]) -> Array:
    """Count gold against predicted stances for every article.

    :param rows: Rows with their gold stance.
    :param predicted: Number of the predicted stance of each row.
    :return: Counts (articles, 3, 3).
    """
    index: dict[str, int] = {}
    for row in rows:
        index.setdefault(group(row), len(index))
    counts = np.zeros((len(index), len(STANCES), len(STANCES)))
    for row, best in zip(rows, predicted, strict=True):
        counts[index[group(row)], STANCES.index(row["stance"]), best] += 1
    return counts


def score(rows: Sequence[Row], predicted: Sequence[int], resamples: int = RESAMPLES) -> dict[str, Any]:
    """Score rows, with percentile intervals from resampling articles (Field and Welsh 2007).

    :param rows: Rows with their gold stance.
    :param predicted: Number of the predicted stance of each row.
    :param resamples: 0 leaves the intervals out.
    :return: ``n``, and each measure as ``{"value", "low", "high"}``, and ``f1`` by class.
    """
    counts = confusion_by_group(rows, predicted)
    total = counts.sum(0)
    result: dict[str, Any] = {"n": len(rows), "articles": len(counts)}
    draws: Array = np.zeros((0, *total.shape))
    if resamples and len(counts) > 1:
        random = np.random.default_rng(0)
        weights = random.multinomial(len(counts), np.full(len(counts), 1 / len(counts)), size=resamples)
        draws = np.tensordot(weights.astype(np.float64), counts, axes=1)
    for name, measure in MEASURES.items():
        result[name] = limits(float(measure(total)), measure(draws)).to_dict()
    result["f1"] = dict(zip(STANCES, _f1(total).tolist(), strict=True))
    return result


def score_by_source(rows: Sequence[Row], predicted: Sequence[int], resamples: int = RESAMPLES) -> dict[str, Any]:
    """Score each source on its own; pooling sources of different size would hide the small ones.

    :param rows: Rows with their gold stance.
    :param predicted: Number of the predicted stance of each row.
    :param resamples: 0 leaves the intervals out.
    :return: Source → scores.
    """
    result = {}
    for source in sorted({row["source"] for row in rows}):
        kept = [i for i, row in enumerate(rows) if row["source"] == source]
        result[source] = score([rows[i] for i in kept], [int(predicted[i]) for i in kept], resamples)
        clear = [i for i in kept if rows[i].get("clear") is not None]
        if clear and any(rows[i]["clear"] is False for i in clear):
            strict = [i for i in clear if rows[i]["clear"]]
            result[source]["clear"] = score([rows[i] for i in strict], [int(predicted[i]) for i in strict], resamples)
    return result


def selection_score(rows: Sequence[Row], predicted: Sequence[int], sources: Sequence[str] = ()) -> float:
    """Mean over sources of dev macro-F1: what early stopping and the choice among seeds go by.

    :param rows: Dev rows.
    :param predicted: Number of the predicted stance of each row.
    :param sources: The sources that decide; all where empty.
    :return: 0 to 1.
    """
    scores = score_by_source(rows, predicted, resamples=0)
    chosen = [scores[name]["macro_f1"]["value"] for name in scores if not sources or name in sources]
    return float(np.mean(chosen)) if chosen else 0.0
