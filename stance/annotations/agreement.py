"""How far two annotators agree: spans, stance (Cohen's κ), kinds and speakers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from stance.arabic import normalise

Row = Mapping[str, Any]
THRESHOLDS: dict[str, float] = {"exact": 1.0, "0.8": 0.8, "0.3": 0.3}
# Everything but spans is compared on quotations that overlap at least this much, speakers on mentions that overlap by half.
MATCHED, MENTION = 0.3, 0.5
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Nominal:
    """Agreement on one label: share of equal labels and Cohen's κ, ``None`` where it is not defined."""

    pairs: int
    raw: float | None
    kappa: float | None


@dataclass(frozen=True, slots=True)
class Agreement:
    """What two annotators agree on; ``span_f1`` is the same whichever of them is taken for gold."""

    articles: int
    quotations_a: int
    quotations_b: int
    matched: int
    span_f1: dict[str, float]
    stance: Nominal
    stance_clear: Nominal
    kind: Nominal
    clear: Nominal
    speaker_mention: float | None
    speaker_name: float | None
    confusion: dict[str, int]

    def to_dict(self) -> dict[str, Any]:
        """Return the numbers as a JSON-ready mapping."""
        return asdict(self)


def overlap(a: Row | None, b: Row | None) -> float:
    """Intersection over union of two spans.

    :param a: A mapping with ``start`` and ``end``, or nothing.
    :param b: Another.
    :return: 0 to 1; 1 where both are missing.
    """
    if a is None or b is None:
        return float(a is None and b is None)
    common = min(a["end"], b["end"]) - max(a["start"], b["start"])
    return max(0, common) / max(1, max(a["end"], b["end"]) - min(a["start"], b["start"]))


def match(a: Sequence[Row], b: Sequence[Row], threshold: float = MATCHED) -> list[tuple[Row, Row]]:
    """Pair the quotations of one article one to one, the greatest overlap first.

    :param a: Quotations of one annotator.
    :param b: Those of the other.
    :param threshold: Least overlap of a pair.
    :return: The pairs in order of ``a``.
    """
    scored = [(overlap(x, y), i, j) for i, x in enumerate(a) for j, y in enumerate(b)]
    used_a: set[int] = set()
    used_b: set[int] = set()
    pairs = []
    for score, i, j in sorted(scored, key=lambda s: (-s[0], s[1], s[2])):
        if score < threshold - _ROUNDING or score <= 0:
            break
        if i not in used_a and j not in used_b:
            used_a.add(i)
            used_b.add(j)
            pairs.append((i, j))
    return [(a[i], b[j]) for i, j in sorted(pairs)]


def kappa(a: Sequence[Any], b: Sequence[Any]) -> float | None:
    """Cohen's κ (Cohen 1960, A Coefficient of Agreement for Nominal Scales).

    :param a: Labels of one annotator.
    :param b: Labels of the other for the same items.
    :return: (observed − expected) / (1 − expected), ``None`` without items or where both used one and the same label only.
    """
    if not a:
        return None
    observed = sum(x == y for x, y in zip(a, b, strict=True)) / len(a)
    counts_a, counts_b = Counter(a), Counter(b)
    expected = sum(counts_a[label] * counts_b[label] for label in counts_a) / len(a) ** 2
    return None if expected >= 1 - _ROUNDING else (observed - expected) / (1 - expected)


def _nominal(pairs: Sequence[tuple[Row, Row]], key: str) -> Nominal:
    labels = [(x.get(key), y.get(key)) for x, y in pairs if x.get(key) is not None and y.get(key) is not None]
    if not labels:
        return Nominal(0, None, None)
    first, second = [x for x, _ in labels], [y for _, y in labels]
    return Nominal(len(labels), sum(x == y for x, y in labels) / len(labels), kappa(first, second))


def _same_name(a: str | None, b: str | None) -> bool:
    return normalise(a or "").strip() == normalise(b or "").strip()


def agreement(a: Iterable[Row], b: Iterable[Row]) -> Agreement:
    """Measure the agreement of two annotators on the articles that both of them annotated.

    An article in which one of them found no quotation counts only if the other's rows name it, so that the annotations of an
    article that one of them never saw do not count as disagreement: give files that cover the same articles.

    :param a: Annotations of one annotator.
    :param b: Annotations of the other.
    :return: The agreement.
    """
    first, second = _by_article(a), _by_article(b)
    articles = sorted(set(first) | set(second))
    size_a, size_b = (sum(map(len, side.values())) for side in (first, second))
    span_f1 = {}
    pairs: list[tuple[Row, Row]] = []
    for name, threshold in THRESHOLDS.items():
        pairs = [p for key in articles for p in match(first.get(key, []), second.get(key, []), threshold)]
        span_f1[name] = 2 * len(pairs) / (size_a + size_b) if size_a + size_b else 1.0
    clear = [(x, y) for x, y in pairs if x.get("clear") and y.get("clear")]
    mentions = [overlap(x.get("speaker"), y.get("speaker")) >= MENTION for x, y in pairs]
    names = [_same_name(x.get("speaker_name"), y.get("speaker_name")) for x, y in pairs]
    confusion = Counter(f"{x.get('stance')}/{y.get('stance')}" for x, y in pairs)
    return Agreement(
        articles=len(articles),
        quotations_a=size_a,
        quotations_b=size_b,
        matched=len(pairs),
        span_f1=span_f1,
        stance=_nominal(pairs, "stance"),
        stance_clear=_nominal(clear, "stance"),
        kind=_nominal(pairs, "kind"),
        clear=_nominal(pairs, "clear"),
        speaker_mention=sum(mentions) / len(mentions) if mentions else None,
        speaker_name=sum(names) / len(names) if names else None,
        confusion=dict(sorted(confusion.items())),
    )


def _by_article(rows: Iterable[Row]) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(str(row["article"]), []).append(row)
    return groups
