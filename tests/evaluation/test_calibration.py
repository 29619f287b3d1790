import numpy as np
import pytest

from stance.evaluation.calibration import (
    apply_temperature,
    calibration,
    classwise_ece,
    ece,
    fit_temperature,
    reliability,
)
from stance.evaluation.selective import selective


def calibrated(n=4000, seed=0):
    """Labels drawn from the very probabilities that are given."""
    rng = np.random.default_rng(seed)
    probabilities = rng.dirichlet([1.0, 1.0, 1.0], n)
    gold = np.array([rng.choice(3, p=p) for p in probabilities])
    return probabilities, gold


def test_true_probabilities_are_calibrated_and_sharpened_ones_are_not():
    probabilities, gold = calibrated()
    sharp = apply_temperature(probabilities, 0.4)
    assert ece(probabilities, gold) < 0.03
    assert ece(sharp, gold) > 0.1
    assert classwise_ece(probabilities, gold) < classwise_ece(sharp, gold)
    assert fit_temperature(sharp, gold) == pytest.approx(1 / 0.4, rel=0.05)
    after = apply_temperature(sharp, fit_temperature(sharp, gold))
    assert calibration(after, gold).nll < calibration(sharp, gold).nll


def test_temperature_keeps_the_answers_and_can_be_undone():
    probabilities, _ = calibrated(50)
    hot = apply_temperature(probabilities, 3.0)
    assert (hot.argmax(1) == probabilities.argmax(1)).all()
    assert apply_temperature(hot, 1 / 3.0) == pytest.approx(probabilities)
    assert hot.sum(1) == pytest.approx(np.ones(50))


def test_ece_by_hand():
    probabilities = np.array([[0.9, 0.1], [0.9, 0.1], [0.6, 0.4], [0.6, 0.4]])
    gold = np.array([0, 1, 0, 0])
    # Two bins: confidence 0.6 with accuracy 1, confidence 0.9 with accuracy 0.5.
    assert ece(probabilities, gold, bins=2) == pytest.approx((0.4 + 0.4) / 2)
    assert [b.count for b in reliability(probabilities.max(1), np.ones(4), 2)] == [2, 2]


def test_brier_is_the_sum_over_classes():
    result = calibration(np.array([[0.7, 0.2, 0.1], [0.2, 0.3, 0.5]]), np.array([0, 1]))
    first, second = 0.3**2 + 0.2**2 + 0.1**2, 0.2**2 + 0.7**2 + 0.5**2
    assert result.brier == pytest.approx((first + second) / 2)
    two = calibration(np.array([[0.7, 0.3]]), np.array([0]))
    assert two.brier == pytest.approx(0.18)


def test_risk_coverage_by_hand():
    probabilities = np.array([[0.9, 0.1], [0.8, 0.2], [0.7, 0.3], [0.6, 0.4], [0.55, 0.45]])
    gold = np.array([0, 0, 1, 0, 1])
    result = selective(probabilities, gold)
    assert result.risk == pytest.approx((0, 0, 1 / 3, 1 / 4, 2 / 5))
    assert result.aurc == pytest.approx((0 + 0 + 1 / 3 + 1 / 4 + 2 / 5) / 5)
    assert result.accuracy_at["0.8"] == pytest.approx(0.75)
    assert result.excess_aurc >= 0


def test_ties_do_not_depend_on_the_order_of_the_file():
    probabilities = np.full((6, 2), 0.5)
    gold = np.array([0, 0, 0, 1, 1, 1])
    assert selective(probabilities, gold).risk == pytest.approx((0.5,) * 6)
    assert selective(probabilities, gold[::-1]).aurc == pytest.approx(selective(probabilities, gold).aurc)
