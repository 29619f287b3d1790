import numpy as np
import pytest
from labelled_rows import make_rows

from stance.encoding import Reading
from stance.schema import STANCES
from stance.training.linear import choose_mix, cross_validate, fit, share_of_none_elsewhere, turned

STAYING = "بقاء القوات الأميركية وقوات التحالف الدولي في العراق"


@pytest.fixture(scope="module")
def rows() -> list[dict]:
    return make_rows("withdrawal", articles=12)


def gold(rows: list[dict]) -> list[int]:
    return [STANCES.index(row["stance"]) for row in rows]


def test_it_learns_what_the_words_say(rows):
    fresh = make_rows("withdrawal", articles=6, offset=20)
    assert (fit(rows).predict_proba(map(Reading.of_row, fresh)).argmax(axis=1) == gold(fresh)).mean() > 0.8


def test_the_opposite_target_gets_the_opposite_answer(rows):
    model = fit(rows)
    opposite = [{**row, "target": STAYING} for row in rows]
    np.testing.assert_allclose(turned(model, opposite), turned(model, rows)[:, [1, 0, 2]])


def test_rows_about_staying_teach_the_same(rows):
    swap = {"favor": "against", "against": "favor", "none": "none"}
    opposite = [{**row, "target": STAYING, "stance": swap[row["stance"]]} for row in rows]
    np.testing.assert_array_equal(fit(opposite).weights, fit(rows).weights)


def test_a_missing_stance_is_an_error(rows):
    with pytest.raises(ValueError, match="every stance"):
        fit([row for row in rows if row["stance"] != "none"])


def test_cross_validation_answers_every_row_unseen(rows):
    answers = cross_validate(rows, folds=3)
    assert answers.shape == (len(rows), 3)
    odd = [
        {**row, "stance": STANCES[(STANCES.index(row["stance"]) + 1) % 3]} if i < 3 else row
        for i, row in enumerate(rows)
    ]
    # Labels of its own article never reach a row's answer.
    np.testing.assert_allclose(cross_validate(odd, folds=3)[:3], answers[:3])


def test_only_real_rows_tell_how_often_another_country_means_none(rows):
    elsewhere = {**rows[0], "quotation": "سنبقى في الكويت", "stance": "none"}
    assert share_of_none_elsewhere(rows) == pytest.approx(1 / 3)
    assert share_of_none_elsewhere([elsewhere] * 7) == pytest.approx(8 / 10)
    assert share_of_none_elsewhere([{**elsewhere, "source": "written"}] * 7) == pytest.approx(1 / 3)


def test_the_better_answers_get_the_larger_share():
    labels = np.array([0, 1, 2] * 10)
    right = np.eye(3)[labels] * 0.8 + 0.0667
    wrong = np.full((30, 3), 1 / 3)
    assert choose_mix(right, wrong, labels) == 1.0
    assert choose_mix(wrong, right, labels) == 0.0
