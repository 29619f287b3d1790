"""The network that is trained: an encoder with a stance head, and heads for auxiliary tasks that are not exported."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from torch import nn
from transformers import (
    AutoConfig,
    AutoModelForSequenceClassification,
    AutoTokenizer,
    BertConfig,
    PreTrainedTokenizerFast,
)

from stance.schema import STANCES
from stance.training.config import ConfigError, TrainConfig
from stance.training.examples import SENTIMENTS, Collator

AUXILIARY = {"sentiment": len(SENTIMENTS), "sarcasm": 2}


class StanceNetwork(nn.Module):
    """A sequence classification model plus linear heads on the first token for auxiliary tasks."""

    def __init__(self, stance: nn.Module, auxiliary: tuple[str, ...] = ()) -> None:
        """Put the heads on.

        :param stance: A transformers sequence classification model.
        :param auxiliary: Among ``sentiment`` and ``sarcasm``.
        """
        super().__init__()
        self.stance = stance
        size = int(stance.config.hidden_size)  # type: ignore[union-attr,arg-type]
        self.heads = nn.ModuleDict({name: nn.Linear(size, AUXILIARY[name]) for name in auxiliary})

    def forward(self, **inputs: torch.Tensor) -> dict[str, torch.Tensor]:
        """Run encoder and heads.

        :param **inputs: Token numbers, mask and, where the model has segments, segment numbers.
        :return: ``logits`` of the stance and one entry an auxiliary task.
        """
        if not self.heads:
            return {"logits": self.stance(**inputs).logits}
        outputs = self.stance(**inputs, output_hidden_states=True)
        first = outputs.hidden_states[-1][:, 0]
        return {"logits": outputs.logits} | {name: head(first) for name, head in self.heads.items()}


def load_tokenizer(config: TrainConfig) -> Any:
    """Load the tokenizer of a run.

    :param config: ``tokenizer`` (folder or tokenizer.json), else the encoder's own.
    :return: A fast tokenizer whose backend knows pairs and padding.
    :raises ConfigError: If it cannot be loaded.
    """
    source = config.tokenizer or config.encoder
    assert source is not None
    try:
        if source.endswith(".json"):
            names = {"unk_token": "[UNK]", "pad_token": "[PAD]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
            loaded = Tokenizer.from_file(source)
            known = {key: token for key, token in names.items() if loaded.token_to_id(token) is not None}
            return PreTrainedTokenizerFast(tokenizer_object=loaded, mask_token="[MASK]", **known)
        tokenizer = AutoTokenizer.from_pretrained(source, trust_remote_code=False)
    except Exception as error:
        raise ConfigError(f"tokenizer: cannot load {source} ({error})") from error
    if getattr(tokenizer, "backend_tokenizer", None) is None:
        raise ConfigError(f"tokenizer: {source} has no fast tokenizer (tokenizer.json)")
    return tokenizer


def build_network(config: TrainConfig, tokenizer: Any) -> StanceNetwork:
    """Load the encoder, or make a fresh one, and put the heads on.

    :param config: ``encoder`` or the shape of a fresh BERT, ``dropout``, auxiliary weights.
    :param tokenizer: Gives size of the vocabulary and padding to a fresh BERT.
    :return: The network in float32.
    :raises ConfigError: If the encoder cannot be loaded or its window is too short.
    """
    names: dict[str, Any] = {
        "num_labels": len(STANCES),
        "id2label": dict(enumerate(STANCES)),
        "label2id": {stance: i for i, stance in enumerate(STANCES)},
    }
    if config.encoder is None:
        shape = BertConfig(
            vocab_size=len(tokenizer),
            hidden_size=config.hidden_size,
            num_hidden_layers=config.layers,
            num_attention_heads=config.heads,
            intermediate_size=config.intermediate_size,
            max_position_embeddings=max(512, config.max_length),
            pad_token_id=tokenizer.pad_token_id,
            **names,
        )
        _set_dropout(shape, config.dropout)
        model = AutoModelForSequenceClassification.from_config(shape)
    else:
        try:
            shape = AutoConfig.from_pretrained(config.encoder, trust_remote_code=False, **names)
            _set_dropout(shape, config.dropout)
            model = AutoModelForSequenceClassification.from_pretrained(
                config.encoder,
                config=shape,
                dtype=torch.float32,
                trust_remote_code=False,
                **_safetensors(config.encoder),
            )
        except Exception as error:
            raise ConfigError(f"encoder: cannot load {config.encoder} ({error})") from error
    longest = int(getattr(model.config, "max_position_embeddings", config.max_length))
    # RoBERTa counts positions from the padding number on and so reads two tokens fewer than it says.
    longest -= 2 if model.config.model_type in ("roberta", "xlm-roberta", "camembert") else 0
    if config.max_length > longest:
        raise ConfigError(f"max_length: {config.encoder} reads {longest} tokens at most, got {config.max_length}")
    active = {"sentiment": config.aux_sentiment, "sarcasm": config.aux_sarcasm}
    return StanceNetwork(model, tuple(name for name, weight in active.items() if weight > 0))


def make_collator(config: TrainConfig, tokenizer: Any, network: StanceNetwork) -> Collator:
    """Build the collator for a model: some read segments, others do not know them.

    :param config: Gives the longest window.
    :param tokenizer: Gives the padding token.
    :param network: The network.
    :return: The collator.
    """
    shape: Any = network.stance.config
    segments = "token_type_ids" in tokenizer.model_input_names and getattr(shape, "type_vocab_size", 0) > 1
    return Collator(tokenizer.pad_token_id or 0, config.max_length, segments)


def _safetensors(encoder: str) -> dict[str, Any]:
    """Insist on safetensors for local folders; a hub converts older checkpoints by itself when asked."""
    return {"use_safetensors": True} if Path(encoder).is_dir() else {"use_safetensors": None}


def _set_dropout(shape: Any, dropout: float | None) -> None:
    if dropout is None:
        return
    for key in ("hidden_dropout_prob", "attention_probs_dropout_prob", "classifier_dropout"):
        if hasattr(shape, key):
            setattr(shape, key, dropout)


def layer_of(name: str, layers: int) -> int:
    """Say how deep a parameter lies: 0 for embeddings, 1 … layers, layers + 1 for pooler and heads.

    :param name: Name of the parameter in a :class:`StanceNetwork`.
    :param layers: Number of the encoder's layers.
    :return: Its depth.
    """
    parts = name.split(".")
    if "embeddings" in parts:
        return 0
    for word in ("layer", "layers", "h"):
        if word in parts and parts[parts.index(word) + 1].isdigit():
            return int(parts[parts.index(word) + 1]) + 1
    return layers + 1
