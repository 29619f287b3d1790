"""Benchmark files → items, whatever their format; every complaint names file and row."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from stance.arabic import normalise
from stance.benchmarks.card import Card, Columns, DataFile
from stance.benchmarks.files import DataError, locate

_TAG = re.compile(r"<[^>]+>")
_SPACE = re.compile(r"\s+")
_LINK = re.compile(r"https?://\S+|\S+\.(?:com|ly|co|me)/\S+|@\w+")
_NO_WORD = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Item:
    """One labelled pair. ``label`` is the benchmark's own; ``group`` is what intervals are resampled by, ``fold`` where there are folds.

    ``topic`` is the benchmark's name of the target, ``target`` the Arabic text that models read; ``leaks`` says that the same text
    also occurs in training data of the item's fold.
    """

    id: str
    quotation: str
    target: str
    label: str
    topic: str
    group: str | None = None
    speaker: str | None = None
    role: str | None = None
    context: str | None = None
    cue: str | None = None
    sentiment: str | None = None
    fold: int | None = None
    leaks: bool = False
    clear: bool = True


@dataclass(frozen=True)
class Benchmark:
    """A loaded benchmark: its card, the items of each split, the files they came from."""

    card: Card
    splits: dict[str, list[Item]]
    paths: dict[str, Path]

    @property
    def folds(self) -> int:
        """Number of folds; 0 where train and test are given."""
        numbers = {item.fold for item in self.splits["test"] if item.fold is not None}
        return len(numbers)

    @property
    def trainable(self) -> bool:
        """Whether there is anything to train on."""
        return bool(self.splits.get("train")) or self.folds > 1

    def parts(self) -> Iterator[tuple[list[Item], list[Item], list[Item]]]:
        """Go through train, dev and test: once, or once a fold."""
        if self.folds < 2:
            yield self.splits.get("train", []), self.splits.get("dev", []), self.splits["test"]
            return
        for fold in sorted({item.fold for item in self.splits["test"] if item.fold is not None}):
            test = [item for item in self.splits["test"] if item.fold == fold]
            yield [item for item in self.splits["test"] if item.fold != fold], [], test


def _table(card: Card, paths: Mapping[str, Path]) -> Iterator[tuple[str, Item]]:
    assert card.columns is not None
    for file in card.files:
        for number, row in _rows(paths[file.path], card.delimiter):
            yield file.split or "test", _table_item(card, card.columns, file, paths[file.path], number, row)


def _rows(path: Path, delimiter: str | None) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(f"{path}: not UTF-8 ({error.reason} at byte {error.start}); save it as UTF-8") from error
    if path.suffix in (".jsonl", ".ndjson"):
        for number, line in enumerate(text.split("\n"), 1):
            if line.strip():
                yield number, _json_object(path, number, line)
        return
    # csv keeps the word None as it is, which readers with missing values do not.
    reader = csv.DictReader(
        io.StringIO(text, newline=""), delimiter=delimiter or ("\t" if path.suffix == ".tsv" else ",")
    )
    for row in reader:
        if None in row or None in row.values():
            raise DataError(f"{path}, line {reader.line_num}: the row has not as many fields as the header")
        yield reader.line_num, dict(row)


def _json_object(path: Path, number: int, line: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise DataError(f"{path}, line {number}: not JSON ({error.msg})") from error
    if not isinstance(row, dict):
        raise DataError(f"{path}, line {number}: expected a JSON object")
    return row


def _label(card: Card, path: Path, number: int | str, label: Any) -> str:
    if str(label) not in card.label_map:
        raise DataError(f"{path}, row {number}: unknown label {label!r}; known are {', '.join(card.label_map)}")
    return str(label)


def _table_item(card: Card, columns: Columns, file: DataFile, path: Path, number: int, row: Mapping[str, Any]) -> Item:
    wanted = {name: column for name, column in columns.model_dump().items() if column is not None}
    absent = sorted(column for column in wanted.values() if column not in row)
    if absent:
        raise DataError(
            f"{path}, row {number}: column {', '.join(absent)} is missing; there are {', '.join(map(str, row))}"
        )
    values = {name: None if row[column] is None else str(row[column]) for name, column in wanted.items()}
    quotation = _clean(values["quotation"])
    topic = values.get("target") or card.target
    if not quotation or not topic:
        raise DataError(f"{path}, row {number}: the {'text' if not quotation else 'target'} is empty")
    label = _label(card, path, number, values["label"])
    context = values.get("context")
    return Item(
        id=f"{file.split or 'test'}:{values.get('id') or number}",
        quotation=quotation,
        target=card.targets.get(topic, topic),
        label=label,
        topic=topic,
        group=values.get("group"),
        speaker=values.get("speaker"),
        role=values.get("role"),
        context=_clean(context) if context else None,
        cue=values.get("cue"),
        sentiment=values.get("sentiment"),
    )


def _clean(text: str | None) -> str:
    """Take out HTML tags (ExaASC marks its targets with them) and needless white space."""
    return _SPACE.sub(" ", _TAG.sub("", text or "")).strip()


def _arabicstancex(card: Card, paths: Mapping[str, Path]) -> Iterator[tuple[str, Item]]:
    for path in paths.values():
        split, topic = path.parent.parent.name, path.stem
        data = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(data, dict) or not {"text", "stance"} <= set(data):
            raise DataError(f"{path}: expected an object with 'text' and 'stance'")
        if topic not in card.targets:
            raise DataError(f"{path}: no Arabic target text for topic {topic} in the card")
        for key, text in data["text"].items():
            label = _label(card, path, key, data["stance"].get(key))
            yield split, Item(f"{split}:{topic}:{key}", _clean(text), card.targets[topic], label, topic)


def _unified_fc(card: Card, paths: Mapping[str, Path]) -> Iterator[tuple[str, Item]]:
    folds = {}
    splits = paths["train_test_splits.txt"]
    for fold, line in enumerate(splits.read_text(encoding="utf-8").splitlines()):
        folds.update(dict.fromkeys(line.partition(":")[2].split(), fold))
    for path in paths.values():
        if path.suffix != ".json":
            continue
        data = json.loads(path.read_text(encoding="utf-8"))
        claim = data["id"]
        if claim not in folds:
            raise DataError(f"{splits}: claim {claim} is in no fold")
        for number, (text, stance) in enumerate(zip(data["article"], data["stance"], strict=True)):
            label = _label(card, path, number, stance)
            item = Item(
                f"{claim}:{number}", _clean(text), _clean(data["claim"]), label, claim, claim, fold=folds[claim]
            )
            yield "test", item


def _arastance(card: Card, paths: Mapping[str, Path]) -> Iterator[tuple[str, Item]]:
    for file in card.files:
        path = paths[file.path]
        for number, row in _rows(path, None):
            absent = sorted({"claim", "article", "stance"} - set(row))
            if absent:
                raise DataError(f"{path}, row {number}: {', '.join(absent)} is missing")
            # A row holds one claim with a list of articles, or one article as published elsewhere.
            articles = row["article"] if isinstance(row["article"], list) else [row["article"]]
            stances = row["stance"] if isinstance(row["stance"], list) else [row["stance"]]
            if len(articles) != len(stances):
                raise DataError(f"{path}, row {number}: {len(articles)} articles but {len(stances)} stances")
            for part, (text, stance) in enumerate(zip(articles, stances, strict=True)):
                label = _label(card, path, number, stance)
                claim = _clean(row["claim"])
                yield (
                    file.split or "test",
                    Item(f"{file.split}:{number}:{part}", _clean(text), claim, label, claim, claim),
                )


def _mark_leaks(splits: dict[str, list[Item]]) -> dict[str, list[Item]]:
    """Mark test items whose text also occurs in training: in ``train``, or in another fold."""
    seen: dict[str, set[int | None]] = {}
    for split in ("train", "dev"):
        for item in splits.get(split, []):
            seen.setdefault(fingerprint(item.quotation), set()).add(-1)
    for item in splits["test"]:
        if item.fold is not None:
            seen.setdefault(fingerprint(item.quotation), set()).add(item.fold)
    marked = [
        replace(item, leaks=bool(seen.get(fingerprint(item.quotation), set()) - {item.fold})) for item in splits["test"]
    ]
    return {**splits, "test": marked}


def fingerprint(text: str) -> str:
    """Reduce a text to what makes it a duplicate: normalised letters and digits, links and mentions left out.

    :param text: Any text.
    :return: The reduced text.
    """
    return _NO_WORD.sub(" ", _LINK.sub(" ", normalise(text))).strip() or text


_READERS: dict[str, Callable[[Card, Mapping[str, Path]], Iterator[tuple[str, Item]]]] = {
    "table": _table,
    "arabicstancex": _arabicstancex,
    "unified_fc": _unified_fc,
    "arastance": _arastance,
}


def load(
    card: Card, data: str | Path | None = None, corpus: str | Path | None = None, download: bool = True
) -> Benchmark:
    """Load a benchmark.

    :param card: Its card.
    :param data: The user's folder of benchmarks, with a sub-folder a benchmark.
    :param corpus: The user's corpus, which the texts of our own labels come from.
    :param download: Whether missing files may be fetched.
    :return: The benchmark.
    :raises DataError: If files are missing or changed, a column is missing, a label unknown, or the sizes are not the card's.
    """
    if card.format == "withdrawal":
        from stance.benchmarks.withdrawal import load_withdrawal

        splits, paths = load_withdrawal(corpus)
    else:
        paths, splits = locate(card, data, download), {}
        for split, item in _READERS[card.format](card, paths):
            splits.setdefault(split, []).append(item)
    if not splits.get("test"):
        raise DataError(f"{card.name}: there is no test item")
    for split, size in card.sizes.items():
        if len(splits.get(split, [])) != size:
            raise DataError(f"{card.name}: {split} has {len(splits.get(split, []))} items, the card says {size}")
    ids = [item.id for items in splits.values() for item in items]
    if len(set(ids)) != len(ids):
        twice = next(i for n, i in enumerate(ids) if i in ids[:n])
        raise DataError(f"{card.name}: id {twice} occurs twice")
    return Benchmark(card, _mark_leaks(splits), paths)
