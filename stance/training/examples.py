"""Rows → token numbers: windows, weights, batches of few different shapes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.utils.data import Dataset, Sampler

from stance.encoding import PairEncoder, Reading
from stance.polarity import TURNED
from stance.schema import STANCES
from stance.training.splits import Row

IGNORE = -100
SENTIMENTS = ("positive", "negative", "neutral")
# torch on the CPU builds its kernels anew for every shape of a batch: these lengths and no others.
_BUCKETS = (16, 32, 48, 64, 96, 128, 192, 256, 384, 512)


def bucket(length: int, most: int) -> int:
    """Round a length up to one of a few.

    :param length: Tokens of the longest window in a batch.
    :param most: Longest window that the model reads.
    :return: The length to pad to.
    """
    return min(next((size for size in _BUCKETS if size >= length), most), max(most, length))


def class_weights(rows: Sequence[Row], mode: str) -> list[float]:
    """Weigh rows so that every stance counts the same; weights average 1.

    :param rows: Training rows.
    :param mode: ``none``, ``balanced`` over all rows, or ``source`` for balance within each source.
    :return: One weight a row.
    """
    if mode == "none":
        return [1.0] * len(rows)
    keys = [(row["source"] if mode == "source" else "", row["stance"]) for row in rows]
    count = {key: keys.count(key) for key in set(keys)}
    total = {source: sum(n for (s, _), n in count.items() if s == source) for source, _ in count}
    classes = {source: sum(s == source for s, _ in count) for source, _ in count}
    return [total[key[0]] / (classes[key[0]] * count[key]) for key in keys]


class StanceExamples(Dataset[dict[str, Any]]):
    """Windows of rows. A long row gives several windows that share its weight; ``rows_of`` says which row each is of."""

    def __init__(
        self,
        rows: Sequence[Row],
        encoder: PairEncoder,
        weights: Sequence[float] | None = None,
        soft_labels: Mapping[str, Sequence[float]] | None = None,
    ) -> None:
        """Tokenise all rows.

        :param rows: Labelled rows; a row without stance needs soft labels.
        :param encoder: Builds the windows.
        :param weights: Weight of each row in the loss.
        :param soft_labels: Row id → probabilities from an ensemble.
        """
        self.rows = list(rows)
        soft_labels = soft_labels or {}
        self.examples: list[dict[str, Any]] = []
        self.rows_of: list[int] = []
        self.turned: list[int] = []
        self.truncated = 0
        readings = [Reading.of_row(row) for row in self.rows]
        for index, windows in enumerate(encoder.encode(readings)):
            row = self.rows[index]
            order = [*range(len(STANCES))]
            if encoder.config.turns(readings[index]):
                self.turned.append(index)
                order = TURNED
            label = order[STANCES.index(row["stance"])] if row.get("stance") else IGNORE
            soft = soft_labels.get(str(row["id"]), [-1.0] * len(STANCES))
            for window in windows:
                example = {
                    "input_ids": window.input_ids,
                    "token_type_ids": window.token_type_ids,
                    "labels": label,
                    "weights": (weights[index] if weights else 1.0) / len(windows),
                    "sentiment": _index(SENTIMENTS, row.get("sentiment")),
                    "sarcasm": _index(("no", "yes"), row.get("sarcasm")),
                    "soft": [soft[i] for i in order],
                }
                self.examples.append(example)
                self.rows_of.append(index)
        self.lengths = [len(example["input_ids"]) for example in self.examples]

    def sort(self) -> StanceExamples:
        """Order the windows by length, for evaluation.

        :return: The same object.
        """
        order = sorted(range(len(self.examples)), key=lambda i: self.lengths[i])
        self.examples = [self.examples[i] for i in order]
        self.rows_of = [self.rows_of[i] for i in order]
        self.lengths = [self.lengths[i] for i in order]
        return self

    def __len__(self) -> int:
        """Return the number of windows."""
        return len(self.examples)

    def __getitem__(self, index: int) -> dict[str, Any]:
        """Return one window."""
        return self.examples[index]

    def by_row(self, logits: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
        """Average the windows of each row as prediction does, as probabilities; answers to turned targets are turned back.

        :param logits: Scores (windows, 3) in the order of this dataset.
        :return: Log-probabilities (rows, 3) at temperature 1, which calibration can scale like logits.
        """
        scores = np.asarray(logits, dtype=np.float64)
        scores = scores - scores.max(axis=1, keepdims=True)
        probabilities = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
        sums = np.zeros((len(self.rows), len(STANCES)))
        np.add.at(sums, self.rows_of, probabilities)
        counts = np.bincount(self.rows_of, minlength=len(self.rows))[:, None]
        means = sums / counts
        means[self.turned] = means[self.turned][:, TURNED]
        return np.log(np.clip(means, 1e-12, None))


def _index(names: Sequence[str], value: object) -> int:
    """Number of an auxiliary label, ``IGNORE`` where the row has none."""
    if isinstance(value, bool):
        value = "yes" if value else "no"
    name = str(value).strip().lower()
    return names.index(name) if name in names else IGNORE


class Collator:
    """Pads a batch to one of a few lengths."""

    def __init__(self, pad_token_id: int, max_length: int, type_ids: bool) -> None:
        """Prepare for a model.

        :param pad_token_id: Number of the padding token.
        :param max_length: Longest window.
        :param type_ids: Whether the model reads segments.
        """
        self.pad, self.max_length, self.type_ids = pad_token_id, max_length, type_ids

    def __call__(self, examples: Sequence[Mapping[str, Any]]) -> dict[str, torch.Tensor]:
        """Build the tensors of a batch.

        :param examples: Windows.
        :return: Name → tensor.
        """
        length = bucket(max(len(example["input_ids"]) for example in examples), self.max_length)
        ids = torch.full((len(examples), length), self.pad, dtype=torch.long)
        mask, types = torch.zeros_like(ids), torch.zeros_like(ids)
        for row, example in enumerate(examples):
            size = len(example["input_ids"])
            ids[row, :size] = torch.tensor(example["input_ids"])
            types[row, :size] = torch.tensor(example["token_type_ids"])
            mask[row, :size] = 1
        batch = {"input_ids": ids, "attention_mask": mask}
        if self.type_ids:
            batch["token_type_ids"] = types
        for name in ("labels", "sentiment", "sarcasm"):
            batch[name] = torch.tensor([example[name] for example in examples], dtype=torch.long)
        for name in ("weights", "soft"):
            batch[name] = torch.tensor([example[name] for example in examples], dtype=torch.float32)
        return batch


class BalancedSampler(Sampler[int]):
    """Every window ``weight of its source`` times an epoch, windows of like length side by side.

    A weight of 2.5 gives two copies and a random half; 0.5 another random half every epoch. The order depends on seed
    and epoch alone, so that all processes of a distributed run draw the same and a resumed run goes on where it was.
    """

    def __init__(self, repeats: Sequence[float], lengths: Sequence[int], batch_size: int, seed: int) -> None:
        """Prepare the sampler.

        :param repeats: How often each window is seen in an epoch.
        :param lengths: Tokens of each window.
        :param batch_size: Windows in a batch.
        :param seed: Seed of the order.
        """
        self.repeats = np.asarray(repeats, dtype=np.float64)
        self.lengths = np.asarray(lengths)
        self.batch_size = batch_size
        self.seed = seed
        self.epoch = 0
        size = max(1, round(float(self.repeats.sum())))
        # Full batches only: one of another size would be one more shape. What is left over comes in another epoch.
        self._size = size - size % batch_size if size >= batch_size else size

    def set_epoch(self, epoch: int) -> None:
        """Choose the order; called at the start of every epoch.

        :param epoch: Number of the epoch.
        """
        self.epoch = epoch

    def __len__(self) -> int:
        """Return the number of windows drawn in an epoch."""
        return self._size

    def __iter__(self) -> Iterator[int]:
        """Draw one epoch."""
        random = np.random.default_rng((self.seed, self.epoch))
        self.epoch += 1
        whole = np.floor(self.repeats).astype(int)
        drawn = np.repeat(np.arange(len(whole)), whole)
        missing = self._size - len(drawn)
        if missing > 0:
            part = self.repeats - whole
            share = part / part.sum() if part.sum() > 0 else None
            pool = int((part > 0).sum()) or len(part)
            drawn = np.concatenate([drawn, random.choice(len(whole), min(missing, pool), replace=False, p=share)])
        drawn = random.permutation(drawn)[: self._size]
        span = self.batch_size * 32
        batches = []
        for start in range(0, len(drawn), span):
            part = drawn[start : start + span]
            part = part[np.argsort(self.lengths[part], kind="stable")]
            batches += [part[i : i + self.batch_size] for i in range(0, len(part), self.batch_size)]
        for index in random.permutation(len(batches)):
            yield from batches[index].tolist()
