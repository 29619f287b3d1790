"""Decide where the content of each cue ends, what kind of quotation it is, and which marks speak without a cue."""

from __future__ import annotations

from stance.quotations.backward import BackwardFinder, Content
from stance.quotations.noun_ends import STATEMENT
from stance.quotations.particles import complementiser
from stance.quotations.source_cues import Cue
from stance.quotations.tokens import LINE, MARK, WORD

__all__ = ["Content", "ContentFinder"]

# Statements within statements that are followed.
MAX_DEPTH = 3


class ContentFinder(BackwardFinder):
    """Contents of the cues of one text."""

    def find(self) -> list[Content]:
        """Find the content of every cue, and direct speech without one.

        :return: The contents in order.
        """
        contents: list[Content] = []
        claimed: dict[tuple[int, int], int] = {}
        open_ends: list[int] = []
        reach = 0
        for cue in self.cues:
            while open_ends and open_ends[-1] <= cue.token:
                open_ends.pop()
            if len(open_ends) >= MAX_DEPTH:
                continue
            content = self._content(cue, contents, reach)
            if content is None or self.marks.words(content.first, content.end) == 0:
                continue
            span = (content.first, content.end)
            if span in claimed:
                # The verb says more than the phrase: «وفق البيان، يقول الوزير إن».
                if contents[claimed[span]].cue and contents[claimed[span]].cue.opener == "source":  # type: ignore[union-attr]
                    contents[claimed[span]] = content
                continue
            claimed[span] = len(contents)
            contents.append(content)
            if content.end > cue.token:
                open_ends.append(content.end)
            reach = max(reach, content.end)
        contents += self._without_cue(contents)
        contents.sort(key=lambda content: (content.first, -content.end))
        return contents

    def _content(self, cue: Cue, contents: list[Content], reach: int) -> Content | None:
        if cue.opener == "marks":
            return self._in_marks(cue)
        if cue.opener in ("clause", "colon", "headline", "noun"):
            return self._forward(cue)
        if cue.opener == "source":
            return self._of_source(cue, reach)
        return self._before(cue, contents, reach)

    def _in_marks(self, cue: Cue) -> Content:
        opening = cue.content
        if opening not in self.marks.closes:
            first, end = self._trim(opening + 1, self._limit(opening + 1))
        else:
            first, end = self._trim(opening + 1, self._last_closing(opening))
        spoken = self._skip_complementiser(opening, first, end)
        if spoken > first and self.marks.closes.get(spoken, end) >= end - 1 and self.tokens.kind[spoken] == MARK:
            # «إن «بدأ العمل»: the marks were opened twice.
            spoken, end = spoken + 1, self.marks.closes.get(spoken, end)
        return Content(cue, spoken, end, "direct")

    def _skip_complementiser(self, opening: int, first: int, end: int) -> int:
        """Leave out the complementiser that slipped into the marks: «قال الوزير «إن العمل بدأ»»; after a colon it is spoken."""
        slipped = (
            self.tokens.key[opening - 1] != ":" and end - first > 2 and complementiser(self.tokens.key[first]) == ""
        )
        if slipped and self.tokens.key[first] == "ان" and self.lexicon.has("conditional", self.tokens.key[first + 1]):
            # «إن كان هناك …» is spoken
            return first
        return first + 1 if slipped else first

    def _last_closing(self, opening: int) -> int:
        """Follow a quotation into the paragraphs that go on with it in marks of their own."""
        closing = self.marks.closes[opening]
        while True:
            after = closing + 1
            while after < len(self.tokens) and self.tokens.kind[after] == LINE:
                after += 1
            pair = self.marks.by_opening.get(after)
            if pair is None or pair.words < STATEMENT or self._followed_by_cue(pair.closing):
                return closing
            closing = pair.closing

    def _followed_by_cue(self, closing: int) -> bool:
        for k in range(closing + 1, min(closing + 3, len(self.tokens))):
            if self.tokens.kind[k] == WORD:
                return self.lexicon.form(self.tokens.key[k]) is not None
        return False

    def _forward(self, cue: Cue) -> Content | None:
        first = cue.content
        if first >= len(self.tokens):
            return None
        stray = first in self.marks.stray
        first += stray
        end = self._limit(first)
        if cue.opener == "colon":
            end = self._speech_end(first)
        elif cue.opener == "noun":
            end = self._noun_end(first, end)
        elif cue.form and cue.form.part == "deed":
            end = self._deed_end(first, end)
        elif cue.opener == "headline":
            end = self._statement_end(cue, end)
        first, end = self._trim(first, end)
        if end <= first:
            return None
        pair = self.marks.by_opening.get(first)
        if pair and cue.form and cue.form.verb.past == "وصف":
            # «وصف الهجوم بأنه «…» بعد أن»: the description alone is quoted.
            end = min(end, pair.closing + 1)
        if (
            pair
            and pair.closing < end - 1
            and pair.words >= STATEMENT
            and self._tail_is_journalist(pair.closing + 1, end)
        ):
            end = pair.closing + 1
        if stray and self.tokens.kind[end - 1] == MARK:
            end -= 1
        content = self._classified(cue, first, end)
        spoken = stray or self._is_unmarked(cue, first)
        return Content(cue, first, end, "direct") if spoken and content.kind == "indirect" else content

    def _is_unmarked(self, cue: Cue, first: int) -> bool:
        """«وقال الوزير لقد بدأ العمل»: speech whose marks are lost, unless the clause is passive."""
        if cue.form is None or cue.form.part != "past" or cue.opener != "clause":
            return False
        bare = cue.opening == cue.content == first and complementiser(self.tokens.key[first]) is None
        return bare and "bare_clause" in cue.form.verb.traits and self.tokens.key[first] not in ("تم", "يتم", "سيتم")

    def _tail_is_journalist(self, first: int, end: int) -> bool:
        """Say whether what follows a quoted statement in the sentence is the article's own addition."""
        keys = self.tokens.key
        if self.lexicon.has("relatives", keys[first]):
            return True
        if (
            keys[first] in "،,"
            and first + 1 < end
            and keys[first + 1] in ("الا", "لكن", "ولكن", "غير", "بيد", "فيما", "بينما")
        ):
            return True
        if any(self.tokens.kind[k] == MARK for k in range(first, min(end, first + 60))):
            return False
        return self.tokens.key[first] in "،,؛"
