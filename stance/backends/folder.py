"""Finding a model's folder and checking its files."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from stance.attitudes.linear import LinearStance
from stance.backends import ModelError

#: The default model.
SHIPPED_MODEL = "withdrawal"

#: Weights of the linear model, where a model folder has one.
LINEAR = "linear.npz"

_PACKAGE = Path(__file__).resolve().parents[1]
_MODEL_FOLDERS = (_PACKAGE / "models", _PACKAGE.parent / "models")


def read_json(path: Path) -> dict[str, Any]:
    """Read one of a model's JSON files.

    :param path: The file.
    :return: Its content.
    :raises ModelError: If the file is missing or is not a JSON object; the message names it.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ModelError(f"{path}: the model folder lacks this file; export or copy the model again") from error
    except (OSError, ValueError) as error:
        raise ModelError(f"{path}: not readable as JSON ({error}); export or copy the model again") from error
    if not isinstance(data, dict):
        raise ModelError(f"{path}: expected a JSON object, found {type(data).__name__}")
    return data


def shipped_models() -> dict[str, Path]:
    """Find the models that come with the library.

    :return: Name → folder: those of the installed package first, then those of the repository.
    """
    found: dict[str, Path] = {}
    for parent in _MODEL_FOLDERS:
        for name in sorted(path.parent.name for path in parent.glob("*/stance.json")):
            found.setdefault(name, parent / name)
    return found


def resolve(name_or_path: str | Path | None) -> Path | str:
    """Find a model.

    :param name_or_path: ``None`` for the shipped one, the name of a shipped one, a folder, or a hub name.
    :return: The folder, or the name itself where it can only be a hub's.
    :raises ModelError: If there is no such model.
    """
    shipped = shipped_models()
    if name_or_path is None:
        if SHIPPED_MODEL in shipped:
            return shipped[SHIPPED_MODEL]
        raise ModelError(
            f"no shipped model in {' or '.join(map(str, _MODEL_FOLDERS))}; name one: StanceClassifier.load(folder)"
        )
    if Path(name_or_path).is_dir():
        return Path(name_or_path)
    name = str(name_or_path)
    if name in shipped:
        return shipped[name]
    if isinstance(name_or_path, Path) or name.count("/") != 1 or name.startswith((".", "/", "~")):
        raise ModelError(
            f"{name}: no such folder, and not one of the shipped models ({', '.join(shipped) or 'none found'})"
        )
    return name


def verify(path: Path, settings: Mapping[str, Any]) -> None:
    """Compare a file with the hash that the export wrote into ``stance.json``, if it wrote one.

    :param path: A file of the model.
    :param settings: Content of ``stance.json``.
    :raises ModelError: If the file is another one; the message names it.
    """
    expected = settings.get("sha256", {}).get(path.name)
    if expected is None:
        return
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != expected:
        raise ModelError(
            f"{path}: damaged or replaced (its sha256 is not the one in stance.json); copy or export it again"
        )


def load_linear(folder: Path, settings: Mapping[str, Any]) -> LinearStance | None:
    """Load the linear model of a model folder.

    :param folder: The folder.
    :param settings: Content of its ``stance.json``.
    :return: The model; ``None`` where the settings name none.
    :raises ModelError: If it is missing or damaged.
    """
    if not settings.get("linear"):
        return None
    path = folder / LINEAR
    if not path.is_file():
        raise ModelError(f"{path}: the model folder lacks this file; export or copy the model again")
    verify(path, settings)
    try:
        return LinearStance.load(path)
    except ValueError as error:
        raise ModelError(f"{error}; export or copy the model again") from error
