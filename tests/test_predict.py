from __future__ import annotations

import itertools
import json
import shutil
import threading
import time

import numpy as np
import pytest

import stance.predict as module
from stance.backends import ModelError
from stance.backends import folder as folders
from stance.predict import StanceClassifier
from stance.schema import DEFAULT_TARGET, STANCES, Quotation, Span

TEXTS = ["نطالب بخروج القوات", "نريد بقاء القوات الأجنبية في العراق", "عقد الوزير الاجتماع", "ا", "خروج القوات " * 40]


@pytest.fixture(scope="module")
def classifier(tiny_model) -> StanceClassifier:
    return StanceClassifier.load(tiny_model, threads=1)


def quotation(text: str, name: str | None = None, role: str | None = None) -> Quotation:
    speaker = Span(0, len(name), name) if name else None
    return Quotation("001", 0, "direct", Span(0, len(text), text), None, speaker, name, role)


def test_one_text_gives_one_judgement(classifier):
    judgement = classifier.predict(TEXTS[0])
    assert judgement.target == DEFAULT_TARGET
    assert sum(judgement.probabilities.values()) == pytest.approx(1)
    assert (
        judgement.confidence == max(judgement.probabilities.values()) == judgement.probabilities[str(judgement.stance)]
    )
    assert judgement.windows == 1
    assert judgement.abstained == (judgement.confidence < 0.4)


def test_a_list_gives_a_list_in_order(classifier):
    together = classifier.predict(TEXTS, batch_size=2)
    alone = [classifier.predict(text) for text in TEXTS]
    assert [j.windows for j in together] == [j.windows for j in alone]
    for one, other in zip(together, alone, strict=True):
        # int8 activations are scaled by batch, hence not to the last digit.
        assert one.confidence == pytest.approx(other.confidence, abs=0.05)


def test_order_does_not_depend_on_length(tiny_model):
    exact = StanceClassifier.load(tiny_model, precision="fp32", threads=1)
    forwards, backwards = exact.predict_proba(TEXTS), exact.predict_proba(TEXTS[::-1])
    np.testing.assert_allclose(forwards, backwards[::-1], atol=1e-5)


def test_probabilities_agree_with_judgements(classifier):
    probabilities = classifier.predict_proba(TEXTS)
    assert probabilities.shape == (len(TEXTS), 3)
    np.testing.assert_allclose(probabilities.sum(1), 1, atol=1e-9)
    judged = [[j.probabilities[stance] for stance in STANCES] for j in classifier.predict(TEXTS)]
    np.testing.assert_allclose(probabilities, judged, atol=1e-9)
    assert classifier.predict_proba(TEXTS[0]).shape == (1, 3)
    assert classifier.predict_proba([]).shape == (0, 3)


def test_an_iterator_is_streamed(classifier, monkeypatch):
    monkeypatch.setattr(module, "CHUNK", 4)
    read = itertools.count()
    endless = (f"نص {next(read)}" for _ in itertools.count())
    found = classifier.predict(endless)
    assert [next(found).windows for _ in range(5)] == [1] * 5
    assert next(read) == 8


def test_quotations_bring_their_speaker(tiny_model):
    exact = StanceClassifier.load(tiny_model, precision="fp32", threads=1)
    named = quotation("نطالب بخروج القوات", "علي", "وزير")
    np.testing.assert_allclose(
        exact.predict_proba([named, quotation("نطالب بخروج القوات")]),
        np.concatenate([exact.predict_proba([named]), exact.predict_proba(["نطالب بخروج القوات"])]),
        atol=1e-5,
    )
    assert not np.allclose(exact.predict_proba([named]), exact.predict_proba(["نطالب بخروج القوات"]), atol=1e-6)
    string = exact.predict_proba("نطالب بخروج القوات", speakers="علي")
    np.testing.assert_allclose(string, exact.predict_proba(quotation("نطالب بخروج القوات", "علي")), atol=1e-6)


