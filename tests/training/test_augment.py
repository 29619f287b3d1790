from __future__ import annotations

import pytest
from labelled_rows import make_rows

from stance.annotations.targets import held_out
from stance.schema import DEFAULT_TARGET
from stance.training.augment import augment, load_phrasings
from stance.training.config import ConfigError, TrainConfig

OTHER = "التحول الرقمي"


def make_config(**changes) -> TrainConfig:
    return TrainConfig(**{"name": "trial", "encoder": "x", "sources": ["gold"]} | changes)


@pytest.fixture
def rows() -> list[dict]:
    return make_rows(articles=30) + [
        {**row, "source": "mawqif", "target": OTHER} for row in make_rows("mawqif", articles=30)
    ]


def test_phrasings_know_each_other_and_never_contradict():
    phrasings = load_phrasings()
    assert len(phrasings[DEFAULT_TARGET].same) > 5
    for phrase, ways in phrasings.items():
        assert phrase not in ways.same
        assert not {phrase, *ways.same} & set(ways.inverse), phrase
    assert DEFAULT_TARGET in phrasings[phrasings[DEFAULT_TARGET].same[0]].same


def test_held_out_targets_stay_unread():
    assert held_out()
    assert not held_out() & set(load_phrasings())


def test_without_shares_nothing_changes(rows):
    assert augment(rows, make_config(), seed=1) == rows


def test_inverted_targets_swap_favor_and_against(rows):
    added = augment(rows, make_config(invert_targets=1.0), seed=1)
    copies = {row["id"].removesuffix("/inverse"): row for row in added if row["id"].endswith("/inverse")}
    assert len(copies) == len(rows)
    swap = {"favor": "against", "against": "favor", "none": "none"}
    for row in rows:
        copy = copies[row["id"]]
        assert copy["stance"] == swap[row["stance"]]
        assert copy["quotation"] == row["quotation"]
        assert copy["target"] in load_phrasings()[row["target"]].inverse


def test_wrong_targets_are_somebody_elses_and_answered_none(rows):
    added = augment(rows, make_config(wrong_targets=1.0), seed=1)
    copies = [row for row in added if row["id"].endswith("/wrong")]
    assert len(copies) == len(rows)
    for copy in copies:
        assert copy["stance"] == "none"
        assert copy["target"] == (OTHER if copy["source"] == "gold" else DEFAULT_TARGET)


def test_one_target_alone_has_no_wrong_one():
    rows = make_rows()
    assert augment(rows, make_config(wrong_targets=1.0), seed=1) == rows


def test_rephrased_targets_keep_the_stance(rows):
    copies = [row for row in augment(rows, make_config(rephrase_targets=1.0), 1) if row["id"].endswith("/rephrased")]
    assert len({copy["target"] for copy in copies if copy["source"] == "gold"}) > 3
    original = {row["id"]: row for row in rows}
    assert all(copy["stance"] == original[copy["id"].removesuffix("/rephrased")]["stance"] for copy in copies)


def test_speakers_are_hidden_and_seeds_differ(rows):
    config = make_config(drop_speaker=0.5)
    hidden = augment(rows, config, seed=1)
    spoken = sum(row["speaker"] is not None for row in rows)
    assert 0.25 * spoken < sum(row["speaker"] is not None for row in hidden) < 0.75 * spoken
    assert hidden == augment(rows, config, seed=1) != augment(rows, config, seed=2)


def test_cues_are_hidden_without_touching_anything_else(rows):
    spoken = [{**row, "cue": "قال"} for row in rows]
    hidden = augment(spoken, make_config(drop_cue=0.5), seed=1)
    assert 0.25 * len(rows) < sum(row["cue"] is not None for row in hidden) < 0.75 * len(rows)
    assert [{**row, "cue": None} for row in hidden] == [{**row, "cue": None} for row in spoken]


def test_a_damaged_file_is_named(tmp_path):
    (tmp_path / "targets.yaml").write_text('"هدف": {opposite: [x]}\n', encoding="utf-8")
    with pytest.raises(ConfigError, match=r"targets\.yaml"):
        load_phrasings(tmp_path / "targets.yaml")
