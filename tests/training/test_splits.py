from __future__ import annotations

import pytest
from labelled_rows import make_rows

from stance.training.config import ConfigError, TrainConfig
from stance.training.splits import fingerprint, group, make_folds, make_splits, read_rows


def make_config(**changes) -> TrainConfig:
    return TrainConfig(**{"name": "trial", "encoder": "x", "sources": ["gold"]} | changes)


def test_dev_is_carved_by_article_and_stays_the_same():
    rows = {"train": make_rows(articles=20), "dev": [], "test": []}
    splits = make_splits(rows, make_config(dev_fraction=0.2))
    articles = {name: {group(row) for row in part} for name, part in splits.items()}
    assert len(articles["dev"]) == 4
    assert not articles["dev"] & articles["train"]
    shuffled = {**rows, "train": rows["train"][::-1]}
    assert {group(row) for row in make_splits(shuffled, make_config(dev_fraction=0.2))["dev"]} == articles["dev"]


def test_a_given_dev_is_kept_and_other_sources_left_out():
    rows = {"train": make_rows() + make_rows("ans"), "dev": make_rows(offset=50), "test": []}
    splits = make_splits(rows, make_config())
    assert len(splits["dev"]) == 18
    assert {row["source"] for row in splits["train"]} == {"gold"}


def test_unknown_stances_and_single_articles_are_refused():
    wrong = [{**row, "stance": "support"} for row in make_rows()]
    with pytest.raises(ConfigError, match="also has support"):
        make_splits({"train": wrong}, make_config())
    with pytest.raises(ConfigError, match="one article only"):
        make_splits({"train": make_rows(articles=1)}, make_config())
    with pytest.raises(ConfigError, match="not one of train, dev, test"):
        make_splits({"validation": make_rows()}, make_config())


def test_limit_counts_by_source():
    rows = {"train": make_rows(articles=10) + make_rows("ans", articles=10), "dev": make_rows(offset=40), "test": []}
    splits = make_splits(rows, make_config(sources=["gold", "ans"], limit=5))
    assert sum(row["source"] == "ans" for row in splits["train"]) == 5
    assert sum(row["source"] == "gold" for row in splits["train"]) == 5


@pytest.mark.parametrize("folds", [2, 3, 5])
def test_folds_never_share_an_article(folds):
    splits = make_splits({"train": make_rows(articles=11) + make_rows("ans")}, make_config(sources=["gold", "ans"]))
    parts = make_folds(splits, make_config(sources=["gold", "ans"], folds=folds))
    tested: list[str] = []
    for part in parts:
        held = {group(row) for row in part["test"]}
        assert held
        assert not held & {group(row) for row in part["train"] + part["dev"]}
        assert not {group(row) for row in part["dev"]} & {group(row) for row in part["train"]}
        assert any(row["source"] == "ans" for row in part["train"])
        tested += [row["id"] for row in part["test"]]
    assert sorted(tested) == sorted(row["id"] for row in make_rows(articles=11))


def test_more_folds_than_articles_are_refused():
    with pytest.raises(ConfigError, match="9 folds need as many articles"):
        make_folds({"train": make_rows(articles=4), "dev": [], "test": []}, make_config(folds=9))


def test_hash_follows_content_and_not_order():
    rows = make_rows()
    one = fingerprint({"train": rows})["train"]["gold"]
    assert one == fingerprint({"train": rows[::-1]})["train"]["gold"]
    assert (one["rows"], one["favor"]) == (18, 6)
    changed = [{**rows[0], "stance": "none"}, *rows[1:]]
    assert fingerprint({"train": changed})["train"]["gold"]["sha256"] != one["sha256"]


def test_damaged_rows_are_named(tmp_path):
    (tmp_path / "rows.jsonl").write_text('{"id": 1}\n{"id": \n', encoding="utf-8")
    with pytest.raises(ConfigError, match=r"rows\.jsonl, line 2"):
        read_rows(tmp_path / "rows.jsonl")
    with pytest.raises(ConfigError, match="No such file"):
        read_rows(tmp_path / "none.jsonl")