def test_target_and_speakers_may_be_one_or_one_a_text(tiny_model):
    exact = StanceClassifier.load(tiny_model, precision="fp32", threads=1)
    both = exact.predict(TEXTS[:2], target=["خروج", "بقاء"], speakers=["علي", None])
    assert [j.target for j in both] == ["خروج", "بقاء"]
    assert both[0].confidence == pytest.approx(exact.predict(TEXTS[0], "خروج", "علي").confidence, abs=1e-5)
    assert both[1].confidence == pytest.approx(exact.predict(TEXTS[1], "بقاء").confidence, abs=1e-5)
    with pytest.raises(ValueError, match="2 texts but 3 targets"):
        exact.predict(TEXTS[:2], target=["أ", "ب", "ج"])
    with pytest.raises(ValueError, match="fewer speakers than texts"):
        list(exact.predict(iter(TEXTS), speakers=["علي"]))


@pytest.mark.parametrize("text", ["", " ", "\n\t \u00a0"])
def test_nothing_said_is_no_stance(classifier, text):
    judgement = classifier.predict(text)
    assert (str(judgement.stance), judgement.confidence, judgement.windows) == ("none", 1.0, 0)
    assert not judgement.abstained


def test_text_without_arabic_is_read_and_abstained(classifier):
    for text in ("The forces must leave", "2024 !!", "\ud800"):
        judgement = classifier.predict(text)
        assert judgement.abstained
        assert judgement.windows == 1


def test_lone_surrogates_are_read_as_replacement_characters(classifier):
    assert (
        classifier.predict("خروج\ud800 القوات").probabilities == classifier.predict("خروج\ufffd القوات").probabilities
    )


def test_a_million_characters_are_all_read(classifier):
    text = "خروج القوات الاجنبيه من العراق " * 33_334
    assert len(text) > 1_000_000
    judgement = classifier.predict(text)
    assert judgement.windows > 3_000
    assert sum(judgement.probabilities.values()) == pytest.approx(1)


def test_windows_are_averaged(tiny_model):
    exact = StanceClassifier.load(tiny_model, precision="fp32", threads=1)
    judgement = exact.predict(TEXTS[4])
    assert judgement.windows > 1
    from stance.encoding import Reading

    (windows,) = exact._encoder.encode([Reading(DEFAULT_TARGET, TEXTS[4])])
    expected = np.mean([exact._run([window])[0] for window in windows], axis=0)
    np.testing.assert_allclose(exact.predict_proba(TEXTS[4])[0], expected, atol=1e-5)


def test_wrong_input_is_refused(classifier):
    with pytest.raises(TypeError, match="a string or a Quotation, got int"):
        classifier.predict([3])
    with pytest.raises(ValueError, match="batch_size"):
        classifier.predict("نص", batch_size=0)
    with pytest.raises(ValueError, match="the target takes"):
        classifier.predict("نص", target="خروج " * 50)


def test_temperature_flattens_and_threshold_abstains(tiny_model, tmp_path):
    folder = shutil.copytree(tiny_model, tmp_path / "model")
    settings = json.loads((folder / "stance.json").read_text(encoding="utf-8"))
    confident = StanceClassifier.load(folder, precision="fp32").predict(TEXTS[0])
    (folder / "stance.json").write_text(json.dumps(settings | {"temperature": 1e6, "threshold": 0.5}), encoding="utf-8")
    flat = StanceClassifier.load(folder, precision="fp32").predict(TEXTS[0])
    assert flat.stance == confident.stance
    assert flat.confidence == pytest.approx(1 / 3, abs=1e-3)
    assert flat.confidence < confident.confidence
    assert flat.abstained


def test_an_opposite_target_swaps_favor_and_against_where_the_model_is_asked_plainly(tiny_model, tmp_path):
    folder = shutil.copytree(tiny_model, tmp_path / "model")
    settings = json.loads((folder / "stance.json").read_text(encoding="utf-8"))
    settings |= {"plain_targets": True, "normalisation": "full"}
    (folder / "stance.json").write_text(json.dumps(settings), encoding="utf-8")
    classifier = StanceClassifier.load(folder, precision="fp32")
    staying = "بقاء القوات الأميركية وقوات التحالف الدولي في العراق"
    leave, stay = classifier.predict_proba(TEXTS), classifier.predict_proba(TEXTS, staying)
    np.testing.assert_allclose(stay, leave[:, [1, 0, 2]], atol=1e-6)
    assert not np.allclose(leave[:, 0], leave[:, 1])
    assert classifier.predict(TEXTS[0], staying).target == staying


