"""Read noun phrases that name a source: titles, names, appositions."""

from __future__ import annotations

from stance.quotations.lexicon import Lexicon
from stance.quotations.marks import Marks
from stance.quotations.nouns import MAX_NAME, Phrase
from stance.quotations.phrase_ends import PhraseEnds
from stance.quotations.titles import TitleSplitter
from stance.quotations.tokens import MARK, NUMBER, WORD, Tokens

MAX_WORDS = 28
# No phrase looks beyond so many tokens, wherever its limit is.
_FAR = MAX_WORDS + 12
_ABBREVIATED = frozenset("د م ا اد ود وم".split())
_SEPARATORS = frozenset("،,-–—")
# No name goes on after these with a comma.
_NO_APPOSITION = frozenset(
    "في من وهي وهو الذي التي فقد قد وقد ذلك وذلك كما حيث فان فانه فانها وكل منها منهم وهم اللذين وكذا حفظه حفظها حفظهم رعاه رعاها رحمه رحمها".split()
)


class PhraseReader(PhraseEnds, TitleSplitter):
    """Noun phrases in one text."""

    def __init__(self, tokens: Tokens, marks: Marks, lexicon: Lexicon) -> None:
        super().__init__(tokens, marks, lexicon)
        # Phrases that were read, with the word after them.
        self._read: dict[int, tuple[int, Phrase | None]] = {}

    def read(self, first: int, limit: int) -> Phrase | None:
        """Read the source that starts at a token.

        :param first: First token of the phrase.
        :param limit: Token that it must not pass.
        :return: The phrase, or ``None`` if no noun phrase starts there.
        """
        known = self._read.get(first)
        if known is not None and known[0] <= limit:
            return known[1]
        phrase = self._read_new(first, limit)
        if limit >= first + _FAR:
            self._read[first] = first + _FAR, phrase
        elif phrase is not None and self._is_plain(first, max(phrase.end, phrase.role_end), limit):
            self._read[first] = max(phrase.end, phrase.role_end), phrase
        return phrase

    def _is_plain(self, first: int, end: int, limit: int) -> bool:
        """Say whether a phrase without commas, marks and numbers ends at a word that ends any: every limit leaves it so."""
        keys = self.tokens.key
        if end > limit or end >= len(keys) or end - first > MAX_WORDS or keys[end] in ("على", "عن", "مع", "لدي", "الي"):
            return False
        return self._breaks(keys[end]) and all(kind == WORD for kind in self.tokens.kind[first : end + 1])

    def _read_new(self, first: int, limit: int) -> Phrase | None:
        first = self._after_abbreviation(first, limit)
        if first < limit and self.tokens.key[first] in self._never_first:
            return None
        segments = self.segments(first, limit)
        if not segments:
            return None
        start, end = segments[0]
        if self.marks.closes.get(start) == end - 1 and len(segments) == 1:
            # «قال "حداد"»: a name in marks
            return self._split(start + 1, end - 1)
        return self._choose(segments)

    def _after_abbreviation(self, first: int, limit: int) -> int:
        """«د. سمير حداد»: the name starts after the abbreviated title."""
        keys = self.tokens.key
        if first + 2 < limit and keys[first] in _ABBREVIATED and keys[first + 1] in "./" and keys[first + 2].isalpha():
            return self._after_abbreviation(first + 2, limit)
        return first

    def segments(self, first: int, limit: int) -> list[tuple[int, int]]:
        """Cut what stands at a token into the parts of a noun phrase that commas separate.

        :param first: First token.
        :param limit: Token that it must not pass.
        :return: Parts as token ranges.
        """
        keys, kinds = self.tokens.key, self.tokens.kind
        found: list[tuple[int, int]] = []
        limit = min(limit, first + MAX_WORDS)
        j = start = first
        while j < limit:
            if keys[j] in _SEPARATORS and not self._is_hyphen(j):
                if j > start:
                    found.append((start, j))
                elif j > first and keys[j - 1] != ")":
                    break
                start = j + 1
                if found and not self._apposition(start, limit):
                    return found
            elif keys[j] == "(":
                j, start = self._skip_parenthesis(j, start, limit, found)
            elif kinds[j] == MARK:
                closing = self._name_in_marks(j)
                if closing is None:
                    break
                j = closing
            elif j > start and keys[j] in _ABBREVIATED and self._after_abbreviation(j, limit) > j:
                # «وزير المالية د. سمير حداد»
                found.append((start, j))
                start = self._after_abbreviation(j, limit)
                j = start - 1
            elif self._ends_at(j, start, limit):
                break
            j += 1
        if min(j, limit) > start:
            found.append((start, min(j, limit)))
        return found

    def _ends_at(self, j: int, start: int, limit: int) -> bool:
        """Say whether a noun phrase has ended before a token."""
        keys = self.tokens.key
        if self.tokens.kind[j] == NUMBER:
            # «أقرت اليونسكو 21 مارس», but «صحيفة 26 سبتمبر»
            return keys[j - 1].startswith("ال") and self.lexicon.has("events", keys[min(j + 1, limit - 1)])
        return not self._is_word(j) or (self.tokens.kind[j] == WORD and self._stops(j, start, limit))

    def _name_in_marks(self, j: int) -> int | None:
        closing = self.marks.closes.get(j)
        return None if closing is None or self.marks.by_opening[j].words > 6 else closing

    def _skip_parenthesis(self, j: int, start: int, limit: int, found: list[tuple[int, int]]) -> tuple[int, int]:
        """Close the part before a parenthesis; return the parenthesis's end and where the next part starts."""
        keys = self.tokens.key
        closing = self._parenthesis(j, limit)
        if j > start:
            found.append((start, j))
        if closing + 1 < limit and keys[closing + 1] not in ("،", ",") and found:
            word = keys[closing + 1]
            if not (self.is_title(word) or self.is_given(word)):
                # «وزارة الدفاع (البنتاغون) بات رايدر»: what follows belongs to the same phrase
                return closing, found.pop()[0]
        return closing, closing + 1

    def _parenthesis(self, j: int, limit: int) -> int:
        for k in range(j + 1, min(limit, j + 15)):
            if self.tokens.key[k] == ")":
                return k
        return j

    def _apposition(self, j: int, limit: int) -> bool:
        """Say whether a noun phrase goes on after a comma."""
        if j >= limit:
            return False
        word = self.tokens.key[j]
        if self.tokens.kind[j] != WORD:
            return False
        known = self.is_given(word) or self.is_title(word) or self.lexicon.has("titles_group", word)
        like_verb = word[0] in "يت" or (word[-1] == "ت" and len(word) > 3)
        if len(word) > 2 and not known and like_verb and not self._is_closed(j, limit):
            return False
        return not (
            self._stops(j, j, limit)
            or word in _NO_APPOSITION
            or word in self._ends
            or self.lexicon.has("weekdays", word)
        )

    def _is_closed(self, j: int, limit: int) -> bool:
        """«حاكم الجزيرة، توجيولو تولافونو، إن»: two to four words between commas are a name, also if the first looks like a verb."""
        keys = self.tokens.key
        end = next((k for k in range(j, min(limit, j + 5)) if keys[k] in "،,"), j)
        return end - j > 1 and all(
            self.tokens.kind[k] == WORD and not self._is_definite(keys[k]) and keys[k] not in ("في", "من", "ان")
            for k in range(j, end)
        )


__all__ = ["MAX_NAME", "Phrase", "PhraseReader"]
