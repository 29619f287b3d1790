"""The one shape that labelled examples of every source have."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from stance.pipeline import contexts
from stance.schema import DEFAULT_TARGET, Article, Quotation, Span

Row = dict[str, Any]
Splits = dict[str, list[Row]]
SPLITS = ("train", "dev", "test")
KEYS = (
    "id",
    "source",
    "article",
    "target",
    "quotation",
    "speaker",
    "role",
    "context",
    "cue",
    "stance",
    "kind",
    "start",
    "end",
    "clear",
)
# Labels of other tasks that may be learnt beside the stance; never given to a model as input.
AUXILIARY = ("sentiment", "sarcasm")


@dataclass(frozen=True, slots=True)
class Missing:
    """Labelled items whose text was not found."""

    source: str
    document: str
    quotations: int

    def __str__(self) -> str:
        return f"{self.source}: document {self.document[:12]} with {self.quotations} quotations"


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a source gave: rows by split, and what is missing."""

    splits: Splits
    missing: list[Missing] = field(default_factory=list)

    @property
    def rows(self) -> list[Row]:
        """All rows, train first."""
        return [row for name in SPLITS for row in self.splits.get(name, [])]


def make_row(**values: Any) -> Row:
    """Build a row; keys that are not given are ``None``.

    :param **values: Any of ``KEYS`` and ``AUXILIARY``.
    :return: The row with all keys in order.
    :raises TypeError: If a key is unknown.
    """
    unknown = set(values) - set(KEYS) - set(AUXILIARY)
    if unknown:
        raise TypeError(f"a row has no key {', '.join(sorted(unknown))}")
    return {key: values.get(key) for key in (*KEYS, *AUXILIARY)}


def quotation_of(annotation: Mapping[str, Any], text: str) -> Quotation:
    """Read an annotation as a quotation; texts are cut out of the article.

    :param annotation: Offsets, kind, speaker; with or without texts.
    :param text: The article text.
    :return: The quotation.
    """

    def span(value: Mapping[str, Any] | None) -> Span | None:
        return None if value is None else Span.of(text, value["start"], value["end"])

    return Quotation(
        article=annotation["article"],
        index=int(annotation.get("index", 0)),
        kind=annotation["kind"],
        content=Span.of(text, annotation["start"], annotation["end"]),
        cue=span(annotation.get("cue")),
        speaker=span(annotation.get("speaker")),
        speaker_name=annotation.get("speaker_name"),
        speaker_role=annotation.get("speaker_role"),
    )


def quotation_row(
    quotation: Quotation, label: Mapping[str, Any], source: str, context: str | None, name: str | None = None
) -> Row:
    """Build the row of a quotation as the model will meet it: the same speaker and context as in prediction.

    :param quotation: The quotation, annotated or extracted.
    :param label: ``target``, ``stance`` and ``clear``.
    :param source: The source's name.
    :param context: The sentence before.
    :param name: The row's id; article and offsets, and a digest of any other target, where not given.
    :return: The row.
    """
    content = quotation.content
    return make_row(
        id=name or _name(quotation, label["target"]),
        source=source,
        article=quotation.article,
        target=label["target"],
        quotation=content.text,
        speaker=quotation.speaker_name or (quotation.speaker.text if quotation.speaker else None),
        role=quotation.speaker_role,
        context=context,
        cue=quotation.cue.text if quotation.cue else None,
        stance=label["stance"],
        kind=quotation.kind,
        start=content.start,
        end=content.end,
        clear=label.get("clear"),
    )


def _name(quotation: Quotation, target: str) -> str:
    """Name a row by article and offsets, and by the target where it is not the default one."""
    place = f"{quotation.article}:{quotation.content.start}-{quotation.content.end}"
    other = "" if target == DEFAULT_TARGET else ":" + hashlib.sha256(target.encode()).hexdigest()[:8]
    return place + other


def annotated_rows(annotations: Iterable[Mapping[str, Any]], texts: Mapping[str, str], source: str) -> list[Row]:
    """Turn annotations into rows.

    :param annotations: Annotated quotations with a stance; those without one are left out.
    :param texts: Article id → text.
    :param source: The source's name.
    :return: The rows in the order of the annotations.
    """
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for annotation in annotations:
        if annotation.get("stance"):
            groups.setdefault(annotation["article"], []).append(annotation)
    rows = []
    for article, group in groups.items():
        quotations: Sequence[Quotation] = [quotation_of(annotation, texts[article]) for annotation in group]
        before = contexts(Article(article, texts[article]), quotations)
        rows += [quotation_row(q, a, source, c) for q, a, c in zip(quotations, group, before, strict=True)]
    return rows
