from __future__ import annotations

import json

import numpy as np
import pytest
from labelled_rows import make_rows

from stance.predict import StanceClassifier
from stance.training.distil import soft_labels, write_soft_labels
from stance.training.runs import read_soft_labels


@pytest.fixture(scope="module")
def ensemble(tiny_model) -> list[StanceClassifier]:
    return [StanceClassifier.load(tiny_model, precision=precision) for precision in ("fp32", "int8")]


def test_soft_labels_are_the_mean_of_the_ensemble(ensemble, tmp_path):
    rows = make_rows(articles=3)
    assert write_soft_labels(tmp_path / "soft.jsonl", ensemble, rows) == len(rows)
    found = read_soft_labels(tmp_path / "soft.jsonl")
    mean = np.mean([model.predict_rows(rows) for model in ensemble], axis=0)
    np.testing.assert_allclose([found[row["id"]] for row in rows], mean, atol=1e-5)


def test_labels_are_not_looked_at(ensemble):
    rows = make_rows(articles=2)
    bare = [{key: row[key] for key in ("id", "target", "quotation", "speaker", "role")} for row in rows]
    assert list(soft_labels(ensemble, bare)) == list(soft_labels(ensemble, rows))


def test_one_model_agrees_with_itself(ensemble):
    assert all(line["agreement"] == 1.0 for line in soft_labels(ensemble[:1], make_rows(articles=2)))
    with pytest.raises(ValueError, match="at least one model"):
        list(soft_labels([], make_rows(articles=1)))
    json.dumps(list(soft_labels(ensemble, make_rows(articles=1))))
