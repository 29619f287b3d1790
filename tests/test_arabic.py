import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.arabic import align, normalise, sentences, strip_diacritics

ARABIC = st.text(alphabet=st.one_of(st.characters(), st.sampled_from("أإآٱىةؤئقالَُِّـ٠١٢«»“”\u200f\u202a ﷺﻻ.؟!\n")))


def test_variants_fold_together() -> None:
    assert normalise("أُإِآٱ ىة ؤئ") == "اااا يه وي"
    assert normalise("قـــالَ ٢٠٢٤ ۲۰") == "قال 2024 20"
    assert normalise("«نعم» ”لا“") == '"نعم" "لا"'
    assert normalise("ﻻ ﷺ") == "لا صلي الله عليه وسلم"
    assert normalise("BBC\u00a0\u200fقال") == "bbc قال"


def test_idempotent_on_every_code_point() -> None:
    for code in range(0x110000):
        once = normalise(chr(code))
        assert normalise(once) == once, hex(code)


def test_lone_surrogate_becomes_replacement() -> None:
    assert normalise("\ud800") == "\ufffd"


@given(ARABIC)
def test_idempotent_on_text(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(ARABIC)
def test_alignment_leads_back(text: str) -> None:
    aligned = align(text)
    assert aligned.text == normalise(text)
    for index in range(len(aligned.text)):
        start, end = aligned.original(index, index + 1)
        assert 0 <= start < end <= len(text)
        assert aligned.text[index] in normalise(text[start:end])
    if aligned.text:
        start, end = aligned.original(0, len(aligned.text))
        assert normalise(text[start:end]) == aligned.text


def test_diacritics_belong_to_the_letter_before() -> None:
    aligned = align("قالَ: نَعَمْ")
    assert aligned.original(0, 3) == (0, 4)
    at = aligned.text.index("نعم")
    start, end = aligned.original(at, at + 3)
    assert "قالَ: نَعَمْ"[start:end] == "نَعَمْ"


def test_ranges_outside_are_refused() -> None:
    with pytest.raises(IndexError, match="does not lie"):
        align("قال").original(2, 9)


def test_strip_diacritics_keeps_letters() -> None:
    text = "إِنَّ الأُمَّـة"
    assert strip_diacritics(text) == "إن الأمة"
    assert not any(unicodedata.combining(c) for c in strip_diacritics(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("قال د. محمد إن 3.5% كذا. ثم صمت", ["قال د. محمد إن 3.5% كذا.", "ثم صمت"]),
        ("«نعم!» قالها.صرح آخر", ["«نعم!»", "قالها.", "صرح آخر"]),
        ("سطر\nآخر؟ نعم", ["سطر", "آخر؟", "نعم"]),
        ("", []),
        ("  \n ", []),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert [s.text for s in sentences(text)] == expected


@given(ARABIC)
def test_sentences_cover_the_text(text: str) -> None:
    found = sentences(text)
    assert all(text[s.start : s.end] == s.text for s in found)
    assert all(a.end <= b.start for a, b in zip(found, found[1:], strict=False))
    assert "".join("".join(s.text.split()) for s in found) == "".join(text.split())
