"""A trained model → a model folder: ONNX fp32 and int8, tokenizer, calibration, card, with a check that they agree."""

from __future__ import annotations

import hashlib
import shutil
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch import nn
from transformers import AutoModelForSequenceClassification

from stance.backends.folder import LINEAR, read_json
from stance.backends.onnx import FILES, OnnxBackend
from stance.encoding import EncodingConfig, PairEncoder, Reading, Window
from stance.schema import STANCES
from stance.training.calibrate import softmax
from stance.training.card import render_card
from stance.training.config import TrainConfig
from stance.training.runs import write_json
from stance.training.splits import Loader, make_splits

# Smaller matrices (segment embeddings, the classifier) are not worth a rounding error.
MIN_QUANTISED = 16

#: An export whose labels differ from torch's on more than this share of dev is not written.
MAX_DIFFERENT = 0.01
_OPSET = 18


class ExportError(RuntimeError):
    """The exported model does not answer as the trained one does."""


@dataclass(frozen=True, slots=True)
class Parity:
    """How far an exported model's answers lie from the trained one's."""

    rows: int
    different: float
    largest_difference: float


class _Logits(nn.Module):
    """Takes tensors by position and returns the scores alone, in the order of ``Stance``."""

    def __init__(self, model: nn.Module, names: Sequence[str], order: Sequence[int]) -> None:
        super().__init__()
        self.model, self.names = model, list(names)
        self.order = None if list(order) == list(range(len(order))) else list(order)

    def forward(self, *tensors: torch.Tensor) -> torch.Tensor:
        logits = self.model(**dict(zip(self.names, tensors, strict=True))).logits
        return logits if self.order is None else logits[:, self.order]


def export_model(
    source: Path,
    target: Path,
    readings: Sequence[Reading],
    precisions: Sequence[str] = ("fp32", "int8"),
    fp16: bool = True,
    max_different: float = MAX_DIFFERENT,
) -> dict[str, Parity]:
    """Write a model folder.

    :param source: Folder with ``config.json``, ``model.safetensors``, ``tokenizer.json`` and ``stance.json``.
    :param target: The model folder; files of the same name are replaced once everything has passed.
    :param readings: What the check asks, dev for instance.
    :param precisions: ``fp32`` and ``int8``; only these ONNX files are kept.
    :param fp16: Also write ``model.safetensors`` in half precision, for fine-tuning further.
    :param max_different: Share of readings whose label may differ.
    :return: The result of the check of every precision.
    :raises ExportError: If labels differ too often.
    :raises ValueError: If there is nothing to check with, or a precision is unknown.
    """
    if not readings:
        raise ValueError("the export needs readings to check itself with; give the rows of dev")
    if unknown := set(precisions) - set(FILES) or not precisions:
        raise ValueError(f"precisions must be among {', '.join(FILES)}, got {unknown or 'none'}")
    settings = read_json(source / "stance.json")
    model = AutoModelForSequenceClassification.from_pretrained(source, use_safetensors=True, dtype=torch.float32).eval()
    tokenizer = Tokenizer.from_file(str(source / "tokenizer.json"))
    windows = _windows(tokenizer, EncodingConfig.from_dict(settings), readings)
    work = target.parent / f".{target.name}.partial"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    try:
        write_onnx(model, work / FILES["fp32"], bool(getattr(model.config, "type_vocab_size", 0) > 1))
        if "int8" in precisions:
            quantise(work / FILES["fp32"], work / FILES["int8"])
        expected = _torch_probabilities(model, windows)
        checked = {}
        for name in precisions:
            checked[name] = compare(expected, _onnx_probabilities(work / FILES[name], windows, _pad(model)))
            if checked[name].different > max_different:
                raise ExportError(
                    f"{name}: labels differ from the trained model's on {100 * checked[name].different:.1f} % of "
                    f"{checked[name].rows} readings, at most {100 * max_different:.1f} % are allowed; nothing was written"
                )
        if "fp32" not in precisions:
            (work / FILES["fp32"]).unlink()
        _copy_rest(source, work, settings, fp16)
        target.mkdir(parents=True, exist_ok=True)
        for stale in (*FILES.values(), "model.safetensors"):
            (target / stale).unlink(missing_ok=True)
        for path in work.iterdir():
            path.replace(target / path.name)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return checked


