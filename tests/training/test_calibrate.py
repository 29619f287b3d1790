from __future__ import annotations

import numpy as np
import pytest

from stance.training.calibrate import calibrate, fit_temperature, fit_threshold, softmax


def sample(n: int = 4000, sharpness: float = 1.0, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Labels drawn from softmax(logits), then logits sharpened."""
    random = np.random.default_rng(seed)
    logits = random.normal(size=(n, 3)) * 1.5
    probabilities = softmax(logits)
    labels = np.array([random.choice(3, p=p) for p in probabilities])
    return logits * sharpness, labels


@pytest.mark.parametrize("sharpness", [0.5, 1.0, 3.0])
def test_temperature_undoes_sharpening(sharpness):
    logits, labels = sample(sharpness=sharpness)
    assert fit_temperature(softmax(logits), labels.tolist()) == pytest.approx(sharpness, rel=0.08)


def test_calibration_lowers_the_error_and_keeps_the_answers():
    logits, labels = sample(sharpness=4.0)
    fitted = calibrate(logits, labels.tolist(), coverage=0.8)
    assert fitted.ece_before > 0.1
    assert fitted.ece_after < 0.03
    assert fitted.coverage == pytest.approx(0.8, abs=0.01)
    assert fitted.accuracy_covered > fitted.accuracy + 0.04
    assert (softmax(logits, fitted.temperature).argmax(1) == logits.argmax(1)).all()


def test_threshold_lets_the_asked_share_pass():
    logits, _ = sample()
    probabilities = softmax(logits)
    for coverage in (0.5, 0.9):
        threshold = fit_threshold(probabilities, coverage)
        assert (probabilities.max(1) >= threshold).mean() == pytest.approx(coverage, abs=0.01)
    assert fit_threshold(probabilities, 1.0) == 0.0


def test_a_handful_of_rows_fits_nothing():
    logits, labels = sample(10, sharpness=5)
    fitted = calibrate(logits, labels.tolist())
    assert (fitted.temperature, fitted.threshold, fitted.rows) == (1.0, 0.0, 10)
    nothing = calibrate(np.zeros((0, 3)), [])
    assert (nothing.temperature, nothing.threshold, nothing.rows) == (1.0, 0.0, 0)
