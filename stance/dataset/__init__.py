"""Labelled examples: gold and other sources with one interface, joined with texts that the user holds."""

from __future__ import annotations

from stance.dataset.alignment import AlignmentReport, align, build_examples
from stance.dataset.folds import grouped_folds
from stance.dataset.huggingface import features, load_withdrawal, to_dataset_dict
from stance.dataset.loading import SOURCES, load_rows, load_source
from stance.dataset.rows import KEYS, Loaded, Missing

__all__ = [
    "KEYS",
    "SOURCES",
    "AlignmentReport",
    "Loaded",
    "Missing",
    "align",
    "build_examples",
    "features",
    "grouped_folds",
    "load_rows",
    "load_source",
    "load_withdrawal",
    "to_dataset_dict",
]
