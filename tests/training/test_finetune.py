from __future__ import annotations

import json

import pytest
import torch
from labelled_rows import make_rows

from stance.predict import StanceClassifier
from stance.training import finetune
from stance.training.config import ConfigError, TrainConfig
from stance.training.runs import read_predictions
from stance.training.trainer import StanceTrainer


def make_config(tiny_bert, tmp_path, **changes) -> TrainConfig:
    settings = {
        "name": "trial", "encoder": str(tiny_bert), "sources": ["gold"], "output": str(tmp_path), "max_length": 64,
        "stride": 8, "batch_size": 12, "epochs": 2, "learning_rate": 5e-3, "patience": 0, "bf16": False,
    }  # fmt: skip
    return TrainConfig(**settings | changes)


@pytest.fixture
def load(rows):
    return lambda config: rows


def test_a_run_learns_and_leaves_everything_that_is_needed_to_judge_it(tiny_bert, tmp_path, load):
    config = make_config(tiny_bert, tmp_path, epochs=20, seeds=[1, 2], test=True, batch_size=9)
    summary = finetune.train(config, load)
    assert summary["dev"]["gold"]["macro_f1"]["mean"] > 0.8
    assert summary["test"]["gold"]["n"] == 15
    assert len(summary["dev"]["gold"]["accuracy"]["values"]) == 2
    assert summary["selection"][summary["best_seed"]] == max(summary["selection"].values())
    folder = tmp_path / "trial"
    data = json.loads((folder / "data.json").read_text(encoding="utf-8"))
    assert data["train"]["gold"]["rows"] == 36
    assert len(data["train"]["gold"]["sha256"]) == 64
    environment = json.loads((folder / "environment.json").read_text(encoding="utf-8"))
    assert environment["packages"]["torch"] == torch.__version__
    lines, logits = read_predictions(folder / "seed-1" / "predictions.dev.jsonl")
    assert len(lines) == 12
    assert logits.shape == (12, 3)
    assert not any("quotation" in line for line in lines)
    assert not list(folder.glob("*/checkpoint-*"))
    assert {"config.yaml", "metrics.json", "model", "predictions.dev.jsonl"} <= {p.name for p in folder.iterdir()}
    # What the run predicted for dev is what the classifier says.
    classifier = StanceClassifier.load(folder / "model")
    row = load(config)["dev"][0]
    said = classifier.predict(row["quotation"], row["target"])
    assert str(said.stance) in said.probabilities
    # Nothing is trained twice.
    assert finetune.train(config, load) == json.loads((folder / "metrics.json").read_text(encoding="utf-8")) | {
        "selection": summary["selection"]
    }


def test_a_killed_run_goes_on_where_it_was(tiny_bert, tmp_path, load, monkeypatch):
    whole = finetune.train(make_config(tiny_bert, tmp_path / "whole", epochs=4), load)
    config = make_config(tiny_bert, tmp_path / "killed", epochs=4)
    step, seen = StanceTrainer.training_step, []

    def counted(self, *args, **kwargs):
        seen.append(self.state.global_step)
        if len(seen) == 8:
            raise KeyboardInterrupt
        return step(self, *args, **kwargs)

    monkeypatch.setattr(StanceTrainer, "training_step", counted)
    with pytest.raises(KeyboardInterrupt):
        finetune.train(config, load)
    checkpoint = finetune.last_checkpoint(tmp_path / "killed" / "trial" / "seed-1")
    assert checkpoint is not None
    assert checkpoint.name == "checkpoint-6"
    # A checkpoint that was not written to its end is passed over.
    (checkpoint.parent / "checkpoint-9").mkdir()
    resumed = finetune.train(config, load)
    assert seen[8] == 6
    assert resumed["dev"]["gold"]["macro_f1"] == whole["dev"]["gold"]["macro_f1"]
    one, other = (
        read_predictions(tmp_path / name / "trial" / "predictions.dev.jsonl")[1] for name in ("whole", "killed")
    )
    assert abs(one - other).max() < 1e-4


def test_a_run_with_other_settings_is_not_mixed_in(tiny_bert, tmp_path, load):
    finetune.train(make_config(tiny_bert, tmp_path, max_steps=1), load)
    with pytest.raises(ConfigError, match="learning_rate"):
        finetune.train(make_config(tiny_bert, tmp_path, max_steps=1, learning_rate=1e-3), load)
    with pytest.raises(ConfigError, match="the data"):
        finetune.train(
            make_config(tiny_bert, tmp_path, max_steps=1), lambda c: {**load(c), "dev": make_rows(articles=2)}
        )


