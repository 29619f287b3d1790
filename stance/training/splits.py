"""Labelled rows → train, dev and test, by article and never by quotation."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from stance.schema import STANCES
from stance.training.config import ConfigError, TrainConfig

Row = Mapping[str, Any]
Splits = dict[str, list[Row]]
Loader = Callable[[TrainConfig], Mapping[str, Sequence[Row]]]


def group(row: Row) -> str:
    """Name what must not be torn apart: the row's article, or the row itself where it has none.

    :param row: A labelled row.
    :return: A key.
    """
    return f"{row['source']}:{row['article'] or row['id']}"


def draw(key: str) -> float:
    """Map a key to a number in 0…1 that is the same on every machine and in every run.

    :param key: Any string.
    :return: The number.
    """
    return int.from_bytes(hashlib.sha256(key.encode("utf-8", "replace")).digest()[:8], "big") / 2**64


def make_splits(rows: Mapping[str, Sequence[Row]], config: TrainConfig) -> Splits:
    """Complete the given splits: a source without dev gives up ``dev_fraction`` of its training articles for it.

    :param rows: Split → rows; ``train`` is needed, ``dev`` and ``test`` are kept as given.
    :param config: Names the sources and the fraction.
    :return: ``train``, ``dev`` and ``test`` with the sources of the configuration.
    :raises ConfigError: If a source has no training rows, or a stance is unknown.
    """
    splits: Splits = {"train": [], "dev": [], "test": []}
    for name, part in rows.items():
        if name not in splits:
            raise ConfigError(f"split {name!r} is not one of train, dev, test")
        splits[name] = [row for row in part if row["source"] in config.sources]
    wrong = {str(row["stance"]) for part in splits.values() for row in part} - set(STANCES)
    if wrong:
        raise ConfigError(f"stances must be {', '.join(STANCES)}; the data also has {', '.join(sorted(wrong))}")
    for source in config.sources:
        train = [row for row in splits["train"] if row["source"] == source]
        if not train:
            raise ConfigError(
                f"sources: {source!r} has no training rows; is its folder given (benchmarks=…, corpus=…)?"
            )
        if not any(row["source"] == source for row in splits["dev"]):
            keys = sorted(set(map(group, train)), key=draw)
            if len(keys) < 2:
                raise ConfigError(f"sources: {source!r} has one article only, which cannot be both train and dev")
            chosen = set(keys[: max(1, round(config.dev_fraction * len(keys)))])
            splits["dev"] += [row for row in train if group(row) in chosen]
            splits["train"] = [row for row in splits["train"] if group(row) not in chosen]
    if config.limit is not None:
        splits = {name: _limit(part, config.limit) for name, part in splits.items()}
    return splits


def _limit(rows: Sequence[Row], limit: int) -> list[Row]:
    """Keep the first rows of every source in an order that has nothing to do with the file's."""
    seen: dict[str, int] = {}
    kept = []
    for row in sorted(rows, key=lambda row: draw(f"{row['source']}:{row['id']}")):
        seen[row["source"]] = seen.get(row["source"], 0) + 1
        if seen[row["source"]] <= limit:
            kept.append(row)
    return kept


def make_folds(splits: Splits, config: TrainConfig) -> list[Splits]:
    """Cut the folded sources into k parts by article; each is the test part once and the next one is dev.

    Articles are dealt out largest first to the part that has fewest rows. All other sources keep their split. Where the
    folded sources have test rows of their own, those are left out: they are not for cross-validation.

    :param splits: The given split.
    :param config: ``folds`` and ``fold_sources``.
    :return: One split a fold.
    :raises ConfigError: If there are fewer articles than folds.
    """
    folded = [row for part in ("train", "dev") for row in splits[part] if row["source"] in config.fold_sources]
    sizes: dict[str, int] = {}
    for row in folded:
        sizes[group(row)] = sizes.get(group(row), 0) + 1
    if len(sizes) < config.folds:
        raise ConfigError(f"folds: {config.folds} folds need as many articles, {config.fold_sources} have {len(sizes)}")
    load = [0] * config.folds
    fold_of: dict[str, int] = {}
    for key in sorted(sizes, key=lambda key: (-sizes[key], draw(key))):
        fold = load.index(min(load))
        fold_of[key], load[fold] = fold, load[fold] + sizes[key]
    others = {name: [row for row in part if row["source"] not in config.fold_sources] for name, part in splits.items()}
    result = []
    for fold in range(config.folds):
        dev = (fold + 1) % config.folds
        # With two folds the other one must train; dev then comes from the other sources alone.
        kept = [
            row for row in folded if fold_of[group(row)] != fold and (config.folds == 2 or fold_of[group(row)] != dev)
        ]
        held = [row for row in folded if config.folds > 2 and fold_of[group(row)] == dev]
        result.append(
            {
                "train": others["train"] + kept,
                "dev": others["dev"] + held,
                "test": [row for row in folded if fold_of[group(row)] == fold],
            }
        )
    return result


def fingerprint(splits: Splits) -> dict[str, dict[str, Any]]:
    """Count and hash the rows of every source and split, so that a run can name exactly what it saw.

    :param splits: The split.
    :return: Split → source → rows and sha256 of ids, labels and texts.
    """
    result: dict[str, dict[str, Any]] = {}
    for name, rows in splits.items():
        for source in sorted({row["source"] for row in rows}):
            digest = hashlib.sha256()
            part = [row for row in rows if row["source"] == source]
            for row in sorted(part, key=lambda row: str(row["id"])):
                line = [row["id"], row["stance"], row["target"], row["quotation"]]
                digest.update(json.dumps(line, ensure_ascii=True).encode())
            labels = {stance: sum(row["stance"] == stance for row in part) for stance in STANCES}
            result.setdefault(name, {})[source] = {"rows": len(part), **labels, "sha256": digest.hexdigest()}
    return result


def read_rows(path: str | Path) -> list[dict[str, Any]]:
    """Read rows from JSON Lines.

    :param path: The file.
    :return: Its rows.
    :raises ConfigError: If the file is missing or a line is not JSON; file and line are named.
    """
    rows = []
    try:
        with Path(path).open(encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                try:
                    rows.append(json.loads(line))
                except ValueError as error:
                    raise ConfigError(f"{path}, line {number}: not JSON ({error})") from error
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error
    return rows
