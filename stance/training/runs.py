"""The run folder: what was asked for, with which packages and data, and what came out."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stance.schema import STANCES
from stance.training.calibrate import softmax
from stance.training.config import ConfigError, TrainConfig, load_config, save_config
from stance.training.splits import Row, Splits, read_rows

_PACKAGES = ("arabic-stance", "torch", "transformers", "tokenizers", "accelerate", "datasets", "numpy", "scikit-learn",
             "scipy", "safetensors", "onnx", "onnxruntime", "onnxscript")  # fmt: skip
# Keys that may differ when a run is taken up again: they change where or how fast it runs, not what it learns.
_FREE_KEYS = {"output", "threads", "workers", "keep_checkpoints", "benchmarks", "corpus", "test"}


@dataclass(frozen=True)
class Part:
    """One training: a seed, and a fold where there are folds."""

    seed: int
    fold: int | None
    folder: Path
    splits: Splits = field(repr=False)


def write_json(path: Path, data: Any) -> None:
    """Write JSON so that a kill leaves the old file or the new one, never half of it.

    :param path: The file.
    :param data: What to write.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.partial")
    partial.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    partial.replace(path)


def environment() -> dict[str, Any]:
    """Describe the machine and the packages.

    :return: Versions, processor and commit, as far as they can be found out.
    """
    versions = {}
    for name in _PACKAGES:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    try:
        git = ["git", "-C", str(Path(__file__).parent), "rev-parse", "HEAD"]
        commit = subprocess.run(git, capture_output=True, text=True, timeout=10, check=True).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        commit = None
    return {
        "python": platform.python_version(),
        "platform": platform.platform(),
        "cores": os.cpu_count(),
        "processes": int(os.environ.get("WORLD_SIZE", "1")),
        "packages": versions,
        "commit": commit,
    }


def open_run(config: TrainConfig, data: Mapping[str, Any], write: bool = True) -> Path:
    """Create the run folder, or take up the one that is there.

    :param config: The configuration.
    :param data: Hashes and counts of the data.
    :param write: False in all but one process of a distributed run.
    :return: The folder.
    :raises ConfigError: If the folder holds a run with another configuration or other data.
    """
    folder, settings = config.folder, config.folder / "config.yaml"
    if settings.exists():
        before, now = load_config(settings).model_dump(), config.model_dump()
        changed = [key for key in now if key not in _FREE_KEYS and before[key] != now[key]]
        hashes = folder / "data.json"
        if hashes.exists() and _trained_on(json.loads(hashes.read_text(encoding="utf-8"))) != _trained_on(data):
            changed.append("the data")
        if changed:
            raise ConfigError(
                f"{folder} holds a run with other settings ({', '.join(changed)}): choose another name=… or delete it"
            )
    if write:
        folder.mkdir(parents=True, exist_ok=True)
        save_config(config, settings)
        write_json(folder / "environment.json", environment())
        write_json(folder / "data.json", data)
    return folder


def _trained_on(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: data.get(name) for name in ("train", "dev")}


def write_predictions(path: Path, rows: Sequence[Row], logits: NDArray[np.float64]) -> None:
    """Write one line a row: id, source, article, gold stance, probabilities at temperature 1; the target's hash, and no text.

    :param path: A JSON Lines file.
    :param rows: The rows.
    :param logits: Scores or log-probabilities (rows, 3).
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as file:
        for row, values in zip(rows, softmax(logits), strict=True):
            line = {key: row.get(key) for key in ("id", "source", "article", "stance", "clear")}
            line["target"] = hashlib.sha256(str(row["target"]).encode("utf-8", "replace")).hexdigest()[:12]
            line["probabilities"] = {s: round(float(p), 6) for s, p in zip(STANCES, values, strict=True)}
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


def read_predictions(path: Path) -> tuple[list[dict[str, Any]], NDArray[np.float64]]:
    """Read what :func:`write_predictions` wrote.

    :param path: The file.
    :return: Lines, and log-probabilities (rows, 3).
    """
    lines = read_rows(path)
    values = np.array([[line["probabilities"][s] for s in STANCES] for line in lines], dtype=np.float64)
    return lines, np.log(np.clip(values.reshape(len(lines), len(STANCES)), 1e-6, None))


def read_soft_labels(path: str | Path) -> dict[str, list[float]]:
    """Read soft labels: JSON Lines with ``id`` and ``probabilities``.

    :param path: The file.
    :return: Row id → probabilities in the order of ``Stance``.
    :raises ConfigError: If a line lacks a stance; file and line are named.
    """
    found = {}
    for number, line in enumerate(read_rows(path), 1):
        try:
            found[str(line["id"])] = [float(line["probabilities"][stance]) for stance in STANCES]
        except (KeyError, TypeError, ValueError) as error:
            raise ConfigError(
                f"{path}, line {number}: needs 'id' and 'probabilities' of {', '.join(STANCES)}"
            ) from error
    return found
