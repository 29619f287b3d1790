"""The contrast sets that ship: complete, consistent, and built from their sources."""

from __future__ import annotations

import importlib.util
import json
from collections import defaultdict
from pathlib import Path

import pytest

from stance.annotations.shipped import CONTRAST, load_annotations
from stance.arabic import normalise
from stance.benchmarks.contrast import read_sets
from stance.schema import DEFAULT_TARGET, STANCES

BUILT = {"target_inverted", "spelling", "marks", "length", "speaker_masked"}
WRITTEN = {"negation", "reported_others", "other_target"}
STABLE = ("spelling", "marks", "length", "speaker_masked")
SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "build_contrast_sets.py"


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("build_contrast_sets", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def pairs(name):
    found = defaultdict(list)
    for row in load_annotations(name, CONTRAST):
        found[row["pair"]].append(row)
    return found


def test_sets_load_without_their_sources():
    sets = read_sets()
    assert set(sets) == BUILT | WRITTEN
    for name, items in sets.items():
        assert 150 <= len(items) <= 300, name
        assert len({item.id for item in items}) == len(items), name
        assert {item.label for item in items} == set(STANCES), name
        assert all(len(members) > 1 for members in pairs(name).values()), name


def test_base_quotations_stand_in_their_sentences():
    base = load_annotations("base", CONTRAST / "sources")
    assert len({row["quotation"] for row in base}) == len(base)
    for row in base:
        assert row["quotation"] in row["sentence"], row["id"]
        assert row["speaker"] in row["sentence"], row["id"]
        assert 8 <= len(row["quotation"].split()) <= 45, row["id"]


def test_shipped_sets_are_those_that_the_script_builds(script):
    built = script.build(CONTRAST / "sources")
    assert set(built) == BUILT
    for name, rows in built.items():
        assert rows == load_annotations(name, CONTRAST), f"{name}.jsonl: run scripts/build_contrast_sets.py"
        json.dumps(rows)


@pytest.mark.parametrize("name", STABLE)
def test_form_changes_no_label(name):
    for pair, members in pairs(name).items():
        assert len({(row["stance"], row["target"]) for row in members}) == 1, pair
        forms = [(row["quotation"], row["speaker"], row.get("context")) for row in members]
        assert len(set(forms)) == len(forms), pair


def test_spelling_folds_to_one_text():
    for pair, members in pairs("spelling").items():
        assert len({normalise(row["quotation"]) for row in members}) == 1, pair


def test_length_holds_the_sentence():
    base = {row["id"]: row["sentence"] for row in load_annotations("base", CONTRAST / "sources")}
    for pair, members in pairs("length").items():
        contexts = [row["context"] for row in members if "context" in row]
        assert all(base[pair] in context for context in contexts)
        for context, words in zip(contexts, (50, 200, 800), strict=True):
            assert words <= len(context.split()) < words + 40


def test_inverted_labels_swap(script):
    for pair, (leaving, staying) in pairs("target_inverted").items():
        assert (leaving["target"], staying["target"]) == (DEFAULT_TARGET, script.INVERTED_TARGET)
        assert leaving["quotation"] == staying["quotation"]
        assert {leaving["stance"], staying["stance"]} in ({"favor", "against"}, {"none"}), pair


def test_other_targets_are_asked_about_the_same_words():
    for first, second in pairs("other_target").values():
        assert first["quotation"] == second["quotation"]
        assert first["target"] == DEFAULT_TARGET != second["target"]


def test_reported_wishes_take_no_stance():
    for own, reported, *evaluated in pairs("reported_others").values():
        assert own["stance"] != "none"
        assert reported["stance"] == "none"
        assert all(row["stance"] != "none" for row in evaluated)
        assert own["speaker"] != reported["speaker"]


def test_too_few_rows_are_named(script):
    with pytest.raises(ValueError, match="asks for 1 rows with stance favor, 0 are fit"):
        script.choose([], "marks", {"favor": 1, "against": 0, "none": 0})
