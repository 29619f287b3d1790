"""Find where statements end."""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from stance.quotations.lexicon import Lexicon
from stance.quotations.marks import Marks
from stance.quotations.noun_ends import NounEnds
from stance.quotations.particles import RELATIVES, complementiser
from stance.quotations.source_cues import Cue
from stance.quotations.tokens import DOTS, LINE, MARK, Tokens

TRIM = frozenset("،,.؛;:-–—()[]/*•") | {"\n", ".."}

# Tokens after which an indirect quotation is cut: no sentence is so long.
MAX_CONTENT = 300

# Tokens of a line that may be one statement.
MAX_STATEMENT = 400

_MAX_SKIPS = 200
_SUBORDINATING = frozenset(
    "ما كما مثلما عندما حين حيث بعدما منذ يوم لم لا قد لقد كان كانت وقد فقد اذ اذا لو مما بما و ثم او الا".split()
)
_WERE = frozenset(("وكان", "وكانت", "وكانوا"))


class BoundaryFinder(NounEnds):
    """Boundaries between the statements of one text."""

    def __init__(self, tokens: Tokens, marks: Marks, lexicon: Lexicon, cues: list[Cue]) -> None:
        super().__init__(tokens, marks, lexicon)
        self.cues = cues
        self.outer = marks.outer
        self._openings = [pair.opening for pair in marks.pairs]
        self._prefixed = [
            cue
            for cue in cues
            if cue.form and cue.form.part != "deed" and (cue.form.prefix or cue.opener in ("source", "marks"))
        ]
        self._speaking = [
            cue
            for cue in cues
            if cue.form and cue.form.part in ("past", "present") and (cue.form.prefix or cue.boundary < cue.token)
        ]
        self._speaking_tokens = [cue.boundary for cue in self._speaking]
        self._prefixed_tokens = [cue.token for cue in self._prefixed]
        self._openings_of_cues = [cue.boundary for cue in cues if cue.form and cue.form.part in ("past", "present")]
        self._all_tokens = [cue.token for cue in cues]
        self.boundaries = self._boundaries()

    def _boundaries(self) -> list[int]:
        found = {end for _, end in self.tokens.sentences}
        found.update(cue.boundary for cue in self.cues if self._starts_quotation(cue))
        keys = self.tokens.key
        page_lines = self.lexicon.page_lines
        for i, word in enumerate(keys):
            if word == "\n":
                continue
            if word == ".." and i and self.tokens.kind[i - 1] != DOTS and i + 1 < len(keys):
                found.add(i)
            elif word in page_lines and self._at(i, page_lines[word]):
                found.add(i)
            elif i and (keys[i - 1] in "،,؛" or word == "وذلك"):
                leaves = word in self.lexicon.accusatives and keys[i - 1] in "،,؛" and i + 1 < len(keys)
                if leaves or self._at(i, self.lexicon.breaks.get(word)) or self._is_pluperfect(i):
                    found.add(i)
        return sorted(found)

    def _at(self, i: int, rows: list[tuple[str, ...]] | None) -> bool:
        """Say whether one of some word sequences stands at a token."""
        return bool(rows) and any(tuple(self.tokens.key[i : i + len(row)]) == row for row in rows or ())

    def _is_pluperfect(self, i: int) -> bool:
        """«، وكان الوزير قد زار»: the article goes back to what was before."""
        keys = self.tokens.key
        return keys[i] in _WERE and keys[i - 1] in "،,؛" and "قد" in keys[i + 1 : i + 8]

    def _starts_quotation(self, cue: Cue) -> bool:
        """Say whether a cue ends a quotation that runs before it, or is nested in it."""
        if cue.opener == "source" or cue.form is None:
            return cue.opener == "source"
        if cue.form.part == "participle":
            return cue.opener != "after" and not self.lexicon.has("contains", self.tokens.key[cue.token])
        if cue.opener == "after":
            return self._closes(cue) or (bool(cue.form.prefix) and self._passes_on(cue))
        if cue.form.part == "noun":
            return cue.boundary < cue.token
        if cue.form.part == "deed":
            return False
        return (
            bool(cue.form.prefix) or cue.boundary < cue.token or self._is_main_clause(cue) or self._opens_sentence(cue)
        )

    def _opens_sentence(self, cue: Cue) -> bool:
        """«… في المدينة قال وزير المالية إن»: a stop is missing before a verb that its subject follows."""
        keys = self.tokens.key
        if cue.form is None or cue.form.part != "past" or cue.form.verb.category != "say" or cue.form.verb.strict:
            return False
        before, after = keys[cue.token - 1], keys[cue.end]
        if before in _SUBORDINATING or before in RELATIVES or complementiser(before) is not None:
            return False
        heads = ("titles_person", "titles_group", "given_names")
        bare = after.removeprefix("ال")
        return cue.opening - cue.end > 1 and any(
            self.lexicon.has(name, word) for name in heads for word in (after, bare)
        )

    def _closes(self, cue: Cue) -> bool:
        """«… في المدينة"، يقول الوزير»: the verb names the source of what stands before it."""
        if cue.form is None or cue.form.prefix or cue.form.verb.category != "say" or cue.boundary < cue.token:
            return False
        before = cue.token - 1
        if self.tokens.key[before] in "،,":
            before -= 1
        return before in self.marks.opens or (before in self.marks.stray and before < cue.token - 1)

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
        if keys[cue.token - 1] not in "،,":
            return False
        return self._follows_relative(cue, first) or subordinate

    def _follows_relative(self, cue: Cue, first: int) -> bool:
        """«في مواجهة النواب، الذين حذروا من أن …، رأت الوزيرة أن»: nothing but a relative clause has a verb before it."""
        keys = self.tokens.key
        if keys[first].removeprefix("و") not in ("في", "بعد", "رغم", "خلال", "على", "مع") or cue.opening - cue.end < 1:
            return False
        place = bisect_left(self._all_tokens, cue.token)
        before = self._all_tokens[max(place - 2, 0) : place]
        inside = [token for token in before if token > first]
        return len(inside) == 1 and keys[inside[0] - 1].removeprefix("و") in RELATIVES

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
                if end - first > 2 or end >= len(self.tokens) or self.tokens.key[end] not in RELATIVES:
                    break
                # «أن المصاب، الذي أكد أقاربه أن …، قد عاد»
                skips += 1
                place += 1
                continue
            skips += 1
            place = bisect_right(self.boundaries, self.marks.closes[opening])
        inside = self.outer[first]
        if 0 <= inside < first:
            end = min(end, self.marks.closes[inside])
        return end

    def _trim(self, first: int, end: int) -> tuple[int, int]:
        keys = self.tokens.key
        while first < end and keys[first] in TRIM and keys[first] not in "([":
            first += 1
        while end > first and (
            keys[end - 1] in TRIM
            or keys[end - 1] in ("و", "وذلك")
            or self.tokens.kind[end - 1] == "dots"
            or self._is_stray(end - 1)
        ):
            if keys[end - 1] in (")", "]") and any(keys[k] in "([" for k in range(max(first, end - 40), end)):
                break
            end -= 1
        return first, end

    def _is_stray(self, k: int) -> bool:
        return self.tokens.kind[k] == MARK and k not in self.marks.opens and k not in self.marks.closes

    def _speech_end(self, first: int) -> int:
        """Speech after a colon without marks goes on over sentences until another one speaks: «وقال: … . … .وأضاف: …»."""
        sentence = self.tokens.sentence(first)
        _, end = self.tokens.sentences[sentence]
        own = bisect_right(self._speaking_tokens, first)
        if own < len(self._speaking_tokens) and self._speaking_tokens[own] < end:
            return self._speaking[own].boundary
        if complementiser(self.tokens.key[first]) == "":
            # «وقال: إن …»: the article reports, and goes on itself.
            return end
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
        others = any(
            other.token < stop and other.form and other.form.part == "past" and other.form.verb.category == "say"
            for other in self.prefixed_after(cue.token)
        )
        return end if others else stop

    def prefixed_after(self, token: int) -> list[Cue]:
        """Return the first cue with a conjunction after a token, if there is one: it takes the word from the speaker.

        :param token: A token.
        :return: At most one cue.
        """
        place = bisect_right(self._prefixed_tokens, token)
        return self._prefixed[place : place + 1]

    def _deed_end(self, first: int, end: int) -> int:
        """«بعد تأكيد الوزير أن …، جدد الحزب»: the clause of a verbal noun ends before the main verb."""
        place = bisect_right(self._openings_of_cues, first)
        if place < len(self._openings_of_cues) and self._openings_of_cues[place] < end:
            verb = self._openings_of_cues[place]
            if self.tokens.key[verb - 1] in "،,":
                return verb
        return end
