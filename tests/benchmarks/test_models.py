from pathlib import Path

import numpy as np
import pytest

from stance.benchmarks import models
from stance.benchmarks.answering import answer
from stance.benchmarks.card import cards
from stance.benchmarks.loading import Item, load
from stance.schema import STANCES


class Classifier:
    """Stands for a trained model; notes what it was asked."""

    temperature = 1.5

    def predict_proba(self, x, target=None, speakers=None, *, contexts=None):
        self.asked = (list(x), list(target), list(contexts))
        return np.full((len(x), 3), 1 / 3)


def test_a_model_is_told_all_that_it_may_know_and_no_more():
    classifier = Classifier()
    item = Item("1", "نص", "هدف", "favor", "topic", speaker="علي", role="وزير", context="قبله", sentiment="Positive")
    shape = models.Model("m", classifier).predict([item]).shape
    quotations, targets, contexts = classifier.asked
    assert shape == (1, 3)
    assert (quotations[0].content.text, quotations[0].speaker_name, quotations[0].speaker_role) == ("نص", "علي", "وزير")
    assert (targets, contexts) == (["هدف"], ["قبله"])


def test_a_configuration_is_trained_on_the_benchmark_and_only_on_that(toy, tmp_path, monkeypatch):
    seen = {}

    def finetune(config, loader):
        seen["config"], seen["rows"] = config, loader(config)

    def load_model(path, backend="auto"):
        seen["model"] = path
        return Classifier()

    pytest.importorskip("torch")
    monkeypatch.setattr("stance.training.finetune.train", finetune)
    monkeypatch.setattr("stance.predict.StanceClassifier.load", load_model)
    path = tmp_path / "mine.yaml"
    path.write_text(
        "name: mine\nencoder: somewhere\nsources: [gold]\nseeds: [7, 8]\nfolds: 3\ntest: true\n", encoding="utf-8"
    )
    benchmark = load(cards([toy])["toy"], toy)
    system, digest = models.find(str(path), 3, tmp_path / "runs", ["epochs=1"])
    assert digest != models.find(str(path), 3, tmp_path / "runs", ["epochs=2"])[1]
    answers = answer(benchmark, lambda: system)
    assert seen["config"].seeds == [3]
    assert seen["config"].epochs == 1
    assert not seen["config"].folds
    assert not seen["config"].test
    assert {row["id"] for row in seen["rows"]["train"]} == {item.id for item in benchmark.splits["train"]}
    assert {row["stance"] for row in seen["rows"]["train"]} == set(STANCES)
    assert seen["model"] == Path(seen["config"].output) / seen["config"].name / "model"
    assert answers.temperature == 1.5


def test_what_a_folder_answers_decides_its_hash(tmp_path):
    (tmp_path / "stance.json").write_text("{}")
    first = models.folder_hash(tmp_path)
    (tmp_path / "README.md").write_text("a card")
    assert models.folder_hash(tmp_path) == first
    (tmp_path / "stance.json").write_text('{"temperature": 2}')
    assert models.folder_hash(tmp_path) != first


def test_unknown_names_are_errors(tmp_path):
    with pytest.raises(FileNotFoundError, match="no such training configuration"):
        models.find(str(tmp_path / "none.yaml"))
    assert models.find("majority")[1].startswith("code ")
