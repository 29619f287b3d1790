"""The linear model beside the encoder, in a model folder."""

import hashlib
import json
import shutil

import numpy as np
import pytest

from stance.attitudes.linear import BUCKETS, LinearStance, bucket
from stance.backends import ModelError
from stance.predict import StanceClassifier
from stance.schema import STANCES

STAYING = "بقاء القوات الأميركية وقوات التحالف الدولي في العراق"
OTHER = "رفع الدعم عن المحروقات"


def save(folder, share: float, temperature: float = 1.0) -> None:
    weights, rarity = np.zeros((BUCKETS, len(STANCES))), np.zeros(BUCKETS)
    number = bucket("words", "نرحل")
    weights[number, 0], rarity[number] = 9.0, 1.0
    LinearStance(weights, rarity, np.array([-4.0, -4.0, 0.0])).save(folder / "linear.npz")
    settings = json.loads((folder / "stance.json").read_text(encoding="utf-8"))
    settings |= {"plain_targets": True, "linear": {"share": share, "temperature": temperature}}
    settings["sha256"] = {"linear.npz": hashlib.sha256((folder / "linear.npz").read_bytes()).hexdigest()}
    (folder / "stance.json").write_text(json.dumps(settings), encoding="utf-8")


@pytest.fixture
def folder(tiny_model, tmp_path):
    shutil.copytree(tiny_model, tmp_path / "model")
    save(tmp_path / "model", 0.5)
    return tmp_path / "model"


def probabilities(folder, text: str, target: str | None = None) -> np.ndarray:
    return StanceClassifier.load(folder, precision="fp32", threads=1).predict_proba(text, target)[0]


def test_both_count_by_their_share(folder):
    save(folder, 1.0)
    linear = probabilities(folder, "نرحل")
    assert linear.argmax() == 0
    save(folder, 0.25)
    mixed = probabilities(folder, "نرحل")
    save(folder, 1e-9)
    np.testing.assert_allclose(mixed, 0.25 * linear + 0.75 * probabilities(folder, "نرحل"), atol=1e-6)


def test_favor_and_against_change_places_with_the_target(folder):
    np.testing.assert_allclose(
        probabilities(folder, "نرحل", STAYING), probabilities(folder, "نرحل")[[1, 0, 2]], atol=1e-6
    )


def test_about_another_matter_the_encoder_answers_alone(folder):
    mixed = probabilities(folder, "نرحل", OTHER)
    save(folder, 1.0)
    np.testing.assert_allclose(probabilities(folder, "نرحل", OTHER), mixed, atol=1e-6)


def test_silence_is_still_none(folder):
    assert probabilities(folder, " ").tolist() == [0, 0, 1]


def test_a_missing_linear_model_is_named(folder):
    (folder / "linear.npz").unlink()
    with pytest.raises(ModelError, match=r"linear\.npz: the model folder lacks this file"):
        StanceClassifier.load(folder)


def test_a_changed_linear_model_is_named(folder):
    (folder / "linear.npz").write_bytes(b"other")
    with pytest.raises(ModelError, match=r"linear\.npz"):
        StanceClassifier.load(folder)


def test_a_share_out_of_range_is_named(folder):
    save(folder, 1.5)
    with pytest.raises(ModelError, match="share of a linear model"):
        StanceClassifier.load(folder)
