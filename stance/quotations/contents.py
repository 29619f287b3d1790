"""Decide where the content of each cue ends, what kind of quotation it is, and which marks speak without a cue."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from stance.quotations.cues import Cue, complementiser
from stance.quotations.lexicon import Lexicon
from stance.quotations.marks import Marks
from stance.quotations.tokens import LINE, MARK, NUMBER, WORD, Tokens
from stance.schema import Kind

_TRIM = frozenset("،,.؛;:-–—()[]/*•") | {"\n", ".."}
# Quoted words from which on a pair in marks is a statement of its own.
STATEMENT = 6
# A longer stretch before a source phrase holds more than one statement.
LONGEST_BEFORE = 45
# Tokens after which an indirect quotation is cut: no sentence is so long.
MAX_CONTENT = 300
# Statements within statements that are followed.
MAX_DEPTH = 3
# Tokens of a line that may be one statement.
MAX_STATEMENT = 400
# Verbal nouns of the second form: «وتنقية», «وتشويهها».
_COORDINATED = re.compile(r"ت\w{2}ي\w|ت\w{2,3}ه")
_MAX_SKIPS = 200


@dataclass(frozen=True, slots=True)
class Content:
    """The content of a quotation as tokens from ``first`` up to ``end``, exclusive."""

    cue: Cue | None
    first: int
    end: int
    kind: Kind


class ContentFinder:
    """Contents of the cues of one text."""

    def __init__(self, tokens: Tokens, marks: Marks, lexicon: Lexicon, cues: list[Cue]) -> None:
        self.tokens = tokens
        self.marks = marks
        self.lexicon = lexicon
        self.cues = cues
        self.outer = marks.outer
        self._openings = [pair.opening for pair in marks.pairs]
        self._prefixed = [cue for cue in cues if cue.form and (cue.form.prefix or cue.opener in ("source", "marks"))]
        self._speaking = [cue for cue in cues if cue.form and cue.form.part in ("past", "present") and cue.form.prefix]
        self._speaking_tokens = [cue.token for cue in self._speaking]
        self._prefixed_tokens = [cue.token for cue in self._prefixed]
        self.boundaries = self._boundaries()

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

    def _boundaries(self) -> list[int]:
        found = {end for _, end in self.tokens.sentences}
        found.update(cue.boundary for cue in self.cues if self._starts_quotation(cue))
        keys = self.tokens.key
        for i, word in enumerate(keys):
            rows = self.lexicon.page_lines.get(word, [])
            if i and (keys[i - 1] in "،,؛" or word == "وذلك"):
                rows = rows + self.lexicon.breaks.get(word, [])
            for row in rows:
                if tuple(keys[i : i + len(row)]) == row:
                    found.add(i)
        return sorted(found)

    def _starts_quotation(self, cue: Cue) -> bool:
        """Say whether a cue ends a quotation that runs before it, or is nested in it."""
        if cue.opener == "source" or cue.form is None:
            return cue.opener == "source"
        if cue.form.part == "participle":
            return cue.opener != "after"
        if cue.opener == "after":
            return bool(cue.form.prefix) and self._passes_on(cue)
        if cue.form.part == "noun":
            return False
        return bool(cue.form.prefix) or cue.boundary < cue.token or self._is_main_clause(cue)

    def _passes_on(self, cue: Cue) -> bool:
        """«وزاد موضحا: …»: the participle holds the quotation."""
        following = self.tokens.key[cue.end] if cue.end < len(self.tokens) else ""
        form = self.lexicon.form(following)
        return form is not None and form.part in ("participle", "noun")

    def _is_main_clause(self, cue: Cue) -> bool:
        """«في حين ذكرت الصحيفة أن …، أفصح الوزير عن أن»: the verb after a subordinate clause."""
        first, _ = self.tokens.sentences[self.tokens.sentence(cue.token)]
        keys = self.tokens.key
        subordinate = keys[first].removeprefix("و") in ("بينما", "فيما") or tuple(keys[first : first + 2])[-1:] == (
            "حين",
        )
        return subordinate and cue.opening - cue.end > 1 and keys[cue.token - 1] in "،,"

    def _limit(self, first: int) -> int:
        """Return the first boundary after a token that does not lie within marks opened after it."""
        keys_end = self.boundaries[-1] if self.boundaries else len(self.tokens)
        end = min(keys_end, first + MAX_CONTENT)
        place = bisect_right(self.boundaries, first)
        skips = 0
        while place < len(self.boundaries):
            end = min(self.boundaries[place], first + MAX_CONTENT)
            opening = self.outer[end] if end < len(self.outer) else -1
            if opening < first or opening == end or skips > _MAX_SKIPS:
                break
            skips += 1
            place = bisect_right(self.boundaries, self.marks.closes[opening])
        inside = self.outer[first]
        if 0 <= inside < first:
            end = min(end, self.marks.closes[inside])
        return end

    def _trim(self, first: int, end: int) -> tuple[int, int]:
        keys = self.tokens.key
        while first < end and keys[first] in _TRIM and keys[first] not in "([":
            first += 1
        while end > first and (
            keys[end - 1] in _TRIM
            or keys[end - 1] == "و"
            or self.tokens.kind[end - 1] == "dots"
            or self._is_stray(end - 1)
        ):
            if keys[end - 1] in (")", "]") and any(keys[k] in "([" for k in range(max(first, end - 40), end)):
                break
            end -= 1
        return first, end

    def _is_stray(self, k: int) -> bool:
        return self.tokens.kind[k] == MARK and k not in self.marks.opens and k not in self.marks.closes

    def _content(self, cue: Cue, contents: list[Content], reach: int) -> Content | None:
        if cue.opener == "marks":
            return self._in_marks(cue)
        if cue.opener in ("clause", "colon", "headline", "noun"):
            return self._forward(cue)
        if cue.opener == "source":
            return self._of_source(cue, reach)
        return self._before(cue, contents, reach)

    # Content after the cue

    def _in_marks(self, cue: Cue) -> Content:
        opening = cue.content
        if opening not in self.marks.closes:
            first, end = self._trim(opening + 1, self._limit(opening + 1))
            return Content(cue, self._skip_complementiser(opening, first, end), end, "direct")
        closing = self._last_closing(opening)
        first, end = self._trim(opening + 1, closing)
        return Content(cue, self._skip_complementiser(opening, first, end), end, "direct")

    def _skip_complementiser(self, opening: int, first: int, end: int) -> int:
        """Leave out the complementiser that slipped into the marks: «قال الوزير «إن العمل بدأ»»; after a colon it is spoken."""
        slipped = (
            self.tokens.key[opening - 1] != ":" and end - first > 2 and complementiser(self.tokens.key[first]) == ""
        )
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
        return Content(cue, first, end, "direct") if stray and content.kind == "indirect" else content

    def _speech_end(self, first: int) -> int:
        """Speech after a colon without marks goes on over sentences until another one speaks: «وقال: … . … .وأضاف: …»."""
        sentence = self.tokens.sentence(first)
        _, end = self.tokens.sentences[sentence]
        own = bisect_right(self._speaking_tokens, first)
        if own < len(self._speaking_tokens) and self._speaking_tokens[own] < end:
            return self._speaking[own].boundary
        for number in range(sentence + 1, min(sentence + 5, len(self.tokens.sentences))):
            start, stop = self.tokens.sentences[number]
            if self.tokens.kind[start - 1] == LINE:
                break
            opening = tuple(self.tokens.key[start : start + 2])
            place = bisect_left(self._speaking_tokens, start)
            speaks = place < len(self._speaking_tokens) and self._speaking_tokens[place] < min(stop, start + 3)
            if speaks or opening in (("يذكر", "ان"), ("ويذكر", "ان"), ("يشار", "الي")):
                return start
        return end

    def _statement_end(self, cue: Cue, end: int) -> int:
        """A line that is nothing but a speaker and a statement is quoted to its end: «الوزير: … . … .»."""
        if cue.boundary and self.tokens.kind[cue.boundary - 1] != LINE:
            return end
        stop = end
        while stop < len(self.tokens) and self.tokens.kind[stop - 1] != LINE:
            stop += 1
            if stop - cue.token > MAX_STATEMENT:
                return end
        others = any(other.token < stop for other in self.prefixed_after(cue.token))
        return end if others else stop

    def prefixed_after(self, token: int) -> list[Cue]:
        """Return the first cue with a conjunction after a token, if there is one: it takes the word from the speaker.

        :param token: A token.
        :return: At most one cue.
        """
        place = bisect_right(self._prefixed_tokens, token)
        return self._prefixed[place : place + 1]

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

    def _noun_end(self, first: int, end: int) -> int:
        """A noun phrase ends at a comma, unless a coordinated object follows."""
        keys = self.tokens.key
        k = first
        while k < end:
            if k in self.marks.closes:
                k = self.marks.closes[k]
            elif keys[k] in "،؛":
                after = keys[k + 1] if k + 1 < end else ""
                if after[:1] != "و" and after not in (
                    "كما",
                    "ثم",
                    "لكن",
                    "لكنه",
                    "لكنها",
                    "بينما",
                    "حيث",
                    "اذ",
                    "فيما",
                    "الذي",
                    "التي",
                ):
                    k += 1
                    continue
                if (
                    (k + 1 in self.marks.closes and self.marks.by_opening[k + 1].words < STATEMENT)
                    or after in ("من", "في", "على", "الي", "عن")
                    or after.startswith(("ال", "لل", "بما", "وال", "ولل"))
                ):
                    k += 1
                    continue
                rest = after[1:].removeprefix("ب").removeprefix("ال") if after[:1] == "و" else ""
                bare = next((rest.removesuffix(p) for p in ("ها", "هم", "ه") if rest.endswith(p)), rest)
                if _COORDINATED.fullmatch(rest) or _COORDINATED.fullmatch(bare):
                    k += 1
                    continue
                if not (rest and (self.lexicon.has("object_nouns", rest) or after[1:] in ("الي", "علي", "من", "عن"))):
                    return k
            k += 1
        return end

    def _classified(self, cue: Cue | None, first: int, end: int) -> Content:
        if self.marks.closes.get(first) == end - 1:
            inner_first, inner_end = self._trim(first + 1, end - 1)
            if inner_end > inner_first:
                kind: Kind = "direct" if not self._is_name(first) or cue is None or cue.opener != "noun" else "indirect"
                return Content(cue, inner_first, inner_end, kind)
        if cue is not None and cue.opener in ("colon", "headline"):
            return Content(cue, first, end, "direct")
        kind = "indirect"
        place = bisect_left(self._openings, first)
        while place < len(self._openings) and self._openings[place] < end:
            if not self._is_name(self._openings[place]):
                kind = "mixed"
                break
            place += 1
        return Content(cue, first, end, kind)

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

    # Content before or around the cue

    def _of_source(self, cue: Cue, reach: int) -> Content | None:
        first, end = self.tokens.sentences[self.tokens.sentence(cue.token)]
        before = self._skip_contrast(self._clause_start(cue, first, reach), cue.token)
        back_first, back_end = self._trim(before, cue.token)
        if reach > first:
            return None
        words = self.marks.words(back_first, back_end)
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

    def _skip_contrast(self, first: int, end: int) -> int:
        """«إلا أن النمو تراجع، بحسب البنك»: the contrast is the article's."""
        keys = self.tokens.key
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
            before = self.tokens.key[pair.opening - 1] if pair.opening else ""
            introduced = pair.opening in starts or before == ":" or complementiser(before) is not None
            if before == "شعار" and pair.words >= 3 and not covered[pair.opening + 1] and contents:
                found.append(Content(None, *self._trim(pair.opening + 1, pair.closing), "direct"))
                continue
            if pair.words >= 8 and not covered[pair.opening + 1] and introduced:
                if contents and self.outer[pair.opening] == pair.opening:
                    first, end = self._trim(pair.opening + 1, pair.closing)
                    found.append(Content(None, first, end, "direct"))
        return found
