"""Fitting the linear model of :mod:`stance.attitudes`, and how much it counts beside the encoder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from stance.attitudes.features import BLOCKS
from stance.attitudes.linear import BUCKETS, WEIGHTED, LinearStance, hashed
from stance.attitudes.subjects import speaks_of_others
from stance.encoding import Reading
from stance.evaluation.intervals import Array
from stance.polarity import TURNED, plain_target
from stance.schema import STANCES

Row = Mapping[str, Any]
# How often a row counts, by its source: real quotations are what the model will meet.
WEIGHTS = {"withdrawal": 3.0, "written": 1.0, "corpus": 0.5}
# Inverse regularisation; rows in which a feature must occur to be used.
STRENGTH = 1.0
FEWEST = {"words": 2, "letters": 3, "attitudes": 5}
MIXES = tuple(round(0.1 * step, 1) for step in range(11))


def share_of_none_elsewhere(rows: Sequence[Row]) -> float:
    """Count how often real quotations that name other countries or armies than their target's take no stance on it.

    :param rows: Labelled rows; written ones, which were made to confuse, do not count.
    :return: The share, with one row of every stance added (Laplace).
    """
    labels = [r["stance"] for r in rows if r["source"] != "written" and speaks_of_others(Reading.of_row(r))]
    return (labels.count("none") + 1) / (len(labels) + len(STANCES))


def labels_of(rows: Sequence[Row]) -> np.ndarray:
    """Number the stances of rows as answers about leaving: of targets that ask for staying, turned round.

    :param rows: Labelled rows.
    :return: Positions in ``STANCES``.
    """
    numbers = (STANCES.index(row["stance"]) for row in rows)
    return np.array([TURNED[n] if plain_target(row["target"])[1] else n for row, n in zip(rows, numbers, strict=True)])


def fit(rows: Sequence[Row], use: Sequence[str] = BLOCKS) -> LinearStance:
    """Fit the model: a logistic regression a stance, classes weighted equally.

    :param rows: Labelled rows of the sources in ``WEIGHTS``.
    :param use: Blocks of features to use.
    :return: The model, its weights in half precision.
    :raises ValueError: If a stance is missing among the rows.
    """
    labels = labels_of(rows)
    if len(set(labels)) < len(STANCES):
        raise ValueError(f"a linear model needs rows of every stance: {', '.join(STANCES)}")
    described = [hashed(Reading.of_row(row)) for row in rows]
    matrix, rarity = _matrix([[d[block] for d in described] if block in use else [{}] * len(rows) for block in BLOCKS])
    weights = np.zeros((BUCKETS, len(STANCES)))
    bias = np.zeros(len(STANCES))
    counted = [WEIGHTS[row["source"]] for row in rows]
    for stance in range(len(STANCES)):
        regression = LogisticRegression(C=STRENGTH, class_weight="balanced", solver="liblinear", random_state=0)
        regression.fit(matrix, labels == stance, sample_weight=counted)
        weights[:, stance], bias[stance] = regression.coef_[0], regression.intercept_[0]
    return LinearStance(weights.astype(np.float16), rarity.astype(np.float16), bias, share_of_none_elsewhere(rows))


def _matrix(described: Sequence[Sequence[Mapping[int, float]]]) -> tuple[csr_matrix, Array]:
    """Lay blocks of numbered features over one another: scaled as ``LinearStance`` scales them; and their rarity."""
    rarity = np.zeros(BUCKETS)
    for block, rows in zip(BLOCKS, described, strict=True):
        frequency = np.zeros(BUCKETS)
        for row in rows:
            frequency[list(row)] += 1
        used = frequency >= FEWEST[block]
        weight = np.log((1 + len(rows)) / (1 + frequency)) + 1 if block in WEIGHTED else np.ones(BUCKETS)
        rarity = np.where(used, weight, rarity)
    scale = LinearStance(np.zeros((BUCKETS, len(STANCES))), rarity.astype(np.float16), np.zeros(len(STANCES))).scaled
    blocks = [_sparse([scale(row) for row in rows]) for rows in described]
    return sum(blocks[1:], start=blocks[0]).tocsr(), rarity


def _sparse(rows: Sequence[tuple[np.ndarray, np.ndarray]]) -> csr_matrix:
    ends = np.cumsum([0, *(len(numbers) for numbers, _ in rows)])
    numbers = np.concatenate([numbers for numbers, _ in rows])
    values = np.concatenate([values for _, values in rows])
    return csr_matrix((values, numbers, ends), shape=(len(rows), BUCKETS))


def cross_validate(
    rows: Sequence[Row], always: Sequence[Row] = (), folds: int = 5, use: Sequence[str] = BLOCKS
) -> Array:
    """Answer rows by models that have not seen their article.

    :param rows: Labelled rows.
    :param always: Rows that every model is fitted on besides.
    :param folds: How many models.
    :param use: Blocks of features to use.
    :return: Probabilities (n, 3) of favor, against and none of each row's target.
    """
    answers = np.zeros((len(rows), len(STANCES)))
    groups = [row["article"] or row["id"] for row in rows]
    for seen, unseen in GroupKFold(folds).split(rows, groups=groups):
        model = fit([*(rows[i] for i in seen), *always], use)
        answers[unseen] = turned(model, [rows[i] for i in unseen], use)
    return answers


def turned(model: LinearStance, rows: Sequence[Row], use: Sequence[str] = BLOCKS) -> Array:
    """Answer rows about the targets that they name, also where these ask for staying.

    :param model: The model.
    :param rows: Rows.
    :param use: The blocks of features that the model was fitted on.
    :return: Probabilities (n, 3).
    """
    answers = model.predict_proba([Reading.of_row(row) for row in rows], use)
    turn = np.array([plain_target(row["target"])[1] for row in rows], dtype=bool)
    answers[turn] = answers[turn][:, TURNED]
    return answers


def choose_mix(linear: Array, encoder: Array, labels: np.ndarray) -> float:
    """Choose on dev how much the linear model counts beside the encoder.

    :param linear: Its probabilities (n, 3).
    :param encoder: The encoder's.
    :param labels: Gold classes.
    :return: The share, between 0 and 1, with the least negative log-likelihood; every stance that occurs counts the same, so that the many
        quotations that take none do not decide alone.
    """
    of_label = np.arange(len(labels)), labels

    def loss(mix: float) -> float:
        surprise = -np.log(np.maximum((mix * linear + (1 - mix) * encoder)[of_label], 1e-9))
        return float(np.mean([surprise[labels == stance].mean() for stance in np.unique(labels)]))

    return min(MIXES, key=loss)
