import pytest

from stance import dataset
from stance.benchmarks import withdrawal
from stance.benchmarks.answering import answer
from stance.benchmarks.card import cards
from stance.benchmarks.files import DataError
from stance.benchmarks.loading import load
from stance.benchmarks.measuring import measure
from stance.benchmarks.systems import SYSTEMS
from stance.schema import DEFAULT_TARGET


def row(number, article, stance="favor"):
    text = {"favor": "نطالب بخروج القوات", "against": "نريد بقاء القوات", "none": "بحثنا ملفات أخرى"}[stance]
    keys = {"speaker": "علي", "role": None, "context": None, "kind": "direct", "start": 0, "end": 5}
    return {
        "id": f"{article}:{number}",
        "source": "gold",
        "article": article,
        "target": DEFAULT_TARGET,
        "quotation": f"{text} {number}",
        "stance": stance,
        "clear": number % 4 != 0,
        **keys,
    }


def rows():
    labels = ("favor", "against", "none")
    return [row(number, f"00{number % 5}", labels[number % 3]) for number in range(45)]


def serve(monkeypatch, splits):
    asked = []

    def load_rows(sources, *, benchmarks=None, corpus=None):
        asked.append((list(sources), corpus))
        return splits

    monkeypatch.setattr(dataset, "load_rows", load_rows, raising=False)
    return asked


def test_without_a_split_every_article_is_a_fold(monkeypatch):
    asked = serve(monkeypatch, {"train": rows(), "dev": [], "test": []})
    benchmark = load(cards()["withdrawal"])
    assert asked == [(["gold"], None)]
    assert benchmark.folds == 5
    for train, _, test in benchmark.parts():
        assert {item.group for item in train}.isdisjoint({item.group for item in test})
    result = measure(benchmark, answer(benchmark, SYSTEMS["tfidf"]), 50)
    assert result["n"] == 45
    assert result["scores"]["macro_f1"]["value"] > 0.9
    assert 0 < result["clear_only"]["n"] < 45
    # One target: no foreign one can be drawn, but its opposite is known.
    assert result["target_sensitivity"] is None
    assert result["inversion"]["items"] > 0


def test_a_given_split_is_kept_and_the_corpus_is_asked_for(monkeypatch, tmp_path):
    given = [row | {"source": "withdrawal", "target": DEFAULT_TARGET} for row in rows()]
    articles = [row | {"id": f"five-{row['id']}", "source": "gold"} for row in given[:4]]
    elsewhere = [given[30] | {"id": "elsewhere", "target": "انسحاب القوات الأجنبية من أفغانستان"}]
    parts = {"train": given[:30] + articles, "dev": [], "test": given[30:] + elsewhere}
    asked = serve(monkeypatch, parts)
    benchmark = load(cards()["withdrawal"], corpus=tmp_path)
    assert asked == [(["gold", "withdrawal", "written"], tmp_path)]
    # The shipped articles are reported on and never learnt from; only quotations on Iraq are scored.
    assert {split: len(items) for split, items in benchmark.splits.items()} == {"train": 30, "test": 19}
    assert {item.topic for item in benchmark.splits["test"]} == {DEFAULT_TARGET}


def test_nothing_to_load_is_an_error(monkeypatch):
    serve(monkeypatch, {"train": [], "dev": [], "test": []})
    with pytest.raises(DataError, match="no labelled quotation"):
        withdrawal.load_withdrawal()
