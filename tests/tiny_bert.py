"""A BERT of a few thousand weights in the file layout of a hub."""

from __future__ import annotations

import json
from pathlib import Path

from labelled_rows import SAYINGS

from stance.arabic import normalise
from stance.schema import DEFAULT_TARGET

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
LETTERS = 'ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىي0123456789.،؛؟:!«»"()-'


def write_bert(folder: Path, hidden: int = 16, layers: int = 2, seed: int = 0) -> Path:
    """Save a BERT of a few thousand weights as a hub would: config, safetensors, tokenizer.json, vocab.txt."""
    import torch
    from tokenizers import BertWordPieceTokenizer
    from transformers import BertConfig, BertModel

    folder.mkdir(parents=True, exist_ok=True)
    known = [*(saying for sayings in SAYINGS.values() for saying in sayings), DEFAULT_TARGET, "كما قلنا"]
    words = sorted(set(normalise(" ".join(known)).split()))
    vocabulary = [*SPECIAL, *LETTERS, *(f"##{letter}" for letter in LETTERS), *words]
    (folder / "vocab.txt").write_text("\n".join(vocabulary) + "\n", encoding="utf-8")
    tokenizer = BertWordPieceTokenizer(str(folder / "vocab.txt"), strip_accents=False, lowercase=False)
    tokenizer.save(str(folder / "tokenizer.json"))
    names = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
    settings = {"tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": 96, "mask_token": "[MASK]", **names}
    settings["model_input_names"] = ["input_ids", "token_type_ids", "attention_mask"]
    (folder / "tokenizer_config.json").write_text(json.dumps(settings), encoding="utf-8")
    torch.manual_seed(seed)
    shape = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=hidden,
        num_hidden_layers=layers,
        num_attention_heads=2,
        intermediate_size=2 * hidden,
        max_position_embeddings=96,
        # Wide enough that a few steps tell words apart.
        initializer_range=0.2,
        pad_token_id=0,
    )
    BertModel(shape).save_pretrained(folder)
    return folder
