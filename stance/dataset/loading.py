"""One door to all labelled sources."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from stance.dataset.public import load_public
from stance.dataset.real import load_corpus_articles, load_gold, load_quotations, load_written
from stance.dataset.rows import Loaded, Missing, Splits

Folder = str | Path | None
_SOURCES: dict[str, Callable[[Folder, Folder], Loaded]] = {
    "gold": lambda benchmarks, corpus: load_gold(),
    "corpus": lambda benchmarks, corpus: load_corpus_articles(corpus),
    "withdrawal": lambda benchmarks, corpus: load_quotations(corpus, "withdrawal"),
    "targets": lambda benchmarks, corpus: load_quotations(corpus, "targets"),
    "written": lambda benchmarks, corpus: load_written("withdrawal"),
    "written_targets": lambda benchmarks, corpus: load_written("targets"),
    "ans": lambda benchmarks, corpus: load_public("ans", benchmarks),
    "mawqif": lambda benchmarks, corpus: load_public("mawqif", benchmarks),
    "arabicstancex": lambda benchmarks, corpus: load_public("arabicstancex", benchmarks),
    "unified_fc": lambda benchmarks, corpus: load_public("unified_fc", benchmarks),
}
SOURCES: tuple[str, ...] = tuple(_SOURCES)


def load_source(name: str, benchmarks: Folder = None, corpus: Folder = None) -> Loaded:
    """Load one source.

    :param name: One of ``SOURCES``.
    :param benchmarks: The user's folder of public sets.
    :param corpus: The user's folder of corpus files, for labels that are kept as offsets.
    :return: Rows by split, and what is missing.
    :raises ValueError: If the source is unknown.
    """
    if name not in _SOURCES:
        raise ValueError(f"unknown source {name!r}; there are {', '.join(SOURCES)}")
    return _SOURCES[name](benchmarks, corpus)


def load_rows(sources: Iterable[str], benchmarks: Folder = None, corpus: Folder = None) -> Splits:
    """Load several sources for joint training.

    :param sources: Names from ``SOURCES``.
    :param benchmarks: The user's folder of public sets; ``$STANCE_BENCHMARKS`` where not given.
    :param corpus: The user's folder of corpus files.
    :return: ``train``, ``dev`` and ``test`` → rows. A warning counts and names documents that were not found.
    """
    splits: Splits = {"train": [], "dev": [], "test": []}
    missing: list[Missing] = []
    for name in sources:
        loaded = load_source(name, benchmarks, corpus)
        missing += loaded.missing
        for split, rows in loaded.splits.items():
            splits[split] += rows
    if missing:
        warnings.warn(describe_missing(missing), stacklevel=2)
    return splits


def describe_missing(missing: Sequence[Missing], most: int = 10) -> str:
    """Count and name what was not found.

    :param missing: Documents that the corpus lacks.
    :param most: How many to name.
    :return: One text for a warning.
    """
    lost = sum(item.quotations for item in missing)
    named = "; ".join(map(str, missing[:most])) + (f"; and {len(missing) - most} more" if len(missing) > most else "")
    return f"{lost} labelled quotations left out, {len(missing)} documents were not found in the corpus: {named}"
