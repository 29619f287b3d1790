import numpy as np
import pytest

from stance.attitudes.linear import BUCKETS, LinearStance, Mix, bucket, hashed
from stance.encoding import Reading
from stance.schema import DEFAULT_TARGET, STANCES


@pytest.fixture
def model() -> LinearStance:
    """A model that knows two words."""
    weights, rarity = np.zeros((BUCKETS, len(STANCES))), np.zeros(BUCKETS)
    for word, stance in (("نرحل", 0), ("نبقي", 1)):
        number = bucket("words", word)
        weights[number, stance], rarity[number] = 8.0, 1.0
    return LinearStance(weights, rarity, np.array([-3.0, -3.0, 0.0]), 0.9)


def ask(model: LinearStance, *quotations: str) -> list[str]:
    readings = [Reading(DEFAULT_TARGET, quotation) for quotation in quotations]
    return [STANCES[i] for i in model.predict_proba(readings).argmax(axis=1)]


def test_words_decide(model):
    assert ask(model, "نرحل", "نبقى", "نأكل", "") == ["favor", "against", "none", "none"]


def test_another_country_moves_the_answer_to_none(model):
    here, there = model.predict_proba([Reading(DEFAULT_TARGET, t) for t in ("نرحل من العراق", "نرحل من الكويت")])
    np.testing.assert_allclose(there, 0.1 * here + 0.9 * np.array([0, 0, 1]), atol=1e-9)


def test_no_reading_gives_no_row(model):
    assert model.predict_proba([]).shape == (0, 3)


def test_what_is_saved_answers_the_same(model, tmp_path):
    model.save(tmp_path / "linear.npz")
    again = LinearStance.load(tmp_path / "linear.npz")
    readings = [Reading(DEFAULT_TARGET, "نرحل من العراق"), Reading(DEFAULT_TARGET, "نبقى في الكويت")]
    np.testing.assert_array_equal(again.predict_proba(readings), model.predict_proba(readings))


def test_the_same_model_is_the_same_file(model, tmp_path):
    model.save(tmp_path / "one.npz")
    model.save(tmp_path / "two.npz")
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no zip", b"\x80\x04pickle"])
def test_a_damaged_file_is_named(content, tmp_path):
    path = tmp_path / "linear.npz"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"linear\.npz: not a linear model"):
        LinearStance.load(path)


def test_a_file_with_other_shapes_is_refused(tmp_path):
    path = tmp_path / "linear.npz"
    np.savez(path, weights=np.zeros((4, 3)), rarity=np.zeros(4), bias=np.zeros(3), elsewhere=0.0)
    with pytest.raises(ValueError, match="weights of a linear model must be"):
        LinearStance.load(path)


def test_frequencies_are_sublinear():
    counts = hashed(Reading(DEFAULT_TARGET, "قال قال قال"))["words"]
    assert counts[bucket("words", "قال")] == pytest.approx(1 + np.log(3))


def test_a_mix_lies_between_its_parts():
    linear, encoder = np.array([[0.8, 0.1, 0.1]]), np.array([[0.2, 0.2, 0.6]])
    np.testing.assert_allclose(Mix(0.25)(linear, encoder), 0.25 * linear + 0.75 * encoder)
    np.testing.assert_allclose(Mix(1.0)(linear, encoder), linear)
    assert Mix(0.5, 0.5)(linear, encoder).max() > Mix(0.5)(linear, encoder).max()
    assert np.isfinite(Mix(1.0, 0.1)(np.array([[0.0, 0.0, 1.0]]), encoder)).all()


@pytest.mark.parametrize(("share", "temperature"), [(-0.1, 1), (1.1, 1), (0.5, 0)])
def test_a_mix_out_of_range_is_refused(share, temperature):
    with pytest.raises(ValueError, match="share of a linear model"):
        Mix(share, temperature)
