"""Cross-validation by article: quotations of one article never lie on both sides."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any


def grouped_folds(rows: Sequence[Mapping[str, Any]], k: int, seed: int = 0) -> list[tuple[list[int], list[int]]]:
    """Deal articles out to folds, largest first to the fold that has fewest rows.

    :param rows: Labelled rows; a row without an article stands for itself.
    :param k: How many folds.
    :param seed: Changes which of equally large articles comes first.
    :return: Train and test indices a fold; every row is tested once.
    :raises ValueError: If there are fewer articles than folds, or fewer than two folds.
    """
    groups = [f"{row['source']}:{row['article'] or row['id']}" for row in rows]
    sizes = Counter(groups)
    if not 2 <= k <= len(sizes):
        raise ValueError(f"{k} folds need 2 ≤ k ≤ number of articles, which is {len(sizes)}")
    load = [0] * k
    fold_of: dict[str, int] = {}
    for group in sorted(sizes, key=lambda g: (-sizes[g], hashlib.sha256(f"{seed} {g}".encode()).digest())):
        fold_of[group] = load.index(min(load))
        load[fold_of[group]] += sizes[group]
    folds = []
    for fold in range(k):
        test = [i for i, group in enumerate(groups) if fold_of[group] == fold]
        folds.append(([i for i, group in enumerate(groups) if fold_of[group] != fold], test))
    return folds
