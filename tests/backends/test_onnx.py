from __future__ import annotations

import numpy as np
import pytest

from stance.backends import ModelError, onnx


def feed(length: int = 7, rows: int = 2) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    ids = np.arange(rows * length, dtype=np.int64).reshape(rows, length) % 30 + 5
    return ids, np.ones_like(ids), np.zeros_like(ids)


def test_batch_and_length_are_free(tiny_model):
    backend = onnx.OnnxBackend(tiny_model / "model.onnx", threads=1)
    for rows, length in ((1, 4), (2, 7), (5, 48)):
        scores = backend.logits(*feed(length, rows))
        assert scores.shape == (rows, 3)
        assert np.isfinite(scores).all()


def test_padding_changes_nothing(tiny_model):
    backend = onnx.OnnxBackend(tiny_model / "model.onnx", threads=1)
    ids, mask, types = feed()
    padded = [np.pad(array, ((0, 0), (0, 5))) for array in (ids, mask, types)]
    np.testing.assert_allclose(backend.logits(ids, mask, types), backend.logits(*padded), atol=1e-4)


def test_precision_is_chosen_by_the_processor(tiny_model, monkeypatch, tmp_path):
    monkeypatch.setattr(onnx, "has_vnni", lambda: True)
    assert onnx.choose(tiny_model).name == "model.int8.onnx"
    monkeypatch.setattr(onnx, "has_vnni", lambda: False)
    assert onnx.choose(tiny_model).name == "model.onnx"
    assert onnx.choose(tiny_model, "int8").name == "model.int8.onnx"
    (tmp_path / "model.int8.onnx").touch()
    assert onnx.choose(tmp_path).name == "model.int8.onnx"
    with pytest.raises(ModelError, match=r"model\.onnx: the model folder lacks"):
        onnx.choose(tmp_path, "fp32")
    with pytest.raises(ValueError, match="precision"):
        onnx.choose(tmp_path, "int4")


def test_a_file_that_is_no_model_is_named(tmp_path):
    (tmp_path / "model.onnx").write_bytes(b"not a model")
    with pytest.raises(ModelError, match=r"model\.onnx: onnxruntime cannot load it"):
        onnx.OnnxBackend(tmp_path / "model.onnx")
