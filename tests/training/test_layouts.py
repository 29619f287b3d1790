"""The encoders that people take from a hub, as tiny models in the same files: one changed line trains them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from labelled_rows import make_rows
from tokenizers import Tokenizer, processors
from transformers import BertForMaskedLM, BertModel, XLMRobertaConfig, XLMRobertaModel

from stance.encoding import Reading
from stance.predict import StanceClassifier
from stance.training import finetune
from stance.training.config import load_config
from stance.training.export import export_model

CONFIGS = Path(__file__).parents[2] / "configs"
ROWS = {"train": make_rows(articles=9), "dev": make_rows(articles=3, offset=20), "test": []}
SMALL = [
    "sources=[gold]", "source_weights={}", "select_on=[]", "seeds=[1]", "max_length=64", "stride=8", "max_steps=3", "batch_size=8",
    "rephrase_targets=0", "invert_targets=0",
]  # fmt: skip


@pytest.fixture(scope="module")
def tiny_masked(tiny_bert, tmp_path_factory) -> Path:
    """A BERT with its pretraining head, as hubs mostly have it: every weight is called ``bert.…``."""
    folder = tmp_path_factory.mktemp("masked")
    model = BertForMaskedLM.from_pretrained(tiny_bert)
    model.save_pretrained(folder)
    for name in ("tokenizer.json", "tokenizer_config.json", "vocab.txt"):
        (folder / name).write_bytes((tiny_bert / name).read_bytes())
    return folder


@pytest.fixture(scope="module")
def tiny_xlmr(tiny_bert, tmp_path_factory) -> Path:
    """An XLM-R: no segments, padding is number 1, positions start behind it, pairs have two separators."""
    folder = tmp_path_factory.mktemp("xlmr")
    data = json.loads((tiny_bert / "tokenizer.json").read_text(encoding="utf-8"))
    vocab = ["<s>", "<pad>", "</s>", "<unk>", "<mask>", *list(data["model"]["vocab"])[5:]]
    data["model"] |= {"vocab": {word: i for i, word in enumerate(vocab)}, "unk_token": "<unk>"}
    data["added_tokens"] = []
    data["post_processor"] = None
    tokenizer = Tokenizer.from_str(json.dumps(data))
    tokenizer.add_special_tokens(vocab[:5])
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    tokenizer.save(str(folder / "tokenizer.json"))
    names = {
        "pad_token": "<pad>",
        "unk_token": "<unk>",
        "cls_token": "<s>",
        "sep_token": "</s>",
        "mask_token": "<mask>",
    }
    settings = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_input_names": ["input_ids", "attention_mask"],
        **names,
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(settings), encoding="utf-8")
    torch.manual_seed(0)
    shape = XLMRobertaConfig(
        vocab_size=len(vocab), hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=32,
        max_position_embeddings=98, pad_token_id=1, bos_token_id=0, eos_token_id=2, type_vocab_size=1, initializer_range=0.2,
    )  # fmt: skip
    XLMRobertaModel(shape).save_pretrained(folder)
    return folder


@pytest.mark.parametrize("name", ["withdrawal-arabert", "withdrawal-marbert", "withdrawal-camelbert"])
def test_hub_configs_train_a_bert_in_the_hubs_layout(name, tiny_masked, tmp_path):
    config = load_config(CONFIGS / f"{name}.yaml", [f"encoder={tiny_masked}", f"output={tmp_path}", *SMALL])
    summary = finetune.train(config, lambda c: ROWS)
    assert summary["dev"]["gold"]["n"] == 9
    saved = json.loads((tmp_path / name / "model" / "stance.json").read_text(encoding="utf-8"))
    assert saved["normalisation"] == "marks"


def test_the_encoders_weights_are_what_training_starts_from(tiny_masked, tmp_path):
    config = load_config(
        CONFIGS / "withdrawal-arabert.yaml",
        [f"encoder={tiny_masked}", f"output={tmp_path}", *SMALL, "learning_rate=1e-12"],
    )
    finetune.train(config, lambda c: ROWS)
    before = BertModel.from_pretrained(tiny_masked).state_dict()["encoder.layer.1.output.dense.weight"]
    after = BertModel.from_pretrained(tmp_path / config.name / "model").state_dict()[
        "encoder.layer.1.output.dense.weight"
    ]
    torch.testing.assert_close(before, after)


def test_xlmr_trains_exports_and_predicts(tiny_xlmr, tmp_path):
    config = load_config(CONFIGS / "withdrawal-xlmr.yaml", [f"encoder={tiny_xlmr}", f"output={tmp_path}", *SMALL])
    finetune.train(config, lambda c: ROWS)
    readings = [Reading(row["target"], row["quotation"], row["speaker"], row["role"]) for row in ROWS["dev"]]
    model = tmp_path / config.name / "model"
    export_model(model, tmp_path / "exported", readings, ("fp32",), fp16=False)
    onnx, trained = (StanceClassifier.load(folder) for folder in (tmp_path / "exported", model))
    assert trained.backend.name.startswith("torch")
    np.testing.assert_allclose(onnx.predict_rows(ROWS["dev"]), trained.predict_rows(ROWS["dev"]), atol=1e-4)
    long = "خروج القوات " * 100
    assert onnx.predict(long).windows == trained.predict(long).windows > 1
