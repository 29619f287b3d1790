"""The whole line, streamed: read → extract → predict → sink.

Articles flow through one by one; only quotations of a few articles are held together, because a model is faster on many
at once. Every sink gets the articles in the order in which they were read.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from stance.arabic import sentences
from stance.articles import Rejected, RejectedError, read
from stance.schema import DEFAULT_TARGET, Article, Judgement, Quotation
from stance.sinks import FileSink, Sink

# Quotations are judged this many at once; waiting for more gains nothing and holds results back.
BATCH = 128
# Articles without quotations cost no prediction, but must not hold back what was found before them.
MOST_PENDING = 256

Extractor = Callable[[Article], Sequence[Quotation]]


class Classifier(Protocol):
    """What the pipeline needs of ``stance.predict.StanceClassifier``."""

    def predict(
        self, x: list[Quotation], target: str | None = None, *, contexts: list[str | None] | None = None
    ) -> list[Judgement]:
        """Judge quotations.

        :param x: The quotations.
        :param target: What the stance is toward; the model's default where it is ``None``.
        :param contexts: The sentence before each quotation.
        :return: One judgement a quotation.
        """
        ...


@dataclass(frozen=True, slots=True)
class Result:
    """An article, its quotations, and a judgement for each, or none at all where no classifier was asked."""

    article: Article
    quotations: Sequence[Quotation]
    judgements: Sequence[Judgement] | None = None

    def rows(self) -> list[dict[str, Any]]:
        """Return one JSON-ready row a quotation."""
        if self.judgements is None:
            return [quotation.to_dict() for quotation in self.quotations]
        pairs = zip(self.quotations, self.judgements, strict=True)
        return [quotation.to_dict() | judgement.to_dict() for quotation, judgement in pairs]


@dataclass(slots=True)
class Summary:
    """What a run did. ``resumed`` counts articles that an earlier run had written."""

    articles: int = 0
    quotations: int = 0
    rejected: int = 0
    resumed: int = 0
    stances: dict[str, int] = field(default_factory=dict)

    def add(self, result: Result) -> None:
        """Count one article.

        :param result: What was found in it.
        """
        self.articles += 1
        self.quotations += len(result.quotations)
        for judgement in result.judgements or ():
            self.stances[str(judgement.stance)] = self.stances.get(str(judgement.stance), 0) + 1


def extract(article: Article) -> list[Quotation]:
    """Find the quotations of an article with the rules of ``stance.quotations``.

    :param article: The article.
    :return: Its quotations in order.
    """
    from stance.quotations import extract as find

    return find(article)


def contexts(article: Article, quotations: Sequence[Quotation]) -> list[str | None]:
    """Find the sentence before each quotation, which models with the variant ``context`` read.

    :param article: The article.
    :param quotations: Quotations of it.
    :return: A sentence a quotation; ``None`` where it starts in the first one.
    """
    if not quotations:
        return []
    spans = sentences(article.text)
    starts = [span.start for span in spans]
    homes = [bisect_right(starts, quotation.content.start) - 1 for quotation in quotations]
    return [spans[home - 1].text if home > 0 else None for home in homes]


def analyse(
    items: Iterable[Article | Rejected],
    *,
    classifier: Classifier | None = None,
    target: str | None = None,
    extractor: Extractor = extract,
    batch: int = BATCH,
) -> Iterator[Result | Rejected]:
    """Extract and judge the quotations of articles as they come.

    :param items: What ``stance.articles.read`` hands out; rejected inputs are passed on in their place.
    :param classifier: Judges quotations; ``None`` to extract only.
    :param target: What the stance is toward; ``DEFAULT_TARGET`` where it is ``None``.
    :param extractor: Finds the quotations of an article.
    :param batch: Judge when this many quotations have gathered.
    :yield: A result an article, or the rejected input, in the order of ``items``.
    """
    pending: list[tuple[Article, Sequence[Quotation]] | Rejected] = []
    gathered = 0
    try:
        for item in items:
            if isinstance(item, Rejected):
                pending.append(item)
            else:
                quotations = extractor(item)
                gathered += len(quotations)
                pending.append((item, quotations))
            if classifier is None or gathered >= batch or len(pending) >= MOST_PENDING:
                yield from _judge(pending, classifier, target)
                pending, gathered = [], 0
    except RejectedError:
        # A strict reading stops here; what was read before is not lost.
        yield from _judge(pending, classifier, target)
        raise
    yield from _judge(pending, classifier, target)


def _judge(
    pending: list[tuple[Article, Sequence[Quotation]] | Rejected], classifier: Classifier | None, target: str | None
) -> Iterator[Result | Rejected]:
    judgements: list[Judgement] = []
    if classifier is not None:
        together = [q for item in pending if not isinstance(item, Rejected) for q in item[1]]
        before = [c for item in pending if not isinstance(item, Rejected) for c in contexts(*item)]
        judgements = classifier.predict(together, target or DEFAULT_TARGET, contexts=before) if together else []
        if len(judgements) != len(together):
            raise RuntimeError(f"the classifier gave {len(judgements)} judgements for {len(together)} quotations")
    start = 0
    for item in pending:
        if isinstance(item, Rejected):
            yield item
            continue
        article, quotations = item
        end = start + len(quotations)
        yield Result(article, quotations, judgements[start:end] if classifier is not None else None)
        start = end


def run(
    paths: Iterable[str | Path],
    sink: Sink,
    *,
    classifier: Classifier | None = None,
    target: str | None = None,
    extractor: Extractor = extract,
    fields: Mapping[str, str] | None = None,
    strict: bool = False,
    batch: int = BATCH,
    on_rejected: Callable[[Rejected], None] | None = None,
    on_result: Callable[[Result], None] | None = None,
    on_encoding: Callable[[str, str], None] | None = None,
) -> Summary:
    """Read, extract, judge and write.

    :param paths: Files and folders, see ``stance.articles.read``.
    :param sink: Where the rows go; it is entered and left here. Articles that it has finished before are left out.
    :param classifier: Judges quotations; ``None`` to extract only.
    :param target: What the stance is toward; ``DEFAULT_TARGET`` where it is ``None``.
    :param extractor: Finds the quotations of an article.
    :param fields: Names of JSON fields by the article's field.
    :param strict: Stop at the first rejected input with ``RejectedError``; finished articles stay with the sink.
    :param batch: Judge when this many quotations have gathered.
    :param on_rejected: Called with every rejected input.
    :param on_result: Called with every result after it is written.
    :param on_encoding: Called with each file and its encoding.
    :return: What was done.
    """
    summary = Summary()
    skip = sink.files if isinstance(sink, FileSink) else ()

    def unfinished() -> Iterator[Article | Rejected]:
        for item in read(paths, fields=fields, strict=strict, skip=skip, on_encoding=on_encoding):
            if isinstance(item, Article) and sink.finished(item):
                summary.resumed += 1
            else:
                yield item

    with sink:
        for item in analyse(unfinished(), classifier=classifier, target=target, extractor=extractor, batch=batch):
            if isinstance(item, Rejected):
                summary.rejected += 1
                if on_rejected is not None:
                    on_rejected(item)
                continue
            sink.write(item.article, item.rows())
            summary.add(item)
            if on_result is not None:
                on_result(item)
    return summary
