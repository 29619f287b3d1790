from __future__ import annotations

import json
import shutil

import numpy as np
import pytest
import torch
from labelled_rows import make_rows
from safetensors.torch import load_file

from stance.encoding import Reading
from stance.predict import StanceClassifier
from stance.training import export, finetune
from stance.training.config import TrainConfig

READINGS = [Reading(row["target"], row["quotation"]) for row in make_rows(articles=8)]


def test_exported_model_answers_as_the_trained_one(tiny_checkpoint, tiny_model):
    trained = StanceClassifier.load(tiny_checkpoint)
    exact, quantised = (StanceClassifier.load(tiny_model, precision=p) for p in ("fp32", "int8"))
    texts = [reading.quotation for reading in READINGS]
    expected = trained.predict_proba(texts)
    np.testing.assert_allclose(exact.predict_proba(texts), expected, atol=1e-5)
    assert np.abs(quantised.predict_proba(texts) - expected).mean() < 0.05


def test_int8_is_smaller_and_hashes_are_written(tiny_model):
    int8, fp32 = (tiny_model / name for name in ("model.int8.onnx", "model.onnx"))
    assert int8.stat().st_size < fp32.stat().st_size
    settings = json.loads((tiny_model / "stance.json").read_text(encoding="utf-8"))
    assert set(settings["sha256"]) == {"model.int8.onnx", "model.onnx", "model.safetensors", "tokenizer.json"}
    halves = load_file(tiny_model / "model.safetensors")
    assert {tensor.dtype for tensor in halves.values() if tensor.is_floating_point()} == {torch.float16}


def test_differing_labels_fail_the_export_and_write_nothing(tiny_checkpoint, tmp_path, monkeypatch):
    original = export._onnx_probabilities
    monkeypatch.setattr(export, "_onnx_probabilities", lambda *args: original(*args)[:, [1, 2, 0]])
    with pytest.raises(export.ExportError, match="fp32: labels differ"):
        export.export_model(tiny_checkpoint, tmp_path / "model", READINGS, ("fp32",))
    assert list(tmp_path.iterdir()) == []


def test_export_needs_something_to_check_with(tiny_checkpoint, tmp_path):
    with pytest.raises(ValueError, match="needs readings"):
        export.export_model(tiny_checkpoint, tmp_path / "model", [])
    with pytest.raises(ValueError, match="precisions"):
        export.export_model(tiny_checkpoint, tmp_path / "model", READINGS, ("int4",))


def test_compare_counts_labels_and_distance():
    expected = np.array([[0.6, 0.3, 0.1], [0.2, 0.7, 0.1]])
    found = np.array([[0.5, 0.4, 0.1], [0.5, 0.4, 0.1]])
    assert export.compare(expected, found) == export.Parity(2, 0.5, pytest.approx(0.3))


def test_a_run_becomes_a_model_folder_with_card_and_metrics(tiny_bert, tmp_path):
    config = TrainConfig(
        name="trial", encoder=str(tiny_bert), sources=["gold"], output=str(tmp_path / "runs"), max_length=64, stride=8,
        epochs=4, batch_size=9, learning_rate=5e-3, bf16=False,
    )  # fmt: skip
    rows = {"train": make_rows(articles=9), "dev": make_rows(articles=8, offset=20), "test": []}
    finetune.train(config, lambda c: rows)
    target = tmp_path / "models" / "trial"
    target.mkdir(parents=True)
    (target / "model.int8.onnx").write_bytes(b"of an older export")
    checked = export.export_run(
        config.folder, target, config, ("fp32",), fp16=False, notes="## Bias\nnone", load=lambda c: rows
    )
    assert checked["fp32"]["different"] <= 0.01
    assert {p.name for p in target.iterdir()} >= {
        "README.md",
        "metrics.json",
        "stance.json",
        "tokenizer.json",
        "model.onnx",
    }
    assert not (target / "model.int8.onnx").exists()
    assert StanceClassifier.load(target).predict("نطالب بخروج القوات").windows == 1
    assert "## Bias" in (target / "README.md").read_text(encoding="utf-8")
    shutil.rmtree(config.folder / "model")
    with pytest.raises(export.ExportError, match="the run has no model"):
        export.export_run(config.folder, target, config, load=lambda c: rows)
