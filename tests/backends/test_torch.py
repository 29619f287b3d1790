from __future__ import annotations

import json
import shutil

import numpy as np
import pytest

from stance.backends import ModelError
from stance.backends.torch import TorchBackend, label_order
from stance.predict import StanceClassifier

TEXTS = ["نطالب بخروج القوات", "نريد بقاء القوات الأجنبية", "عقد الوزير الاجتماع", "خروج القوات " * 40]


def test_folder_without_onnx_runs_in_torch_and_agrees(tiny_checkpoint, tiny_model):
    torch_classifier = StanceClassifier.load(tiny_checkpoint)
    assert torch_classifier.backend.name.startswith("torch:")
    exact = StanceClassifier.load(tiny_model, precision="fp32")
    np.testing.assert_allclose(torch_classifier.predict_proba(TEXTS), exact.predict_proba(TEXTS), atol=1e-4)


def test_half_precision_weights_of_a_model_folder_can_be_read(tiny_model):
    half = StanceClassifier.load(tiny_model, backend="torch")
    exact = StanceClassifier.load(tiny_model, precision="fp32")
    np.testing.assert_allclose(half.predict_proba(TEXTS), exact.predict_proba(TEXTS), atol=0.05)


def test_a_model_of_others_needs_no_settings(tiny_checkpoint, tmp_path):
    folder = shutil.copytree(tiny_checkpoint, tmp_path / "model")
    (folder / "stance.json").unlink()
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    config["id2label"] = {"0": "Neutral", "1": "AGAINST", "2": "Favour"}
    config["label2id"] = {"Neutral": 0, "AGAINST": 1, "Favour": 2}
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    other = StanceClassifier.load(folder)
    assert (other.encoding.normalisation, other.temperature, other.encoding.max_length) == ("marks", 1.0, 94)
    ids = np.full((2, 5), 7, dtype=np.int64)
    feed = (ids, np.ones_like(ids), np.zeros_like(ids))
    ours = TorchBackend(tiny_checkpoint).logits(*feed)
    np.testing.assert_allclose(other.backend.logits(*feed), ours[:, [2, 1, 0]], atol=1e-6)


def test_names_of_classes_are_understood():
    assert label_order({0: "none", 1: "FAVOR", 2: "Against"}) == [1, 2, 0]
    assert label_order({0: "agree", 1: "disagree", 2: "other"}) == [0, 1, 2]
    with pytest.raises(ModelError, match="cannot tell which class is 'favor'"):
        label_order({0: "LABEL_0", 1: "LABEL_1", 2: "LABEL_2"})


def test_damaged_safetensors_are_named(tiny_checkpoint, tmp_path):
    folder = shutil.copytree(tiny_checkpoint, tmp_path / "model")
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:200])
    with pytest.raises(ModelError, match=r"model\.safetensors"):
        StanceClassifier.load(folder)


def test_a_name_that_no_hub_answers_for_is_named():
    with pytest.raises(ModelError, match="nobody/nothing"):
        StanceClassifier.load("nobody/nothing")
