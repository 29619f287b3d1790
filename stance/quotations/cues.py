"""Find reporting cues and what opens their content: a reported clause, marks, a colon or a noun phrase."""

from __future__ import annotations

import re
from dataclasses import dataclass

from stance.quotations.lexicon import Form, Lexicon
from stance.quotations.marks import Marks, Pair
from stance.quotations.tokens import LINE, MARK, WORD, Tokens

# How far after its cue a content may start.
REACH = 60
_PRONOUNS = ("ه", "ها", "هم", "هما", "هن", "ني", "نا", "ي", "ك", "كم")
_AN = frozenset(["ان", *("ان" + pronoun for pronoun in _PRONOUNS if pronoun != "نا"), "اننا", "انه"])
_PREPOSITIONS = {"الي": "إلى", "على": "على", "علي": "على", "من": "من", "عن": "عن", "في": "في"}
_NEGATIONS = frozenset(("لم", "لن", "لا", "ولم", "ولا", "ولن", "دون", "بدون", "الا", "فلا", "فلم"))
_BEFORE_SUBJUNCTIVE = frozenset(("قبل", "وقبل"))
_BEFORE_PAST = _BEFORE_SUBJUNCTIVE | {"بعد", "منذ", "سبق", "وسبق", "وبعد", "الا", "غير", "بيد"}
_RELATIVES = frozenset(("الذي", "التي", "الذين", "اللذان", "اللذين"))
# Passive or impersonal when nothing stands between them and their clause.
_IMPERSONAL = frozenset(("ذكر", "توقع", "رجح", "خشي", "اعتقد", "ظن", "أمل", "زعم", "عد", "قدر", "قال", "لاحظ", "سجل"))
_BEFORE_NOUN = frozenset(
    "حسبما بحسبما في من الي على عن مع بعد عدم بسبب رغم حول ضد سوي اي هو هي تم وتم يتم ما لما بما مما مهما كل هذا هذه".split()
)
_NOUN_LIKE = frozenset("حث رفض وصف كشف طلب نقل رد شرح".split())
_SAYING = frozenset("بالتشديد بالتاكيد بالاشاره بالتنبيه".split())
_CONTRASTS = frozenset("لكن ولكن بينما فيما".split())
_STARTS = frozenset("،,.؛:؟!?-–—()[]…•*")
# Verbal nouns of the derived forms and of form III, after the preposition ب.
_VERBAL_NOUN = re.compile(r"(?:است|ان|ا[^ل]|ت)\w{3,}|م\w{3,}ه")
_NOT_VERBAL_NOUN = frozenset(("انه", "انها", "انهم", "اي", "التالي"))


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


def complementiser(word: str) -> str | None:
    """Tell whether a word key introduces reported speech.

    :param word: A word key.
    :return: The prefixed preposition ("" or "ب" or "ف"), or ``None`` if the word is no complementiser.
    """
    if word in _AN:
        return ""
    if word and word[0] in "بف" and word[1:] in _AN:
        return word[0]
    return None


