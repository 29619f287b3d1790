from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

from stance.encoding import EncodingConfig, PairEncoder, Reading, clean, has_arabic, text_pair

TARGET = "انسحاب القوات من العراق"
FULL = Reading(TARGET, "يجب أن ترحل", "علي الطائي", "القيادي في الحركة", "تحدث أمس.", "قال")


@pytest.fixture(scope="module")
def tokenizer(tiny_bert) -> Tokenizer:
    return Tokenizer.from_file(str(tiny_bert / "tokenizer.json"))


def test_variants_read_more_and_more():
    pairs = {
        v: text_pair(FULL, EncodingConfig(variant=v, normalisation="none"))
        for v in ("quotation", "speaker", "cue", "context")
    }
    assert pairs["quotation"] == (TARGET, "يجب أن ترحل")
    assert pairs["speaker"] == (f"{TARGET} : علي الطائي، القيادي في الحركة", "يجب أن ترحل")
    assert pairs["cue"] == (f"{TARGET} : علي الطائي، القيادي في الحركة", "قال : يجب أن ترحل")
    assert pairs["context"] == (f"{TARGET} : علي الطائي، القيادي في الحركة", "تحدث أمس. : قال : يجب أن ترحل")


def test_a_role_that_holds_the_name_is_said_once():
    reading = FULL._replace(role="القيادي علي الطائي")
    assert text_pair(reading, EncodingConfig(normalisation="none"))[0] == f"{TARGET} : القيادي علي الطائي"


def test_unknown_speaker_and_context_leave_no_trace():
    reading = Reading(TARGET, "نص", None, "  ", "")
    assert text_pair(reading, EncodingConfig(variant="context", normalisation="none")) == (TARGET, "نص")


def test_normalisation_levels():
    assert clean("أَكَّـد  إِنَّ", "none") == "أَكَّـد إِنَّ"
    assert clean("أَكَّـد  إِنَّ", "marks") == "أكد إن"
    assert clean("أَكَّـد  إِنَّ", "full") == clean("اكد ان", "full")


def test_lone_surrogates_and_controls_become_readable():
    assert clean("نص\ud800\x00آخر") == "نص\ufffd آخر"
    clean("نص\udfff").encode("utf-8")


@pytest.mark.parametrize(
    ("text", "expected"), [("نص", True), ("hello 12", False), ("", False), ("١٢٣ ؟", False), ("ﻻ", True)]
)
def test_has_arabic(text, expected):
    assert has_arabic(text) is expected


def test_long_text_is_cut_into_overlapping_windows_without_loss(tokenizer):
    config = EncodingConfig(max_length=32, stride=4, variant="quotation", normalisation="none")
    text = " ".join("ابتثجحخدذرزسشصضطظعغفقكلمنهوي"[i % 28] for i in range(200))
    (windows,) = PairEncoder(tokenizer, config).encode([Reading("خروج", text)])
    assert len(windows) > 5
    assert all(len(window.input_ids) <= 32 for window in windows)
    read: list[int] = []
    for number, window in enumerate(windows):
        ids = [i for i, kind in zip(window.input_ids, window.token_type_ids, strict=True) if kind == 1][:-1]
        read += ids if number == 0 else ids[4:]
    assert read == tokenizer.encode(text, add_special_tokens=False).ids


def test_target_is_in_every_window(tokenizer):
    config = EncodingConfig(max_length=32, stride=4, variant="quotation", normalisation="none")
    (windows,) = PairEncoder(tokenizer, config).encode([Reading("خروج القوات", "ا ب ت " * 60)])
    first = windows[0].input_ids[: windows[0].token_type_ids.index(1)]
    assert all(window.input_ids[: len(first)] == first for window in windows)


def test_role_then_speaker_give_way_to_the_quotation(tokenizer):
    config = EncodingConfig(max_length=32, stride=4, normalisation="none")
    encoder = PairEncoder(tokenizer, config)
    long_role = FULL._replace(target="خروج", speaker="علي", role="ر " * 40)
    long_speaker = long_role._replace(speaker="ع " * 40)
    with_speaker, alone = (encoder.encode([reading])[0][0] for reading in (long_role, long_speaker))
    assert with_speaker == encoder.encode([long_role._replace(role=None)])[0][0]
    assert alone == encoder.encode([long_role._replace(role=None, speaker=None)])[0][0]


def test_target_longer_than_half_a_window_is_refused(tokenizer):
    encoder = PairEncoder(tokenizer, EncodingConfig(max_length=32, stride=4))
    with pytest.raises(ValueError, match="the target takes 40 tokens"):
        encoder.encode([Reading("خروج " * 40, "نص")])


def test_bad_settings_are_refused():
    with pytest.raises(ValueError, match="variant"):
        EncodingConfig(variant="speakers")
    with pytest.raises(ValueError, match="normalisation"):
        EncodingConfig(normalisation="all")
    with pytest.raises(ValueError, match="stride"):
        EncodingConfig(max_length=32, stride=30)


def test_config_round_trip():
    config = EncodingConfig("context", "marks", 64, 16)
    assert EncodingConfig.from_dict(config.to_dict() | {"temperature": 2}) == config


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(), max_size=200), speaker=st.none() | st.text(max_size=20))
def test_any_string_can_be_encoded(tokenizer, text, speaker):
    encoder = PairEncoder(tokenizer, EncodingConfig(max_length=32, stride=4))
    (windows,) = encoder.encode([Reading("خروج", text, speaker)])
    assert windows
    assert all(len(window.input_ids) == len(window.token_type_ids) <= 32 for window in windows)
