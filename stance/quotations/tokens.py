"""Tokens with offsets, comparable word keys and sentence boundaries, each found in one pass."""

from __future__ import annotations

import re
from bisect import bisect_right

# Invisible letters that writers leave inside words: zero-width and bidi controls, soft hyphen, byte-order mark.
_INVISIBLE = "\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
_DIACRITICS = "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed"
MARKS = "«»‹›《》“”„‟〝〞″＂\"'‘’{}"
_TOKEN = re.compile(
    rf"(?P<word>[^\W\d_][^\W\d_{_DIACRITICS}{_INVISIBLE}]*(?:[{_DIACRITICS}{_INVISIBLE}]+[^\W\d_]*)*)"
    r"|(?P<number>\d+(?:[.,٫،:/\\-]\d+)*)"
    # Four marks and more without a word between them quote nothing.
    rf"|(?P<junk>[{MARKS}'](?:[ \t]*[{MARKS}']){{3,}})"
    rf"|(?P<mark>''|``|[{MARKS}])"
    r"|(?P<line>\n)"
    r"|(?P<dots>\.{2,}|…+)"
    r"|(?P<punct>\S)"
)
_DROP = re.compile(f"[{_DIACRITICS}{_INVISIBLE}\u0640]+")
_LETTERS = str.maketrans(
    {"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ی": "ي", "ة": "ه", "ک": "ك", "گ": "ك", "ﻻ": "لا", "ﻷ": "لا"}
)
_INVISIBLE_CHARACTERS = re.compile(f"[{_INVISIBLE}]")

# «آن الأوان» is no complementiser; «ألا» (أن لا) is no «إلا».
_KEPT = frozenset(("على", "رأي", "آن", "ألا"))
WORD, NUMBER, JUNK, MARK, LINE, DOTS, PUNCT = "word", "number", "junk", "mark", "line", "dots", "punct"
_STOPS = frozenset(".؟!?")
_DASHES = frozenset("-–—")
# Tokens at the end of a sentence by which it is known again.
_REPEATED = 6
# A letter and a dot: «د. محمد»
_ABBREVIATIONS = frozenset(
    "د م ا أ ب ج س ص ع ق ه ح ت ن ك ل ي ف اف ام ال اس ار جي سي دي بي تي كي اتش جيه اي او دبليو".split()
)


def key(word: str) -> str:
    """Return the form under which a word is compared: no diacritics or tatweel, one alef, one ya, no ta marbuta.

    :param word: A word as written.
    :return: Its key.
    """
    plain = _DROP.sub("", word)
    # The last letter alone tells «على» from the name «علي», and the noun «رأي» from the verb «رأى».
    return plain if plain in _KEPT else plain.translate(_LETTERS).lower() or word


