"""Extraction error and stance error apart: gold quotations → stance; found and matched ones → stance; the whole pipeline."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from stance.evaluation.intervals import RESAMPLES, GroupBootstrap, Interval
from stance.evaluation.metrics import Labelled, evaluate
from stance.evaluation.names import same_name
from stance.evaluation.spans import Row, by_article, match
from stance.schema import STANCES, Article, Quotation, Span

OVERLAP = 0.3


class Classifier(Protocol):
    """What ``StanceClassifier`` offers here."""

    def predict_proba(
        self, x: Any, target: Any = None, speakers: Any = None, *, contexts: Any = None
    ) -> NDArray[np.float64]:
        """Return probabilities, quotations × stances."""
        ...


def _as_quotation(row: Row, article: Article, index: int) -> Quotation:
    return Quotation(
        article.id,
        index,
        row["kind"],
        Span.of(article.text, row["start"], row["end"]),
        speaker_name=row.get("speaker_name"),
        speaker_role=row.get("speaker_role"),
    )


def _stances(classifier: Classifier, article: Article, quotations: Sequence[Quotation], target: str) -> list[str]:
    from stance.pipeline import contexts

    if not quotations:
        return []
    before = contexts(article, quotations)
    probabilities = classifier.predict_proba(list(quotations), target, contexts=before)
    return [STANCES[int(row.argmax())] for row in probabilities]


def _scores(pairs: Sequence[tuple[str, str, str]], resamples: int, seed: int) -> dict[str, Any]:
    """Score (gold, predicted, article) triples."""
    if not pairs:
        return {"n": 0, "scores": {}}
    gold, predicted = (np.array([STANCES.index(pair[i]) for pair in pairs], dtype=np.int64) for i in (0, 1))
    data = Labelled(STANCES, gold, predicted, ("favor", "against"), None, [pair[2] for pair in pairs])
    return {"n": len(pairs), "scores": {k: v.to_dict() for k, v in evaluate(data, resamples, seed).items()}}


class _Pipeline:
    """Counts of the whole pipeline, by article."""

    def __init__(self, articles: int) -> None:
        self.counts = {name: np.zeros(articles) for name in ("gold", "found", "matched", "stance", "speaker")}
        self.sides = {name: np.zeros(articles) for name in ("gold", "found", "right")}

    def scores(self, resamples: int, seed: int) -> dict[str, Any]:
        """Return F1 scores with intervals and the missed and spurious quotations."""
        bootstrap = GroupBootstrap(len(self.counts["gold"]), resamples, seed)
        total, side = self.counts["gold"] + self.counts["found"], self.sides["gold"] + self.sides["found"]

        def f1(hits: NDArray[np.float64], both: NDArray[np.float64]) -> dict[str, Any]:
            interval: Interval = bootstrap.ratio(2 * hits, both)
            return interval.to_dict()

        matched = self.counts["matched"]
        return {
            "quotation_f1": f1(matched, total),
            "quotation_and_stance_f1": f1(self.counts["stance"], total),
            "quotation_speaker_and_stance_f1": f1(self.counts["speaker"], total),
            "side_f1": f1(self.sides["right"], side),
            "missed": int((self.counts["gold"] - matched).sum()),
            "spurious": int((self.counts["found"] - matched).sum()),
        }


def end_to_end(
    gold: Iterable[Row],
    texts: Mapping[str, str],
    extractor: Callable[[Article], Iterable[Quotation]],
    classifier: Classifier,
    target: str,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> dict[str, Any]:
    """Measure the pipeline as a whole and each half of it alone.

    ``gold_quotations``: stance of the annotated quotations. ``matched_quotations``: stance of found quotations that match a gold one at
    overlap ≥ 0.3, and ``matched_gold_spans``, the same ones read from their gold spans: the difference is what wrong spans and speakers
    cost. ``pipeline``: a quotation counts where it is matched and its stance right; missed and spurious ones count against it, and
    ``side_f1`` counts only quotations that take a side, in gold or as found.

    :param gold: Annotated quotations with stance; articles with a quotation that has none are left out.
    :param texts: Article id → text.
    :param extractor: Finds quotations.
    :param classifier: Judges them.
    :param target: The target.
    :param resamples: Bootstrap resamples of articles.
    :param seed: Seed of the resampling.
    :return: The scores, JSON-ready.
    :raises ValueError: If no article is fully annotated.
    """
    groups = {name: rows for name, rows in by_article(gold).items() if all(row.get("stance") for row in rows)}
    if not groups:
        raise ValueError("no article has a stance on all of its quotations")
    counts = _Pipeline(len(groups))
    from_gold: list[tuple[str, str, str]] = []
    from_found: list[tuple[str, str, str]] = []
    same_from_gold: list[tuple[str, str, str]] = []
    for number, (name, rows) in enumerate(sorted(groups.items())):
        article = Article(name, texts[name])
        said = _stances(classifier, article, [_as_quotation(r, article, i) for i, r in enumerate(rows)], target)
        found = list(extractor(article))
        judged = _stances(classifier, article, found, target)
        pairs = match(rows, [quotation.to_dict() for quotation in found], OVERLAP)
        from_gold += [(row["stance"], stance, name) for row, stance in zip(rows, said, strict=True)]
        from_found += [(rows[g]["stance"], judged[f], name) for g, f in pairs]
        same_from_gold += [(rows[g]["stance"], said[g], name) for g, _ in pairs]
        right = [(g, f) for g, f in pairs if rows[g]["stance"] == judged[f]]
        named = [(g, f) for g, f in right if same_name(rows[g].get("speaker_name"), found[f].speaker_name)]
        for key, value in (("gold", rows), ("found", found), ("matched", pairs), ("stance", right), ("speaker", named)):
            counts.counts[key][number] = len(value)
        counts.sides["gold"][number] = sum(row["stance"] != "none" for row in rows)
        counts.sides["found"][number] = sum(stance != "none" for stance in judged)
        counts.sides["right"][number] = sum(judged[f] != "none" for _, f in right)
    return {
        "articles": len(groups),
        "gold_quotations": _scores(from_gold, resamples, seed),
        "matched_quotations": _scores(from_found, resamples, seed),
        "matched_gold_spans": _scores(same_from_gold, resamples, seed),
        "pipeline": counts.scores(resamples, seed),
    }
