"""Arabic text: a normalisation that keeps offsets, and sentence boundaries.

The normalisation maps every code point by itself, so that each normalised range leads back to the original one. In order:

1. NFKD (Unicode Standard Annex 15): presentation forms, ligatures and full-width forms become plain letters, and
   letters with hamza or madda fall apart into letter and mark;
2. combining marks (Arabic diacritics, Koranic signs, Latin accents), tatweel, bidi controls, zero-width characters are dropped;
3. alef, ya, ta marbuta and Persian keyboard variants become one letter each (آ أ إ ٱ → ا, ى ی → ي, ة → ه, ک → ك, ؤ → و, ئ → ي);
4. Arabic-Indic digits become ASCII digits, Arabic punctuation and every kind of quotation mark and dash their ASCII like;
5. letters become lower case, white space of every kind a plain space.

``tokenizer.json`` of the shipped models holds the same steps; a test compares the two on every code point.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from stance.schema import Span

# Combining marks to drop, as ranges and not by Unicode category: libraries built on other Unicode versions must agree.
MARK_RANGES: tuple[tuple[int, int], ...] = (
    (0x0300, 0x036F),
    (0x0610, 0x061A),
    (0x064B, 0x065F),
    (0x0670, 0x0670),
    (0x06D6, 0x06DC),
    (0x06DF, 0x06E4),
    (0x06E7, 0x06E8),
    (0x06EA, 0x06ED),
    (0x08D3, 0x08E1),
    (0x08E3, 0x08FF),
    (0xFE00, 0xFE0F),
)
TATWEEL = "\u0640"
# Soft hyphen, Arabic letter mark, zero-width characters, bidi embeddings and isolates, word joiner, byte order mark.
CONTROL_RANGES: tuple[tuple[int, int], ...] = (
    (0x0000, 0x0008),
    (0x000E, 0x001F),
    (0x007F, 0x0084),
    (0x0086, 0x009F),
    (0x00AD, 0x00AD),
    (0x061C, 0x061C),
    (0x180E, 0x180E),
    (0x200B, 0x200F),
    (0x202A, 0x202E),
    (0x2060, 0x2064),
    (0x2066, 0x206F),
    (0xFEFF, 0xFEFF),
    (0xFFF9, 0xFFFB),
)
SPACES = "\t\n\x0b\x0c\r\x85\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
# Decompositions that came with Unicode 12.1 and later; the tokenizers library does not know them, so neither do we.
RECENT_RANGES: tuple[tuple[int, int], ...] = (
    (0x32FF, 0x32FF),
    (0xA7F2, 0xA7F4),
    (0xAB69, 0xAB69),
    (0x10781, 0x107BA),
    (0x11938, 0x11938),
    (0x1F16C, 0x1F16C),
    (0x1FBF0, 0x1FBF9),
)
# One letter or sign for each group of variants, applied after NFKD.
VARIANTS: dict[str, str] = {
    "ا": "آأإٱٲٳ",
    "ي": "ىیېےۍئ",
    "و": "ؤۆۇۈ",
    "ه": "ةھہەۃۀ",
    "ك": "کڪ",
    '"': "«»“”„‟‹›″〝〞❝❞",
    "'": "‘’‚‛′`´ʼ",
    "-": "‐‑‒–—―−",
    ",": "،",
    ";": "؛",
    "?": "؟",
    "%": "٪",
    ".": "٫۔",
}
DIGITS = "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹"
QUOTATION_MARKS = frozenset('"' + VARIANTS['"'])
# Lone surrogates cannot be encoded, so no tokenizer can read them.
_REPLACEMENT = "\ufffd"

_MARKS = frozenset(chr(c) for low, high in MARK_RANGES for c in range(low, high + 1))
_DROPPED = frozenset(chr(c) for low, high in CONTROL_RANGES for c in range(low, high + 1)) | _MARKS | {TATWEEL}
_FOLDED: dict[str, str] = {variant: letter for letter, variants in VARIANTS.items() for variant in variants}
_FOLDED.update({digit: str(value) for digits in DIGITS for value, digit in enumerate(digits)})
_FOLDED.update(dict.fromkeys(SPACES, " "))


def _map_code_point(char: str) -> str:
    if "\ud800" <= char <= "\udfff":
        return _REPLACEMENT
    recent = any(low <= ord(char) <= high for low, high in RECENT_RANGES)
    decomposed = char if recent else unicodedata.normalize("NFKD", char)
    kept = (_FOLDED.get(c, c) for c in decomposed if c not in _DROPPED)
    lowered = "".join(kept).lower()
    return "".join(_FOLDED.get(c, c) for c in lowered if c not in _DROPPED)


class _Table(dict[int, str]):
    """A translation table that fills itself, so that ``str.translate`` runs at C speed on every later use."""

    def __missing__(self, code: int) -> str:
        mapped = self[code] = _map_code_point(chr(code))
        return mapped


_TABLE = _Table()


@dataclass(frozen=True, slots=True)
class Aligned:
    """A normalised text that remembers where each of its characters came from.

    ``starts[i]`` and ``ends[i]`` bound the original code points of normalised character ``i``; diacritics and tatweel
    belong to the letter before them.
    """

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Map a normalised range back.

        :param start: First normalised code point.
        :param end: Normalised code point after the last one.
        :return: Start and end in the original text; an empty range stays empty.
        :raises IndexError: If the range does not lie in the normalised text.
        """
        if not 0 <= start <= end <= len(self.text):
            raise IndexError(f"range {start}:{end} does not lie in a text of {len(self.text)} code points")
        if start == end:
            at = self.starts[start] if start < len(self.text) else (self.ends[-1] if self.ends else 0)
            return at, at
        return self.starts[start], self.ends[end - 1]