class CueFinder:
    """One pass over a text for its cues."""

    def __init__(self, tokens: Tokens, marks: Marks, lexicon: Lexicon) -> None:
        self.tokens = tokens
        self.marks = marks
        self.lexicon = lexicon

    def find(self) -> list[Cue]:
        """Find every cue.

        :return: The cues in order of their words.
        """
        cues = []
        for number, (first, end) in enumerate(self.tokens.sentences):
            page_line = self._is_page_line(first)
            headline = None if page_line else self._headline(number, first, end)
            if headline:
                cues.append(headline)
            i = first
            while i < end:
                if self.tokens.kind[i] == WORD:
                    phrase = self._source_phrase(i, end) if self.marks.outer[i] < 0 else None
                    if phrase:
                        cues.append(phrase)
                        i = self._after_phrase(phrase)
                        continue
                    cue = self._verb_cue(i, first, end)
                    # What follows a page line without a stop starts with its own conjunction.
                    page_line = page_line and not (cue and cue.form and cue.form.prefix)
                    if cue and not page_line:
                        cues.append(cue)
                i += 1
        cues.sort(key=lambda cue: cue.token)
        return cues

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

    def _is_page_line(self, first: int) -> bool:
        rows = self.lexicon.page_lines.get(self.tokens.key[first], ())
        return any(tuple(self.tokens.key[first : first + len(row)]) == row for row in rows)

    # Verbs

    def _verb_cue(self, i: int, first: int, end: int) -> Cue | None:
        form = self.lexicon.form(self.tokens.key[i])
        if form is None:
            return None
        boundary = self._boundary(i, first)
        if self._closes_speech(i, first, form):
            return Cue(i, i + 1, form, "after", i, i, boundary)
        if self._excluded(i, first, form):
            if i == first or self.tokens.key[i - 1] != "ما":
                return None
            # «وهو ما قال عنه: «…»»
            opener = self._opener(i, form, end)
            if opener is None or opener[0] != "marks" or opener[1] - i > 3:
                return None
        else:
            opener = self._opener(i, form, end)
        if opener is None or not self._is_near(form, i, opener):
            following = self.lexicon.form(self.tokens.key[i + 1]) if i + 1 < end else None
            alone = not form.verb.strict or (
                form.prefix == 1 and following is not None and following.part == "participle"
            )
            if form.part in ("past", "present") and form.verb.category in ("say", "opine") and alone:
                return Cue(i, i + 1, form, "after", i, i, boundary)
            return None
        kind, opening, content = opener
        return Cue(i, i + 1, form, kind, opening, content, boundary)

    def _closes_speech(self, i: int, first: int, form: Form) -> bool:
        """«…»، تقول الوزيرة: the quotation stands before its verb, and nothing else introduces it."""
        if form.prefix or form.verb.category != "say" or form.part not in ("past", "present") or i - 2 < first:
            return False
        closing = i - 2 if self.tokens.key[i - 1] in "،," else i - 1
        opening = self.marks.opens.get(closing)
        if opening is None or self.marks.by_opening[opening].words < 4:
            return False
        return opening == 0 or opening == first or self.tokens.key[opening - 1] in ".؟!\n"

    def _excluded(self, i: int, first: int, form: Form) -> bool:
        keys = self.tokens.key
        before = keys[i - 1] if i > first else ""
        if form.agreement[0] != "3" or before in _NEGATIONS or before in _BEFORE_NOUN and form.part != "noun":
            return True
        if before == "ان" and form.part in ("present", "past"):
            allowed = _BEFORE_SUBJUNCTIVE if form.part == "present" else _BEFORE_PAST
            return i - 2 < first or keys[i - 2] not in allowed
        if (
            form.verb.strict
            and form.part in ("past", "present", "participle")
            and not self._starts_clause(i, first, form)
        ):
            return True
        after = keys[i + 1] if i + 1 < len(keys) else ""
        impersonal = form.part == "present" and form.agreement == "3ms" and form.verb.past in _IMPERSONAL
        return impersonal and complementiser(after) == ""

    def _is_near(self, form: Form, i: int, opener: tuple[str, int, int]) -> bool:
        """A form that is also another word counts only where its content opens soon."""
        distance = opener[1] - i
        if form.verb.past in _NOUN_LIKE and opener[0] == "noun" and form.prefix and self.tokens.kind[i - 1] == WORD:
            # «لزيادة الدعم وحث الجمهور على»
            return False
        if form.part == "noun":
            return distance <= 8 and opener[0] in ("clause", "marks", "colon")
        if form.part == "participle":
            after_comma = form.prefix == 1 or self.tokens.key[i - 1] in '،,»”"'
            if opener[0] == "noun":
                # «عقوبات مشددة على»: an adjective
                reach = 15 if self.lexicon.has("tells", form.verb.past) else 6
                return distance <= (reach if after_comma else 2) and (after_comma or form.agreement == "3ms")
            return distance <= (REACH if after_comma else 7)
        if form.verb.strict and form.verb.category != "demand":
            return distance <= 12
        return True

    def _starts_clause(self, i: int, first: int, form: Form) -> bool:
        if form.prefix or i == first:
            return True
        before = self.tokens.key[i - 1]
        if form.verb.past == "بين" and form.part == "past":
            # The preposition «بين» is far more common.
            return before in _STARTS and i + 1 < len(self.tokens) and complementiser(self.tokens.key[i + 1]) is not None
        return (
            before in _STARTS
            or before in _RELATIVES
            or self.lexicon.has("clause_openers", before)
            or self.tokens.kind[i - 1] == MARK
        )

    def _boundary(self, i: int, first: int) -> int:
        """Step back over the conjunctions before a cue: «كما أكد», «لكنه أوضح»."""
        while i > first and self.tokens.kind[i - 1] == WORD:
            word = self.tokens.key[i - 1]
            if not (
                self.lexicon.has("clause_openers", word)
                or (word[0] in "وف" and self.lexicon.has("clause_openers", word[1:]))
            ):
                break
            i -= 1
        keys = self.tokens.key
        if i - 2 > first and keys[i - 1] == "ان" and keys[i - 2] in _BEFORE_SUBJUNCTIVE:
            return i - 2
        if i - 2 > first and keys[i - 1] in _RELATIVES and keys[i - 2] in "،,":
            return i - 1
        return self._contrast(i, first)

    def _contrast(self, i: int, first: int) -> int:
        """«، ولكن الوزير قال»: the contrast starts before the subject."""
        keys, kinds = self.tokens.key, self.tokens.kind
        for k in range(i - 1, max(first, i - 9), -1):
            if kinds[k] != WORD or complementiser(keys[k]) is not None or self.lexicon.form(keys[k]):
                break
            if keys[k] in _CONTRASTS and keys[k - 1] in _STARTS:
                return k
        return i

    def _opener(self, i: int, form: Form, end: int) -> tuple[str, int, int] | None:
        """Scan the words after a cue for what opens its content."""
        takes, keys = form.verb.takes, self.tokens.key
        limit = min(end, i + REACH)
        j = i + 1
        if form.verb.source and (i + 1 >= limit or keys[i + 1] != form.verb.source):
            return None
        if form.verb.category == "relay":
            takes = takes - {"عن"}
        while j < limit:
            word = keys[j]
            if self.tokens.kind[j] == MARK:
                found, j = self._at_mark(j, i, takes, limit)
                if found:
                    return found
                continue
            if word == ":" and (":" in takes or "«»" in takes):
                return self._after_colon(j)
            if self.tokens.kind[j] == WORD:
                found = self._at_word(j, i, takes, limit)
                if found:
                    return found
                other = self.lexicon.form(word)
                if other and self._stops_scan(other, j):
                    return None
            j += 1
        return None

    def _stops_scan(self, other: Form, j: int) -> bool:
        if other.part == "noun":
            return other.verb.past == "قال"
        if other.verb.strict and not other.prefix:
            return False
        before = self.tokens.key[j - 1]
        if before in _RELATIVES:
            # «الباحثة التي اعتبرت أن»: the clause is that of the second verb.
            following = self.tokens.key[j + 1 : j + 3]
            return any(complementiser(word) == "" for word in following)
        return before not in _NEGATIONS and before not in _BEFORE_NOUN

    def _at_word(self, j: int, i: int, takes: frozenset[str], limit: int) -> tuple[str, int, int] | None:
        keys = self.tokens.key
        word, before = keys[j], keys[j - 1]
        prefix = complementiser(word)
        if prefix == "ب" and takes & {"بأن", "أن"}:
            return "clause", j, j + 1
        if prefix == "":
            preposition = _PREPOSITIONS.get(before)
            if preposition and j - 2 > i and keys[j - 2] in _SAYING:
                return "clause", j - 1, j + 1
            if preposition and j - 1 > i:
                if f"{preposition} أن" in takes:
                    return "clause", j - 1, j + 1
            elif not self.lexicon.has("conjunctions_with_an", before.removeprefix("و")) and "أن" in takes:
                return "clause", j, j + 1
            return None
        return self._noun_object(j, i, takes, limit)

    def _noun_object(self, j: int, i: int, takes: frozenset[str], limit: int) -> tuple[str, int, int] | None:
        keys = self.tokens.key
        word = keys[j]
        following = keys[j + 1] if j + 1 < limit else ""
        preposition = _PREPOSITIONS.get(word) if word != "علي" else None
        if preposition:
            usable = following and complementiser(following) is None and not self.lexicon.has("events", following)
            if preposition in takes and usable and following not in ("هامش", "متن", "صفحته", "حسابه", "منصه", "لسان"):
                return "noun", j, j + 1
        elif word[0] == "ب" and "بـ" in takes and self._is_object(word[1:]):
            return "noun", j, j
        elif "اسم" in takes and word not in ("ان", "ما", "كل"):
            stems = [word, *(word.removesuffix(pronoun) for pronoun in ("ها", "هم", "ه") if word.endswith(pronoun))]
            if any(self.lexicon.has("object_nouns", stem) for stem in stems):
                return "noun", j, j
            # «منتقدا التركيز على»: a participle has no subject after it.
            if j == i + 1 and word.startswith("ال") and self._form_part(i) == "participle":
                return "noun", j, j
        return None

    def _form_part(self, i: int) -> str:
        form = self.lexicon.form(self.tokens.key[i])
        return form.part if form else ""

    def _is_object(self, rest: str) -> bool:
        if rest in _NOT_VERBAL_NOUN:
            return False
        stem = rest.removeprefix("ال")
        return self.lexicon.has("object_nouns", stem) or bool(_VERBAL_NOUN.fullmatch(stem))

    def _at_mark(self, j: int, i: int, takes: frozenset[str], limit: int) -> tuple[tuple[str, int, int] | None, int]:
        """Decide whether a mark opens the content or a name, and where to go on."""
        pair = self.marks.by_opening.get(j)
        before = self.tokens.key[j - 1]
        if pair is None:
            near = j == i + 1 or before in "،,:" or (j + 1 < limit and complementiser(self.tokens.key[j + 1]) == "")
            if j in self.marks.stray and "«»" in takes and near:
                return ("marks", j, j), j + 1
            return None, j + 1
        preposition = _PREPOSITIONS.get(before, "بـ" if before == "ب" else "")
        if preposition and preposition in takes:
            return ("noun", j - 1, j), j
        if "«»" in takes and self._is_speech(pair, j, i, limit):
            return ("marks", j, j), j
        return None, pair.closing + 1

    def _is_speech(self, pair: Pair, j: int, i: int, limit: int) -> bool:
        before = self.tokens.key[j - 1]
        if self.lexicon.has("name_nouns", before) or before in ("ل", "في", "من", "علي", "عن", "الي"):
            return False
        if before in ("بسبب", "بشان", "حول", "مع", "بعد", "ضد", "تحت", "ضمن", "عبر", "نحو"):
            return False
        if pair.words >= 7:
            return True
        if pair.words < 2:
            return before in "،,"
        # A short one is a name if what really opens the content is still to come.
        k = pair.closing + 1
        while k < limit:
            if k in self.marks.closes:
                if self.tokens.key[k - 1] in "،,:":
                    return False
                k = self.marks.closes[k]
            elif self.tokens.key[k] == ":" or complementiser(self.tokens.key[k]) is not None:
                return False
            elif self.lexicon.form(self.tokens.key[k]):
                break
            k += 1
        return before in "،," or pair.words >= 4 or j == i + 1

    def _after_colon(self, j: int) -> tuple[str, int, int] | None:
        kinds, keys = self.tokens.kind, self.tokens.key
        k = j + 1
        while k < len(kinds) and (kinds[k] == LINE or keys[k] in ".،-–"):
            k += 1
        if k >= len(kinds):
            return None
        if kinds[k] == MARK and (k in self.marks.closes or k in self.marks.stray):
            return "marks", j, k
        if self.marks.outer[j] >= 0:
            return None
        return "colon", j, k

    # Source phrases

    def _source_phrase(self, i: int, end: int) -> Cue | None:
        keys = self.tokens.key
        word = keys[i]
        prefix = 0
        rows = self.lexicon.source_phrases.get(word)
        if rows is None and word[0] in "وف":
            rows, prefix = self.lexicon.source_phrases.get(word[1:]), 1
        for row in rows or ():
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
                and last[len(row[-1]) :] in _PRONOUNS
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
                if self.lexicon.has("not_sources", following.removeprefix("ل")):
                    return None
                if row[0] == "كما" and self.lexicon.form(keys[stop - 1]) is None:
                    return None
                form = Form(next(iter(self.lexicon.forms.values())).verb, "source", "3", prefix)
                return Cue(i, stop, form, "source", i, i, i)
        return None

    # Headlines

    def _headline(self, number: int, first: int, end: int) -> Cue | None:
        """A speaker, a colon and speech, at the start of a sentence: «الوزير: المفاوضات انتهت»."""
        keys, kinds = self.tokens.key, self.tokens.kind
        for j in range(first, min(end, first + 16)):
            if kinds[j] == MARK and j in self.marks.closes and self.marks.closes[j] - j > 6:
                return None
            if keys[j] in ("،", "؛", ".", "؟", "!", "..", "(", "•"):
                return None
            if keys[j] == ":":
                if j == first or j + 3 >= end:
                    return None
                if any(self.lexicon.form(keys[k]) for k in range(first, j) if kinds[k] == WORD):
                    return None
                if not self._names_speaker(first, j, number):
                    return None
                found = self._after_colon(j)
                return Cue(j, j + 1, None, "headline", first, found[2], first) if found else None
        return None

    def _names_speaker(self, first: int, colon: int, number: int) -> bool:
        words = [self.tokens.key[k] for k in range(first, colon) if self.tokens.kind[k] == WORD]
        if not words or len(words) > 10 or any(self.lexicon.has("labels", word) for word in (words[0], words[-1])):
            return False
        starts_line = number == 0 or self.tokens.kind[first - 1] == LINE
        if starts_line and len(words) <= 4 and not any(word in _PREPOSITIONS for word in words[:1]):
            return True
        heads = ("titles_person", "titles_group", "given_names", "outlets")
        return any(
            self.lexicon.has(name, form)
            for name in heads
            for word in words[:3]
            for form in (word, word.removeprefix("ال"))
        )
