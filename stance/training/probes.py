"""What a pretrained encoder knows before any fine-tuning: masked words by class, and pairs of sentences of which one is likelier."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
import yaml
from tokenizers import Tokenizer
from transformers import AutoModelForMaskedLM

from stance.arabic import normalise
from stance.training.corpus import PreparedCorpus
from stance.training.pretrain_data import Vocabulary, held_out_windows
from stance.training.tokenizer import piece_id

PAIRS = Path(__file__).with_name("probe_pairs.yaml")
# Single-piece words whose choice needs the sentence: they decide a stance or mark who speaks.
WORD_CLASSES: dict[str, tuple[str, ...]] = {
    "negation": ("لا", "لم", "لن", "ليس", "ليست", "غير", "ما", "دون", "عدم"),
    "reporting verb": (
        "قال",
        "قالت",
        "أكد",
        "أكدت",
        "أضاف",
        "أضافت",
        "أوضح",
        "أعلن",
        "أعلنت",
        "أشار",
        "ذكر",
        "ذكرت",
        "اعتبر",
        "نفى",
    ),
    "preposition": ("من", "في", "على", "إلى", "عن"),
}
BATCH = 32


def load_encoder(folder: Path) -> tuple[Any, Tokenizer]:
    """Load an encoder with its masked-word head.

    :param folder: A transformers folder with ``tokenizer.json``.
    :return: The model in single precision, and the tokenizer.
    """
    model = AutoModelForMaskedLM.from_pretrained(folder, dtype=torch.float32).eval()
    return model, Tokenizer.from_file(str(folder / "tokenizer.json"))


@torch.no_grad()
def _predictions(model: Any, inputs: np.ndarray, positions: np.ndarray) -> torch.Tensor:
    """Return log-probabilities at one position a row, shape (rows, vocabulary)."""
    parts = []
    for start in range(0, len(inputs), BATCH):
        batch = torch.from_numpy(inputs[start : start + BATCH].astype(np.int64))
        at = torch.from_numpy(positions[start : start + BATCH].astype(np.int64))
        hidden = model.base_model(batch).last_hidden_state[torch.arange(len(batch)), at]
        parts.append(torch.log_softmax(model.cls(hidden).float(), -1))
    return torch.cat(parts)


def masked_words(
    model: Any, tokenizer: Tokenizer, corpus: PreparedCorpus, per_class: int = 200, length: int = 64
) -> dict[str, dict[str, float]]:
    """Hide one word a held-out window and see how often it is guessed.

    :param model: From ``load_encoder``.
    :param tokenizer: From ``load_encoder``; the corpus must have been prepared with it.
    :param corpus: The prepared corpus.
    :param per_class: Words tried in each class.
    :param length: Pieces in a window.
    :return: For each word class ``accuracy``, its standard error ``se``, and ``n``.
    """
    vocabulary = Vocabulary(tokenizer)
    windows = held_out_windows(corpus, vocabulary, 4000, length).astype(np.int64)
    result = {}
    for name, words in WORD_CLASSES.items():
        wanted = [tokenizer.token_to_id(normalise(word)) for word in words]
        hits = np.argwhere(np.isin(windows, [w for w in wanted if w is not None]))
        # A word that goes on in a further piece is another word.
        hits = hits[hits[:, 1] < length - 1]
        hits = hits[~vocabulary.continues[windows[hits[:, 0], hits[:, 1] + 1]]]
        hits = np.random.default_rng(0).permutation(hits)[:per_class]
        inputs = windows[hits[:, 0]].copy()
        labels = inputs[np.arange(len(hits)), hits[:, 1]].copy()
        inputs[np.arange(len(hits)), hits[:, 1]] = vocabulary.mask
        right = (_predictions(model, inputs, hits[:, 1]).argmax(-1).numpy() == labels).mean()
        error = math.sqrt(right * (1 - right) / max(len(hits), 1))
        result[name] = {"accuracy": float(right), "se": error, "n": len(hits)}
    return result


def pseudo_log_likelihood(model: Any, tokenizer: Tokenizer, text: str) -> float:
    """Sum the log-probability of every piece hidden in turn (Salazar et al. 2020, equation 2), divided by the pieces.

    :param model: From ``load_encoder``.
    :param tokenizer: From ``load_encoder``.
    :param text: One sentence.
    :return: Mean log-probability a piece, in nats.
    """
    ids = np.array(tokenizer.encode(text).ids)
    places = np.arange(1, len(ids) - 1)
    inputs = np.tile(ids, (len(places), 1))
    inputs[np.arange(len(places)), places] = piece_id(tokenizer, "[MASK]")
    found = _predictions(model, inputs, places)
    return float(found[torch.arange(len(places)), torch.from_numpy(ids[places])].mean())


def contrast_pairs(
    model: Any, tokenizer: Tokenizer, pairs: Sequence[tuple[str, str]] | None = None
) -> dict[str, float]:
    """Count the pairs of which the model finds the right sentence likelier.

    :param model: From ``load_encoder``.
    :param tokenizer: From ``load_encoder``.
    :param pairs: Right and wrong sentences; ``None`` takes ``probe_pairs.yaml``.
    :return: ``accuracy``, its standard error ``se``, ``n``, and the mean ``margin`` in nats a piece.
    """
    given = pairs or [tuple(pair) for pair in yaml.safe_load(PAIRS.read_text(encoding="utf-8"))]
    margins = np.array(
        [pseudo_log_likelihood(model, tokenizer, a) - pseudo_log_likelihood(model, tokenizer, b) for a, b in given]
    )
    right = float((margins > 0).mean())
    error = math.sqrt(right * (1 - right) / len(margins))
    return {"accuracy": right, "se": error, "n": len(margins), "margin": float(margins.mean())}
