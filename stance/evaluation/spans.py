"""Found quotations against gold: content, cue, speaker mention and speaker name.

Content spans are compared by **overlap = intersection over union of their characters**. At each threshold (exact, ≥ 0.8, ≥ 0.3) gold and
found spans of an article are paired one to one so that the total overlap is greatest; pairs under the threshold do not count. Exact
and overlap scores side by side follow PARC 3 (Pareti 2016) and Citron (Newell et al. 2018); the thresholds and the speaker score on
matched quotations follow the Gender Gap Tracker (Asr et al. 2021). The tracker's own overlap is the share of the *gold* characters that
are covered, so that a span that is much too long counts in full; it is printed as ``covered`` for comparison with its published figures
and is never the headline.

A speaker is **right** where the names agree (``names.same_name``); the overlap of the mentions (≥ 0.5, or both missing) is its own score.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment

from stance.evaluation.intervals import RESAMPLES, Array, GroupBootstrap, Interval
from stance.evaluation.names import same_name
from stance.schema import KINDS, Quotation

THRESHOLDS: dict[str, float] = {"exact": 1.0, "0.8": 0.8, "0.3": 0.3}
ATTRIBUTES = ("kind", "cue", "speaker_mention", "speaker_name", "speaker_either")
MENTION_OVERLAP = 0.5

Row = Mapping[str, Any]
Quotations = Iterable[Quotation | Row] | Mapping[str, Iterable[Quotation | Row]]


@dataclass(frozen=True, slots=True)
class ContentScore:
    """Precision, recall and F1 of content spans at one threshold, with intervals by article bootstrap."""

    precision: Interval
    recall: Interval
    f1: Interval
    matched: int
    gold: int
    found: int

    def to_dict(self) -> dict[str, Any]:
        """Return the scores as a JSON-ready mapping."""
        scores = {name: getattr(self, name).to_dict() for name in ("precision", "recall", "f1")}
        return {**scores, "matched": self.matched, "gold": self.gold, "found": self.found}


@dataclass(frozen=True, slots=True)
class ExtractionScores:
    """Everything that is measured of an extractor.

    ``content`` is keyed by threshold; ``kinds`` by kind, then threshold, gold and found of that kind only; ``covered`` uses the Gender
    Gap Tracker's overlap. ``attributes`` gives, for pairs at ≥ 0.3 and at ≥ 0.8, the share with the right kind, cue and speaker.
    """

    articles: int
    content: dict[str, ContentScore]
    kinds: dict[str, dict[str, ContentScore]]
    covered: dict[str, ContentScore]
    attributes: dict[str, dict[str, Interval]]
    missed: list[Row] = field(default_factory=list)
    spurious: list[Row] = field(default_factory=list)
    wrong_speaker: list[tuple[Row, Row]] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """Return the scores, without the listed errors, as a JSON-ready mapping."""
        return {
            "articles": self.articles,
            "content": {name: score.to_dict() for name, score in self.content.items()},
            "kinds": {k: {name: score.to_dict() for name, score in v.items()} for k, v in self.kinds.items()},
            "covered": {name: score.to_dict() for name, score in self.covered.items()},
            "attributes": {k: {name: score.to_dict() for name, score in v.items()} for k, v in self.attributes.items()},
            "missed": len(self.missed),
            "spurious": len(self.spurious),
        }


def by_article(quotations: Quotations) -> dict[str, list[Row]]:
    """Group quotations by article, as mappings.

    :param quotations: ``Quotation`` objects or their mappings, in one sequence or keyed by article.
    :return: Article id → quotations.
    """
    groups: dict[str, list[Row]] = {}
    if isinstance(quotations, Mapping):
        return {str(key): [_row(q) for q in values] for key, values in quotations.items()}
    for quotation in quotations:
        row = _row(quotation)
        groups.setdefault(str(row["article"]), []).append(row)
    return groups


def _row(quotation: Quotation | Row) -> Row:
    return quotation.to_dict() if isinstance(quotation, Quotation) else quotation


def overlap(a: Row | None, b: Row | None) -> float:
    """Intersection over union of the characters of two spans, 1 where both are missing and 0 where one is.

    :param a: A mapping with ``start`` and ``end``.
    :param b: Another.
    :return: 0 to 1.
    """
    if a is None or b is None:
        return float(a is None and b is None)
    common = min(a["end"], b["end"]) - max(a["start"], b["start"])
    if common <= 0:
        return float((a["start"], a["end"]) == (b["start"], b["end"]))
    return common / (max(a["end"], b["end"]) - min(a["start"], b["start"]))


def covered(gold: Row, found: Row) -> float:
    """Share of the gold characters that the found span covers: the Gender Gap Tracker's overlap (Asr et al. 2021).

    :param gold: The annotated span.
    :param found: The span that was found.
    :return: 0 to 1.
    """
    common = min(gold["end"], found["end"]) - max(gold["start"], found["start"])
    return max(common, 0) / max(gold["end"] - gold["start"], 1)


def pair(overlaps: Array, threshold: float) -> list[tuple[int, int]]:
    """Pair gold and found spans one to one with the greatest total overlap, leaving out pairs under a threshold.

    :param overlaps: Gold × found overlaps.
    :param threshold: Least overlap of a pair.
    :return: Index pairs in order of gold.
    """
    if overlaps.size == 0:
        return []
    # The tolerance keeps an overlap of exactly 0.8 on the right side of floating-point division.
    allowed = np.where(overlaps >= threshold - 1e-9, overlaps, 0.0)
    gold, found = linear_sum_assignment(allowed, maximize=True)
    return [(int(g), int(f)) for g, f in zip(gold, found, strict=True) if allowed[g, f] > 0]


def match(gold: Sequence[Row], found: Sequence[Row], threshold: float = 0.3) -> list[tuple[int, int]]:
    """Pair the quotations of one article by content overlap.

    :param gold: Annotated quotations.
    :param found: Quotations that were found.
    :param threshold: Least overlap of a pair.
    :return: Index pairs in order of gold.
    """
    return pair(_matrix(gold, found, overlap), threshold)


def _matrix(gold: Sequence[Row], found: Sequence[Row], measure: Any) -> Array:
    return np.array([[measure(g, f) for f in found] for g in gold], dtype=float).reshape(len(gold), len(found))


def _attributes(gold: Row, found: Row) -> dict[str, bool]:
    mention = overlap(gold.get("speaker"), found.get("speaker")) >= MENTION_OVERLAP
    name = same_name(gold.get("speaker_name"), found.get("speaker_name"))
    return {
        "kind": gold.get("kind") == found.get("kind"),
        "cue": overlap(gold.get("cue"), found.get("cue")) >= MENTION_OVERLAP,
        "speaker_mention": mention,
        "speaker_name": name,
        "speaker_either": mention or name,
    }


class _Counts:
    """Counts an article, by name, and the ratios of their sums."""

    def __init__(self, articles: int) -> None:
        self.articles = articles
        self.table: dict[str, Array] = {}

    def add(self, article: int, name: str, count: float = 1) -> None:
        self.table.setdefault(name, np.zeros(self.articles))[article] += count

    def __getitem__(self, name: str) -> Array:
        return self.table.get(name, np.zeros(self.articles))


def _content_score(counts: _Counts, tp: str, gold: str, found: str, bootstrap: GroupBootstrap) -> ContentScore:
    hits, wanted, given = counts[tp], counts[gold], counts[found]
    return ContentScore(
        bootstrap.ratio(hits, given),
        bootstrap.ratio(hits, wanted),
        bootstrap.ratio(2 * hits, wanted + given),
        int(hits.sum()),
        int(wanted.sum()),
        int(given.sum()),
    )


def _count_article(counts: _Counts, number: int, gold: list[Row], found: list[Row]) -> list[tuple[int, int]]:
    overlaps = _matrix(gold, found, overlap)
    pairs: list[tuple[int, int]] = []
    for name, threshold in THRESHOLDS.items():
        pairs = pair(overlaps, threshold)
        counts.add(number, f"tp/{name}", len(pairs))
        if name != "exact":
            counts.add(number, f"pairs/{name}", len(pairs))
            counts.add(number, f"covered/{name}", len(pair(_matrix(gold, found, covered), threshold)))
            for g, f in pairs:
                for attribute, right in _attributes(gold[g], found[f]).items():
                    counts.add(number, f"{attribute}/{name}", right)
    for kind, rows in ((kind, (gold, found)) for kind in KINDS):
        of_kind = [[row for row in side if row.get("kind") == kind] for side in rows]
        counts.add(number, f"gold/{kind}", len(of_kind[0]))
        counts.add(number, f"found/{kind}", len(of_kind[1]))
        for name, threshold in THRESHOLDS.items():
            counts.add(number, f"tp/{kind}/{name}", len(match(of_kind[0], of_kind[1], threshold)))
    counts.add(number, "gold", len(gold))
    counts.add(number, "found", len(found))
    return pairs


def evaluate(
    gold: Quotations,
    predicted: Quotations,
    articles: Iterable[str] | None = None,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> ExtractionScores:
    """Score found quotations against gold.

    :param gold: Annotated quotations; texts are not needed, offsets are.
    :param predicted: Quotations that were found.
    :param articles: The articles to score, also those without any gold quotation; the articles in ``gold`` where not given.
    :param resamples: Number of bootstrap resamples of articles.
    :param seed: Seed of the resampling.
    :return: All scores with intervals, and the errors at ≥ 0.3.
    """
    wanted, given = by_article(gold), by_article(predicted)
    names = sorted(set(articles) if articles is not None else set(wanted))
    counts = _Counts(len(names))
    missed: list[Row] = []
    spurious: list[Row] = []
    wrong: list[tuple[Row, Row]] = []
    for number, name in enumerate(names):
        gold_rows, found_rows = list(wanted.get(name, [])), list(given.get(name, []))
        pairs = _count_article(counts, number, gold_rows, found_rows)
        missed += [g for i, g in enumerate(gold_rows) if i not in {p[0] for p in pairs}]
        spurious += [f for i, f in enumerate(found_rows) if i not in {p[1] for p in pairs}]
        matched = [(gold_rows[i], found_rows[j]) for i, j in pairs]
        wrong += [(g, f) for g, f in matched if not same_name(g.get("speaker_name"), f.get("speaker_name"))]
    bootstrap = GroupBootstrap(len(names), resamples, seed)
    loose = [name for name in THRESHOLDS if name != "exact"]
    return ExtractionScores(
        articles=len(names),
        content={t: _content_score(counts, f"tp/{t}", "gold", "found", bootstrap) for t in THRESHOLDS},
        kinds={
            k: {t: _content_score(counts, f"tp/{k}/{t}", f"gold/{k}", f"found/{k}", bootstrap) for t in THRESHOLDS}
            for k in KINDS
        },
        covered={t: _content_score(counts, f"covered/{t}", "gold", "found", bootstrap) for t in loose},
        attributes={
            t: {a: bootstrap.ratio(counts[f"{a}/{t}"], counts[f"pairs/{t}"]) for a in ATTRIBUTES} for t in loose
        },
        missed=missed,
        spurious=spurious,
        wrong_speaker=wrong,
    )
