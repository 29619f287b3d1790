import numpy as np
import pytest

from stance.evaluation.endtoend import end_to_end
from stance.schema import STANCES, Quotation, Span

TEXT = "قال علي: نريد خروج القوات. وقال سعد: نريد بقاء القوات. وقال حسن: الطقس جميل اليوم."
FAVOR, AGAINST, NONE = "نريد خروج القوات", "نريد بقاء القوات", "الطقس جميل اليوم"


def row(content, stance, name, article="a"):
    start = TEXT.index(content)
    keys = {"cue": None, "speaker": None, "speaker_name": name, "speaker_role": None}
    return {"article": article, "kind": "direct", "start": start, "end": start + len(content), "stance": stance, **keys}


class Words:
    """Judges by the words خروج and بقاء."""

    def predict_proba(self, x, target=None, speakers=None, *, contexts=None):
        assert len(contexts) == len(x)
        sides = [0 if "خروج" in q.content.text else 1 if "بقاء" in q.content.text else 2 for q in x]
        return np.eye(len(STANCES))[sides]


def extractor(article):
    """Finds the first quotation cut short of its telling word, the second whole, the third not at all, and one that is none."""
    spans = [(article.text.index(FAVOR), 5, "علي"), (article.text.index(AGAINST), len(AGAINST), "حسن"), (0, 3, None)]
    for number, (start, length, name) in enumerate(spans):
        yield Quotation(article.id, number, "direct", Span.of(article.text, start, start + length), speaker_name=name)


GOLD = [row(FAVOR, "favor", "علي"), row(AGAINST, "against", "سعد"), row(NONE, "none", "حسن")]


def test_errors_of_each_half_are_told_apart():
    scores = end_to_end(GOLD, {"a": TEXT}, extractor, Words(), "خروج القوات", resamples=0)
    assert scores["gold_quotations"]["scores"]["accuracy"]["value"] == 1
    # The first span is matched (5 of 16 characters) but has lost the word that decides.
    assert scores["matched_quotations"]["n"] == 2
    assert scores["matched_gold_spans"]["scores"]["accuracy"]["value"] == 1
    assert scores["matched_quotations"]["scores"]["accuracy"]["value"] == 0.5
    pipeline = scores["pipeline"]
    assert pipeline["quotation_f1"]["value"] == pytest.approx(2 * 2 / 6)
    assert pipeline["quotation_and_stance_f1"]["value"] == pytest.approx(2 * 1 / 6)
    # The one with the right stance has the wrong speaker.
    assert pipeline["quotation_speaker_and_stance_f1"]["value"] == 0
    assert pipeline["side_f1"]["value"] == pytest.approx(2 * 1 / (2 + 1))
    assert (pipeline["missed"], pipeline["spurious"]) == (1, 1)


def test_articles_that_are_not_fully_labelled_are_left_out():
    rows = [*GOLD, row(FAVOR, None, "علي", article="b")]
    assert end_to_end(rows, {"a": TEXT, "b": TEXT}, extractor, Words(), "x", resamples=0)["articles"] == 1
    with pytest.raises(ValueError, match="no article"):
        end_to_end(rows[-1:], {"b": TEXT}, extractor, Words(), "x")
