"""Scores of a run's predictions, by source, with bootstrap intervals by article."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from stance.evaluation.intervals import RESAMPLES
from stance.evaluation.metrics import Labelled, evaluate
from stance.evaluation.metrics import score as measure
from stance.schema import STANCES, Stance
from stance.training.splits import Row, group

#: What tables show; F_avg is averaged over targets where there are several, as Mawqif does.
MEASURES = ("macro_f1", "f_avg", "accuracy")
_PAIR = (str(Stance.FAVOR), str(Stance.AGAINST))


def labelled(rows: Sequence[Row], predicted: Sequence[int]) -> Labelled:
    """Hand rows over to the evaluation.

    :param rows: Rows with their gold stance.
    :param predicted: Number of the predicted stance of each row.
    :return: Labels with targets and articles.
    """
    gold = np.array([STANCES.index(row["stance"]) for row in rows], dtype=np.int64)
    targets = [str(row.get("target") or "") for row in rows]
    # Pairs of headlines have a target each: a mean over those would be one over single items.
    few = len(set(targets)) <= max(1, len(rows) // 10)
    return Labelled(
        STANCES,
        gold,
        np.asarray(predicted, dtype=np.int64),
        _PAIR,
        targets if few else None,
        [group(row) for row in rows],
    )


def score(rows: Sequence[Row], predicted: Sequence[int], resamples: int = RESAMPLES) -> dict[str, Any]:
    """Score rows, with percentile intervals from resampling articles.

    :param rows: Rows with their gold stance.
    :param predicted: Number of the predicted stance of each row.
    :param resamples: 0 leaves the intervals out.
    :return: ``n`` and ``articles``, then each measure as ``{"value", "low", "high"}``.
    """
    data = labelled(rows, predicted)
    found = {name: interval.to_dict() for name, interval in evaluate(data, resamples).items()}
    found["f_avg"] = found.get("f_avg_per_target", found["f_avg_pooled"])
    return {"n": len(rows), "articles": len(set(map(group, rows))), **found}


def score_by_source(rows: Sequence[Row], predicted: Sequence[int], resamples: int = RESAMPLES) -> dict[str, Any]:
    """Score each source on its own; pooling sources of different size would hide the small ones.

    :param rows: Rows with their gold stance.
    :param predicted: Number of the predicted stance of each row.
    :param resamples: 0 leaves the intervals out.
    :return: Source → scores; where annotators marked unclear rows, ``clear`` holds the scores without those.
    """
    result = {}
    for source in sorted({row["source"] for row in rows}):
        kept = [i for i, row in enumerate(rows) if row["source"] == source]
        result[source] = score([rows[i] for i in kept], [int(predicted[i]) for i in kept], resamples)
        strict = [i for i in kept if rows[i].get("clear")]
        if strict and any(rows[i].get("clear") is False for i in kept):
            result[source]["clear"] = score([rows[i] for i in strict], [int(predicted[i]) for i in strict], resamples)
    return result


def selection_score(rows: Sequence[Row], predicted: Sequence[int], sources: Sequence[str] = ()) -> float:
    """Mean over sources of dev macro-F1: what early stopping and the choice among seeds go by.

    :param rows: Dev rows.
    :param predicted: Number of the predicted stance of each row.
    :param sources: The sources that decide; all where empty.
    :return: 0 to 1.
    """
    chosen = []
    for source in sorted({row["source"] for row in rows}):
        if not sources or source in sources:
            kept = [i for i, row in enumerate(rows) if row["source"] == source]
            chosen.append(measure("macro_f1", labelled([rows[i] for i in kept], [int(predicted[i]) for i in kept])))
    return float(np.mean(chosen)) if chosen else 0.0
