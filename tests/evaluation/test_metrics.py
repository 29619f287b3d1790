import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stance.evaluation import metrics
from stance.evaluation.metrics import Labelled

LABELS = ("favor", "against", "none")
PAIR = ("favor", "against")


def random_data(seed=0, n=120, targets=3, groups=None):
    rng = np.random.default_rng(seed)
    gold = rng.integers(0, 3, n)
    predicted = np.where(rng.random(n) < 0.6, gold, rng.integers(0, 3, n))
    names = [f"t{i}" for i in rng.integers(0, targets, n)]
    units = None if groups is None else [f"g{i}" for i in rng.integers(0, groups, n)]
    return Labelled(LABELS, gold, predicted, PAIR, names, units)


def f_avg_by_hand(gold, predicted):
    """F_avg from precision and recall, counted item by item: no code in common with the library."""
    parts = []
    for label in (0, 1):
        right = sum(1 for g, p in zip(gold, predicted, strict=True) if g == p == label)
        found, wanted = sum(1 for p in predicted if p == label), sum(1 for g in gold if g == label)
        precision, recall = right / found if found else 0.0, right / wanted if wanted else 0.0
        parts.append(2 * precision * recall / (precision + recall) if precision + recall else 0.0)
    return sum(parts) / 2


@pytest.mark.parametrize("seed", range(5))
def test_f_avg_against_an_independent_computation(seed):
    data = random_data(seed, n=40)
    assert metrics.score("f_avg_pooled", data) == pytest.approx(f_avg_by_hand(data.gold, data.predicted))
    parts = []
    for target in sorted(set(data.targets)):
        kept = [i for i, t in enumerate(data.targets) if t == target]
        parts.append(f_avg_by_hand(data.gold[kept], data.predicted[kept]))
    assert metrics.score("f_avg_per_target", data) == pytest.approx(sum(parts) / len(parts))


def test_pooled_and_per_target_differ_and_both_are_named():
    data = random_data()
    assert {"f_avg_pooled", "f_avg_per_target"} <= set(data.names())
    assert metrics.score("f_avg_pooled", data) != metrics.score("f_avg_per_target", data)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 60))
def test_confusion_scores_equal_scikit_learn(seed, n):
    data = random_data(seed, n)
    counts = metrics.confusion_by_group(data).sum(0)
    for name in data.names():
        value = float(metrics.from_confusion(name, counts, LABELS, PAIR))
        assert value == pytest.approx(metrics.score(name, data)), name


def test_resampling_each_unit_once_gives_the_score_itself():
    data = random_data(groups=20)
    ones = np.ones((1, int(data.group_ids.max()) + 1))
    for name in data.names():
        assert metrics.resampled(name, data, ones)[0] == pytest.approx(metrics.score(name, data))


def test_intervals_hold_the_score_and_are_wider_by_article():
    items = random_data(n=200)
    # Ten copies of the same answers in each article: the articles, not the items, are independent.
    repeated = Labelled(LABELS, np.repeat(items.gold[:20], 10), np.repeat(items.predicted[:20], 10), PAIR)
    groups = [str(i) for i in np.repeat(np.arange(20), 10)]
    clustered = Labelled(LABELS, repeated.gold, repeated.predicted, PAIR, None, groups)
    by_item = metrics.evaluate(repeated)["accuracy"]
    by_article = metrics.evaluate(clustered)["accuracy"]
    assert by_item.low < by_item.value < by_item.high
    assert by_article.value == by_item.value
    assert by_article.high - by_article.low > 2 * (by_item.high - by_item.low)


def test_same_seed_same_intervals():
    data = random_data()
    assert metrics.evaluate(data, seed=1) == metrics.evaluate(data, seed=1)
    assert metrics.evaluate(data, seed=1) != metrics.evaluate(data, seed=2)


def test_by_target_and_binary():
    data = random_data()
    parts = metrics.by_target(data, resamples=0)
    assert np.mean([p["f_avg_pooled"].value for p in parts.values()]) == pytest.approx(
        metrics.score("f_avg_per_target", data)
    )
    probabilities = np.array([[0.1, 0.2, 0.7], [0.3, 0.1, 0.6], [0.0, 0.0, 1.0]])
    pair = metrics.binary(Labelled(LABELS, np.array([0, 0, 2]), np.array([2, 2, 2])), probabilities, "favor", "against")
    assert pair.gold.tolist() == [0, 0]
    assert pair.predicted.tolist() == [1, 0]


def test_unknown_scores_and_uneven_lengths_are_refused():
    data = random_data()
    with pytest.raises(ValueError, match="unknown score 'bleu'"):
        metrics.score("bleu", data)
    with pytest.raises(ValueError, match="2 gold labels but 1"):
        Labelled(LABELS, np.array([0, 1]), np.array([0]))
