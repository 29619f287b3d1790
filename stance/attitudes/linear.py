"""The linear model over words, letters and attitudes: numpy only, so that it runs where the encoder runs.

Features are hashed (Weinberger et al. 2009) into one table, term frequencies are sublinear and weighted by inverse document
frequency (Salton and Buckley 1988), and each stance has a logistic regression against the other two, whose probabilities are
scaled to sum to 1. It was trained on foreign forces leaving and staying and knows no other target.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

import numpy as np
from numpy.typing import NDArray

from stance.attitudes.features import BLOCKS, Features, blocks
from stance.attitudes.subjects import speaks_of_others
from stance.encoding import Reading
from stance.schema import STANCES

BUCKETS = 2**18
#: Blocks whose features count as often as they occur, and more where they are rare.
WEIGHTED = ("words", "letters")

Floats = NDArray[np.float64]
NOWHERE = np.array([0.0, 0.0, 1.0])


def bucket(block: str, feature: str) -> int:
    """Number a feature.

    :param block: Its block.
    :param feature: Its name.
    :return: A number below ``BUCKETS``; two features may share one.
    """
    return zlib.crc32(f"{block}:{feature}".encode()) % BUCKETS


def hashed(reading: Reading) -> dict[str, dict[int, float]]:
    """Describe a reading by numbers.

    :param reading: What is asked about.
    :return: Block → number of the feature → frequency, of words and letters 1 + ln(count).
    """
    return {block: _numbered(block, found) for block, found in blocks(reading).items()}


def _numbered(block: str, found: Features) -> dict[int, float]:
    counts: dict[int, float] = {}
    for feature, value in found.items():
        number = bucket(block, feature)
        counts[number] = counts.get(number, 0.0) + value
    # In order of their numbers: concepts come out of sets, and sums of the same numbers in another order are not quite the same.
    ordered = sorted(counts.items())
    return {n: 1 + math.log(count) if block in WEIGHTED else count for n, count in ordered}


@dataclass(frozen=True, slots=True)
class Mix:
    """How the answers of a linear model and of an encoder become one: a weighted mean, then a temperature.

    ``share`` is the linear model's, 0 to 1; ``temperature`` flattens (above 1) or sharpens the mean p: p^(1/T), scaled to sum to 1.
    """

    share: float = 0.0
    temperature: float = 1.0

    def __post_init__(self) -> None:
        if not 0 <= self.share <= 1 or self.temperature <= 0:
            raise ValueError(
                f"the share of a linear model must be between 0 and 1 and its temperature above 0, got {self.share} and {self.temperature}"
            )

    def __call__(self, linear: Floats, encoder: Floats) -> Floats:
        """Mix.

        :param linear: Probabilities (n, 3).
        :param encoder: Probabilities (n, 3).
        :return: Probabilities (n, 3).
        """
        mean = self.share * linear + (1 - self.share) * encoder
        powers = np.maximum(mean, np.finfo(np.float64).tiny) ** (1 / self.temperature)
        return powers / powers.sum(axis=1, keepdims=True)

    @classmethod
    def from_dict(cls, data: Mapping[str, float]) -> Mix:
        """Read the mix of ``stance.json``.

        :param data: ``share`` and ``temperature``; nothing for a model without a linear one.
        :return: The mix.
        """
        return cls(**{key: float(data[key]) for key in cls.__dataclass_fields__ if key in data})


@dataclass(frozen=True, slots=True)
class LinearStance:
    """Weights that were fitted by ``scripts/train_linear.py``.

    ``weights`` is (BUCKETS, 3), in the order of ``STANCES``; ``rarity`` (BUCKETS,) is what a feature's frequency is multiplied by, 0 for
    features too rare to be used; ``bias`` (3,). ``elsewhere`` is the share of ``none`` among real quotations that name another country or
    army than their target's: so far the answer is moved to ``none`` where a reading does that.
    """

    weights: NDArray[np.floating]
    rarity: NDArray[np.floating]
    bias: Floats
    elsewhere: float = 0.0

    def __post_init__(self) -> None:
        expected = {"weights": (BUCKETS, len(STANCES)), "rarity": (BUCKETS,), "bias": (len(STANCES),)}
        for name, shape in expected.items():
            if getattr(self, name).shape != shape:
                raise ValueError(f"{name} of a linear model must be {shape}, got {getattr(self, name).shape}")

    def predict_proba(self, readings: Iterable[Reading], use: Sequence[str] = BLOCKS) -> Floats:
        """Answer readings: favor of leaving, against it, none. A target that asks for staying must be turned by the caller.

        :param readings: What is asked about.
        :param use: The blocks that the model was fitted on; features of another block may share a bucket with theirs.
        :return: Array (n, 3) in the order of ``STANCES``.
        """
        readings = list(readings)
        if not readings:
            return np.zeros((0, len(STANCES)))
        each = 1 / (1 + np.exp(-np.stack([self._score(hashed(reading), use) for reading in readings])))
        answers = each / each.sum(axis=1, keepdims=True)
        others = np.array([speaks_of_others(reading) for reading in readings])
        answers[others] = (1 - self.elsewhere) * answers[others] + self.elsewhere * NOWHERE
        return answers

    def _score(self, described: Mapping[str, Mapping[int, float]], use: Sequence[str]) -> Floats:
        score = self.bias.astype(np.float64)
        for block in use:
            numbers, values = self.scaled(described[block])
            score = score + values @ self.weights[numbers].astype(np.float64)
        return score

    def scaled(self, counts: Mapping[int, float]) -> tuple[NDArray[np.int64], Floats]:
        """Weigh one block by rarity and scale it to length 1.

        :param counts: Number of the feature → frequency.
        :return: Numbers and values of the features that the model knows.
        """
        numbers = np.fromiter(counts, dtype=np.int64, count=len(counts))
        values = np.fromiter(counts.values(), dtype=np.float64, count=len(counts)) * self.rarity[numbers]
        known = values > 0
        numbers, values = numbers[known], values[known]
        return numbers, values / (np.linalg.norm(values) or 1.0)

    def save(self, path: Path) -> None:
        """Write the model.

        :param path: An ``.npz`` file.
        """
        arrays = {name: getattr(self, name).astype(np.float16) for name in ("weights", "rarity")}
        arrays |= {"bias": np.asarray(self.bias, np.float64), "elsewhere": np.float64(self.elsewhere)}
        with ZipFile(path, "w", ZIP_DEFLATED) as archive:
            for name, array in arrays.items():
                content = BytesIO()
                np.save(content, array, allow_pickle=False)
                # numpy.savez writes the time of day into the file; the same model shall have the same hash.
                archive.writestr(ZipInfo(f"{name}.npy"), content.getvalue(), ZIP_DEFLATED)

    @classmethod
    def load(cls, path: Path) -> LinearStance:
        """Read a model; nothing in the file is executed.

        :param path: An ``.npz`` file that :meth:`save` wrote.
        :return: The model.
        :raises ValueError: If the file is damaged or not such a model.
        """
        try:
            with np.load(path, allow_pickle=False) as stored:
                return cls(stored["weights"], stored["rarity"], stored["bias"], float(stored["elsewhere"]))
        except (OSError, EOFError, KeyError, ValueError, BadZipFile, zlib.error) as error:
            raise ValueError(f"{path}: not a linear model ({error})") from error
