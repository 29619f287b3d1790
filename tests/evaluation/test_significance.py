import numpy as np
import pytest

from stance.evaluation.metrics import Labelled
from stance.evaluation.significance import approximate_randomisation, compare, holm, paired_bootstrap

LABELS = ("favor", "against", "none")


def runs(quality_a, quality_b, n=300, seed=0, groups=None):
    rng = np.random.default_rng(seed)
    gold = rng.integers(0, 3, n)
    names = None if groups is None else [str(i % groups) for i in range(n)]

    def answers(quality):
        return np.where(rng.random(n) < quality, gold, rng.integers(0, 3, n))

    return tuple(Labelled(LABELS, gold, answers(q), ("favor", "against"), None, names) for q in (quality_a, quality_b))


def test_a_large_difference_is_found_and_none_is_not():
    better, worse = runs(0.9, 0.4)
    clear = compare("macro_f1", better, worse, rounds=1000)
    assert clear.difference.low > 0
    assert max(clear.p_bootstrap, clear.p_randomisation) < 0.01
    same = compare("macro_f1", better, better, rounds=1000)
    assert same.difference.value == 0
    assert min(same.p_bootstrap, same.p_randomisation) == 1


def test_randomisation_is_honest_under_the_null():
    """Of runs of equal quality, about 5 % may differ at p < 0.05."""
    found = 0
    for seed in range(60):
        a, b = runs(0.6, 0.6, n=120, seed=seed)
        found += approximate_randomisation("accuracy", a, b, rounds=200, seed=seed) < 0.05
    assert found <= 9


def test_exact_randomisation_of_three_disagreements():
    # A is right and B wrong on three items: all eight swaps are equally likely, two of them as extreme.
    gold = np.zeros(10, dtype=np.int64)
    b = gold.copy()
    b[:3] = 1
    p = approximate_randomisation("accuracy", Labelled(LABELS, gold, gold), Labelled(LABELS, gold, b), rounds=20_000)
    assert p == pytest.approx(0.25, abs=0.02)


def test_articles_are_swapped_whole():
    a, b = runs(0.7, 0.5, groups=3)
    p = approximate_randomisation("accuracy", a, b, rounds=2000)
    # Three articles allow eight swaps: no p value under 1/4 is possible.
    assert p >= 0.2


def test_holm_by_hand():
    assert holm({"a": 0.01, "b": 0.04, "c": 0.03}) == pytest.approx({"a": 0.03, "b": 0.06, "c": 0.06})
    assert holm({"a": 0.6, "b": 0.9}) == {"a": 1.0, "b": 1.0}
    assert holm({}) == {}


def test_different_items_are_refused():
    a, _ = runs(0.5, 0.5, seed=0)
    b, _ = runs(0.5, 0.5, seed=1)
    with pytest.raises(ValueError, match="same items"):
        paired_bootstrap("accuracy", a, b)


def test_same_seed_same_p():
    a, b = runs(0.6, 0.5)
    assert compare("macro_f1", a, b, rounds=500, seed=5) == compare("macro_f1", a, b, rounds=500, seed=5)
