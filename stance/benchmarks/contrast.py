"""Contrast sets: items that differ in one thing only, written for this project (Gardner et al. 2020)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from stance.benchmarks.files import DataError
from stance.benchmarks.loading import Item
from stance.benchmarks.systems import System
from stance.evaluation.intervals import RESAMPLES, Array, GroupBootstrap
from stance.schema import STANCES

FOLDER = Path(__file__).resolve().parent.parent / "annotations" / "contrast"
# What only changes the form of a text may move probabilities no further.
STABLE = 0.02
# Names under which sets may say which items belong together.
_GROUP_KEYS = ("pair", "group", "base", "of", "article")


def read_sets(folder: Path = FOLDER) -> dict[str, list[Item]]:
    """Read all contrast sets.

    :param folder: Folder of JSON Lines, one set a file.
    :return: Name of the set → items; ``group`` says which belong together.
    :raises DataError: If a line lacks something or its stance is unknown.
    """
    sets: dict[str, list[Item]] = {}
    for path in sorted(folder.glob("*.jsonl")):
        for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
            if line.strip():
                sets.setdefault(path.stem, []).append(_item(path, number, json.loads(line)))
    return sets


def _item(path: Path, number: int, row: Mapping[str, Any]) -> Item:
    absent = [key for key in ("quotation", "target", "stance") if not row.get(key)]
    if absent or row["stance"] not in STANCES:
        wrong = f"{', '.join(absent)} missing" if absent else f"unknown stance {row['stance']!r}"
        raise DataError(f"{path}, line {number}: {wrong}")
    name = str(row.get("id") or number)
    group = next((str(row[key]) for key in _GROUP_KEYS if row.get(key)), name)
    return Item(
        id=name,
        quotation=row["quotation"],
        target=row["target"],
        label=row["stance"],
        topic=row["target"],
        group=group,
        speaker=row.get("speaker"),
        role=row.get("role"),
        context=row.get("context"),
        cue=row.get("cue"),
    )


def measure(
    system: System, sets: Mapping[str, Sequence[Item]], resamples: int = RESAMPLES, seed: int = 0
) -> dict[str, dict[str, Any]]:
    """Score a stance model on contrast sets.

    ``accuracy`` is over items, ``all_right`` over groups of items that belong together. ``stable`` is over groups whose items share
    target and stance: those in which no probability moves by more than 0.02.

    :param system: A system that answers in stances.
    :param sets: Name of the set → items.
    :param resamples: Bootstrap resamples of groups.
    :param seed: Seed.
    :return: Set → scores.
    """
    return {name: _measure(items, system.predict(items), resamples, seed) for name, items in sets.items() if items}


def _measure(items: Sequence[Item], probabilities: Array, resamples: int, seed: int) -> dict[str, Any]:
    right = np.array([STANCES[int(p.argmax())] == item.label for item, p in zip(items, probabilities, strict=True)])
    groups: dict[str, list[int]] = {}
    for position, item in enumerate(items):
        groups.setdefault(str(item.group), []).append(position)
    bootstrap = GroupBootstrap(len(groups), resamples, seed)
    members = list(groups.values())
    sizes, hits = (np.array([float(f(m)) for m in members]) for f in (len, lambda m: right[m].sum()))
    several = np.array([float(len(m) > 1) for m in members])
    whole = np.array([float(len(m) > 1 and right[m].all()) for m in members])
    alike = np.array([float(len(m) > 1 and _alike(items[i] for i in m)) for m in members])
    still = np.array([float(np.ptp(probabilities[m], axis=0).max() <= STABLE) for m in members])
    return {
        "n": len(items),
        "groups": len(groups),
        "accuracy": bootstrap.ratio(hits, sizes).to_dict(),
        "all_right": bootstrap.ratio(whole, several).to_dict(),
        "stable": bootstrap.ratio(still * alike, alike).to_dict(),
    }


def _alike(items: Iterable[Item]) -> bool:
    return len({(item.target, item.label) for item in items}) == 1
