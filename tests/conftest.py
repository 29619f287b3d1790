"""Tiny models in the file layout of Hugging Face, and labelled rows of our own making; nothing is downloaded."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from labelled_rows import SAYINGS, make_rows
from tiny_bert import write_bert

# Read when huggingface_hub is imported: no test may wait for a network.
os.environ["HF_HUB_OFFLINE"] = "1"


@pytest.fixture(scope="session")
def tiny_bert(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a pretrained encoder without a head."""
    return write_bert(tmp_path_factory.mktemp("tiny-bert"))


@pytest.fixture(scope="session")
def tiny_checkpoint(tiny_bert: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a fine-tuned classifier as a run leaves it: safetensors, tokenizer and ``stance.json``."""
    import shutil

    import torch
    from transformers import AutoModelForSequenceClassification

    from stance.schema import STANCES

    folder = tmp_path_factory.mktemp("tiny-checkpoint")
    torch.manual_seed(1)
    labels = dict(enumerate(STANCES))
    model = AutoModelForSequenceClassification.from_pretrained(tiny_bert, num_labels=3, id2label=labels)
    # Untrained heads answer alike; a steeper one makes texts differ in their answer.
    model.classifier.weight.data.mul_(40)
    model.save_pretrained(folder)
    for name in ("tokenizer.json", "tokenizer_config.json", "vocab.txt"):
        shutil.copyfile(tiny_bert / name, folder / name)
    settings = {"name": "tiny", "labels": list(STANCES), "variant": "speaker", "normalisation": "full"}
    settings |= {"max_length": 64, "stride": 8, "temperature": 1.5, "threshold": 0.4}
    (folder / "stance.json").write_text(json.dumps(settings), encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def tiny_model(tiny_checkpoint: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model folder as it ships: ONNX fp32 and int8, half-precision safetensors, tokenizer, ``stance.json``."""
    from stance.encoding import Reading
    from stance.training.export import export_model

    folder = tmp_path_factory.mktemp("models") / "tiny"
    readings = [Reading("انسحاب القوات", text) for texts in SAYINGS.values() for text in texts]
    export_model(tiny_checkpoint, folder, readings, max_different=0.5)
    return folder


@pytest.fixture
def rows() -> dict[str, list[dict]]:
    """Rows of one source with train, dev and test."""
    return {
        "train": make_rows(articles=12),
        "dev": make_rows(articles=4, offset=20),
        "test": make_rows(articles=5, offset=30),
    }
