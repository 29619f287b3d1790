"""Our own benchmark: annotated quotations on the withdrawal of forces from Iraq, joined with texts that the user holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from stance.benchmarks.files import DataError
from stance.benchmarks.loading import Item
from stance.evaluation.intervals import RESAMPLES
from stance.schema import DEFAULT_TARGET

GOLD = Path(__file__).resolve().parent.parent / "annotations" / "gold"
# Annotated articles; with the user's corpus also quotations found in it, and the written ones to learn from.
ARTICLES, CORPUS, WRITTEN = "gold", "withdrawal", "written"


def load_withdrawal(corpus: str | Path | None = None) -> tuple[dict[str, list[Item]], dict[str, Path]]:
    """Load the labelled quotations by the splits of ``stance.dataset``; without the corpus, every article is a fold.

    With the corpus the test part holds the five articles and the test part of the quotations found, those on Iraq; the
    shipped model has seen neither. What it learns from, real and written, is the training part for the simple systems too.

    :param corpus: Folder of the corpus; without it only the articles of the package.
    :return: Split → items, and the annotation files.
    :raises DataError: If there is nothing to load.
    """
    from stance import dataset

    sources = [ARTICLES] if corpus is None else [ARTICLES, CORPUS, WRITTEN]
    try:
        rows: Mapping[str, Any] = dataset.load_rows(sources, benchmarks=None, corpus=corpus)  # type: ignore[attr-defined]
    except (OSError, ValueError) as error:
        raise DataError(f"withdrawal: {error}") from error
    splits = {
        split: [item_of(row) for row in part] for split, part in _report_on_articles(rows, corpus).items() if part
    }
    paths = {path.name: path for path in sorted(GOLD.glob("*.jsonl"))}
    if not splits:
        raise DataError(f"withdrawal: no labelled quotation in {GOLD}")
    if not splits.get("test"):
        items = [item for part in splits.values() for item in part]
        articles = {name: number for number, name in enumerate(sorted({item.group or item.id for item in items}))}
        splits = {"test": [replace(item, fold=articles[item.group or item.id]) for item in items]}
    return splits, paths


def _report_on_articles(rows: Mapping[str, Any], corpus: str | Path | None) -> Mapping[str, Any]:
    if corpus is None:
        return rows
    articles = [row for part in rows.values() for row in part if row["source"] == ARTICLES]
    return {
        "train": [row for row in rows["train"] if row["source"] != ARTICLES],
        "dev": rows["dev"],
        "test": articles + [row for row in rows["test"] if row["target"] == DEFAULT_TARGET],
    }


def item_of(row: Mapping[str, Any]) -> Item:
    """Make a benchmark item of a row of ``stance.dataset``.

    :param row: The row.
    :return: The item; its topic is its target.
    """
    return Item(
        id=str(row["id"]),
        quotation=row["quotation"],
        target=row["target"],
        label=row["stance"],
        topic=row["target"],
        group=row.get("article"),
        speaker=row.get("speaker"),
        role=row.get("role"),
        context=row.get("context"),
        cue=row.get("cue"),
        clear=row.get("clear") is not False,
    )


def end_to_end(
    classifier: Any, corpus: str | Path | None = None, resamples: int = RESAMPLES, seed: int = 0
) -> dict[str, Any] | None:
    """Measure extraction and stance together on the fully annotated articles.

    :param classifier: A stance classifier.
    :param corpus: Folder of the corpus; without it only the articles of the package.
    :param resamples: Bootstrap resamples.
    :param seed: Seed.
    :return: The scores; ``None`` where no annotations are there.
    """
    from stance.evaluation.endtoend import end_to_end as measure
    from stance.evaluation.extraction import gold_texts, read_gold
    from stance.quotations import extract

    names = ["five.jsonl"] if corpus is None else ["five.jsonl", "corpus_test.jsonl"]
    rows = [row for name in names if (GOLD / name).is_file() for row in read_gold(GOLD / name)]
    rows = [row for row in rows if row.get("target", DEFAULT_TARGET) == DEFAULT_TARGET]
    if not any(row.get("stance") for row in rows):
        return None
    return measure(rows, gold_texts(rows, corpus), extract, classifier, DEFAULT_TARGET, resamples, seed)
