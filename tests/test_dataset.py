"""Rows of every source, on data made here and on what ships."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import zstandard

from stance.annotations.shipped import load_annotations, load_articles, load_texts
from stance.annotations.targets import load_targets
from stance.benchmarks.card import cards
from stance.benchmarks.loading import Benchmark, Item
from stance.dataset import (
    KEYS,
    align,
    build_examples,
    features,
    grouped_folds,
    load_rows,
    load_source,
    load_withdrawal,
    public,
    real,
    to_dataset_dict,
)
from stance.dataset.corpus import documents, find
from stance.dataset.rows import AUXILIARY, make_row
from stance.schema import DEFAULT_TARGET, STANCES, Quotation, Span

ROOT = Path(__file__).resolve().parents[1]
TEXT = "اجتمع الوزراء اليوم. قال علي إن القوات ستغادر."


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def texts_of(count: int) -> list[str]:
    return [f"{TEXT} وهذا هو النص {number}." for number in range(count)]


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    content = "\n".join(texts_of(40)).encode() + b"\n"
    (folder / "paper.txt.zst").write_bytes(zstandard.ZstdCompressor().compress(content))
    return folder


def annotation(text: str, **values: Any) -> dict[str, Any]:
    start = text.index("القوات")
    base = {
        "article": f"paper-{sha256(text)[:12]}",
        "source": "paper",
        "document": sha256(text),
        "index": 0,
        "kind": "indirect",
        "start": start,
        "end": start + len("القوات ستغادر"),
        "cue": None,
        "speaker": {"start": text.index("علي"), "end": text.index("علي") + 3},
        "speaker_name": None,
        "speaker_role": None,
        "target": DEFAULT_TARGET,
        "stance": "favor",
        "clear": True,
        "note": "",
        "annotator": "A",
        "guideline": 2,
    }
    return {**base, **values}


def write(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def test_gold_rows_carry_what_a_model_meets_in_prediction() -> None:
    loaded = load_source("gold")
    assert len(loaded.rows) == len(load_annotations("five"))
    texts = load_texts()
    for row in loaded.rows:
        assert list(row) == [*KEYS, *AUXILIARY]
        assert texts[row["article"]][row["start"] : row["end"]] == row["quotation"]
        assert row["stance"] in STANCES
        assert row["context"] is None or row["context"] in texts[row["article"]]
    assert len({row["id"] for row in loaded.rows}) == len(loaded.rows)


def test_documents_are_found_by_hash_and_missing_ones_named(corpus: Path) -> None:
    texts = texts_of(40)
    assert [d.text for d in documents(corpus, "paper")] == texts
    wanted = [("paper", sha256(texts[3])), ("paper", sha256("gone")), ("other", sha256("x"))]
    found, absent = find(corpus, wanted)
    assert [d.text for d in found.values()] == [texts[3]]
    assert set(absent) == set(wanted[1:])
    with pytest.raises(FileNotFoundError, match="folder of the corpus"):
        next(documents(corpus, "other"))


def test_real_quotations_are_joined_split_and_counted(corpus: Path, tmp_path: Path) -> None:
    zero_shot = next(target for target in load_targets().values() if target.held_out)
    rows = [annotation(text) for text in texts_of(30)]
    # The last document of these has a held-out target too, so all of it is for testing.
    rows.append(annotation(texts_of(30)[-1], target=zero_shot.noun_phrase, stance="none"))
    rows += [annotation(text, target=zero_shot.noun_phrase) for text in texts_of(36)[30:]]
    rows.append(annotation("القوات ستغادر، يقول علي، وهذا نص لا يوجد."))
    gold = write(tmp_path / "gold" / "quotations.jsonl", rows).parent
    ours = real.load_quotations(corpus, "withdrawal", gold)
    others = real.load_quotations(corpus, "targets", gold)
    assert (len(ours.rows), len(others.rows)) == (30, 7)
    assert [(item.quotations, item.source) for item in ours.missing] == [(1, "paper")]
    assert not others.splits["train"]
    assert not others.splits["dev"]
    articles = {name: {row["article"] for row in part} for name, part in ours.splits.items()}
    assert all(articles.values())
    assert not articles["train"] & articles["test"]
    assert f"paper-{sha256(texts_of(30)[-1])[:12]}" in articles["test"]
    row = ours.rows[0]
    assert (row["quotation"], row["speaker"], row["context"]) == ("القوات ستغادر", "علي", "اجتمع الوزراء اليوم.")
    assert real.load_quotations(corpus, "withdrawal", gold) == ours


def test_adding_quotations_moves_no_document() -> None:
    rows = [annotation(text) for text in texts_of(30)]
    few = real.assign_splits(rows[:10])
    assert few == {key: value for key, value in real.assign_splits(rows).items() if key in few}


def test_corpus_articles_keep_their_halves(corpus: Path, tmp_path: Path) -> None:
    texts = texts_of(6)
    gold = write(tmp_path / "gold" / "corpus_dev.jsonl", [annotation(text) for text in texts[:3]]).parent
    for name, text in zip(("test", "fresh", "check"), texts[3:], strict=True):
        write(gold / f"corpus_{name}.jsonl", [annotation(text)])
    loaded = real.load_corpus_articles(corpus, gold)
    assert {name: len(rows) for name, rows in loaded.splits.items()} == {"train": 5, "dev": 0, "test": 1}
    with pytest.raises(ValueError, match="corpus=DIR"):
        real.load_corpus_articles(None, gold)
    with pytest.raises(FileNotFoundError, match="does not exist"):
        real.load_corpus_articles(tmp_path / "nowhere", gold)


def test_missing_documents_warn_with_count_and_name(
    monkeypatch: pytest.MonkeyPatch, corpus: Path, tmp_path: Path
) -> None:
    rows = [annotation(texts_of(1)[0]), annotation("نص غائب عن علي: القوات ستغادر")]
    gold = write(tmp_path / "gold" / "quotations.jsonl", rows).parent
    monkeypatch.setattr(real.load_quotations, "__defaults__", (gold,))
    with pytest.warns(UserWarning, match=f"1 labelled quotations left out, 1 documents .*{rows[1]['document'][:12]}"):
        splits = load_rows(["withdrawal"], corpus=corpus)
    assert sum(map(len, splits.values())) == 1


def test_written_quotations_are_rows(tmp_path: Path) -> None:
    item = {"id": "w1", "article_sentence": "قال علي إن الرحيل قريب.", "quotation": "الرحيل قريب", "speaker": "علي"}
    item |= {"speaker_role": None, "kind": "indirect", "stance": "favor", "clear": True}
    folder = write(tmp_path / "withdrawal.jsonl", [item]).parent
    write(folder / "targets.jsonl", [{**item, "target": "two-state-solution"}])
    [row] = real.load_written("withdrawal", folder).splits["train"]
    assert (row["target"], row["speaker"], row["article"]) == (DEFAULT_TARGET, "علي", None)
    [row] = real.load_written("targets", folder).splits["train"]
    assert (row["target"], row["source"]) == ("حل الدولتين", "written_targets")


def test_public_sets_become_rows(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    table = "ID,text,target,stance,sentiment,sarcasm\n1,نص,Covid Vaccine,Favor,Positive,No\n"
    (tmp_path / "train.csv").write_text(table, encoding="utf-8-sig")
    item = Item("train:1", "نص", "لقاح كورونا", "Favor", "Covid Vaccine", sentiment="Positive")
    benchmark = Benchmark(cards()["mawqif"], {"train": [item]}, {"train.csv": tmp_path / "train.csv"})
    monkeypatch.setattr(public, "load", lambda card, data, download: benchmark)
    [row] = public.load_public("mawqif", tmp_path).rows
    assert (row["stance"], row["target"], row["sentiment"], row["sarcasm"]) == (
        "favor",
        "لقاح كورونا",
        "positive",
        "no",
    )
    with pytest.raises(ValueError, match="unknown public set"):
        public.load_public("nothing")


def test_folds_of_unified_fc_share_no_text(monkeypatch: pytest.MonkeyPatch) -> None:
    items = [
        Item(f"c{fold}:0", text, "ادعاء", "agree", f"c{fold}", f"c{fold}", fold=fold)
        for fold, text in enumerate("أبتثأ")
    ]
    benchmark = Benchmark(cards()["unified_fc"], {"test": items}, {})
    monkeypatch.setattr(public, "load", lambda card, data, download: benchmark)
    splits = public.load_public("unified_fc", "x").splits
    assert {name: [row["quotation"] for row in rows] for name, rows in splits.items()} == {
        "train": ["ت", "ث"],
        "dev": ["ب"],
        "test": ["أ"],
    }


def test_unknown_sources_and_keys_are_refused() -> None:
    with pytest.raises(ValueError, match="unknown source 'golden'"):
        load_source("golden")
    with pytest.raises(ValueError, match="'withdrawal' and 'targets'"):
        real.load_quotations(None, "all")
    with pytest.raises(TypeError, match="no key label"):
        make_row(label="favor")


def test_folds_never_tear_an_article_apart() -> None:
    rows = [{"source": "s", "article": f"a{i % 7}", "id": i} for i in range(40)]
    rows += [{"source": "s", "article": None, "id": 100 + i} for i in range(3)]
    folds = grouped_folds(rows, 5)
    assert sorted(i for _, test in folds for i in test) == list(range(43))
    for train, test in folds:
        assert sorted(train + test) == list(range(43))
        assert not {rows[i]["article"] for i in train} & {rows[i]["article"] for i in test} - {None}
    assert folds == grouped_folds(rows, 5)
    with pytest.raises(ValueError, match="2 ≤ k ≤ number of articles"):
        grouped_folds(rows[:7], 8)


def quotation(start: int, end: int, article: str = "a") -> Quotation:
    return Quotation(article, 0, "indirect", Span(start, end, "x" * (end - start)))


def test_alignment_names_what_is_missed_and_spurious_and_why() -> None:
    gold = [
        {"article": "a", "start": 0, "end": 20},
        {"article": "a", "start": 30, "end": 40},
        {"article": "a", "start": 100, "end": 200},
        {"article": "b", "start": 0, "end": 9},
    ]
    found = [quotation(0, 20), quotation(0, 15), quotation(39, 60), quotation(300, 310), quotation(100, 180)]
    report = align(found, gold)
    assert [(pair.gold["start"], pair.overlap) for pair in report.aligned] == [(0, 1.0), (100, pytest.approx(0.8))]
    assert report.to_dict() == {
        "aligned": 2,
        "exact": 1,
        "missed": {"overlap too small": 1, "nothing there": 1},
        "spurious": {"its partner fits another better": 1, "overlap too small": 1, "nothing there": 1},
    }
    assert "missed 2: nothing there 1, overlap too small 1" in str(report)


def test_examples_are_extracted_quotations_with_gold_labels() -> None:
    articles, gold = load_articles(), load_annotations("five")
    rows, report = build_examples(articles, gold)
    assert len(rows) == len(gold) == len(report.aligned) + len(report.missed)
    assert len(report.aligned) > len(gold) / 2
    extracted_only, _ = build_examples(articles, gold, keep_missed=False)
    assert len(extracted_only) == len(report.aligned)
    texts = load_texts()
    assert all(texts[row["article"]][row["start"] : row["end"]] == row["quotation"] for row in rows)
    nothing, empty = build_examples(articles, gold, extract=lambda article: [])
    assert (len(nothing), len(empty.missed)) == (len(gold), len(gold))


def test_the_withdrawal_data_set_is_typed() -> None:
    data = load_withdrawal()
    assert data["train"].features == features()
    assert data["train"].features["stance"].names == list(STANCES)
    assert data["train"].num_rows == len(load_annotations("five"))
    assert isinstance(data["train"][0]["start"], int)
    assert isinstance(data["train"][0]["clear"], bool)
    assert list(to_dataset_dict({"train": [], "dev": load_source("gold").rows})) == ["dev"]


def test_building_writes_parquet_and_a_card(tmp_path: Path) -> None:
    from datasets import Dataset

    command = [
        sys.executable,
        str(ROOT / "scripts" / "build_dataset.py"),
        "--out",
        str(tmp_path / "out"),
        "--sources",
        "gold",
    ]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True)
    assert "every labelled document was found" in done.stdout
    table = Dataset.from_parquet(str(tmp_path / "out" / "train.parquet"), cache_dir=str(tmp_path / "cache"))
    assert table.num_rows == len(load_annotations("five"))
    card = (tmp_path / "out" / "README.md").read_text(encoding="utf-8")
    assert f"| gold | train | {table.num_rows} |" in card
    assert json.loads((tmp_path / "out" / "missing.json").read_text(encoding="utf-8")) == []
