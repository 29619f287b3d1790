from __future__ import annotations

import pytest
import yaml

from stance.training.card import describe_sources, render_card, replace_section
from stance.training.config import TrainConfig


def interval(value: float) -> dict:
    return {"value": value, "low": value - 0.05, "high": value + 0.05}


def measures(value: float, n: int) -> dict:
    return {
        "n": n,
        "articles": n,
        **{name: interval(value + i / 100) for i, name in enumerate(("macro_f1", "f_avg", "accuracy"))},
    }


def spread(value: float, n: int) -> dict:
    return {
        "n": n,
        **{name: {"mean": value, "sd": 0.012, "values": [value]} for name in ("macro_f1", "f_avg", "accuracy")},
    }


CONFIG = TrainConfig(
    name="trial", encoder="models/arabic-bert-small", sources=["gold", "ans", "mawqif"], variant="context", max_length=96,
    stride=16, invert_targets=0.5, seeds=[1, 2], learning_rate=3e-4,
)  # fmt: skip
SUMMARY = {
    "seeds": [1, 2],
    "dev": {"gold": spread(0.612, 40)},
    "cross_validated": {"gold": spread(0.587, 90)},
    "model": {
        "from": ["seed-2"],
        "dev": {"gold": {**measures(0.634, 40), "clear": measures(0.701, 31)}, "ans": measures(0.459, 755)},
        "calibration": {
            "temperature": 1.377, "threshold": 0.541, "coverage": 0.8, "rows": 795, "ece_before": 0.123, "ece_after": 0.041,
            "accuracy": 0.64, "accuracy_covered": 0.71,
        },
    },
}  # fmt: skip
DATA = {
    "train": {"gold": {"rows": 71, "favor": 30, "against": 21, "none": 20, "sha256": "0"},
              "ans": {"rows": 2652, "favor": 900, "against": 1700, "none": 52, "sha256": "0"}},
    "dev": {"gold": {"rows": 40, "favor": 20, "against": 10, "none": 10, "sha256": "0"}},
}  # fmt: skip
EXPORT = {
    "files": {"model.int8.onnx": 10_120_000, "model.onnx": 40_000_000},
    "parity": {"int8": {"rows": 795, "different": 0.0038, "largest_difference": 0.1}},
}
ENVIRONMENT = {"python": "3.11.7", "packages": {"torch": "2.13.0"}}


@pytest.fixture
def card() -> str:
    return render_card(CONFIG, SUMMARY, DATA, ENVIRONMENT, EXPORT, "## Bias\nNames masked: 3 % of labels change.")


def test_header_is_yaml(card):
    header = yaml.safe_load(card.split("---")[1])
    assert (header["language"], header["license"], header["base_model"]) == (
        "ar",
        "apache-2.0",
        "models/arabic-bert-small",
    )


@pytest.mark.parametrize(
    "text",
    [
        "# trial",
        "the sentence before it",
        "| Arabic News Stance (ANS) | train | 2652 | 900 / 1700 / 52 | Apache-2.0 |",
        "| annotations of this project: gold | train | 71 | 30 / 21 / 20 |",
        "Khouja (2020)",
        "50 % of the training rows again with inverted targets",
        "| gold | 40 | 63.4 [58.4, 68.4] | 64.4 [59.4, 69.4] | 65.4 [60.4, 70.4] |",
        "| gold, clear ones | 31 | 70.1 [65.1, 75.1]",
        "| gold | 90 | 58.7 ± 1.2",
        "2 seeds, cross-validated by article",
        "Temperature 1.377",
        "12.3 % before and 4.1 % after",
        "| `model.int8.onnx` | 10.1 | 0.38 % of 795 |",
        "Weakest on ans: macro-F1 45.9",
        "Names masked: 3 % of labels change.",
        "learning_rate: 0.0003",
        "torch 2.13.0",
    ],
)
def test_card_says_what_the_run_says(card, text):
    assert text in card


def test_an_encoder_that_was_not_pretrained_is_called_weak():
    fresh = CONFIG.model_copy(update={"encoder": None, "tokenizer": "/home/somebody/tokenizer"})
    text = render_card(fresh, SUMMARY, DATA, ENVIRONMENT, EXPORT)
    assert "**Weak**" in text
    assert "base_model" not in text
    assert "/home/somebody" not in text


def test_a_model_without_calibration_says_so():
    model = {**SUMMARY["model"], "calibration": {**SUMMARY["model"]["calibration"], "rows": 0}}
    assert "no dev rows" in render_card(CONFIG, {**SUMMARY, "model": model}, DATA, ENVIRONMENT, EXPORT)


def test_licences_come_from_the_benchmark_cards():
    sources = describe_sources(["ans", "arabicstancex", "written"])
    assert sources["arabicstancex"]["licence"] == "CC BY 4.0"
    assert sources["written"]["licence"].startswith("Apache-2.0 (this project")


def test_a_section_is_put_in_and_replaced():
    card = "# name\n\n## Scores\n\n1\n\n## Training\n\n2\n"
    once = replace_section(card, "Beside", "first")
    twice = replace_section(once, "Beside", "second")
    assert [line for line in twice.splitlines() if line.startswith("#")] == [
        "# name",
        "## Scores",
        "## Beside",
        "## Training",
    ]
    assert "second" in twice
    assert "first" not in twice
