from importlib.resources import files

import pytest
import yaml

from stance.arabic import normalise
from stance.attitudes.lexicon import bare_forms, concepts_of, lexicon, speaker_kinds, tag

RAW = yaml.safe_load(files("stance.attitudes").joinpath("lexicon.yaml").read_text(encoding="utf-8"))
ENTRIES = [
    (concept, entry)
    for concept, lines in RAW["concepts"].items()
    for line in lines
    for entry in (line if isinstance(line, list) else line.split())
]


def concepts(text: str) -> set[str]:
    return {concept for _, found in tag(text) for concept in found}


@pytest.mark.parametrize(("concept", "entry"), ENTRIES)
def test_every_entry_stands_for_its_concept(concept, entry):
    assert concept in tag(entry.rstrip("*"))[0][1]
    if entry.endswith("*"):
        assert concept in tag(f"{entry[:-1]}هم")[0][1]


def test_no_entry_stands_twice_under_a_concept():
    assert len(ENTRIES) == len(set(ENTRIES))


def test_entries_are_written_as_text_is_normalised():
    groups = [line for part in ("speakers", "places", "armies") for line in RAW[part].values()]
    for words in [entry for _, entry in ENTRIES] + groups:
        assert normalise(words.replace("*", "")) == words.replace("*", "")


@pytest.mark.parametrize("word", ["وبالانسحاب", "فالانسحاب", "للانسحاب", "انسحابهم", "والانسحابات"])
def test_proclitics_and_endings_hide_nothing(word):
    assert "leaving" in concepts(word)


def test_a_word_that_only_begins_alike_is_another():
    assert "leaving" not in concepts_of("سحب" + "ا" * 5)
    assert "ب" not in bare_forms("ب")


def test_phrases_count_for_their_first_word():
    (first, found), *_ = tag("سابق لأوانه تماماً")
    assert first == "سابق"
    assert "harm" in found
    assert "harm" not in concepts("سابق عهده")
    assert "rejection" in concepts("غير مقبولة")


def test_a_phrase_cut_off_is_none():
    assert "harm" not in concepts("هذا سابق")
    assert tag("") == []


def test_speakers_are_sorted_by_what_they_are():
    assert speaker_kinds("صحيفة الصباح") == {"outlet"}
    assert speaker_kinds("لطيف", "وزير الدفاع الأميركي") >= {"government", "american"}
    assert speaker_kinds("لطيف") == {"named"}
    assert speaker_kinds(None, None) == {"nobody"}


def test_the_lexicon_has_no_empty_part():
    known = lexicon()
    assert all((known.words, known.beginnings, known.phrases, known.speakers, known.places, known.armies))
