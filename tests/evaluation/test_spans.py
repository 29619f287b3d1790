import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.evaluation.names import same_name
from stance.evaluation.spans import covered, evaluate, match, overlap, pair
from stance.schema import Quotation, Span


def quote(start, end, article="a", kind="direct", cue=None, speaker=None, name=None):
    spans = {k: None if v is None else {"start": v[0], "end": v[1]} for k, v in (("cue", cue), ("speaker", speaker))}
    return {"article": article, "kind": kind, "start": start, "end": end, "speaker_name": name, **spans}


def test_overlap_is_intersection_over_union():
    assert overlap(quote(0, 10), quote(5, 15)) == pytest.approx(5 / 15)
    assert overlap(quote(0, 10), quote(10, 20)) == 0
    assert overlap(None, None) == 1
    assert overlap(None, quote(0, 1)) == 0
    assert covered(quote(0, 10), quote(0, 100)) == 1


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 20)), max_size=6), st.floats(0.1, 1))
def test_gold_against_itself_is_perfect(spans, threshold):
    rows = [quote(s, s + n) for s, n in dict.fromkeys(spans)]
    assert match(rows, rows, threshold) == [(i, i) for i in range(len(rows))]


def test_pairs_are_one_to_one_and_maximise_the_total():
    # Taking the best pair first (0.9) would leave the second gold span alone.
    overlaps = np.array([[0.9, 0.8], [0.85, 0.0]])
    assert pair(overlaps, 0.3) == [(0, 1), (1, 0)]
    assert pair(overlaps, 0.82) == [(0, 0)] or pair(overlaps, 0.82) == [(1, 0)]
    assert pair(np.zeros((0, 3)), 0.3) == []


def test_threshold_of_exactly_80_percent_counts():
    scores = evaluate([quote(0, 10)], [quote(0, 8)], resamples=0)
    assert scores.content["0.8"].matched == 1
    assert scores.content["exact"].matched == 0


def test_counts_by_hand():
    gold = [
        quote(0, 10),
        quote(20, 40, kind="indirect"),
        quote(0, 10, article="b"),
        quote(50, 60, article="b", kind="mixed"),
    ]
    found = [quote(0, 10), quote(20, 30, kind="indirect"), quote(70, 80), quote(0, 10, article="b", kind="mixed")]
    scores = evaluate(gold, found, resamples=50)
    assert (scores.content["exact"].matched, scores.content["0.8"].matched, scores.content["0.3"].matched) == (2, 2, 3)
    assert scores.content["0.3"].f1.value == pytest.approx(2 * 3 / (4 + 4))
    assert scores.content["exact"].precision.value == pytest.approx(2 / 4)
    assert len(scores.missed) == 1
    assert len(scores.spurious) == 1
    # b's direct quotation was found as mixed: it counts neither as a direct nor as a mixed hit.
    assert scores.kinds["direct"]["exact"].f1.value == pytest.approx(2 * 1 / (2 + 2))
    assert scores.kinds["mixed"]["exact"].matched == 0
    assert scores.attributes["0.3"]["kind"].value == pytest.approx(2 / 3)
    assert scores.content["0.3"].f1.low <= scores.content["0.3"].f1.value <= scores.content["0.3"].f1.high


def test_an_article_without_gold_counts_its_spurious_quotations():
    scores = evaluate(
        [quote(0, 10)], [quote(0, 10), quote(0, 5, article="empty")], articles=["a", "empty"], resamples=0
    )
    assert scores.content["exact"].precision.value == 0.5
    assert (
        evaluate([quote(0, 10)], [quote(0, 10), quote(0, 5, article="empty")], resamples=0).content["exact"].found == 1
    )


def test_speaker_scores_are_on_matched_quotations():
    gold = [
        quote(0, 10, cue=(11, 14), speaker=(15, 25), name="حسين الموسوي"),
        quote(30, 40, name=None),
        quote(50, 60, name="وزير الدفاع", speaker=(61, 70)),
    ]
    found = [
        quote(0, 10, cue=(10, 14), speaker=(40, 45), name="حُسين الموسويّ، المتحدث باسم الحركة"),
        quote(30, 40, name="رويترز"),
        quote(50, 60, name="رويترز", speaker=(61, 70)),
    ]
    scores = evaluate(gold, found, resamples=0)
    shares = {name: interval.value for name, interval in scores.attributes["0.3"].items()}
    assert shares["cue"] == 1
    assert shares["speaker_name"] == pytest.approx(1 / 3)
    assert shares["speaker_mention"] == pytest.approx(2 / 3)
    assert shares["speaker_either"] == 1
    assert len(scores.wrong_speaker) == 2


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("محمد شياع السوداني", "السوداني", True),
        ("محمد شياع السوداني", "رئيس الوزراء العراقي محمد شياع السوداني", True),
        ("أحمد", "احمـد", True),
        (None, None, True),
        ("", None, True),
        (None, "المتحدث", False),
        ("المتحدث باسم الحركة", "المتحدث", False),
        ("رئيس الوزراء العراقي", "رئيس الوزراء", True),
        ("علي الطائي", "علي السوداني", False),
        ("مسؤول أميركي كبير", "مسؤول أميركي", True),
    ],
)
def test_same_name(a, b, same):
    assert same_name(a, b) is same
    assert same_name(b, a) is same


def test_same_seed_same_intervals():
    gold = [quote(i, i + 10, article=str(i % 7)) for i in range(0, 300, 12)]
    found = [quote(i, i + 10 - i % 5, article=str(i % 7)) for i in range(0, 300, 12)]
    assert evaluate(gold, found, seed=3).to_dict() == evaluate(gold, found, seed=3).to_dict()
    assert evaluate(gold, found, seed=3).content["0.8"].f1 != evaluate(gold, found, seed=4).content["0.8"].f1


def test_quotation_objects_and_mappings_by_article():
    text = "قال علي: نحن هنا"
    quotation = Quotation("a", 0, "direct", Span.of(text, 9, 16), speaker=Span.of(text, 4, 7), speaker_name="علي")
    scores = evaluate({"a": [quotation]}, [quotation.to_dict()], resamples=0)
    assert scores.content["exact"].f1.value == 1
    assert scores.attributes["0.8"]["speaker_name"].value == 1
