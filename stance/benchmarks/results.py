"""Results on disk: ``results/<model>/<benchmark>.json`` with everything that is needed to believe a number, and the answers beside it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np

from stance.benchmarks.card import FOLDER, Card
from stance.benchmarks.files import write_atomically
from stance.evaluation.intervals import Array
from stance.evaluation.metrics import Labelled

# Raised when results of older versions of this code must not be taken up again.
FORMAT = 1
_PACKAGES = ("arabic-stance", "numpy", "scipy", "scikit-learn", "onnxruntime", "torch", "transformers")


@dataclass(frozen=True, slots=True)
class Key:
    """What makes a result the same result: model, data, seeds, resamples."""

    model: str
    model_hash: str
    benchmark: str
    dataset: str
    seeds: int
    seed: int
    resamples: int

    def matches(self, result: Mapping[str, Any]) -> bool:
        """Say whether a stored result answers the same question.

        :param result: A stored result.
        :return: Whether nothing that matters has changed.
        """
        names = ("model", "model_hash", "benchmark", "dataset", "seeds", "seed", "resamples")
        return result.get("format") == FORMAT and all(result.get(name) == getattr(self, name) for name in names)

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as a JSON-ready mapping."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


def default_folder() -> Path:
    """Name the folder of results: that of the package in a checkout, ``results`` where stance is installed.

    :return: The folder.
    """
    checkout = FOLDER.parent.parent / "pyproject.toml"
    return FOLDER / "results" if checkout.is_file() else Path("results")


def versions() -> dict[str, str]:
    """List the versions that numbers may depend on.

    :return: Package → version, with Python's.
    """
    found = {"python": ".".join(map(str, sys.version_info[:3]))}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def record(key: Key, card: Card, measured: Mapping[str, Any], seconds: float, command: str) -> dict[str, Any]:
    """Put a result together.

    :param key: What was run.
    :param card: The benchmark's card.
    :param measured: What was measured.
    :param seconds: How long it took.
    :param command: The command line.
    :return: A JSON-ready mapping.
    """
    return {
        "format": FORMAT,
        **key.to_dict(),
        "title": card.title,
        **measured,
        "versions": versions(),
        "command": command,
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": round(seconds, 1),
    }


def write(folder: Path, result: Mapping[str, Any], data: Labelled, probabilities: Array, ids: Iterable[str]) -> Path:
    """Write a result, and the answers in a second file that comparisons read.

    :param folder: Folder of results.
    :param result: The result.
    :param data: Gold and predicted labels.
    :param probabilities: Probabilities in the order of ``data.labels``.
    :param ids: Item ids.
    :return: The file of the result.
    """
    path = folder / str(result["model"]) / f"{result['benchmark']}.json"
    answers = {
        "dataset": result["dataset"],
        "labels": list(data.labels),
        "pair": data.pair,
        "ids": list(ids),
        "gold": data.gold.tolist(),
        "predicted": data.predicted.tolist(),
        "targets": None if data.targets is None else list(data.targets),
        "groups": None if data.groups is None else list(data.groups),
        "probabilities": np.round(probabilities, 4).tolist(),
    }
    write_atomically(_answers_path(path), (json.dumps(answers, ensure_ascii=False) + "\n").encode())
    text = json.dumps(result, ensure_ascii=False, indent=1, allow_nan=False)
    write_atomically(path, (text + "\n").encode())
    return path


def _answers_path(path: Path) -> Path:
    return path.with_suffix(".answers.json")


def read(folder: Path, model: str, benchmark: str) -> dict[str, Any] | None:
    """Read a stored result.

    :param folder: Folder of results.
    :param model: Name of the model.
    :param benchmark: Name of the benchmark.
    :return: The result, ``None`` where there is none.
    :raises ValueError: If the file is damaged.
    """
    path = folder / model / f"{benchmark}.json"
    if not path.is_file():
        return None
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except ValueError as error:
        raise ValueError(f"{path} is damaged ({error}); delete it and run the benchmark again") from error


def read_all(folder: Path) -> list[dict[str, Any]]:
    """Read all results of a folder.

    :param folder: Folder of results.
    :return: The results by model and benchmark.
    """
    paths = sorted(p for p in folder.glob("*/*.json") if not p.name.endswith(".answers.json"))
    return [found for path in paths if (found := read(folder, path.parent.name, path.stem)) is not None]


def read_answers(folder: Path, model: str, benchmark: str) -> Labelled:
    """Read what a model answered.

    :param folder: Folder of results.
    :param model: Name of the model.
    :param benchmark: Name of the benchmark.
    :return: Gold and predicted labels.
    :raises FileNotFoundError: If the model was not run on the benchmark here.
    """
    path = _answers_path(folder / model / f"{benchmark}.json")
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing: run `stance benchmark {model} --on {benchmark}` first")
    stored = json.loads(path.read_text(encoding="utf-8"))
    return Labelled(
        tuple(stored["labels"]),
        np.array(stored["gold"], dtype=np.int64),
        np.array(stored["predicted"], dtype=np.int64),
        tuple(stored["pair"]) if stored["pair"] else None,
        stored["targets"],
        stored["groups"],
    )
