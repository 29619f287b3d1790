"""Stance of quotations toward a target.

    >>> from stance.predict import StanceClassifier
    >>> classifier = StanceClassifier.load()
    >>> classifier.predict("نطالب بخروج كل القوات الأجنبية").stance
    <Stance.FAVOR: 'favor'>

What the input may be, and what then happens:

- a string or a ``Quotation`` gives a ``Judgement``, a list of them a list, any other iterable an iterator that reads on
  as it is consumed;
- the empty string and white space say nothing: ``none`` with probability 1 and no window read;
- a text without one Arabic letter is read, and the answer is marked ``abstained``: no model of ours has learnt from such;
- a text longer than the model's window is read in overlapping windows whose probabilities are averaged, and ``windows``
  says how many; nothing is cut;
- lone surrogates count as U+FFFD.

Where the model brings a linear model (``linear.npz``) and the target is that forces leave or stay, its answer is mixed with the encoder's
in the shares that ``stance.json`` names; about every other target the encoder answers alone.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Literal, overload

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from stance.attitudes.linear import LinearStance, Mix
from stance.attitudes.subjects import asks_for_leaving
from stance.backends import Backend, ModelError
from stance.backends.folder import load_linear, read_json, resolve, shipped_models, verify
from stance.encoding import EncodingConfig, PairEncoder, Reading, Text, Window, has_arabic, make_readings
from stance.polarity import TURNED
from stance.schema import STANCES, Judgement, Quotation, Stance

__all__ = ["ModelError", "StanceClassifier", "default_classifier", "predict", "shipped_models"]

# Read ahead so that batches can be sorted by length without holding a stream in memory.
CHUNK = 1024


class StanceClassifier:
    """Says where quotations stand on a target; may be used from several threads."""

    def __init__(
        self,
        backend: Backend,
        tokenizer: Tokenizer,
        settings: Mapping[str, Any] | None = None,
        pad_token_id: int = 0,
        name: str = "model",
        linear: LinearStance | None = None,
    ) -> None:
        """Put a classifier together; use :meth:`load` for a model on disk.

        :param backend: What runs the model.
        :param tokenizer: Its tokenizer.
        :param settings: Content of ``stance.json``: encoding, temperature, threshold.
        :param pad_token_id: Number of the padding token.
        :param name: Name of the model in messages and reports.
        :param linear: What answers beside the encoder about forces that leave or stay.
        :raises ModelError: If a setting is out of range.
        """
        settings = dict(settings or {})
        try:
            self.encoding = EncodingConfig.from_dict(settings)
            self.temperature = float(settings.get("temperature", 1.0))
            self.threshold = float(settings.get("threshold", 0.0))
            self.mix = Mix.from_dict(settings.get("linear") or {})
        except (TypeError, ValueError) as error:
            raise ModelError(f"stance.json of {name}: {error}") from error
        if self.temperature <= 0 or not 0 <= self.threshold <= 1:
            raise ModelError(
                f"stance.json of {name}: temperature must be above 0 and threshold between 0 and 1, "
                f"got {self.temperature} and {self.threshold}"
            )
        if (linear is None) != (self.mix.share == 0):
            raise ModelError(f"stance.json of {name} and its linear model do not belong together; copy the model again")
        if list(settings.get("labels", STANCES)) != list(STANCES):
            raise ModelError(f"stance.json of {name}: labels must be {list(STANCES)}, got {settings['labels']}")
        self.name = str(settings.get("name", name))
        self.settings = settings
        self.backend = backend
        self.linear = linear
        self._pad = pad_token_id
        self._encoder = PairEncoder(tokenizer, self.encoding)

    @classmethod
    def load(
        cls,
        name_or_path: str | Path | None = None,
        *,
        backend: Literal["auto", "onnx", "torch"] = "auto",
        precision: Literal["auto", "int8", "fp32"] = "auto",
        threads: int | None = None,
    ) -> StanceClassifier:
        """Load a model.

        :param name_or_path: ``None`` for the shipped model; the name of a shipped model; a folder; a hub name.
        :param backend: ``auto`` takes onnxruntime where the folder has ONNX weights, torch otherwise.
        :param precision: ``auto`` takes int8 where it is there and the processor gains by it; ONNX only.
        :param threads: Threads for one batch; ``None`` takes all cores.
        :return: The classifier.
        :raises ModelError: If the model is not found, or a file of it is missing or damaged; the message names it.
        """
        if backend not in ("auto", "onnx", "torch"):
            raise ValueError(f"backend must be auto, onnx or torch, got {backend!r}")
        source = resolve(name_or_path)
        if isinstance(source, str) or backend == "torch":
            return cls._load_torch(source, threads)
        if not any(source.glob("*.onnx")) and backend == "auto":
            if (source / "model.safetensors").is_file():
                return cls._load_torch(source, threads)
            raise ModelError(
                f"{source / 'model.int8.onnx'}: the folder has neither ONNX nor safetensors weights"
                + (" (pickled weights are never loaded)" if any(source.glob("*.bin")) else "")
            )
        from stance.backends import onnx

        settings, config = read_json(source / "stance.json"), read_json(source / "config.json")
        weights, tokenizer = onnx.choose(source, precision), source / "tokenizer.json"
        for path in (weights, tokenizer):
            if not path.is_file():
                raise ModelError(f"{path}: the model folder lacks this file; export or copy the model again")
            verify(path, settings)
        try:
            loaded = Tokenizer.from_file(str(tokenizer))
        except Exception as error:  # the Rust library raises plain Exception
            raise ModelError(f"{tokenizer}: not a tokenizer ({error}); export or copy the model again") from error
        runner = onnx.OnnxBackend(weights, threads)
        pad = int(config.get("pad_token_id") or 0)
        return cls(runner, loaded, settings, pad, source.name, load_linear(source, settings))

    @classmethod
    def _load_torch(cls, source: Path | str, threads: int | None) -> StanceClassifier:
        from stance.backends.torch import TorchBackend

        settings = TorchBackend.settings(source)
        if isinstance(source, Path):
            verify(source / "model.safetensors", settings)
        runner = TorchBackend(source, threads)
        length = settings.setdefault("max_length", min(256, runner.max_length - 2))
        settings.setdefault("stride", min(32, int(length) // 4))
        if "normalisation" not in settings:
            # A hub model has its own ideas of spelling; only marks, which no published vocabulary holds, are taken out.
            settings["normalisation"] = "marks"
        linear = load_linear(source, settings) if isinstance(source, Path) else None
        return cls(runner, runner.tokenizer, settings, runner.pad_token_id, str(source), linear)

    @overload
    def predict(
        self,
        x: Text,
        target: str | None = None,
        speakers: str | None = None,
        *,
        contexts: str | None = None,
        batch_size: int = 32,
    ) -> Judgement: ...

    @overload
    def predict(
        self,
        x: list[str] | list[Quotation] | list[Text] | tuple[Text, ...],
        target: str | Iterable[str] | None = None,
        speakers: str | Iterable[str | None] | None = None,
        *,
        contexts: Iterable[str | None] | None = None,
        batch_size: int = 32,
    ) -> list[Judgement]: ...

    @overload
    def predict(
        self,
        x: Iterator[Text],
        target: str | Iterable[str] | None = None,
        speakers: str | Iterable[str | None] | None = None,
        *,
        contexts: Iterable[str | None] | None = None,
        batch_size: int = 32,
    ) -> Iterator[Judgement]: ...

    def predict(
        self,
        x: Text | Iterable[Text],
        target: str | Iterable[str] | None = None,
        speakers: str | Iterable[str | None] | None = None,
        *,
        contexts: str | Iterable[str | None] | None = None,
        batch_size: int = 32,
    ) -> Judgement | list[Judgement] | Iterator[Judgement]:
        """Judge one text or many.

        :param x: A string or ``Quotation``; a list or tuple of them; or any iterable, which is streamed.
        :param target: One target for all, or one a text; ``None`` takes the withdrawal of forces from Iraq.
        :param speakers: One speaker for all, or one a text; a ``Quotation`` brings its own.
        :param contexts: The sentence before each quotation; read by models with the variant ``context`` only.
        :param batch_size: Windows in one run of the model.
        :return: A judgement; a list in the order of ``x``; or an iterator in the order of ``x``.
        :raises TypeError: If an item is neither a string nor a ``Quotation``.
        :raises ValueError: If targets, speakers or contexts are not as many as the texts, or a target is too long.
        """
        one = isinstance(x, str | Quotation)
        judgements = self._judge(make_readings(x, target, speakers, contexts), batch_size)
        if one:
            return next(judgements)
        return list(judgements) if isinstance(x, Sequence) else judgements

    def predict_proba(
        self,
        x: Text | Iterable[Text],
        target: str | Iterable[str] | None = None,
        speakers: str | Iterable[str | None] | None = None,
        *,
        contexts: str | Iterable[str | None] | None = None,
        batch_size: int = 32,
    ) -> NDArray[np.float64]:
        """Return calibrated probabilities; the parameters are those of :meth:`predict`.

        :param x: One text or many; an iterable is consumed.
        :param target: One target for all, or one a text.
        :param speakers: One speaker for all, or one a text.
        :param contexts: The sentence before each quotation.
        :param batch_size: Windows in one run of the model.
        :return: Array (n, 3) in the order of ``Stance``: favor, against, none. One text gives (1, 3).
        """
        parts = [p for p, _ in self._chunks(make_readings(x, target, speakers, contexts), batch_size)]
        return np.concatenate(parts) if parts else np.zeros((0, len(STANCES)))

    def predict_rows(self, rows: Iterable[Mapping[str, Any]], batch_size: int = 32) -> NDArray[np.float64]:
        """Return calibrated probabilities for rows as ``stance.dataset`` gives them, read as in training.

        :param rows: Mappings with ``target`` and ``quotation``, and ``speaker``, ``role``, ``context`` and ``cue`` where known.
        :param batch_size: Windows in one run of the model.
        :return: Array (n, 3) in the order of ``Stance``.
        """
        parts = [p for p, _ in self._chunks(map(Reading.of_row, rows), batch_size)]
        return np.concatenate(parts) if parts else np.zeros((0, len(STANCES)))

    def _judge(self, readings: Iterator[Reading], batch_size: int) -> Iterator[Judgement]:
        """Stream judgements; reads ahead by one chunk."""
        while chunk := list(islice(readings, CHUNK)):
            probabilities, windows = self._probabilities(chunk, batch_size)
            for reading, row, count in zip(chunk, probabilities, windows, strict=True):
                best = int(row.argmax())
                confidence = float(row[best])
                unread = count > 0 and not has_arabic(reading.quotation)
                yield Judgement(
                    target=reading.target,
                    stance=Stance(STANCES[best]),
                    probabilities={stance: float(value) for stance, value in zip(STANCES, row, strict=True)},
                    confidence=confidence,
                    abstained=unread or confidence < self.threshold,
                    windows=count,
                )

    def _chunks(self, readings: Iterator[Reading], batch_size: int) -> Iterator[tuple[NDArray[np.float64], list[int]]]:
        while chunk := list(islice(readings, CHUNK)):
            yield self._probabilities(chunk, batch_size)

    def _probabilities(self, readings: list[Reading], batch_size: int) -> tuple[NDArray[np.float64], list[int]]:
        """Average the probabilities of each reading's windows."""
        if batch_size < 1:
            raise ValueError(f"batch_size must be at least 1, got {batch_size}")
        result = np.zeros((len(readings), len(STANCES)))
        counts = [0] * len(readings)
        said = [i for i, reading in enumerate(readings) if reading.quotation.strip()]
        flat: list[tuple[int, Window]] = []
        for i, windows in zip(said, self._encoder.encode([readings[i] for i in said]), strict=True):
            counts[i] = len(windows)
            flat += ((i, window) for window in windows)
        flat.sort(key=lambda item: len(item[1].input_ids))
        for start in range(0, len(flat), batch_size):
            batch = flat[start : start + batch_size]
            probabilities = self._run([window for _, window in batch])
            np.add.at(result, [i for i, _ in batch], probabilities)
        for i, count in enumerate(counts):
            result[i] = result[i] / count if count else (0.0, 0.0, 1.0)
        if self.linear is not None:
            asked = [i for i in said if asks_for_leaving(readings[i].target)]
            result[asked] = self.mix(self.linear.predict_proba(readings[i] for i in asked), result[asked])
        for i, reading in enumerate(readings):
            if self.encoding.turns(reading):
                result[i] = result[i][TURNED]
        return result, counts

    def _run(self, windows: list[Window]) -> NDArray[np.float64]:
        """Pad a batch, run it, and apply the temperature (Guo et al. 2017): softmax(logits / T)."""
        longest = max(len(window.input_ids) for window in windows)
        ids = np.full((len(windows), longest), self._pad, dtype=np.int64)
        mask, types = np.zeros_like(ids), np.zeros_like(ids)
        for row, window in enumerate(windows):
            length = len(window.input_ids)
            ids[row, :length], types[row, :length], mask[row, :length] = window.input_ids, window.token_type_ids, 1
        logits = self.backend.logits(ids, mask, types).astype(np.float64) / self.temperature
        logits -= logits.max(axis=1, keepdims=True)
        exponentials = np.exp(logits)
        return exponentials / exponentials.sum(axis=1, keepdims=True)


_default: StanceClassifier | None = None
_lock = threading.Lock()


def default_classifier() -> StanceClassifier:
    """Load the shipped model once, whichever thread asks first.

    :return: The shared classifier.
    """
    global _default
    with _lock:
        if _default is None:
            _default = StanceClassifier.load()
        return _default


def predict(texts: Text | Sequence[Text], target: str | None = None) -> Judgement | list[Judgement]:
    """Judge texts with the shipped model, which is loaded at the first call and kept.

    :param texts: One text or a list.
    :param target: The target; ``None`` takes the withdrawal of forces from Iraq.
    :return: A judgement, or a list of them.
    """
    return default_classifier().predict(texts, target)  # type: ignore[arg-type,return-value]
