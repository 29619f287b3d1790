"""A card: everything that has to be known of a benchmark, in one YAML file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from stance.schema import STANCES

FOLDER = Path(__file__).parent
Format = Literal["table", "arabicstancex", "unified_fc", "arastance", "withdrawal"]
METRICS = ("accuracy", "macro_f1", "f_avg_per_target", "f_avg_pooled")


class CardError(ValueError):
    """A card is wrong; the message names the file and every mistake in it."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Source(_Strict):
    """Where the files come from."""

    repository: str
    revision: str | None = None
    # {path} stands for the path of a file; None where the user brings the files.
    url: str | None = None


class DataFile(_Strict):
    """One file: its path inside the benchmark's folder, its hash, the split it holds, and its path at the source where that differs."""

    path: str
    sha256: str | None = None
    split: Literal["train", "dev", "test"] | None = None
    remote: str | None = None


class Columns(_Strict):
    """Column names of a table; ``id`` defaults to the row number, ``group`` names what is resampled together."""

    quotation: str
    label: str
    target: str | None = None
    id: str | None = None
    group: str | None = None
    speaker: str | None = None
    role: str | None = None
    context: str | None = None
    cue: str | None = None
    # Read by ``stance benchmark`` only to show what a shortcut they are; never fed to a model.
    sentiment: str | None = None


class Published(_Strict):
    """A number from a paper. ``note`` says where its metric or split differs from ours; such a row is marked."""

    system: str
    score: float
    metric: str
    source: str
    split: str = "test"
    note: str | None = None


class Card(_Strict):
    """One benchmark."""

    name: str = Field(pattern=r"^[a-z0-9_-]+$")
    title: str
    language: str
    licence: str
    citation: str
    source: Source
    format: Format
    files: tuple[DataFile, ...] = ()
    # A file in the form of ``sha256sum``, for benchmarks of many files.
    manifest: str | None = None
    columns: Columns | None = None
    delimiter: str | None = None
    label_map: dict[str, str]
    labels: tuple[str, ...] = ()
    targets: dict[str, str] = {}
    target: str | None = None
    inverted_targets: dict[str, str] = {}
    metric: str
    f_avg_labels: tuple[str, str] | None = None
    binary: tuple[str, str] | None = None
    sizes: dict[str, int] = {}
    leave_one_target_out: bool = False
    overlapping_targets: dict[str, list[str]] = {}
    problems: tuple[str, ...] = ()
    published: tuple[Published, ...] = ()
    # The folder of the card, for files that lie beside it.
    folder: Path = FOLDER

    @model_validator(mode="after")
    def _consistent(self) -> Card:
        problems = []
        unknown = sorted(set(self.label_map.values()) - set(STANCES))
        if unknown:
            problems.append(f"label_map maps to {', '.join(unknown)}; stances are {', '.join(STANCES)}")
        if self.metric not in METRICS:
            problems.append(f"metric must be one of {', '.join(METRICS)}, not {self.metric}")
        if self.metric.startswith("f_avg") and self.f_avg_labels is None:
            problems.append("F_avg needs f_avg_labels, the two labels that it averages")
        for name, pair in (("f_avg_labels", self.f_avg_labels), ("binary", self.binary)):
            if pair is not None and not set(pair) <= set(self.label_names):
                problems.append(f"{name} must be among the labels {', '.join(self.label_names)}")
        if set(self.labels) - set(self.label_map):
            problems.append(
                f"labels lack a stance in label_map: {', '.join(sorted(set(self.labels) - set(self.label_map)))}"
            )
        if self.format == "table" and (self.columns is None or not self.files):
            problems.append("a table needs columns and files")
        if self.columns and self.columns.target is None and self.target is None:
            problems.append("name the column of the target (columns.target) or the one target of all rows (target)")
        if problems:
            raise ValueError("; ".join(problems))
        return self

    @property
    def label_names(self) -> tuple[str, ...]:
        """The benchmark's own labels, in the order of columns."""
        return self.labels or tuple(self.label_map)

    @property
    def one_to_one(self) -> bool:
        """Whether every label is a stance and back: then a stance model answers the benchmark's own question."""
        stances = [self.label_map[label] for label in self.label_names]
        return len(set(stances)) == len(stances)

    @property
    def all_files(self) -> tuple[DataFile, ...]:
        """The files of the card and of its manifest."""
        if self.manifest is None:
            return self.files
        listed = []
        for line in (self.folder / self.manifest).read_text(encoding="utf-8").splitlines():
            digest, _, path = line.partition("  ")
            listed.append(DataFile(path=path, sha256=digest))
        return (*self.files, *listed)

    def revision(self) -> str:
        """Name the data: source revision and a digest of all file hashes.

        :return: For instance ``1310ffe (files 9f3c…)``.
        """
        digest = hashlib.sha256("\n".join(f"{f.sha256}  {f.path}" for f in self.all_files).encode()).hexdigest()[:12]
        return f"{self.source.revision or 'unversioned'} (files {digest})"


def read_card(path: Path) -> Card:
    """Read and check a card.

    :param path: The YAML file.
    :return: The card.
    :raises CardError: If anything is wrong with it; all mistakes at once.
    """
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise CardError(f"{path}: not YAML ({error})") from error
    if not isinstance(data, dict):
        raise CardError(f"{path}: a card is a mapping of keys")
    try:
        return Card(**{**data, "folder": path.parent})
    except ValidationError as error:
        mistakes = (f"{'.'.join(map(str, e['loc'])) or 'card'}: {e['msg']}" for e in error.errors())
        raise CardError(f"{path}: " + "; ".join(mistakes)) from error


def cards(folders: Iterable[str | Path | None] = ()) -> dict[str, Card]:
    """Find all cards: those of the library and those in the user's folders.

    :param folders: Folders that hold cards (``*.yaml``) or sub-folders with a ``card.yaml``.
    :return: Name → card; a user's card replaces one of the same name.
    :raises CardError: If a card is wrong.
    """
    found = {card.name: card for card in map(read_card, sorted(FOLDER.glob("*.yaml")))}
    for folder in folders:
        if folder is None:
            continue
        paths = [*sorted(Path(folder).glob("*/card.yaml")), *sorted(Path(folder).glob("*.yaml"))]
        found.update({card.name: card for card in map(read_card, paths)})
    return found
