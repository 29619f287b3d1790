import json

import numpy as np
import pytest
from typer.testing import CliRunner

from stance.benchmarks import models, results
from stance.benchmarks.answering import answer, shuffle_targets
from stance.benchmarks.card import cards
from stance.benchmarks.cli import app
from stance.benchmarks.loading import Item, load
from stance.benchmarks.measuring import measure
from stance.benchmarks.overlap import features, words
from stance.benchmarks.report import ignorant
from stance.benchmarks.running import Runner, Settings, comparisons
from stance.benchmarks.systems import SYSTEMS
from stance.schema import STANCES


class Reader:
    """A model: knows what the toy words mean, and, if it reads targets, that the third topic turns them round."""

    labels = STANCES
    trains = False
    temperature = 2.0

    def __init__(self, name, reads_target):
        self.name, self.reads_target = name, reads_target

    def fit(self, train, labels, label_map):
        raise AssertionError("a model is not trained by a benchmark")

    def predict(self, items):
        rows = []
        for item in items:
            side = 0 if "نؤيد" in item.quotation else 1 if "نرفض" in item.quotation else 2
            if self.reads_target and "الثالث" in item.target and side < 2:
                side = 1 - side
            rows.append(np.where(np.arange(3) == side, 0.8, 0.1))
        return np.array(rows)


@pytest.fixture
def with_models(monkeypatch):
    """Makes two models known by name: one that reads the target and one that does not."""
    find = models.find

    def found(name, *arguments):
        if name in ("reader", "ignorer"):
            return Reader(name, name == "reader"), f"model {name}"
        return find(name, *arguments)

    monkeypatch.setattr(models, "find", found)


def strip(result):
    return {k: v for k, v in result.items() if k not in ("date", "seconds", "command")}


def test_two_runs_with_the_same_seed_are_identical(toy, tmp_path):
    known = cards([toy])
    first, second = (
        Runner(known, Settings(results=tmp_path / name, data=toy, resamples=50, unseen=name != "three")).run(
            "tfidf", "toy"
        )
        for name in ("one", "two")
    )
    assert strip(first) == strip(second)
    answers = [(tmp_path / name / "tfidf" / "toy.answers.json").read_bytes() for name in ("one", "two")]
    assert answers[0] == answers[1]
    other = Runner(known, Settings(results=tmp_path / "three", data=toy, resamples=50, seed=1)).run("tfidf", "toy")
    assert strip(other) != strip(first)


def test_a_shorter_run_keeps_what_a_longer_one_measured(toy, tmp_path):
    known = cards([toy])
    settings = {"results": tmp_path, "data": toy, "resamples": 50}
    whole = Runner(known, Settings(**settings, unseen=True)).run("tfidf", "toy")
    short = Runner(known, Settings(**settings, unseen=False)).run("tfidf", "toy")
    other = Runner(known, Settings(**settings, unseen=False, seed=1)).run("tfidf", "toy")
    assert whole["unseen_targets"] is not None
    assert short["unseen_targets"] == whole["unseen_targets"]
    assert "unseen_targets" not in other


def test_tfidf_learns_the_topics_and_text_only_cannot(toy):
    benchmark = load(cards([toy])["toy"], toy)
    measured = {
        name: measure(benchmark, answer(benchmark, SYSTEMS[name]), 200) for name in ("tfidf", "text-only", "majority")
    }
    score = {name: m["scores"]["f_avg_per_target"]["value"] for name, m in measured.items()}
    assert score["tfidf"] > 0.95 > 0.8 > score["text-only"] > score["majority"]
    assert measured["tfidf"]["target_sensitivity"]["verdict"] == "reads the target"
    assert measured["text-only"]["target_sensitivity"]["changed"] == 0
    assert measured["tfidf"]["official"]
    assert set(measured["tfidf"]["targets"]) == {"القرار الأول", "القرار الثاني", "القرار الثالث"}
    assert measured["tfidf"]["calibration"]["after"]["temperature"] > 0


