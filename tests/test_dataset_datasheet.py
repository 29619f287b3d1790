"""Duplicates, diversity and the datasheet."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from stance.annotations.shipped import load_annotations, load_texts
from stance.dataset import datasheet as sheets
from stance.dataset.diversity import TrigramModel, diversity, tell_apart
from stance.dataset.overlap import NearDuplicates, duplicate_rate, grams, jaccard, runs, shared_runs
from stance.dataset.rows import Loaded, make_row
from stance.schema import DEFAULT_TARGET

SENTENCE = "ستغادر القوات الأجنبية أراضي البلاد في نهاية العام المقبل بعد اتفاق الطرفين"


def test_spelling_does_not_hide_a_duplicate() -> None:
    assert grams("القُوّات  الأمريكيّة.") == grams("القوات الامريكية")
    assert jaccard(grams("أب"), grams("اب")) == 1.0
    assert jaccard(frozenset("ab"), frozenset("bc")) == pytest.approx(1 / 3)


def test_near_duplicates_are_found_and_others_are_not() -> None:
    texts = [SENTENCE, SENTENCE + " جميعا", "لا علاقة لهذا الكلام بما سبقه إطلاقا", SENTENCE[::-1]]
    assert [(i, j) for i, j, _ in NearDuplicates(texts).within()] == [(0, 1)]
    assert duplicate_rate(texts) == 0.25
    assert duplicate_rate([]) == 0.0
    [(given, indexed, score)] = NearDuplicates(texts[1:]).find([SENTENCE])
    assert (given, indexed) == (0, 0)
    assert 0.6 < score < 1


def test_a_run_of_words_betrays_a_part_of_a_longer_text() -> None:
    article = f"بداية المقال. {SENTENCE}. ونهايته هنا."
    assert shared_runs([SENTENCE, "كلام قصير", SENTENCE[:20]], [article]) == [0]
    assert runs("كلمة واحدة") == set()


def test_trigram_probabilities_sum_to_one() -> None:
    words = ["ا", "ب", "ج"]
    model = TrigramModel([["ا", "ب", "ا"], ["ب", "ج"]], vocabulary=len(words) + 1)
    for history in (("<s>", "<s>"), ("ا", "ب"), ("د", "د"), ("<s>", "ب")):
        assert sum(model.probability((*history, word)) for word in [*words, "</s>"]) == pytest.approx(1)


def test_repeated_texts_are_less_diverse() -> None:
    rng = random.Random(0)
    words = [f"كلمة{i}" for i in range(200)]
    varied = [" ".join(rng.choices(words, k=8)) for _ in range(60)]
    monotonous = [f"{SENTENCE} {rng.choice(words)}" for _ in range(60)]
    low, high = diversity(monotonous, 400), diversity(varied, 400)
    assert low.bits_per_word < high.bits_per_word
    assert low.distinct_3 < high.distinct_3
    assert 400 <= high.words < 410
    with pytest.raises(ValueError, match="at least 5"):
        diversity(["نص"])


def test_texts_of_one_mould_are_told_apart_and_equal_ones_are_not() -> None:
    rng = random.Random(1)
    words = ["قال", "القوات", "العراق", "ستغادر", "غدا", "الوزير", "البلاد", "الاتفاق"]
    pool = [" ".join(rng.choices(words, k=6)) for _ in range(80)]
    told = tell_apart([f"{text} حتما" for text in pool[:40]], pool[40:])
    assert told["auc"] > 0.95
    assert any("حتم" in gram for gram in told["written"])
    assert tell_apart(pool[:40], pool[40:])["auc"] < 0.8
    with pytest.raises(ValueError, match="needs 10 texts"):
        tell_apart(pool[:3], pool)


def loaded(source: str, **splits: list[str]) -> Loaded:
    return Loaded(
        {
            split: [
                make_row(
                    id=f"{source}:{split}:{n}", source=source, target=DEFAULT_TARGET, quotation=text, stance="none"
                )
                for n, text in enumerate(texts)
            ]
            for split, texts in splits.items()
        }
    )


def test_leaks_between_splits_benchmarks_and_the_five_articles_are_found() -> None:
    text = load_texts()["002"]
    parts = {
        "withdrawal": loaded("withdrawal", train=[SENTENCE, "جملة أولى لا تشبه غيرها"], test=[SENTENCE + " قريبا"]),
        "written": loaded("written", train=[text[:120]]),
        "ans": loaded("ans", train=[SENTENCE]),
        "mawqif": loaded("mawqif", train=[SENTENCE]),
    }
    found = {(leak["a"], leak["b"]): leak["quotations"] for leak in sheets.leaks(parts)}
    assert found == {
        ("withdrawal/test", "withdrawal/train"): 1,
        ("ans/train", "withdrawal/train"): 1,
        ("mawqif/train", "withdrawal/train"): 1,
        ("withdrawal/test", "ans/train"): 1,
        ("withdrawal/test", "mawqif/train"): 1,
        ("written/train", "five articles (8 words)"): 1,
    }


def test_the_datasheet_counts_what_is_there_and_names_what_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    written = loaded("written", train=[f"{SENTENCE} رقم {n}" for n in range(12)])

    def load(name: str, benchmarks: Path | None, corpus: Path | None) -> Loaded:
        if name == "gold":
            return sheets_load("gold", benchmarks, corpus)
        if name == "written":
            return written
        raise FileNotFoundError(f"{name}.jsonl does not exist")

    sheets_load = sheets.load_source
    monkeypatch.setattr(sheets, "load_source", load)
    sheet = sheets.datasheet()
    gold = load_annotations("five")
    assert sheet["parts"]["gold"]["train"]["rows"] == len(gold)
    assert sum(sheet["parts"]["gold"]["train"]["stance"].values()) == len(gold)
    assert sheet["annotators"]["five"] == {"adjudicated": len(gold)}
    assert sheet["near_duplicates"]["written"] > 0.9
    assert sheet["diversity"]["written"]["bits_per_word"] < sheet["diversity"]["real"]["bits_per_word"]
    assert len(sheet["absent"]) == 5
    page = sheets.markdown(sheet)
    assert f"| gold | train | {len(gold)} |" in page
    assert "κ" in page
    assert "AUC" in page
    assert "withdrawal.jsonl does not exist" in page
