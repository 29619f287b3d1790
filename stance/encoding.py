"""From (target, speaker, quotation, context) to the text pair that a model reads, and to windows where it is long.

The first text of the pair is the target, with the speaker where the variant asks for one; the second is the quotation,
after its reporting cue and the sentence before it where the variant asks for them. Training and prediction both come
through here, so that a model is never asked to read anything that it was not trained on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import repeat
from typing import Any, Literal, NamedTuple, get_args

from tokenizers import Tokenizer

from stance.arabic import normalise, strip_diacritics
from stance.polarity import plain_target
from stance.schema import DEFAULT_TARGET, Quotation

Variant = Literal["quotation", "speaker", "cue", "context"]
Normalisation = Literal["full", "marks", "none"]
Text = str | Quotation
VARIANTS: tuple[str, ...] = get_args(Variant)
NORMALISATIONS: tuple[str, ...] = get_args(Normalisation)

# At least this share of a window is kept for the quotation: a long target or role must not crowd it out.
QUOTATION_SHARE = 0.5

_SURROGATES = re.compile("[\ud800-\udfff]")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SPACE = re.compile(r"\s+")
_ARABIC = re.compile("[\u0620-\u064a\u066e-\u06d3\ufb50-\ufdff\ufe70-\ufefc]")


class Reading(NamedTuple):
    """What a model is asked about: a quotation and the target that it may take a stance on."""

    target: str
    quotation: str
    speaker: str | None = None
    role: str | None = None
    context: str | None = None
    cue: str | None = None

    @classmethod
    def of_row(cls, row: Mapping[str, Any]) -> Reading:
        """Pick what a model may read out of a row; labels, sentiment and sarcasm are never among it.

        :param row: A row as ``stance.dataset`` gives it: ``target`` and ``quotation``, the rest where known.
        :return: The reading.
        """
        known = (row.get(key) for key in ("speaker", "role", "context", "cue"))
        return cls(row["target"], row["quotation"], *known)


class Window(NamedTuple):
    """Token and segment numbers of one window of a text pair, special tokens included."""

    input_ids: list[int]
    token_type_ids: list[int]


@dataclass(frozen=True, slots=True)
class EncodingConfig:
    """How a model's input is built; saved in ``stance.json`` with the model.

    ``variant`` is what is read besides the target: the quotation alone, + its speaker, + its cue, + the sentence before it.
    The cue tells a refusal («رفض») from a demand («طالب بـ») where the content is only what is refused or demanded.
    ``normalisation`` is ``full`` for encoders pretrained on text normalised by ``stance.arabic``, ``marks`` (diacritics
    and tatweel go) for AraBERT and its like, ``none`` to leave the text to the tokenizer. ``stride`` is the overlap of
    neighbouring windows in tokens. ``plain_targets`` asks for leaving where a target asks for staying (see
    :mod:`stance.polarity`); whoever reads the answer must let favor and against change places where :meth:`turns` says so.
    """

    variant: Variant = "speaker"
    normalisation: Normalisation = "full"
    max_length: int = 128
    stride: int = 32
    plain_targets: bool = False

    def __post_init__(self) -> None:
        if self.variant not in VARIANTS:
            raise ValueError(f"the encoding variant must be one of {', '.join(VARIANTS)}, got {self.variant!r}")
        if self.normalisation not in NORMALISATIONS:
            raise ValueError(f"normalisation must be one of {', '.join(NORMALISATIONS)}, got {self.normalisation!r}")
        if self.max_length < 16 or not 0 <= self.stride <= self.max_length // 4:
            raise ValueError(
                f"a window needs at least 16 tokens and a stride of at most a quarter of it, "
                f"got max_length={self.max_length}, stride={self.stride}"
            )

    def turns(self, reading: Reading) -> bool:
        """Say whether the model is asked the opposite of what the reading asks.

        :param reading: What to read.
        :return: True where favor and against change places between the model's answer and the reading's.
        """
        return self.plain_targets and plain_target(reading.target)[1]

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as a JSON-ready mapping."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> EncodingConfig:
        """Build the configuration from a mapping; further keys are ignored, missing ones take their default.

        :param data: For instance the content of ``stance.json``.
        :return: The configuration.
        """
        return cls(**{key: data[key] for key in cls.__dataclass_fields__ if key in data})


def clean(text: str, normalisation: Normalisation = "none") -> str:
    """Make any string readable for a tokenizer: lone surrogates become U+FFFD, white space becomes single spaces.

    :param text: Any string.
    :param normalisation: How far Arabic spelling is levelled, see :class:`EncodingConfig`.
    :return: The text, empty where there was only white space.
    """
    text = _CONTROLS.sub(" ", _SURROGATES.sub("\ufffd", text))
    if normalisation == "full":
        text = normalise(text)
    elif normalisation == "marks":
        text = strip_diacritics(text).replace("\u0640", "")
    return _SPACE.sub(" ", text).strip()


def has_arabic(text: str) -> bool:
    """Say whether a text holds a single Arabic letter.

    :param text: Any string.
    :return: False for the empty string, digits and other scripts.
    """
    return _ARABIC.search(text) is not None


def text_pair(reading: Reading, config: EncodingConfig) -> tuple[str, str]:
    """Build the two texts that the model reads.

    :param reading: Target, quotation and what is known of speaker and context.
    :param config: Variant and normalisation.
    :return: (target, with speaker and role unless the variant is ``quotation``), (quotation, after its cue for ``cue`` and
        ``context``, and after the sentence before it for ``context``).
    """
    target = plain_target(reading.target)[0] if config.plain_targets else reading.target
    first = clean(target, config.normalisation)
    second = clean(reading.quotation, config.normalisation)
    if config.variant != "quotation":
        known = [clean(part, config.normalisation) for part in (reading.speaker, reading.role) if part]
        # A role often holds the name already («رئيس الوزراء فلان»): said once is enough.
        if len(known) == 2 and (known[0] in known[1] or known[1] in known[0]):
            known = [max(known, key=len)]
        if known := [part for part in known if part]:
            first = f"{first} : {'، '.join(known)}"
    if config.variant in ("cue", "context") and reading.cue:
        cue = clean(reading.cue, config.normalisation)
        second = f"{cue} : {second}" if cue else second
    if config.variant == "context" and reading.context:
        context = clean(reading.context, config.normalisation)
        second = f"{context} : {second}" if context else second
    return first, second


class PairEncoder:
    """Turns readings into windows of token numbers; safe to use from several threads once built."""

    def __init__(self, tokenizer: Tokenizer, config: EncodingConfig) -> None:
        """Prepare a tokenizer for text pairs.

        :param tokenizer: A tokenizer whose post-processor knows pairs; a copy of it is kept.
        :param config: How the pair is built and cut into windows.
        """
        self.config = config
        self._plain = Tokenizer.from_str(tokenizer.to_str())
        self._plain.no_truncation()
        self._plain.no_padding()
        self._windows = Tokenizer.from_str(self._plain.to_str())
        self._windows.enable_truncation(config.max_length, stride=config.stride, strategy="only_second")
        self._special = self._plain.num_special_tokens_to_add(is_pair=True)

    def encode(self, readings: Sequence[Reading]) -> list[list[Window]]:
        """Cut every reading into windows; no token of a quotation is lost.

        :param readings: What to read.
        :return: One list of windows a reading, at least one window each.
        :raises ValueError: If a target alone takes more than half of a window.
        """
        pairs = [text_pair(reading, self.config) for reading in readings]
        room = int((self.config.max_length - self._special) * (1 - QUOTATION_SHARE))
        lengths = [
            len(e.ids) for e in self._plain.encode_batch([first for first, _ in pairs], add_special_tokens=False)
        ]
        for index, length in enumerate(lengths):
            if length > room:
                pairs[index] = (self._shorten(readings[index], room), pairs[index][1])
        windows = []
        for encoding in self._windows.encode_batch(pairs):
            parts = [encoding, *encoding.overflowing]
            windows.append([Window(part.ids, part.type_ids) for part in parts])
        return windows

    def _shorten(self, reading: Reading, room: int) -> str:
        """Leave out the role, then the speaker, until the first text fits; the target is never cut."""
        for smaller in (reading._replace(role=None), reading._replace(role=None, speaker=None)):
            first, _ = text_pair(smaller, self.config)
            length = len(self._plain.encode(first, add_special_tokens=False).ids)
            if length <= room:
                return first
        raise ValueError(
            f"the target takes {length} tokens, of a window of {self.config.max_length} it may take {room}; "
            f"shorten it: {reading.target[:60]!r}…"
        )


def _each(value: str | Iterable[str | None] | None, name: str) -> Iterator[str | None]:
    """One value a text: a single one is repeated."""
    if value is None or isinstance(value, str):
        return repeat(value)
    return _counted(iter(value), name)


def _counted(values: Iterator[str | None], name: str) -> Iterator[str | None]:
    yield from values
    raise ValueError(f"fewer {name} than texts: give one for all or one a text")


def make_readings(
    x: Text | Iterable[Text],
    target: str | Iterable[str] | None,
    speakers: str | Iterable[str | None] | None,
    contexts: str | Iterable[str | None] | None,
) -> Iterator[Reading]:
    """Pair every text with its target, speaker and context, reading all of them as a stream.

    :param x: One text or many.
    :param target: One target for all, or one a text; ``None`` takes the default target.
    :param speakers: One speaker for all, or one a text; a ``Quotation`` brings its own.
    :param contexts: One context for all, or one a text.
    :return: The readings in order.
    :raises ValueError: If targets, speakers or contexts are not as many as the texts.
    """
    for name, value in (("targets", target), ("speakers", speakers), ("contexts", contexts)):
        if isinstance(x, Sequence) and not isinstance(x, str) and isinstance(value, Sequence):
            if not isinstance(value, str) and len(value) != len(x):
                raise ValueError(f"{len(x)} texts but {len(value)} {name}: give one for all or one a text")
    items: Iterable[Text] = (x,) if isinstance(x, str | Quotation) else x
    return _generate(items, _each(target, "targets"), _each(speakers, "speakers"), _each(contexts, "contexts"))


def _generate(
    items: Iterable[Text], targets: Iterator[str | None], speakers: Iterator[str | None], contexts: Iterator[str | None]
) -> Iterator[Reading]:
    for item in items:
        target, speaker, context = next(targets) or DEFAULT_TARGET, next(speakers), next(contexts)
        if isinstance(item, Quotation):
            named = item.speaker_name or (item.speaker.text if item.speaker else None)
            cue = item.cue.text if item.cue else None
            yield Reading(target, item.content.text, speaker or named, item.speaker_role, context, cue)
        elif isinstance(item, str):
            yield Reading(target, item, speaker, None, context)
        else:
            raise TypeError(f"expected a string or a Quotation, got {type(item).__name__}")
