"""What holds for any text: offsets fit, indices are sorted, nothing crashes, the cost is linear."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stance.quotations import extract
from stance.quotations.marks import Marks
from stance.quotations.tokens import Tokens

PIECES = st.sampled_from(
    ["قال", "وأضاف", "مشيرا إلى", "أن", "إن", "الوزير", "فؤاد", "حداد", "المتحدث", "بحسب", "وفق", "نقلت", "عن", "في", "ما", "الذي",
     "«", "»", "“", "”", '"', "''", "(", ")", "،", ".", ":", "\n", " ", " ", " ", "ـ", "\u064b", "\u200f", "9", "a", "ب", "طالب",
     "بانسحاب", "الدكتور", "ي", "السائقي", "لكن", "كما", "علي", "على", "جاء", "من", "جهته", "-", "…", "قوله", "رفض", "بقاء", "\ud800"]
)  # fmt: skip


def check(text: str) -> None:
    quotations = extract(text)
    assert [q.index for q in quotations] == list(range(len(quotations)))
    starts = [(q.content.start, -q.content.end) for q in quotations]
    assert starts == sorted(starts)
    for quotation in quotations:
        for span in (quotation.content, quotation.cue, quotation.speaker):
            assert span is None or (span.start < span.end and text[span.start : span.end] == span.text)
        assert quotation.content.text.strip() == quotation.content.text
        assert (quotation.speaker is None) == (quotation.speaker_name is None)


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, max_size=60).map(" ".join) | st.lists(PIECES, max_size=60).map("".join))
def test_any_sequence_of_words(text: str) -> None:
    check(text)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200))
def test_any_text(text: str) -> None:
    check(text)


@settings(max_examples=100, deadline=None)
@given(st.lists(PIECES, max_size=50).map(" ".join))
def test_marks_are_paired_in_order(text: str) -> None:
    marks = Marks(Tokens(text))
    for opening, closing in marks.closes.items():
        assert opening < closing
        assert marks.opens[closing] == opening
    assert not marks.stray & set(marks.closes)


@pytest.mark.parametrize(
    "unit",
    ["«", '" ', "«ا ", "قال ", "قال الوزير ", "قال الوزير إن العمل بدأ، ", "بحسب الوزير ", "قال إن الوزير قال إن ", "الوزير: نعم\n",
     "قال الوزير علي حسن إن العمل بدأ. وقال حسن إن العمل بدأ. "],
)  # fmt: skip
def test_cost_grows_linearly(unit: str) -> None:
    def cost(characters: int) -> float:
        text = unit * (characters // len(unit))
        start = time.process_time()
        extract(text)
        return time.process_time() - start

    cost(2_000)
    # Ten times the text may not take thirty times as long; the constant forgives a noisy clock.
    assert cost(60_000) < 30 * cost(6_000) + 0.5


def test_an_initial_of_one_letter_is_no_word_to_look_into() -> None:
    (quotation,) = extract("كلا من الدكتور ي . أ . ناصر، والدكتور حسن. وقال حسن إن العمل بدأ.")
    assert quotation.content.text == "العمل بدأ"