def test_a_model_that_ignores_the_target_is_exposed_at_a_glance(toy, tmp_path, with_models):
    arguments = ["reader", "ignorer", "--on", "toy", "--data", str(toy), "--results", str(tmp_path / "r")]
    done = CliRunner().invoke(app, [*arguments, "--resamples", "100", "--no-unseen", "--compare", "reader", "ignorer"])
    assert done.exit_code == 0, done.output
    assert "✗ ignores the target: ignorer on toy" in done.output
    assert "ignores the target: reader" not in done.output
    html = (tmp_path / "r" / "report.html").read_text(encoding="utf-8")
    # The warning stands before everything else, and the row is marked.
    assert html.index('class="warning"') < html.index("<h2>")
    assert "ignorer on toy" in html[: html.index("<h2>")]
    assert '<tr class="alarm"><td><bdi>toy</bdi></td><td><bdi>ignorer' in html
    markdown = (tmp_path / "r" / "report.md").read_text(encoding="utf-8")
    assert "> **✗ Ignores the target:** ignorer on toy" in markdown
    assert "data:image/png;base64," in html
    assert (tmp_path / "r" / "pictures" / "toy-scores.png").read_bytes().startswith(b"\x89PNG")
    assert "[somebody] †" in markdown
    assert "reader against ignorer" in markdown


def test_results_say_what_they_are(toy, tmp_path, with_models):
    known = cards([toy])
    settings = Settings(results=tmp_path, data=toy, resamples=50)
    result = Runner(known, settings).run("reader", "toy")
    stored = json.loads((tmp_path / "reader" / "toy.json").read_text(encoding="utf-8"))
    assert stored == json.loads(json.dumps(result))
    assert stored["model_hash"] == "model reader"
    assert stored["dataset"] == known["toy"].revision()
    assert stored["command"] == "stance benchmark reader --on toy --no-shortcuts --data DIR --seed 0 --resamples 50"
    assert stored["versions"]["scikit-learn"]
    assert stored["scores"]["accuracy"]["value"] == 1
    # The probabilities hold the model's own temperature of 2: before it they were sharper.
    assert stored["calibration"]["before"]["nll"] < stored["calibration"]["after"]["nll"]


def test_only_missing_takes_up_the_same_and_nothing_else(toy, tmp_path, with_models):
    known = cards([toy])
    Runner(known, Settings(results=tmp_path, data=toy, resamples=50)).run("reader", "toy")
    path = tmp_path / "reader" / "toy.json"
    marked = {**json.loads(path.read_text(encoding="utf-8")), "date": "kept"}
    path.write_text(json.dumps(marked), encoding="utf-8")
    again = Runner(known, Settings(results=tmp_path, data=toy, resamples=50, only_missing=True)).run("reader", "toy")
    assert again["date"] == "kept"
    other = Runner(known, Settings(results=tmp_path, data=toy, resamples=60, only_missing=True)).run("reader", "toy")
    assert other["date"] != "kept"
    path.write_text("{", encoding="utf-8")
    with pytest.raises(ValueError, match="damaged"):
        results.read(tmp_path, "reader", "toy")


def test_comparisons_need_answers(toy, tmp_path, with_models):
    runner = Runner(cards([toy]), Settings(results=tmp_path, data=toy, resamples=50))
    for name in ("reader", "ignorer"):
        runner.run(name, "toy")
    found = comparisons(tmp_path, "reader", "ignorer", ["toy"], rounds=500)["toy"]
    assert found.difference.low > 0
    assert found.p_holm == found.p_randomisation < 0.01
    with pytest.raises(FileNotFoundError, match="stance benchmark nobody --on toy"):
        comparisons(tmp_path, "nobody", "reader", ["toy"])