def test_folds_test_every_article_once(tiny_bert, tmp_path):
    config = make_config(tiny_bert, tmp_path, folds=3, max_steps=2, average="folds")
    rows = make_rows(articles=6)
    summary = finetune.train(config, lambda c: {"train": rows, "dev": [], "test": []})
    assert summary["cross_validated"]["gold"]["n"] == len(rows)
    assert summary["model"]["from"] == ["seed-1/fold-0", "seed-1/fold-1", "seed-1/fold-2"]
    tested = [
        line["id"] for fold in range(3)
        for line in read_predictions(tmp_path / f"trial/seed-1/fold-{fold}/predictions.test.jsonl")[0]
    ]  # fmt: skip
    assert sorted(tested) == sorted(row["id"] for row in rows)
    # Every dev row was in the training of another fold: nothing is left to calibrate on, and the run says so.
    assert summary["model"]["calibration"]["rows"] == 0


@pytest.mark.parametrize(
    "tricks",
    [
        {"rdrop": 1.0, "label_smoothing": 0.1, "class_weights": "source"},
        {"fgm": 0.5, "layer_decay": 0.8, "head_learning_rate": 1e-2},
        {"ema": 0.9},
        {"swa": 0.5},
        {"aux_sentiment": 0.5, "aux_sarcasm": 0.5, "gradient_accumulation": 2},
        {"bf16": True, "source_weights": {"gold": 1.5}},
        {"invert_targets": 1.0, "wrong_targets": 0.5, "rephrase_targets": 1.0, "drop_speaker": 0.5, "max_length": 96},
        {"average": "seeds", "seeds": [1, 2]},
        {"variant": "context", "dropout": 0.0, "evals_per_epoch": 3},
    ],
    ids=lambda tricks: "+".join(tricks),
)
def test_every_trick_trains_and_leaves_a_plain_model(tiny_bert, tmp_path, load, tricks):
    summary = finetune.train(make_config(tiny_bert, tmp_path, **{"max_steps": 4} | tricks), load)
    assert 0 <= summary["dev"]["gold"]["macro_f1"]["mean"] <= 1
    from safetensors import safe_open

    with safe_open(tmp_path / "trial" / "model" / "model.safetensors", "pt") as file:
        assert not any("heads" in name for name in file.keys())  # noqa: SIM118
        assert all(torch.isfinite(file.get_tensor(name)).all() for name in file.keys())  # noqa: SIM118


def test_distillation_needs_no_labels(tiny_bert, tmp_path, load):
    unlabelled = [{**row, "stance": None, "id": f"u-{row['id']}"} for row in make_rows(articles=4, offset=50)]
    paths = tmp_path / "rows.jsonl", tmp_path / "soft.jsonl"
    paths[0].write_text("\n".join(json.dumps(row) for row in unlabelled), encoding="utf-8")
    soft = [{"id": row["id"], "probabilities": {"favor": 0.7, "against": 0.2, "none": 0.1}} for row in unlabelled]
    paths[1].write_text("\n".join(json.dumps(line) for line in soft), encoding="utf-8")
    config = make_config(tiny_bert, tmp_path, max_steps=3, unlabelled=str(paths[0]), soft_labels=str(paths[1]))
    finetune.train(config, load)
    metrics = json.loads((tmp_path / "trial/seed-1/metrics.json").read_text(encoding="utf-8"))
    assert metrics["training_rows"] == 36 + len(unlabelled)
    paths[1].write_text(json.dumps(soft[0]), encoding="utf-8")
    with pytest.raises(ConfigError, match="11 rows have no soft label"):
        finetune.train(config.model_copy(update={"name": "other"}), load)


def test_a_fresh_bert_needs_a_tokenizer_alone(tiny_bert, tmp_path, load):
    shape = {"hidden_size": 16, "layers": 1, "heads": 2, "intermediate_size": 32}
    for tokenizer in (tiny_bert, tiny_bert / "tokenizer.json"):
        name = tokenizer.name.replace(".", "-")
        config = make_config(
            tiny_bert, tmp_path, name=name, encoder=None, tokenizer=str(tokenizer), max_steps=1, **shape
        )
        finetune.train(config, load)
        saved = json.loads((tmp_path / name / "model" / "config.json").read_text(encoding="utf-8"))
        assert (saved["hidden_size"], saved["num_hidden_layers"]) == (16, 1)


def test_what_cannot_be_loaded_is_named(tiny_bert, tmp_path, load):
    with pytest.raises(ConfigError, match=r"tokenizer: cannot load .*nowhere"):
        finetune.train(make_config(tiny_bert, tmp_path, encoder=str(tmp_path / "nowhere")), load)
    with pytest.raises(ConfigError, match="max_length: .* reads 96 tokens at most"):
        finetune.train(make_config(tiny_bert, tmp_path, max_length=128), load)
    with pytest.raises(ConfigError, match="'ans' has no training rows"):
        finetune.train(make_config(tiny_bert, tmp_path, sources=["ans"]), load)


def test_bf16_is_chosen_by_the_hardware():
    assert finetune.choose_bf16(True, on_cpu=True) is True
    assert finetune.choose_bf16(False, on_cpu=False) is False
    assert finetune.choose_bf16("auto", on_cpu=True) in (True, False)
