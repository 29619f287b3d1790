"""Public stance sets in the shape of our rows, read by the benchmark loaders, which check every hash."""

from __future__ import annotations

import csv
import os
from pathlib import Path

from stance.benchmarks.card import cards
from stance.benchmarks.loading import Item, fingerprint, load
from stance.dataset.rows import Loaded, Row, Splits, make_row

NAMES = ("ans", "mawqif", "arabicstancex", "unified_fc")
ENVIRONMENT = "STANCE_BENCHMARKS"
# Unified-FC comes in five folds by claim: one is our test part, one dev.
_TEST_FOLD, _DEV_FOLD = 0, 1


def load_public(name: str, benchmarks: str | Path | None = None) -> Loaded:
    """Load a public set.

    Labels are mapped to favor, against and none as the benchmark's card says; targets are the card's Arabic texts.

    :param name: ``ans``, ``mawqif``, ``arabicstancex`` or ``unified_fc``.
    :param benchmarks: The user's folder of benchmarks; ``$STANCE_BENCHMARKS`` where not given. Without either, files are fetched.
    :return: Rows by split.
    :raises ValueError: If the set is unknown.
    """
    if name not in NAMES:
        raise ValueError(f"unknown public set {name!r}; there are {', '.join(NAMES)}")
    data = benchmarks or os.environ.get(ENVIRONMENT)
    benchmark = load(cards()[name], data, download=data is None)
    label_map = benchmark.card.label_map
    extra = _mawqif_labels(list(benchmark.paths.values())) if name == "mawqif" else {}
    splits: Splits = {"train": [], "dev": [], "test": []}
    for split, items in benchmark.splits.items():
        for item in items:
            row = _row(name, item, label_map[item.label]) | extra.get(item.id.partition(":")[2], {})
            splits[_fold_split(item) or split].append(row)
    if name == "unified_fc":
        splits = without_repeated(splits)
    return Loaded(splits)


def _row(name: str, item: Item, stance: str) -> Row:
    return make_row(
        id=f"{name}:{item.id}",
        source=name,
        article=item.group,
        target=item.target,
        quotation=item.quotation,
        speaker=item.speaker,
        role=item.role,
        context=item.context,
        cue=item.cue,
        stance=stance,
        clear=item.clear,
        sentiment=item.sentiment.lower() if item.sentiment else None,
    )


def _fold_split(item: Item) -> str | None:
    if item.fold is None:
        return None
    return {_TEST_FOLD: "test", _DEV_FOLD: "dev"}.get(item.fold, "train")


def _mawqif_labels(paths: list[Path]) -> dict[str, Row]:
    """Read Mawqif's sentiment and sarcasm by tweet id: labels of auxiliary tasks, never input."""
    found = {}
    for path in paths:
        for line in csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines(keepends=True)):
            found[line["ID"]] = {"sentiment": line["sentiment"].lower(), "sarcasm": line["sarcasm"].lower()}
    return found


def without_repeated(splits: Splits) -> Splits:
    """Leave out training rows whose text also occurs in dev or test, as some articles of Unified-FC do.

    :param splits: Rows by split.
    :return: The same with a smaller ``train``.
    """
    held = {fingerprint(row["quotation"]) for name in ("dev", "test") for row in splits[name]}
    return {**splits, "train": [row for row in splits["train"] if fingerprint(row["quotation"]) not in held]}
