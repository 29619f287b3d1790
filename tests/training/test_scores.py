from __future__ import annotations

import pytest
from labelled_rows import make_rows

from stance.schema import STANCES
from stance.training.scores import score, score_by_source, selection_score

GOLD = [STANCES.index(row["stance"]) for row in make_rows(articles=6)]


def test_perfect_and_constant_answers():
    rows = make_rows(articles=6)
    assert score(rows, GOLD)["macro_f1"]["value"] == 1.0
    constant = score(rows, [0] * len(rows))
    assert constant["accuracy"]["value"] == pytest.approx(1 / 3)
    assert constant["macro_f1"]["value"] == pytest.approx(0.5 / 3)
    assert constant["f_avg"]["value"] == pytest.approx(0.25)
    assert (constant["n"], constant["articles"]) == (18, 6)


def test_intervals_hold_the_value_and_can_be_left_out():
    rows = make_rows(articles=6)
    wrong = [0 if i % 4 else 1 for i in range(len(rows))]
    found = score(rows, wrong)["accuracy"]
    assert found["low"] <= found["value"] <= found["high"]
    assert score(rows, wrong, resamples=0)["accuracy"]["low"] is None


def test_unclear_rows_are_scored_apart():
    rows = make_rows(articles=6)
    answers = [g if row["clear"] else (g + 1) % 3 for g, row in zip(GOLD, rows, strict=True)]
    found = score_by_source(rows, answers)["gold"]
    assert found["clear"]["accuracy"]["value"] == 1.0
    assert found["clear"]["n"] == 12
    assert found["accuracy"]["value"] == pytest.approx(12 / 18)


def test_sources_count_the_same_whatever_their_size():
    rows = make_rows(articles=6) + make_rows("ans", articles=1)
    answers = GOLD + [0, 0, 0]
    assert selection_score(rows, answers) == pytest.approx((1 + 0.5 / 3) / 2)
    assert selection_score(rows, answers, ["gold"]) == 1.0
    assert selection_score([], []) == 0.0


def test_f_avg_is_averaged_over_targets():
    rows = make_rows(articles=12)
    half = [{**row, "target": "هدف آخر"} for row in rows]
    right = [STANCES.index(row["stance"]) for row in rows]
    found = score(rows + half, right + [2] * len(rows))
    assert found["f_avg"]["value"] == pytest.approx(0.5)
    assert found["f_avg_pooled"]["value"] != pytest.approx(0.5)
