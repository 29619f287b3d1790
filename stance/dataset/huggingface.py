"""Rows as ``datasets.DatasetDict`` with typed features."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from stance.dataset.loading import load_source
from stance.dataset.rows import AUXILIARY, KEYS, SPLITS, Splits
from stance.schema import STANCES

if TYPE_CHECKING:
    from datasets import DatasetDict, Features

_TYPES = {"start": "int32", "end": "int32", "clear": "bool"}


def features() -> Features:
    """Describe the columns.

    :return: ``stance`` as a class label in the order of ``STANCES``, offsets as int32, ``clear`` as bool, all else as string.
    :raises ImportError: If datasets is not installed.
    """
    try:
        from datasets import ClassLabel, Features, Value
    except ImportError as error:
        raise ImportError("data sets need 'datasets': pip install 'arabic-stance[train]'") from error
    columns = {key: Value(_TYPES.get(key, "string")) for key in (*KEYS, *AUXILIARY)}
    return Features({**columns, "stance": ClassLabel(names=list(STANCES))})


def to_dataset_dict(splits: Splits) -> DatasetDict:
    """Build a data set from rows.

    :param splits: Rows by split; empty splits are left out.
    :return: The data set.
    """
    from datasets import Dataset, DatasetDict

    typed = features()
    return DatasetDict({name: Dataset.from_list(splits[name], features=typed) for name in SPLITS if splits.get(name)})


def load_withdrawal(corpus: str | Path | None = None, written: bool = False) -> DatasetDict:
    """Load labelled quotations on the withdrawal of foreign forces.

    :param corpus: The user's folder of corpus files; with it come the real quotations found there, split by document.
    :param written: Whether the quotations that we wrote come along, in ``train``.
    :return: The five shipped articles in ``train`` (scored by cross-validation over articles), and what was asked for.
    """
    names = ["gold", *(["withdrawal"] if corpus is not None else []), *(["written"] if written else [])]
    splits: Splits = {name: [] for name in SPLITS}
    for name in names:
        for split, rows in load_source(name, corpus=corpus).splits.items():
            splits[split] += rows
    return to_dataset_dict(splits)
