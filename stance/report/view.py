"""What the page shows, computed from results: counts by stance, rows by speaker, each quotation inside its sentence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from stance.arabic import sentences
from stance.pipeline import Result
from stance.schema import STANCES, Article, Judgement, Quotation

# A cue or speaker in a sentence further away than this many characters is not pulled into the view.
REACH = 300


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text and what it is: ``content``, ``cue``, ``speaker`` or nothing."""

    text: str
    role: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A quotation as the page shows it."""

    quotation: Quotation
    judgement: Judgement
    pieces: Sequence[Piece]
    speaker: str | None


@dataclass(slots=True)
class SpeakerRow:
    """What one speaker said in all articles."""

    name: str | None
    role: str | None = None
    articles: set[str] = field(default_factory=set)
    stances: dict[str, int] = field(default_factory=lambda: dict.fromkeys(STANCES, 0))
    abstained: int = 0

    @property
    def total(self) -> int:
        """Number of quotations."""
        return sum(self.stances.values())


@dataclass(slots=True)
class View:
    """Everything that the page shows."""

    target: str
    model: str
    articles: list[tuple[Article, list[Shown]]] = field(default_factory=list)
    speakers: list[SpeakerRow] = field(default_factory=list)
    stances: dict[str, int] = field(default_factory=lambda: dict.fromkeys(STANCES, 0))
    abstained: int = 0

    @property
    def total(self) -> int:
        """Number of quotations."""
        return sum(self.stances.values())


def speaker_of(quotation: Quotation) -> str | None:
    """Name the speaker of a quotation as specifically as the article does.

    :param quotation: The quotation.
    :return: The resolved name, else the mention, else ``None``.
    """
    return quotation.speaker_name or (quotation.speaker.text if quotation.speaker else None)


def pieces_of(article: Article, quotation: Quotation, bounds: Sequence[tuple[int, int]]) -> list[Piece]:
    """Cut the sentences around a quotation into pieces with roles.

    :param article: The article.
    :param quotation: One of its quotations.
    :param bounds: The sentences of the article, start and end.
    :return: The pieces in order; where roles overlap, the cue and the speaker stand out against the content.
    """
    content = quotation.content
    start, end = content.start, content.end
    marked = [(content.start, content.end, "content")]
    for span, role in ((quotation.speaker, "speaker"), (quotation.cue, "cue")):
        if span is not None and span.end > content.start - REACH and span.start < content.end + REACH:
            marked.append((span.start, span.end, role))
            start, end = min(start, span.start), max(end, span.end)
    touched = [(a, b) for a, b in bounds if a < end and b > start]
    start, end = min([start, *(a for a, _ in touched)]), max([end, *(b for _, b in touched)])
    cuts = sorted({start, end, *(point for a, b, _ in marked for point in (a, b))})
    pieces = []
    for a, b in zip(cuts, cuts[1:], strict=False):
        roles = [role for low, high, role in marked if low <= a and b <= high]
        pieces.append(Piece(article.text[a:b], roles[-1] if roles else ""))
    return pieces


def build(results: Iterable[Result], target: str, model: str) -> View:
    """Gather what the page shows.

    :param results: Results with judgements.
    :param target: What the stance is toward.
    :param model: The model's name.
    :return: The view; speakers with most stances taken come first, those that the text does not name last.
    :raises ValueError: If a result has no judgements.
    """
    view = View(target, model)
    speakers: dict[str | None, SpeakerRow] = {}
    for result in results:
        if result.judgements is None:
            raise ValueError(
                f"article {result.article.id} has quotations without a stance: a report needs a classifier"
            )
        bounds = [(span.start, span.end) for span in sentences(result.article.text)]
        shown = []
        for quotation, judgement in zip(result.quotations, result.judgements, strict=True):
            name = speaker_of(quotation)
            shown.append(Shown(quotation, judgement, pieces_of(result.article, quotation, bounds), name))
            row = speakers.setdefault(name, SpeakerRow(name))
            row.role = row.role or quotation.speaker_role
            row.articles.add(result.article.id)
            for counts in (row.stances, view.stances):
                counts[str(judgement.stance)] += 1
            row.abstained += judgement.abstained
            view.abstained += judgement.abstained
        view.articles.append((result.article, shown))
    view.speakers = sorted(
        speakers.values(),
        key=lambda row: (
            row.name is None,
            -(row.stances["favor"] + row.stances["against"]),
            -row.total,
            row.name or "",
        ),
    )
    return view
