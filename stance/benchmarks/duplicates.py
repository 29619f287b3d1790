"""Near-duplicates between training and test texts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from stance.benchmarks.loading import Benchmark, fingerprint

NEAR = 0.8
# Of longer texts only exact duplicates are looked for: shared page furniture makes whole web pages alike.
LONGEST = 1000
_BLOCK = 500


def near_duplicates(train: Sequence[str], test: Sequence[str], threshold: float = NEAR) -> list[int]:
    """Find test texts that are nearly a training text: cosine of TF-IDF weighted words and their pairs.

    :param train: Training texts.
    :param test: Test texts.
    :param threshold: Least cosine.
    :return: Positions in ``test``.
    """
    if not train or not test:
        return []
    vectoriser = TfidfVectorizer(ngram_range=(1, 2), token_pattern=r"\S+")
    known = vectoriser.fit_transform([fingerprint(text) or "-" for text in train]).T.tocsr()
    asked = vectoriser.transform([fingerprint(text) for text in test])
    found: list[int] = []
    for start in range(0, len(test), _BLOCK):
        nearest = (asked[start : start + _BLOCK] @ known).max(axis=1).toarray().ravel()
        found += (start + np.flatnonzero(nearest >= threshold)).tolist()
    return found


def describe(benchmark: Benchmark) -> str:
    """Sum up a loaded benchmark: sizes, labels, leaks, near-duplicates.

    :param benchmark: The benchmark.
    :return: One line.
    """
    parts = [f"{split} {len(items):,}" for split, items in sorted(benchmark.splits.items())]
    labels = Counter(item.label for item in benchmark.splits["test"])
    parts.append("test labels " + ", ".join(f"{label} {count:,}" for label, count in labels.most_common()))
    leaks = [item for item in benchmark.splits["test"] if item.leaks]
    if benchmark.folds > 1:
        by_fold = Counter(item.fold for item in leaks)
        parts.append("texts also in another fold: " + ", ".join(str(by_fold[f]) for f in sorted(by_fold, key=str)))
    else:
        parts.append(f"test texts also in train: {len(leaks)}")
    train = [item.quotation for item in benchmark.splits.get("train", []) if len(item.quotation) <= LONGEST]
    test = [item.quotation for item in benchmark.splits["test"] if len(item.quotation) <= LONGEST]
    if train and benchmark.folds < 2:
        parts.append(f"near-duplicates of a train text (cosine ≥ {NEAR}): {len(near_duplicates(train, test))}")
    return "; ".join(parts)
