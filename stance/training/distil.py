"""Soft labels: what an ensemble of models thinks of rows, for a smaller one to learn from (Hinton et al. 2015)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from stance.predict import StanceClassifier
from stance.schema import STANCES
from stance.training.splits import Row


def soft_labels(models: Sequence[StanceClassifier], rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Average the calibrated probabilities of several models.

    :param models: The ensemble.
    :param rows: Rows with ``id``, ``target`` and ``quotation``; labels are not looked at.
    :return: One mapping a row with ``id``, ``probabilities`` and ``agreement``, the share of models that choose the answer.
    :raises ValueError: If there is no model.
    """
    if not models:
        raise ValueError("an ensemble needs at least one model")
    answers = np.stack([model.predict_rows(rows) for model in models])
    mean = answers.mean(axis=0)
    agreement = (answers.argmax(-1) == mean.argmax(-1)).mean(axis=0)
    return [
        {
            "id": str(row["id"]),
            "probabilities": {stance: round(float(p), 6) for stance, p in zip(STANCES, values, strict=True)},
            "agreement": float(share),
        }
        for row, values, share in zip(rows, mean, agreement, strict=True)
    ]


def write_soft_labels(path: Path, models: Sequence[StanceClassifier], rows: Sequence[Row]) -> int:
    """Write the file that the key ``soft_labels`` of a configuration names.

    :param path: JSON Lines.
    :param models: The ensemble.
    :param rows: The rows.
    :return: Number of rows written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = soft_labels(models, rows)
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    return len(lines)