@pytest.mark.parametrize("name", ["stance.json", "config.json", "tokenizer.json"])
def test_missing_and_damaged_files_are_named(tiny_model, tmp_path, name):
    folder = shutil.copytree(tiny_model, tmp_path / "model")
    (folder / name).write_text('{"half": ', encoding="utf-8")
    with pytest.raises(ModelError, match=name):
        StanceClassifier.load(folder)
    (folder / name).unlink()
    with pytest.raises(ModelError, match=name):
        StanceClassifier.load(folder)


def test_damaged_weights_are_named(tiny_model, tmp_path):
    folder = shutil.copytree(tiny_model, tmp_path / "model")
    weights = folder / "model.int8.onnx"
    data = bytearray(weights.read_bytes())
    data[len(data) // 2] ^= 0xFF
    weights.write_bytes(bytes(data))
    with pytest.raises(ModelError, match=r"model\.int8\.onnx: damaged or replaced"):
        StanceClassifier.load(folder, precision="int8")
    assert StanceClassifier.load(folder, precision="fp32").predict("نص").windows == 1


def test_truncated_weights_without_a_hash_are_named(tiny_model, tmp_path):
    folder = shutil.copytree(tiny_model, tmp_path / "model")
    settings = json.loads((folder / "stance.json").read_text(encoding="utf-8"))
    del settings["sha256"]
    (folder / "stance.json").write_text(json.dumps(settings), encoding="utf-8")
    weights = folder / "model.onnx"
    weights.write_bytes(weights.read_bytes()[:1000])
    with pytest.raises(ModelError, match=r"model\.onnx: onnxruntime cannot load it"):
        StanceClassifier.load(folder, precision="fp32")


def test_pickled_weights_are_never_loaded(tiny_model, tmp_path):
    folder = shutil.copytree(tiny_model, tmp_path / "model")
    for path in (*folder.glob("*.onnx"), folder / "model.safetensors"):
        path.unlink()
    (folder / "pytorch_model.bin").write_bytes(b"pickle")
    with pytest.raises(ModelError, match="never loaded"):
        StanceClassifier.load(folder)


def test_settings_out_of_range_are_refused(tiny_model, tmp_path):
    folder = shutil.copytree(tiny_model, tmp_path / "model")
    settings = json.loads((folder / "stance.json").read_text(encoding="utf-8"))
    for wrong in ({"temperature": 0}, {"threshold": 2}, {"variant": "everything"}, {"labels": ["a", "b", "c"]}):
        (folder / "stance.json").write_text(json.dumps(settings | wrong), encoding="utf-8")
        with pytest.raises(ModelError, match=r"stance\.json"):
            StanceClassifier.load(folder)


def test_names_are_resolved(tiny_model, monkeypatch):
    monkeypatch.setattr(folders, "_MODEL_FOLDERS", (tiny_model.parent,))
    assert StanceClassifier.load("tiny").name == "tiny"
    with pytest.raises(ModelError, match="no shipped model"):
        StanceClassifier.load()
    with pytest.raises(ModelError, match="nothing: no such folder"):
        StanceClassifier.load("nothing")
    with pytest.raises(ModelError, match="no such folder"):
        StanceClassifier.load("/nowhere/at/all")
    monkeypatch.setattr(folders, "SHIPPED_MODEL", "tiny")
    assert StanceClassifier.load().name == "tiny"


def test_default_is_loaded_once_by_many_threads(classifier, monkeypatch):
    loads = []

    def load() -> StanceClassifier:
        loads.append(1)
        time.sleep(0.05)
        return classifier

    monkeypatch.setattr(module, "_default", None)
    monkeypatch.setattr(StanceClassifier, "load", load)
    results: list[str] = []
    threads = [threading.Thread(target=lambda: results.append(str(module.predict(TEXTS[0]).stance))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(loads) == 1
    assert results == [str(classifier.predict(TEXTS[0]).stance)] * 8
    assert len(module.predict(TEXTS)) == len(TEXTS)