def test_shuffled_targets_are_always_foreign():
    items = [Item(str(i), "نص", f"هدف {i % 3}", "favor", f"t{i % 3}") for i in range(30)]
    foreign = shuffle_targets(items, seed=1)
    assert all(a.topic != b.topic and a.quotation == b.quotation for a, b in zip(items, foreign, strict=True))
    assert foreign == shuffle_targets(items, seed=1) != shuffle_targets(items, seed=2)
    assert shuffle_targets([item for item in items if item.topic == "t0"]) is None


def test_four_labels_are_scored_as_they_are_and_as_stances(toy):
    card = cards([toy])["toy"]
    four = card.model_copy(
        update={
            "label_map": {"favor": "favor", "against": "against", "none": "none", "unrelated": "none"},
            "metric": "macro_f1",
        }
    )
    benchmark = load(four, toy)
    trained = measure(benchmark, answer(benchmark, SYSTEMS["tfidf"]), 50)
    assert trained["official"]
    assert trained["labels"][-1] == "unrelated"
    assert set(trained["as_stances"]["scores"]) >= {"f1/none"}
    model = measure(benchmark, answer(benchmark, lambda: Reader("reader", True)), 50)
    assert not model["official"]
    assert model["labels"] == list(STANCES)


def test_inversion_counts_swapped_sides(toy):
    card = cards([toy])["toy"]
    turned = card.model_copy(update={"inverted_targets": {"القرار الأول": "القرار الثالث"}})
    benchmark = load(turned, toy)
    good, bad = (measure(benchmark, answer(benchmark, lambda r=reads: Reader("x", r)), 50) for reads in (True, False))
    assert good["inversion"]["flipped"] == 1
    assert bad["inversion"]["flipped"] == 0
    assert good["inversion"]["items"] > 10


def test_simple_systems_without_training_data_are_skipped(toy, tmp_path):
    card = cards([toy])["toy"]
    test_only = card.model_copy(update={"files": tuple(f for f in card.files if f.split == "test")})
    runner = Runner({"toy": test_only}, Settings(results=tmp_path, data=toy, resamples=50))
    assert "no training data" in runner.run("tfidf", "toy").reason
    assert runner.run("lexicon", "toy")["scores"]["accuracy"]["value"] > 0.5


def test_list_and_validate(toy, tmp_path):
    runner = CliRunner()
    listed = runner.invoke(app, ["ls", "--data", str(toy)])
    assert listed.exit_code == 0
    assert "toy" in listed.output
    good = runner.invoke(app, ["validate", "--on", "toy", "--data", str(toy), "--offline"])
    assert good.exit_code == 0, good.output
    assert "✓ toy: test 90; train 240" in good.output
    bad = runner.invoke(app, ["validate", "--on", "ans", "--data", str(toy), "--offline"])
    assert bad.exit_code == 1
    assert "✗ ans: ans: train.csv is missing" in bad.output
    unknown = runner.invoke(app, ["majority", "--on", "nothing", "--data", str(toy)])
    assert unknown.exit_code == 2
    wanted = runner.invoke(
        app, ["majority", "--on", "ans", "--data", str(toy), "--offline", "--results", str(tmp_path / "r")]
    )
    assert wanted.exit_code == 1


def test_overlap_features():
    same = features("ارتفاع أسعار النفط", "ارتفاع أسعار النفط")
    opposite = features("ارتفاع أسعار النفط", "انخفاض أسعار النفط")
    assert same[0] == 1
    assert same[13] == 0
    assert opposite[13] == 1
    assert words("وبالمدينة") == words("المدينة")
    assert len(features("", "")) == len(same)


def test_known_shortcuts_are_no_news():
    sensitivity = {
        "metric": "macro_f1",
        "score": 0.5,
        "shuffled": 0.5,
        "drop": {"value": 0.0},
        "changed": 0.0,
        "verdict": "ignores the target",
    }
    rows = [
        {"benchmark": "b", "model": name, "metric": "macro_f1", "target_sensitivity": sensitivity}
        for name in ("majority", "mine")
    ]
    assert ignorant(rows) == ["mine on b"]
