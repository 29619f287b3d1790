"""The four plain records that pass between the rooms of the library.

Offsets are Unicode code points of ``Article.text``, end exclusive, and
``article.text[span.start:span.end] == span.text`` always holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import Enum
from typing import Any, Literal

DEFAULT_TARGET = "انسحاب القوات الأميركية وقوات التحالف الدولي من العراق"

Kind = Literal["direct", "indirect", "mixed"]
KINDS: tuple[Kind, ...] = ("direct", "indirect", "mixed")


class Stance(str, Enum):
    """Where a speaker stands on a target (SemEval-2016 task 6 labels). Iteration order is the order of probability columns."""

    FAVOR = "favor"
    AGAINST = "against"
    NONE = "none"

    def __str__(self) -> str:
        return self.value


STANCES: tuple[str, ...] = tuple(stance.value for stance in Stance)


@dataclass(frozen=True, slots=True)
class Article:
    """One news article as read from its source, unnormalised; what the source does not state is ``None``."""

    id: str
    text: str
    title: str | None = None
    outlet: str | None = None
    published: str | None = None
    url: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as a JSON-ready mapping."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Article:
        """Build an article from the mapping that ``to_dict`` returns.

        :param data: A mapping with at least ``id`` and ``text``.
        :return: The article.
        :raises ValueError: If ``id`` or ``text`` is missing or is not a string.
        """
        for key in ("id", "text"):
            if not isinstance(data.get(key), str):
                raise ValueError(f"an article needs a string under '{key}', got {data.get(key)!r}")
        optional = {key: data.get(key) for key in ("title", "outlet", "published", "url")}
        return cls(id=data["id"], text=data["text"], **optional)


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of an article: code points ``start`` to ``end`` (exclusive) and the text between them."""

    start: int
    end: int
    text: str

    def __post_init__(self) -> None:
        if self.start < 0 or self.end < self.start or len(self.text) != self.end - self.start:
            raise ValueError(f"span {self.start}:{self.end} does not fit its text of {len(self.text)} code points")

    @classmethod
    def of(cls, text: str, start: int, end: int) -> Span:
        """Cut a span out of a text.

        :param text: The article text.
        :param start: First code point.
        :param end: Code point after the last one.
        :return: The span with its text.
        """
        return cls(start, end, text[start:end])

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as a JSON-ready mapping."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Span:
        """Build a span from the mapping that ``to_dict`` returns.

        :param data: A mapping with ``start``, ``end`` and ``text``.
        :return: The span.
        :raises ValueError: If a key is missing or the offsets do not fit the text.
        """
        try:
            return cls(int(data["start"]), int(data["end"]), data["text"])
        except KeyError as error:
            raise ValueError(f"a span needs 'start', 'end' and 'text'; {error} is missing") from error


def _optional_span(data: Mapping[str, Any] | None) -> Span | None:
    return None if data is None else Span.from_dict(data)


@dataclass(frozen=True, slots=True)
class Quotation:
    """One quotation: what is said (content), how it is introduced (cue) and who says it (speaker).

    ``index`` counts the quotations of an article from 0 in order of their content.
    ``speaker`` is the mention nearest to the cue as written; ``speaker_name`` the most specific name or
    description of the same source anywhere in the article; ``None`` where the text gives none.
    """

    article: str
    index: int
    kind: Kind
    content: Span
    cue: Span | None = None
    speaker: Span | None = None
    speaker_name: str | None = None
    speaker_role: str | None = None

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"quotation kind must be one of {', '.join(KINDS)}, got {self.kind!r}")

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON line of the quotation: the content span is flattened into ``start``, ``end`` and ``text``."""
        return {
            "article": self.article,
            "index": self.index,
            "kind": self.kind,
            **self.content.to_dict(),
            "cue": self.cue.to_dict() if self.cue else None,
            "speaker": self.speaker.to_dict() if self.speaker else None,
            "speaker_name": self.speaker_name,
            "speaker_role": self.speaker_role,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Quotation:
        """Build a quotation from the mapping that ``to_dict`` returns; further keys are ignored.

        :param data: One JSON line of a quotation.
        :return: The quotation.
        :raises ValueError: If a key is missing, the kind is unknown or offsets do not fit.
        """
        try:
            return cls(
                article=data["article"],
                index=int(data["index"]),
                kind=data["kind"],
                content=Span.from_dict(data),
                cue=_optional_span(data.get("cue")),
                speaker=_optional_span(data.get("speaker")),
                speaker_name=data.get("speaker_name"),
                speaker_role=data.get("speaker_role"),
            )
        except KeyError as error:
            raise ValueError(f"a quotation needs {error}") from error


@dataclass(frozen=True, slots=True)
class Judgement:
    """A speaker's stance toward a target.

    ``probabilities`` maps every stance to its calibrated probability; ``stance`` is always the most probable one and
    ``confidence`` its probability. ``abstained`` says that the confidence lies under the model's threshold.
    ``windows`` is the number of windows that the text was read in.
    """

    target: str
    stance: Stance
    probabilities: Mapping[str, float]
    confidence: float
    abstained: bool = False
    windows: int = 1

    def __post_init__(self) -> None:
        if set(self.probabilities) != set(STANCES):
            raise ValueError(
                f"probabilities need exactly the keys {', '.join(STANCES)}, got {sorted(self.probabilities)}"
            )

    def with_threshold(self, threshold: float) -> Judgement:
        """Decide again whether to abstain, without running the model.

        :param threshold: Abstain below this confidence, 0 to 1.
        :return: A copy with ``abstained`` set anew.
        :raises ValueError: If the threshold is outside 0 to 1.
        """
        if not 0.0 <= threshold <= 1.0:
            raise ValueError(f"an abstention threshold lies between 0 and 1, got {threshold}")
        return Judgement(
            self.target, self.stance, self.probabilities, self.confidence, self.confidence < threshold, self.windows
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the stance part of a quotation's JSON line."""
        return {
            "target": self.target,
            "stance": str(self.stance),
            "probabilities": {stance: self.probabilities[stance] for stance in STANCES},
            "confidence": self.confidence,
            "abstained": self.abstained,
            "windows": self.windows,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Judgement:
        """Build a judgement from the mapping that ``to_dict`` returns; further keys are ignored.

        :param data: One JSON line of a judged quotation.
        :return: The judgement.
        :raises ValueError: If a key is missing or the stance is unknown.
        """
        try:
            return cls(
                target=data["target"],
                stance=Stance(data["stance"]),
                probabilities=dict(data["probabilities"]),
                confidence=float(data["confidence"]),
                abstained=bool(data.get("abstained", False)),
                windows=int(data.get("windows", 1)),
            )
        except KeyError as error:
            raise ValueError(f"a judgement needs {error}") from error
