from __future__ import annotations

from pathlib import Path

import pytest

from stance.training.config import ConfigError, TrainConfig, load_config, parse_overrides, save_config

CONFIGS = Path(__file__).parents[2] / "configs"


@pytest.fixture
def write(tmp_path):
    def write(text: str) -> Path:
        path = tmp_path / "config.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


GOOD = "name: trial\nencoder: some/model\nsources: [gold]\n"


@pytest.mark.parametrize(
    "path", sorted([*CONFIGS.glob("withdrawal*.yaml"), CONFIGS / "smoke.yaml"]), ids=lambda p: p.stem
)
def test_shipped_configs_are_valid_and_say_what_they_are(path):
    config = load_config(path)
    assert config.name == path.stem
    head = path.read_text(encoding="utf-8").split("\n")
    assert head[0].startswith("# Purpose:")
    assert f"scripts/train.py configs/{path.name}" in head[1]
    assert any(line.startswith("# Expected:") for line in head)


@pytest.mark.parametrize("path", sorted(CONFIGS.glob("probe-*.yaml")), ids=lambda p: p.stem)
def test_probe_configs_build_an_encoding(path):
    config = load_config(path)
    assert config.name == path.stem
    assert config.stride <= config.max_length // 4


def test_every_key_carries_a_default_that_is_documented():
    for name, field in TrainConfig.model_fields.items():
        assert field.description or name in {"seeds", "epochs", "batch_size", "gradient_accumulation", "learning_rate",
                                             "weight_decay", "label_smoothing", "evals_per_epoch"}  # fmt: skip


def test_overrides_win_and_are_yaml(write):
    config = load_config(
        write(GOOD), ["epochs=2", "seeds=[3, 4]", "learning_rate=1e-4", "bf16=false", "encoder=null", "tokenizer=x"]
    )
    assert (config.epochs, config.seeds, config.learning_rate, config.bf16, config.encoder) == (
        2,
        [3, 4],
        1e-4,
        False,
        None,
    )


def test_all_errors_are_reported_at_once(write):
    path = write(
        "name: ../up\nsources: [gold, mawqiff]\nepoch: 3\nbatch_size: 0\nvariant: names\nstride: 100\nfolds: 1\n"
    )
    with pytest.raises(ConfigError) as caught:
        load_config(path, ["noequals", "learning_rate=fast"])
    message = str(caught.value)
    for part in ("name:", "'mawqiff' is not known; did you mean 'mawqif'?", "'epoch' is not known; did you mean 'epochs'?",
                 "batch_size:", "variant:", "stride:", "folds:", "'noequals'", "learning_rate:", "tokenizer:"):  # fmt: skip
        assert part in message, part
    assert str(path) in message


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("sources: [gold]\nencoder: x\n", "name: missing"),
        (GOOD + "source_weights: {ans: 1}\n", "ans is not among sources"),
        (GOOD + "source_weights: {gold: -1}\n", "must be ≥ 0"),
        (GOOD + "select_on: [ans]\n", "ans is not among sources"),
        (GOOD + "ema: 0.9\nswa: 0.5\n", "choose one"),
        (GOOD + "average: folds\n", "needs folds"),
        (GOOD + "unlabelled: rows.jsonl\n", "needs soft_labels"),
        (GOOD + "folds: 3\nfold_sources: [ans]\n", "none of them is among sources"),
        ("name: a\nencoder: null\nsources: [gold]\n", "needs one"),
        ("name: a\ntokenizer: t\nsources: [gold]\nheads: 3\n", "does not divide"),
        ("- a list\n", "key: value"),
        ("name: [\n", "not YAML"),
    ],
)
def test_contradictions_are_refused(write, text, part):
    with pytest.raises(ConfigError, match=part):
        load_config(write(text))


def test_missing_file_is_named():
    with pytest.raises(ConfigError, match=r"nowhere\.yaml: no such file"):
        load_config("nowhere.yaml")


def test_saved_config_reads_back(write, tmp_path):
    config = load_config(write(GOOD), ["source_weights={gold: 2}"])
    save_config(config, tmp_path / "saved.yaml")
    assert load_config(tmp_path / "saved.yaml") == config


def test_overrides_without_equals_are_all_listed():
    with pytest.raises(ConfigError) as caught:
        parse_overrides(["a", "b=1", "c"])
    assert "'a'" in str(caught.value)
    assert "'c'" in str(caught.value)
