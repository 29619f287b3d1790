"""Find source phrases («بحسب الوزير») and headlines in which a speaker and a colon introduce speech."""

from __future__ import annotations

from dataclasses import dataclass

from stance.quotations.lexicon import Form
from stance.quotations.openers import OpenerFinder
from stance.quotations.particles import PREPOSITIONS, PRONOUNS
from stance.quotations.tokens import LINE, MARK, WORD

# «وحسب» before these is «only».
_AFTER_ONLY = frozenset("بل وانما ولكن لكن ، , . ؛".split())


@dataclass(frozen=True, slots=True)
class Cue:
    """A cue: token of the cue word, what it is, what opens the content and where the content starts."""

    token: int
    # Token after the cue phrase, where the search for the speaker starts.
    end: int
    form: Form | None
    # clause, marks, colon, noun, source (a source phrase), after (content stands before the cue), headline
    opener: str
    # Token that opens the content (complementiser, mark, colon, preposition); the region before it holds the speaker.
    opening: int
    # First token of the content.
    content: int
    # Token at which a quotation that runs before this cue ends.
    boundary: int


class SourceCueFinder(OpenerFinder):
    """Source phrases and headlines of one text."""

    def _is_page_line(self, first: int) -> bool:
        rows = self.lexicon.page_lines.get(self.tokens.key[first], ())
        return any(tuple(self.tokens.key[first : first + len(row)]) == row for row in rows)

    def _rows(self, i: int) -> tuple[list[tuple[str, ...]], int]:
        """Look up the source phrases that start with a word, and the length of its conjunction."""
        word = self.tokens.key[i]
        if word == "حسب" and i and self.tokens.key[i - 1] in ("على", "علي"):
            # «تختلف على حسب الحاجة»
            return [], 0
        rows = self.lexicon.source_phrases.get(word)
        if word == "وحسب" and i + 1 < len(self.tokens) and self.tokens.key[i + 1] in _AFTER_ONLY:
            # «ليس في المدينة وحسب بل»
            return [], 0
        if rows is None and word[0] in "وف" and word != "فحسب":
            return self.lexicon.source_phrases.get(word[1:], []), 1
        return rows or [], 0

    def _source_phrase(self, i: int, end: int) -> Cue | None:
        keys = self.tokens.key
        word = keys[i]
        rows, prefix = self._rows(i)
        if word[prefix:] == "كما" or word == "كما":
            return self._as_said(i, end)
        for row in rows:
            stop = i + len(row)
            if stop >= end:
                continue
            given = tuple(keys[i:stop])
            last = given[-1]
            whole = (given[0][prefix:], *given[1:])
            # «على حد قوله»: the last word of a phrase may carry a pronoun
            possessed = (
                len(row) > 1
                and whole[:-1] == row[:-1]
                and last.startswith(row[-1])
                and last[len(row[-1]) :] in PRONOUNS
            )
            if whole == row or possessed:
                following = keys[stop]
                if i and keys[i - 1] in ("وهو", "وهي", "وهم"):
                    return None
                surface = self.tokens.text[self.tokens.start[stop] : self.tokens.end[stop]].rstrip(
                    "\u064e\u064f\u0650\u0652"
                )
                if (
                    surface.endswith(("ه", "ها", "هم"))
                    and not self.lexicon.has("honorifics", following)
                    and keys[stop] not in ("هذه",)
                ):
                    if (
                        len(row) == 1
                        and not self.lexicon.has("events", following)
                        and self.lexicon.form_with_object(following) is None
                    ):
                        return None
                if following in ("هذا", "هذه", "تلك", "ذلك") and stop + 1 < end:
                    following = keys[stop + 1]
                plain = "ال" + following[2:] if following.startswith("لل") else following.removeprefix("ل")
                if self.lexicon.has("not_sources", plain) or self.lexicon.has("not_sources", plain.removeprefix("ال")):
                    return None
                if following in ("ما", "لما") and not self._tells(stop + 1, end):
                    # «وفق ما تم الاتفاق عليه»
                    return None
                form = Form(next(iter(self.lexicon.forms.values())).verb, "source", "3", prefix)
                return Cue(i, stop, form, "source", i, i, i)
        return None

    def _tells(self, k: int, end: int) -> bool:
        """Say whether a verb of telling stands after «وفق ما»."""
        if k >= end or self.lexicon.form_with_object(self.tokens.key[k]):
            return True
        word = self.tokens.key[k]
        return any(
            self.lexicon.has("after_ma", form) for form in (word, word.removesuffix("ه"), word.removesuffix("ها"))
        )

    def _as_said(self, i: int, end: int) -> Cue | None:
        """«كما أشار الوزير»: a verb after كما that introduces nothing names the source of what stands before it."""
        form = self.lexicon.form_with_object(self.tokens.key[i + 1]) if i + 2 < end else None
        if form is None or form.prefix or form.verb.category not in ("say", "opine") or form.verb.strict:
            return None
        first, _ = self.tokens.sentences[self.tokens.sentence(i)]
        if i - first < 3:
            return None
        opener = self._opener(i + 1, form, end)
        if opener is not None or self.tokens.kind[i + 2] != WORD or self.tokens.key[i + 2] in PREPOSITIONS:
            return None
        source = Form(form.verb, "source", "3", int(self.tokens.key[i] != "كما"))
        return Cue(i, i + 2, source, "source", i, i, i)

    def _after_phrase(self, phrase: Cue) -> int:
        """Step over the verb of a source phrase, which is no cue of its own: «وفق ما قال الوزير»."""
        i = phrase.end
        keys = self.tokens.key
        if i < len(keys) and keys[i] in ("ما", "لما"):
            i += 1
        if (
            i < len(keys)
            and (i > phrase.end or keys[phrase.end - 1].endswith("ما"))
            and self.lexicon.form_with_object(keys[i])
        ):
            i += 1
        return i

    def _headline(self, number: int, first: int, end: int) -> Cue | None:
        """A speaker, a colon and speech, at the start of a sentence: «الوزير: المفاوضات انتهت»."""
        keys, kinds = self.tokens.key, self.tokens.kind
        second = next((k + 1 for k in range(first, min(end, first + 10)) if keys[k] == "؛"), 0)
        if second and number == 0:
            # «بعد فشل المفاوضات؛ الوزير: …»
            first = second
        for j in range(first, min(end, first + 16)):
            if kinds[j] == MARK and j in self.marks.closes and self.marks.closes[j] - j > 6:
                return None
            if keys[j] in ("،", "؛", ".", "؟", "!", "..", "(", "•") or (j > first and keys[j] in "-–—"):
                return None
            if keys[j] == ":":
                if j == first or j + 3 >= end:
                    return None
                if any(self.lexicon.form(keys[k]) for k in range(first, j) if kinds[k] == WORD):
                    return None
                if not self._names_speaker(first, j, number):
                    return None
                found = self._after_colon(j)
                if found and j == first + 1 and self.lexicon.has("places", keys[first]) and found[0] != "marks":
                    # «تونس: افتتاح المهرجان»
                    return (
                        None if not self._speaks(found[2]) else Cue(j, j + 1, None, "headline", first, found[2], first)
                    )
                if (
                    found
                    and number == 0
                    and found[2] in self.marks.by_opening
                    and self.marks.by_opening[found[2]].words < 3
                ):
                    # «دبي: «الخليج» …»
                    return None
                return Cue(j, j + 1, None, "headline", first, found[2], first) if found else None
        return None

    def _speaks(self, k: int) -> bool:
        """«لن نتفاوض», «نحن مستعدون»: a place that speaks stands for its government."""
        word = self.tokens.key[k]
        return self.lexicon.has("clause_starts", word) or word[0] == "ن" and len(word) > 3 or word.startswith("سن")

    def _names_speaker(self, first: int, colon: int, number: int) -> bool:
        words = [self.tokens.key[k] for k in range(first, colon) if self.tokens.kind[k] == WORD]
        if not words or len(words) > 10 or any(self.lexicon.has("labels", word) for word in (words[0], words[-1])):
            return False
        starts_line = number == 0 or self.tokens.kind[first - 1] == LINE
        if starts_line and len(words) <= 4 and not any(word in PREPOSITIONS for word in words):
            return True
        heads = ("titles_person", "titles_group", "given_names", "outlets")
        return any(
            self.lexicon.has(name, form)
            for name in heads
            for word in words[:3]
            for form in (word, word.removeprefix("ال"))
        )
