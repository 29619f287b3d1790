"""Extracted quotations against gold: what aligned, what did not, and why; and training examples made of the aligned ones.

Models are trained on what the extractor will hand them later, with the label of the gold quotation it found.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from stance import pipeline
from stance.dataset.rows import Row, quotation_of, quotation_row
from stance.evaluation.spans import match, overlap
from stance.schema import Article, Quotation

Annotation = Mapping[str, Any]
THRESHOLD = 0.3


@dataclass(frozen=True, slots=True)
class Pair:
    """A gold quotation and the extracted one that aligned with it."""

    gold: Annotation
    extracted: Quotation
    overlap: float


@dataclass(frozen=True, slots=True)
class Unaligned:
    """A gold quotation that was missed, or an extracted one that is spurious, with the reason."""

    quotation: Annotation
    reason: str


@dataclass(frozen=True, slots=True)
class AlignmentReport:
    """All of gold and all that was extracted, each exactly once."""

    aligned: list[Pair] = field(default_factory=list)
    missed: list[Unaligned] = field(default_factory=list)
    spurious: list[Unaligned] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """Return counts, with reasons, as a JSON-ready mapping."""
        return {
            "aligned": len(self.aligned),
            "exact": sum(pair.overlap == 1.0 for pair in self.aligned),
            "missed": dict(Counter(item.reason for item in self.missed)),
            "spurious": dict(Counter(item.reason for item in self.spurious)),
        }

    def __str__(self) -> str:
        counts = self.to_dict()
        lines = [f"aligned {counts['aligned']}, of them {counts['exact']} exactly"]
        for name in ("missed", "spurious"):
            reasons = ", ".join(f"{reason} {count}" for reason, count in sorted(counts[name].items()))
            lines.append(f"{name} {sum(counts[name].values())}" + (f": {reasons}" if reasons else ""))
        return "\n".join(lines)


def align(extracted: Iterable[Quotation], gold: Iterable[Annotation], threshold: float = THRESHOLD) -> AlignmentReport:
    """Align extracted quotations with gold, one to one within each article.

    :param extracted: What the extractor found.
    :param gold: Annotated quotations.
    :param threshold: Least overlap (intersection over union) of a pair.
    :return: The report.
    """
    found_by: dict[str, list[Quotation]] = {}
    gold_by: dict[str, list[Annotation]] = {}
    for quotation in extracted:
        found_by.setdefault(quotation.article, []).append(quotation)
    for annotation in gold:
        gold_by.setdefault(annotation["article"], []).append(annotation)
    report = AlignmentReport()
    for article in sorted({*found_by, *gold_by}):
        _align_article(report, found_by.get(article, []), gold_by.get(article, []), threshold)
    return report


def _align_article(
    report: AlignmentReport, found: Sequence[Quotation], gold: Sequence[Annotation], threshold: float
) -> None:
    rows = [quotation.to_dict() for quotation in found]
    pairs = match(gold, rows, threshold)
    report.aligned.extend(Pair(gold[g], found[f], overlap(gold[g], rows[f])) for g, f in pairs)
    used_gold, used_found = {g for g, _ in pairs}, {f for _, f in pairs}
    for number, annotation in enumerate(gold):
        if number not in used_gold:
            report.missed.append(Unaligned(annotation, _reason(annotation, rows, used_found, threshold)))
    for number, row in enumerate(rows):
        if number not in used_found:
            report.spurious.append(Unaligned(row, _reason(row, gold, used_gold, threshold)))


def _reason(quotation: Annotation, others: Sequence[Annotation], used: set[int], threshold: float) -> str:
    """Say why a quotation has no partner among the others."""
    best = max(range(len(others)), key=lambda number: overlap(quotation, others[number]), default=None)
    if best is None or overlap(quotation, others[best]) <= 0:
        return "nothing there"
    if overlap(quotation, others[best]) < threshold:
        return "overlap too small"
    return "its partner fits another better" if best in used else "not paired"


def build_examples(
    articles: Iterable[Article],
    gold: Iterable[Annotation],
    *,
    source: str = "gold",
    extract: Callable[[Article], Sequence[Quotation]] | None = None,
    threshold: float = THRESHOLD,
    keep_missed: bool = True,
) -> tuple[list[Row], AlignmentReport]:
    """Make labelled examples out of articles: extracted quotations with the labels of the gold quotations they align with.

    :param articles: The articles.
    :param gold: Annotated quotations of them, with target and stance.
    :param source: The source's name in the rows.
    :param extract: The extractor; ``stance.extract`` where not given.
    :param threshold: Least overlap of a pair.
    :param keep_missed: Whether gold quotations that the extractor missed come in with their gold spans.
    :return: Rows in order of article and offset, and the alignment report. What is spurious gets no label and no row.
    """
    find = extract or pipeline.extract
    by_id = {article.id: article for article in articles}
    annotations = [annotation for annotation in gold if annotation["article"] in by_id and annotation.get("stance")]
    extracted = [quotation for article in by_id.values() for quotation in find(article)]
    report = align(extracted, annotations, threshold)
    chosen = [(pair.extracted, pair.gold) for pair in report.aligned]
    if keep_missed:
        missed = (item.quotation for item in report.missed)
        chosen += [(quotation_of(a, by_id[a["article"]].text), a) for a in missed]
    chosen.sort(key=lambda pair: (pair[0].article, pair[0].content.start, pair[0].content.end))
    rows = []
    for quotation, label in chosen:
        [context] = pipeline.contexts(by_id[quotation.article], [quotation])
        rows.append(quotation_row(quotation, label, source, context))
    return rows, report