def write_onnx(model: nn.Module, path: Path, segments: bool) -> None:
    """Export to ONNX with free batch size and length.

    :param model: A sequence classification model.
    :param path: The file.
    :param segments: Whether the model reads segment numbers.
    """
    names = ["input_ids", "attention_mask"] + (["token_type_ids"] if segments else [])
    example = tuple(torch.ones((2, 16), dtype=torch.long) for _ in names)
    batch, length = torch.export.Dim("batch", min=1), torch.export.Dim("length", min=2)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        program = torch.onnx.export(
            _Logits(model, names, _order(model)).eval(),
            example,
            input_names=names,
            output_names=["logits"],
            dynamic_shapes=(tuple({0: batch, 1: length} for _ in names),),
            opset_version=_OPSET,
            dynamo=True,
            verbose=False,
            external_data=False,
        )
    assert program is not None
    program.save(str(path), external_data=False)


def _order(model: Any) -> list[int]:
    names = {str(label).lower(): int(i) for i, label in model.config.id2label.items()}
    return [names[stance] for stance in STANCES]


def quantise(source: Path, target: Path) -> None:
    """Store every weight matrix as int8 with one scale a row or column; the runtime unfolds them when it loads the model.

    Activations stay in single precision: quantised as they come, they changed 2.2 % of a small model's labels on dev.

    :param source: The fp32 model.
    :param target: The int8 model.
    """
    model = onnx.load(str(source))
    graph = model.graph
    del graph.value_info[:]
    unfolded = []
    for tensor in list(graph.initializer):
        if len(tensor.dims) != 2 or tensor.data_type != onnx.TensorProto.FLOAT or min(tensor.dims) < MIN_QUANTISED:
            continue
        weights = onnx.numpy_helper.to_array(tensor)
        # Embeddings get a scale a piece, products a scale an output.
        axis = 0 if weights.shape[0] > weights.shape[1] * 4 else 1
        scale = np.maximum(np.abs(weights).max(axis=1 - axis), 1e-12).astype(np.float32) / 127
        rounded = np.clip(np.rint(weights / np.expand_dims(scale, 1 - axis)), -127, 127).astype(np.int8)
        names = [f"{tensor.name}.{part}" for part in ("int8", "scale")]
        for name, values in zip(names, (rounded, scale), strict=True):
            graph.initializer.append(onnx.numpy_helper.from_array(values, name))
        unfolded.append(onnx.helper.make_node("DequantizeLinear", names, [tensor.name], axis=axis))
        graph.initializer.remove(tensor)
    nodes = [*unfolded, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)
    onnx.save(model, str(target))


def compare(expected: np.ndarray, found: np.ndarray) -> Parity:
    """Compare two sets of probabilities.

    :param expected: Of the trained model (rows, 3).
    :param found: Of the exported one.
    :return: Share of different labels and the largest difference of a probability.
    """
    different = float((expected.argmax(1) != found.argmax(1)).mean())
    return Parity(len(expected), different, float(np.abs(expected - found).max()))


def _pad(model: Any) -> int:
    return int(model.config.pad_token_id or 0)


def _windows(tokenizer: Tokenizer, config: EncodingConfig, readings: Sequence[Reading]) -> list[Window]:
    """First windows of the readings: what the rest of a long text says is another question of the same kind."""
    return [windows[0] for windows in PairEncoder(tokenizer, config).encode(readings)]