class Tokens:
    """The tokens of a text as parallel lists, with the sentence that each belongs to."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.start: list[int] = []
        self.end: list[int] = []
        self.kind: list[str] = []
        self.key: list[str] = []
        # First token of every sentence, and the token after its last one.
        self.sentences: list[tuple[int, int]] = []
        self._sentence_of: list[int] = []
        # First token of the article, after what the page says above it.
        self.body = 0
        keys: dict[str, str] = {}
        # Bound once: a long text runs through this loop a million times.
        add_start, add_end, add_kind, add_key = self.start.append, self.end.append, self.kind.append, self.key.append
        for match in _TOKEN.finditer(text):
            kind = match.lastgroup or PUNCT
            surface = match.group()
            if kind == WORD:
                known = keys.get(surface)
                if known is None:
                    known = keys[surface] = key(surface)
                surface = known
            elif kind == PUNCT and not surface.isascii() and _INVISIBLE_CHARACTERS.match(surface):
                continue
            start, end = match.span()
            add_start(start)
            add_end(end)
            add_kind(kind)
            add_key(surface)

    def __len__(self) -> int:
        return len(self.start)

    def split_sentences(self, closes: dict[int, int]) -> None:
        """Find sentence boundaries; stops inside a quotation do not end the sentence around it.

        :param closes: The closing mark of each opening mark, as token numbers.
        """
        first, i, count = 0, 0, len(self)
        kinds, last = self.kind, self.body - 1
        while i < count:
            if kinds[i] == WORD and i != last:
                i += 1
                continue
            end = i
            if i in closes:
                end = closes[i]
                stop = self._stops_after(i, end)
            else:
                word = self.key[i]
                stop = (
                    i + 1 == self.body
                    or word == "\n"
                    or (word in _STOPS and self.is_stop(i))
                    or (word in _DASHES and self._is_dateline(i))
                )
            if stop:
                self._add_sentence(first, end + 1)
                first = end + 1
            i = end + 1
        self._add_sentence(first, count)
        self._cut_headings()
        number = 0
        for number, (_, end) in enumerate(self.sentences):
            self._sentence_of += [number] * (end - len(self._sentence_of))
        self._sentence_of += [number] * (count - len(self._sentence_of))

    def _cut_headings(self) -> None:
        """Cut a heading off a sentence that the page gives a second time without it."""
        found: list[tuple[int, int]] = []
        ends: dict[tuple[str, ...], list[tuple[int, int]]] = {}
        for first, end in self.sentences:
            if end - first >= _REPEATED:
                ends.setdefault(tuple(self.key[end - _REPEATED : end]), []).append((first, end))
        for first, end in self.sentences:
            cut = first
            same = ends.get(tuple(self.key[end - _REPEATED : end]), []) if end - first >= _REPEATED else []
            place = bisect_right(same, (first, end))
            for other, other_end in same[place : place + 1]:
                length = other_end - other
                if length < end - first and self.key[end - length : end] == self.key[other:other_end]:
                    cut = end - length
            if cut > first:
                found.append((first, cut))
            found.append((cut, end))
        self.sentences = found

    def _stops_after(self, opening: int, closing: int) -> bool:
        """Say whether a quotation ends its sentence: its last word has a stop and nothing goes on after the mark."""
        if closing - 1 <= opening or self.key[closing - 1] not in _STOPS:
            return False
        after = closing + 1
        return after >= len(self) or self.kind[after] in (LINE, WORD, NUMBER, MARK)

    def _is_dateline(self, i: int) -> bool:
        """«القدس (CNN) --»: the article's first sentence starts after the dash."""
        if self.key[i] not in ("-", "–", "—") or i < 3 or (i + 1 < len(self) and self.key[i + 1] in ("-", "–", "—")):
            return False
        k = i
        while k > 0 and self.key[k - 1] in ("-", "–", "—"):
            k -= 1
        if k < 3 or self.key[k - 1] != ")":
            return False
        return any(self.key[j] == "(" and self.kind[j + 1] == WORD for j in range(max(k - 6, 0), k - 1))

    def is_stop(self, i: int) -> bool:
        """Say whether a token ends a sentence: no dot of an abbreviation, address or number.

        :param i: A token.
        :return: Whether it does.
        """
        if self.key[i] not in _STOPS:
            return False
        if self.key[i] != ".":
            return True
        if i and self.key[i - 1] == "د" and i + 1 < len(self) and self.kind[i + 1] == WORD:
            # «د . محمد»
            return False
        if i and self.end[i - 1] == self.start[i]:
            if self.key[i - 1] in _ABBREVIATIONS:
                return False
            glued = i + 1 < len(self) and self.start[i + 1] == self.end[i]
            if (
                glued
                and self.kind[i - 1] == WORD
                and len(self.key[i - 1]) <= 2
                and self.kind[i + 1] == WORD
                and len(self.key[i + 1]) <= 2
            ):
                # «سي.ان.ان»
                return False
            # «U.S», «cnn.com», «.5»
            if glued and (self.key[i + 1].isascii() and self.kind[i + 1] in (WORD, NUMBER)):
                return False
        return True

    def _add_sentence(self, first: int, end: int) -> None:
        while first < end and self.kind[first] == LINE:
            first += 1
        if first < end:
            self.sentences.append((first, end))

    def sentence(self, i: int) -> int:
        """Return the number of the sentence that holds a token.

        :param i: A token.
        :return: The sentence's place in ``sentences``.
        """
        return self._sentence_of[i]

    def surface(self, first: int, end: int) -> str:
        """Return the text from one token up to another, exclusive.

        :param first: First token.
        :param end: Token after the last.
        :return: The text as written.
        """
        return self.text[self.start[first] : self.end[end - 1]] if end > first else ""
