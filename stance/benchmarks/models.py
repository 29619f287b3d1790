"""Models as systems: a folder with a trained one, or a training configuration that is fine-tuned on the benchmark."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stance.benchmarks.files import sha256
from stance.benchmarks.loading import Item
from stance.benchmarks.systems import SYSTEMS, System
from stance.evaluation.intervals import Array
from stance.schema import STANCES, Quotation, Span

if TYPE_CHECKING:
    from stance.predict import StanceClassifier

# Papers and measurements in a model folder change nothing that it answers.
_NOT_HASHED = {"README.md", "metrics.json"}
_RUN_SOURCE = "ans"


class Model:
    """A stance model from a folder, a shipped one by name, or one from a hub."""

    trains = False
    labels: tuple[str, ...] = STANCES

    def __init__(self, name: str, classifier: StanceClassifier) -> None:
        self.name, self.classifier = name, classifier

    @property
    def temperature(self) -> float:
        """The temperature that is already in the probabilities."""
        return float(self.classifier.temperature)

    def fit(self, train: Sequence[Item], labels: Sequence[str], label_map: dict[str, str]) -> None:
        """Learn nothing."""

    def predict(self, items: Sequence[Item]) -> Array:
        """Return calibrated probabilities of the stances."""
        contexts = [item.context for item in items]
        return self.classifier.predict_proba(
            [_quotation(item) for item in items], [item.target for item in items], contexts=contexts
        )


def _quotation(item: Item) -> Quotation:
    content = Span(0, len(item.quotation), item.quotation)
    cue = Span(0, len(item.cue), item.cue) if item.cue else None
    return Quotation(item.id, 0, "direct", content, cue, None, item.speaker or None, item.role or None)


class Configuration:
    """An encoder fine-tuned on the benchmark's own training split, with one seed."""

    trains = True
    labels: tuple[str, ...] = STANCES

    def __init__(self, path: Path, seed: int, output: Path, overrides: Sequence[str] = ()) -> None:
        """Describe the run.

        :param path: The YAML of the training.
        :param seed: Its seed.
        :param output: Runs are written below it.
        :param overrides: ``key=value`` settings that win over the file.
        """
        self.path, self.seed, self.output, self.overrides = path, seed, output, list(overrides)
        self.name = path.stem
        self.model: Model | None = None
        # Set by whoever runs the benchmark, where it has a development part of its own.
        self.dev: Sequence[Item] = ()

    @property
    def temperature(self) -> float:
        """The temperature that the training has fitted on its development part."""
        return self.model.temperature if self.model else 1.0

    def fit(self, train: Sequence[Item], labels: Sequence[str], label_map: dict[str, str]) -> None:
        """Fine-tune; a finished run of the same data, configuration and seed is taken up again."""
        from stance.predict import StanceClassifier
        from stance.training.config import load_config
        from stance.training.finetune import train as finetune

        # The loader below decides what is read; the source is a name that the configuration knows.
        rows = [_row(item, label_map) for item in train]
        dev = [_row(item, label_map) for item in self.dev]
        told = [
            self.path.read_text(encoding="utf-8"),
            *self.overrides,
            *(f"{r['id']} {r['stance']}" for r in rows + dev),
        ]
        digest = hashlib.sha256("\n".join(told).encode()).hexdigest()[:8]
        fixed = [f"output={self.output}", f"seeds=[{self.seed}]", f"sources=[{_RUN_SOURCE}]", "source_weights={}"]
        fixed += ["select_on=[]", "folds=0", "fold_sources=[]", "average=none", "test=false"]
        fixed += [f"name={self.name}-{digest}-{self.seed}"]
        config = load_config(self.path, [*self.overrides, *fixed])
        finetune(config, lambda _: {"train": rows, "dev": dev})
        self.model = Model(self.name, StanceClassifier.load(config.folder / "model", backend="torch"))

    def predict(self, items: Sequence[Item]) -> Array:
        """Return calibrated probabilities of the stances."""
        if self.model is None:
            raise RuntimeError("fit the configuration before predicting")
        return self.model.predict(items)


def _row(item: Item, label_map: dict[str, str]) -> dict[str, Any]:
    return {
        "id": item.id,
        "source": _RUN_SOURCE,
        "article": item.group,
        "target": item.target,
        "quotation": item.quotation,
        "speaker": item.speaker,
        "role": item.role,
        "context": item.context,
        "cue": item.cue,
        "stance": label_map[item.label],
        "kind": None,
        "start": None,
        "end": None,
        "clear": item.clear,
    }


def code_hash() -> str:
    """Hash the code of the simple systems, which is all that they are.

    :return: The first 16 digits of a SHA-256.
    """
    names = ("systems.py", "overlap.py", "lexicon.py", "embeddings.py", "loading.py")
    parts = [sha256(Path(__file__).parent / name) for name in names]
    return hashlib.sha256("".join(parts).encode()).hexdigest()[:16]


def folder_hash(folder: Path) -> str:
    """Hash everything in a model folder that decides its answers.

    :param folder: The folder.
    :return: The first 16 digits of a SHA-256.
    """
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name not in _NOT_HASHED)
    listed = "\n".join(f"{sha256(path)}  {path.relative_to(folder)}" for path in files)
    return hashlib.sha256(listed.encode()).hexdigest()[:16]


def find(name: str, seed: int = 0, output: Path = Path("runs"), overrides: Sequence[str] = ()) -> tuple[System, str]:
    """Make the system that a command names.

    :param name: A simple system, a training configuration (``.yaml``), a model folder, or the name of a shipped or hub model.
    :param seed: Seed of a training.
    :param output: Folder of training runs.
    :param overrides: ``key=value`` settings of a training.
    :return: The system and the hash of what it is.
    """
    if name in SYSTEMS:
        return SYSTEMS[name](), f"code {code_hash()}"
    path = Path(name)
    if path.suffix in (".yaml", ".yml"):
        if not path.is_file():
            raise FileNotFoundError(f"{path}: no such training configuration")
        settings = hashlib.sha256("\n".join([sha256(path), *overrides]).encode()).hexdigest()[:16]
        return Configuration(path, seed, output, overrides), f"config {settings}"
    from stance.backends.folder import resolve
    from stance.predict import StanceClassifier

    source = resolve(name)
    classifier = StanceClassifier.load(source)
    if isinstance(source, Path):
        return Model(source.resolve().name, classifier), f"model {folder_hash(source)}"
    return Model(name.replace("/", "--"), classifier), f"hub {name}"
