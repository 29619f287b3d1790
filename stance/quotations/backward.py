"""Decide what kind of quotation a content is, and find contents that stand before their cue, around it or without one."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from stance.quotations.boundaries import BoundaryFinder
from stance.quotations.particles import complementiser
from stance.quotations.source_cues import Cue
from stance.quotations.tokens import NUMBER, WORD
from stance.schema import Kind

# A longer stretch before a source phrase holds more than one statement.
LONGEST_BEFORE = 45
# Tokens between «شعارات» and the marks.
_SHOUTED = 5
# Words that join the parts of one statement.
_JOINING = frozenset(("", "ان", "انه", "انها", "انهم", "بان", "الي", "على", "كما", "ثم", "بل"))


@dataclass(frozen=True, slots=True)
class Content:
    """The content of a quotation as tokens from ``first`` up to ``end``, exclusive."""

    cue: Cue | None
    first: int
    end: int
    kind: Kind


class BackwardFinder(BoundaryFinder):
    """Contents before or around their cues, in one text."""

    def _classified(self, cue: Cue | None, first: int, end: int) -> Content:
        if self.marks.closes.get(first) == end - 1:
            inner_first, inner_end = self._trim(first + 1, end - 1)
            if inner_end > inner_first:
                kind: Kind = "direct" if not self._is_name(first) or cue is None or cue.opener != "noun" else "indirect"
                return Content(cue, inner_first, inner_end, kind)
        if cue is not None and cue.opener in ("colon", "headline"):
            return Content(cue, first, end, "direct")
        if self._is_all_quoted(first, end):
            return Content(cue, *self._trim(first + 1, end - 1), "direct")
        kind = "indirect"
        place = bisect_left(self._openings, first)
        while place < len(self._openings) and self._openings[place] < end:
            if not self._is_name(self._openings[place]):
                kind = "mixed"
                break
            place += 1
        return Content(cue, first, end, kind)

    def _is_all_quoted(self, first: int, end: int) -> bool:
        """«"بدأ العمل"، وأن "الأمر انتهى"»: nothing but joining words stands between the parts in marks."""
        closing = self.marks.closes.get(first)
        k = first
        while closing is not None and closing < end - 1:
            k = closing + 1
            while k < end and (self.tokens.key[k] in "،," or self.tokens.key[k].removeprefix("و") in _JOINING):
                k += 1
            closing = self.marks.closes.get(k)
        return closing == end - 1 and k > first

    def _is_name(self, opening: int) -> bool:
        """Say whether the words in marks are a group's, outlet's or work's name."""
        pair = self.marks.by_opening[opening]
        if pair.words > 4:
            return False
        keys = self.tokens.key
        before = keys[opening - 1] if opening else ""
        if before == "(":
            before = keys[opening - 2] if opening > 1 else ""
        bare = before.removeprefix("و").removeprefix("ب").removeprefix("ل").removeprefix("ال")
        if self.lexicon.has("name_nouns", before) or self.lexicon.has("name_nouns", bare):
            return True
        inner = " ".join(keys[k] for k in range(opening + 1, pair.closing) if self.tokens.kind[k] in (WORD, NUMBER))
        return self.lexicon.has("known_names", inner)

    def _of_source(self, cue: Cue, reach: int) -> Content | None:
        first, end = self.tokens.sentences[self.tokens.sentence(cue.token)]
        before = self._skip_contrast(self._clause_start(cue, first, reach), cue.token)
        back_first, back_end = self._trim(before, cue.token)
        if reach > first:
            return None
        words = 0 if self._is_page_line(back_first) else self.marks.words(back_first, back_end)
        if words >= 3 or (words and self._resumed(cue, end)):
            if words > LONGEST_BEFORE:
                return None
            return self._classified(cue, back_first, max(back_end, self._resumed(cue, end)))
        start = self._after_source(cue.end, end)
        if start is None:
            return None
        stop = self._limit(start)
        start, stop = self._trim(start, stop)
        return self._classified(cue, start, stop) if self.marks.words(start, stop) >= 3 else None

    def _is_page_line(self, first: int) -> bool:
        rows = self.lexicon.page_lines.get(self.tokens.key[first], ()) if first < len(self.tokens) else ()
        return any(tuple(self.tokens.key[first : first + len(row)]) == row for row in rows)

    def _skip_contrast(self, first: int, end: int) -> int:
        """«إلا أن النمو تراجع، بحسب البنك»: the contrast is the article's."""
        keys = self.tokens.key
        if (
            first < end
            and keys[first].removeprefix("و") in ("يذكر", "يشار")
            and "ان" in keys[first + 1 : min(first + 3, end)]
        ):
            # «يذكر أن النمو تراجع، بحسب البنك»
            return keys.index("ان", first) + 1
        if first < end and keys[first].removeprefix("و") in ("الا", "غير", "بيد", "كما", "لكن", "فيما"):
            first += 1
            if first < end and keys[first] == "ان":
                first += 1
        return first

    def _resumed(self, cue: Cue, end: int) -> int:
        """«النقاش، حسب الوزير، انتهى»: the statement goes on after its source."""
        keys = self.tokens.key
        comma = next((k for k in range(cue.end, min(end, cue.end + 12)) if keys[k] in "،,"), None)
        if comma is None or keys[cue.token - 1] not in "،,":
            return 0
        stop = self._limit(comma)
        first, stop = self._trim(comma + 1, stop)
        lists = ("event_prepositions", "weekdays", "titles_person", "relatives")
        if self.marks.words(first, stop) < 4 or keys[first][0] == "و" or keys[first] in ("في", "من"):
            return 0
        sentence, _ = self.tokens.sentences[self.tokens.sentence(cue.token)]
        if self.marks.words(sentence, cue.token) <= 4 and keys[cue.token - 1] in "،,":
            return stop
        return 0 if any(self.lexicon.has(name, keys[first]) for name in lists) else stop

    def _clause_start(self, cue: Cue, first: int, reach: int) -> int:
        start = max(first, reach)
        inside = self.outer[cue.token]
        if inside >= 0:
            start = max(start, inside + 1)
        place = bisect_right(self.boundaries, cue.token - 1) - 1
        if place >= 0:
            start = max(start, min(self.boundaries[place], cue.token))
        return start

    def _after_source(self, first: int, end: int) -> int | None:
        """Find where the statement starts after a source phrase: after فإن, else after the comma that closes the source."""
        keys = self.tokens.key
        comma = None
        k = first
        while k < min(end, first + 45):
            form = self.lexicon.form(keys[k]) if self.tokens.kind[k] == WORD and k > first + 1 else None
            asserted = comma is not None and keys[k - 1] not in ("لا", "لم", "لن", "ما", "ولا", "ولم")
            if form and form.part in ("past", "present") and not form.verb.strict and asserted:
                return comma + 1 if comma is not None else None
            if k > first + 1 and keys[k] in self.lexicon.source_phrases:
                break
            if k in self.marks.closes:
                k = self.marks.closes[k]
            elif complementiser(keys[k]) is not None and (keys[k][0] == "ف" or k - first < 25):
                return k + 1
            elif keys[k] in "،,:" and comma is None and not self._still_source(k + 1, end):
                comma = k
            k += 1
        return None if comma is None else comma + 1

    def _still_source(self, k: int, end: int) -> bool:
        """Say whether what follows a comma still describes the source or its occasion."""
        if k >= end:
            return True
        word = self.tokens.key[k]
        lists = ("event_prepositions", "weekdays", "titles_person", "relatives")
        stem = word.removeprefix("ب").removeprefix("ال")
        if word in ("في", "من", "نقلت", "نقله", "نشر", "نشرته") or self.lexicon.has("outlets", stem):
            return True
        return any(self.lexicon.has(name, form) for name in lists for form in (word, stem))

    def _before(self, cue: Cue, contents: list[Content], reach: int) -> Content | None:
        """A quotation before its verb: «…»، قال الوزير."""
        keys = self.tokens.key
        k = cue.boundary - 1
        if k < 0 or (cue.form and cue.form.prefix and keys[k] not in '،»”"'):
            return None
        comma = keys[k] in "،,"
        if comma:
            k -= 1
        if k in self.marks.opens:
            opening = self.marks.opens[k]
            if self.marks.by_opening[opening].words < 3 or opening < reach - 1 or self._is_name(opening):
                return None
            first, end = self._trim(opening + 1, k)
            return Content(cue, first, end, "direct")
        return None

    def _is_shouted(self, opening: int) -> bool:
        """«رددوا هتافات من بينها «لا للحرب»»: what a crowd shouts or carries, however short."""
        keys = self.tokens.key
        words = keys[max(0, opening - _SHOUTED) : opening]
        slogan = any(self.lexicon.has("slogans", word.removeprefix("ال")) for word in words)
        first, _ = self.tokens.sentences[self.tokens.sentence(opening)]
        return slogan and any(self.lexicon.has("protests", word) for word in keys[max(first, opening - 60) : opening])

    def _without_cue(self, contents: list[Content]) -> list[Content]:
        """Long statements in marks that start a sentence and that nobody has claimed."""
        covered = [False] * (len(self.tokens) + 1)
        until = 0
        for content in sorted(contents, key=lambda content: content.first):
            for k in range(max(until, content.first), content.end):
                covered[k] = True
            until = max(until, content.end)
        starts = {first for first, _ in self.tokens.sentences}
        found = []
        for pair in self.marks.pairs:
            if pair.opening < self.tokens.body:
                continue
            before = self.tokens.key[pair.opening - 1] if pair.opening else ""
            introduced = pair.opening in starts or before == ":" or complementiser(before) is not None
            if self._is_shouted(pair.opening) and not covered[pair.opening + 1] and contents:
                found.append(Content(None, *self._trim(pair.opening + 1, pair.closing), "direct"))
                continue
            if before == "شعار" and pair.words >= 3 and not covered[pair.opening + 1] and contents:
                found.append(Content(None, *self._trim(pair.opening + 1, pair.closing), "direct"))
                continue
            if pair.words >= 8 and not covered[pair.opening + 1] and introduced:
                if contents and self.outer[pair.opening] == pair.opening:
                    first, end = self._trim(pair.opening + 1, pair.closing)
                    found.append(Content(None, first, end, "direct"))
        return found