def normalise(text: str) -> str:
    """Normalise a text for comparison and for the models.

    :param text: Any text.
    :return: The normalised text; normalising it again changes nothing.
    """
    return text.translate(_TABLE)


def align(text: str) -> Aligned:
    """Normalise a text and keep the way back to its offsets.

    :param text: Any text.
    :return: The normalised text, ``normalise(text)``, with the original offsets of each character.
    """
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for position, char in enumerate(text):
        mapped = _TABLE[ord(char)]
        if mapped:
            pieces.append(mapped)
            starts.extend([position] * len(mapped))
            ends.extend([position + 1] * len(mapped))
        elif ends and ends[-1] == position and (char in _MARKS or char == TATWEEL):
            ends[-1] = position + 1
    return Aligned("".join(pieces), tuple(starts), tuple(ends))


def strip_diacritics(text: str) -> str:
    """Drop Arabic diacritics and tatweel and leave everything else as written.

    :param text: Any text.
    :return: The text without them.
    """
    return "".join(c for c in text if c not in _MARKS and c != TATWEEL)


_ENDS = frozenset(".!?؟…۔")
_CLOSERS = frozenset("»”“\"'’›)]")
# Titles shortened with a stop, and single letters, do not end a sentence: «د. محمد», «أ. ف. ب».
_ABBREVIATIONS = frozenset(("د", "م", "أ", "ا", "ب", "ف", "ص", "ه", "ت", "ج", "ق", "ب", "أ.د", "mr", "dr", "st", "u.s"))


def _word_before(text: str, position: int) -> str:
    start = position
    while start > 0 and not text[start - 1].isspace() and text[start - 1] not in '«“"(':
        start -= 1
        if position - start > 12:
            break
    return text[start:position]


def _sentence_end(text: str, position: int) -> int | None:
    """Return where the sentence ends whose final mark stands at ``position``, or ``None`` if it goes on."""
    end = position + 1
    while end < len(text) and text[end] in _ENDS:
        end += 1
    while end < len(text) and text[end] in _CLOSERS:
        end += 1
    if text[position] == "." and _word_before(text, position).lower() in _ABBREVIATIONS:
        return None
    if end < len(text) and not text[end].isspace():
        # A stop glued to the next word ends a sentence only between two letters of Arabic («البلاد.صرح»).
        glued = text[position] == "." and end < len(text) and "\u0621" <= text[end] <= "\u064a"
        return end if glued and position > 0 and "\u0621" <= text[position - 1] <= "\u064a" else None
    return end


def sentences(text: str) -> list[Span]:
    """Cut a text into sentences: at line breaks, and at final marks with the closing marks after them.

    :param text: The article text.
    :return: The sentences in order, without the white space around them; their text is that of the original.
    """
    found: list[Span] = []
    start = position = 0

    def close(end: int) -> None:
        low, high = start, end
        while low < high and text[low].isspace():
            low += 1
        while high > low and text[high - 1].isspace():
            high -= 1
        if low < high:
            found.append(Span.of(text, low, high))

    while position < len(text):
        char = text[position]
        end: int | None = None
        if char in "\n\r\u2029\u2028":
            end = position + 1
        elif char in _ENDS:
            end = _sentence_end(text, position)
        if end is None:
            position += 1
            continue
        close(end)
        start = position = end
    close(len(text))
    return found