def _batches(windows: Sequence[Window], pad: int, size: int = 16) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    batches = []
    for start in range(0, len(windows), size):
        part = windows[start : start + size]
        length = max(len(window.input_ids) for window in part)
        ids = np.full((len(part), length), pad, dtype=np.int64)
        mask, types = np.zeros_like(ids), np.zeros_like(ids)
        for row, window in enumerate(part):
            n = len(window.input_ids)
            ids[row, :n], types[row, :n], mask[row, :n] = window.input_ids, window.token_type_ids, 1
        batches.append((ids, mask, types))
    return batches


def _torch_probabilities(model: Any, windows: Sequence[Window]) -> np.ndarray:
    results = []
    segments = getattr(model.config, "type_vocab_size", 0) > 1
    with torch.inference_mode():
        for ids, mask, types in _batches(windows, _pad(model)):
            inputs = {"input_ids": torch.from_numpy(ids), "attention_mask": torch.from_numpy(mask)}
            if segments:
                inputs["token_type_ids"] = torch.from_numpy(types)
            results.append(model(**inputs).logits.numpy()[:, _order(model)])
    return softmax(np.concatenate(results))


def _onnx_probabilities(path: Path, windows: Sequence[Window], pad: int) -> np.ndarray:
    backend = OnnxBackend(path)
    return softmax(np.concatenate([backend.logits(*batch) for batch in _batches(windows, pad)]))


def _copy_rest(source: Path, work: Path, settings: dict[str, Any], fp16: bool) -> None:
    """Copy tokenizer and configuration, write half-precision weights and the hashes of everything."""
    for name in ("config.json", "tokenizer.json", "tokenizer_config.json", "vocab.txt", "special_tokens_map.json"):
        if (source / name).exists():
            shutil.copyfile(source / name, work / name)
    if fp16:
        tensors = load_file(source / "model.safetensors")
        halves = {name: t.to(torch.float16) if t.is_floating_point() else t for name, t in tensors.items()}
        save_file(halves, work / "model.safetensors", metadata={"format": "pt"})
    write_settings(work, settings)


def write_settings(folder: Path, settings: Mapping[str, Any]) -> None:
    """Write ``stance.json`` with the hash of every file that a model is loaded from.

    :param folder: The model folder.
    :param settings: Encoding, calibration, name; an older ``sha256`` is replaced.
    """
    loaded = [
        p for p in folder.iterdir() if p.suffix in (".onnx", ".safetensors") or p.name in ("tokenizer.json", LINEAR)
    ]
    hashes = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(loaded)}
    write_json(folder / "stance.json", {**settings, "sha256": hashes})


def export_run(
    run: Path,
    target: Path,
    config: TrainConfig,
    precisions: Sequence[str] = ("fp32", "int8"),
    fp16: bool = True,
    notes: str = "",
    load: Loader | None = None,
) -> dict[str, Any]:
    """Export a run's model with its metrics and card, checked on the run's dev rows.

    :param run: A run folder.
    :param target: The model folder.
    :param config: The run's configuration.
    :param precisions: ONNX files to keep.
    :param fp16: Also write half-precision weights.
    :param notes: Markdown to add to the card.
    :param load: Gives the rows; ``None`` takes ``stance.dataset``.
    :return: Precision → result of the check.
    :raises ExportError: If labels differ too often, or the run has no model.
    """
    from stance.training.finetune import load_rows

    if not (run / "model" / "stance.json").exists():
        raise ExportError(
            f"{run / 'model'}: the run has no model (cross-validation alone gives none); train with folds=0"
        )
    summary, data, environment = (read_json(run / f"{name}.json") for name in ("metrics", "data", "environment"))
    dev = make_splits((load or load_rows)(config), config)["dev"]
    checked = export_model(run / "model", target, [Reading.of_row(row) for row in dev], precisions, fp16)
    parity = {name: asdict(result) for name, result in checked.items()}
    files = {path.name: path.stat().st_size for path in target.iterdir() if path.suffix in (".onnx", ".safetensors")}
    write_json(target / "metrics.json", {**summary, "export": {"files": files, "parity": parity}})
    card = render_card(config, summary, data, environment, {"files": files, "parity": parity}, notes)
    (target / "README.md").write_text(card, encoding="utf-8")
    return parity
