"""Find reporting cues and what opens their content: a reported clause, marks, a colon or a noun phrase."""

from __future__ import annotations

from dataclasses import replace

from stance.quotations.guards import BEFORE_SUBJUNCTIVE, IN_WORDS, SHORT, STARTS
from stance.quotations.lexicon import Form, Lexicon
from stance.quotations.marks import Marks
from stance.quotations.openers import REACH
from stance.quotations.particles import PREPOSITIONS, RELATIVES, complementiser
from stance.quotations.source_cues import Cue
from stance.quotations.subject_objects import SubjectObjectFinder
from stance.quotations.tokens import MARK, WORD, Tokens

__all__ = ["Cue", "CueFinder"]

_CONTRASTS = frozenset("لكن ولكن لكنه لكنها بينما فيما وكان وكانت وكانوا".split())
_EXCEPTIONS = frozenset("غير الا بيد".split())


class CueFinder(SubjectObjectFinder):
    """One pass over a text for its cues."""

    def __init__(self, tokens: Tokens, marks: Marks, lexicon: Lexicon) -> None:
        super().__init__(tokens, marks, lexicon)
        # What stands before this token lies between a cue and its content.
        self._claimed = 0
        self._cue_words: dict[str, bool] = {}

    def find(self) -> list[Cue]:
        """Find every cue.

        :return: The cues in order of their words.
        """
        cues = []
        keys, kinds = self.tokens.key, self.tokens.kind
        for number, (first, end) in enumerate(self.tokens.sentences):
            if first < self.tokens.body:
                continue
            page_line = self._is_page_line(first)
            headline = None if page_line else self._headline(number, first, end)
            if headline:
                cues.append(headline)
            i = first
            while i < end:
                if kinds[i] == WORD and self._may_be_cue(keys[i]):
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

    def _may_be_cue(self, word: str) -> bool:
        """Say whether a word is a cue anywhere; nearly all are not, and each is looked up once."""
        known = self._cue_words.get(word)
        if known is None:
            lexicon, rest = self.lexicon, word[1:]
            names = word in IN_WORDS or word in lexicon.source_phrases or word in lexicon.deeds or word in lexicon.rare
            prefixed = word[0] in "وفبل" and (
                rest == "كما" or rest in lexicon.source_phrases or rest in lexicon.deeds or rest in lexicon.rare
            )
            known = self._cue_words[word] = names or prefixed or word == "كما" or lexicon.form(word) is not None
        return known

    def _verb_cue(self, i: int, first: int, end: int) -> Cue | None:
        form = self.lexicon.form(self.tokens.key[i]) or self._rare(i, first, end) or self._in_words(i)
        if form is None:
            return self._deed_cue(i, first, end)
        boundary = self._boundary(i, first)
        if self._interjects(i, first, end, form):
            return Cue(i, i + 1, replace(form, part="source"), "source", i, i, i)
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
            return self._without_opener(i, first, end, form, boundary)
        kind, opening, content = opener
        if form.part == "noun":
            boundary = self._relay(i, first)
        self._claimed = max(self._claimed, content)
        return Cue(i, i + 1, form, kind, opening, content, boundary)

    def _without_opener(self, i: int, first: int, end: int, form: Form, boundary: int) -> Cue | None:
        """A verb that nothing links to its content: it stands right behind the subject, or before the verb."""
        following = self.lexicon.form(self.tokens.key[i + 1]) if i + 1 < end else None
        alone = not form.verb.strict or (form.prefix == 1 and following is not None and following.part == "participle")
        bare = self._bare_clause(i, first, end, form)
        if not bare and self._says_outright(i, first, end, form):
            bare = i + 1
        if bare:
            return Cue(i, i + 1, form, "clause", bare, bare, boundary)
        behind = self._object_behind(i, form, end)
        if behind is not None:
            return Cue(i, i + 1, form, "noun", behind, behind, boundary)
        if self._trails(i, first, end, form):
            return Cue(i, i + 1, replace(form, part="source"), "source", i, i, i)
        if form.part in ("past", "present") and form.verb.category in ("say", "opine") and alone:
            return Cue(i, i + 1, form, "after", i, i, boundary)
        return None

    def _rare(self, i: int, first: int, end: int) -> Form | None:
        """«، مضيفة أن»: a participle that is also another word, between a comma and what opens a content."""
        keys = self.tokens.key
        word = keys[i]
        prefix = int(word not in self.lexicon.rare and word[:1] == "و")
        form = self.lexicon.rare.get(word[prefix:])
        if form is None or i + 2 >= end or i == first:
            return None
        if not prefix and keys[i - 1] not in STARTS and self.tokens.kind[i - 1] != MARK:
            return None
        states = "اسم" in form.verb.takes and self._noun_object(i + 1, i, form.verb.takes, end) is not None
        return replace(form, prefix=prefix) if states or self._opens_next(i, form) else None

    def _in_words(self, i: int) -> Form | None:
        """«وافقته بقولها: …», «استهل كلمته بالقول إن»: what opens the speech of a verb that does not report."""
        agreement = IN_WORDS.get(self.tokens.key[i])
        if agreement is None or i < self._claimed:
            return None
        return Form(self.lexicon.forms["قال"].verb, "participle", agreement)

    def _deed_cue(self, i: int, first: int, end: int) -> Cue | None:
        """«بعد تأكيد الوزير أن»: a verbal noun with its subject."""
        word = self.tokens.key[i]
        form = self.lexicon.deeds.get(word) or (
            self.lexicon.deeds.get(word[1:]) if word[:1] in ("و", "ب", "ل") else None
        )
        if form is None or self.marks.outer[i] >= 0 or i == first:
            return None
        opener = self._opener(i, form, min(end, i + 12))
        if opener is None or opener[0] != "clause" or not 1 < opener[1] - i < 9 or self.tokens.kind[i + 1] != WORD:
            return None
        keys = self.tokens.key[i + 1 : opener[1]]
        head = keys[0].removeprefix("ال")
        heads = ("titles_person", "titles_group", "given_names", "outlets")
        known = any(self.lexicon.has(name, form_) for name in heads for form_ in (keys[0], head))
        if not known or "،" in keys:
            return None
        own = replace(form, prefix=int(word not in self.lexicon.deeds))
        return Cue(i, i + 1, own, opener[0], opener[1], opener[2], i)

    def _says_outright(self, i: int, first: int, end: int, form: Form) -> bool:
        """«، قائلا العمل بدأ»: nothing but the words of the speaker can follow."""
        if form.verb.past != "قال" or form.part != "participle" or i == first or i + 4 >= end:
            return False
        keys = self.tokens.key
        opens = form.prefix == 1 or keys[i - 1] in STARTS or self.tokens.kind[i - 1] == MARK
        return opens and self.tokens.kind[i + 1] == WORD and keys[i + 1] not in PREPOSITIONS and keys[i + 1][:2] != "لل"

    def _relay(self, i: int, first: int) -> int:
        """«، ونقلت الوكالة عن المدير قوله»: the statement before ends at the verb that relays."""
        for k in range(i - 1, max(first, i - REACH // 2), -1):
            form = self.lexicon.form(self.tokens.key[k])
            if form and form.part in ("past", "present"):
                return k if form.verb.category == "relay" else i
        return i

    def _trails(self, i: int, first: int, end: int, form: Form) -> bool:
        """«بدأ العمل أمس في المدينة، يقول الوزير.»: the verb and its subject close the sentence."""
        keys = self.tokens.key
        if form.prefix or form.part not in ("past", "present") or "trailing" not in form.verb.traits or i - first < 4:
            return False
        if keys[i - 1] not in "،," or self.marks.outer[i] >= 0 or self._is_adverbial(first, i):
            return False
        phrase = self.phrases.read(i + 1, end)
        if phrase is None or phrase.first != i + 1:
            return False
        stop = max(phrase.end, phrase.role_end)
        return stop >= end or keys[stop] in ".؛\n" or (keys[stop] in "،," and stop - i < SHORT)

    def _interjects(self, i: int, first: int, end: int, form: Form) -> bool:
        """«ومن بين الملفات، يضيف الوزير، بناء المدينة»: verb and subject between two commas, inside the statement."""
        keys = self.tokens.key
        if form.part != "present" or form.prefix or "trailing" not in form.verb.traits or i - first < 2:
            return False
        if keys[i - 1] not in "،," or self.marks.outer[i] >= 0:
            return False
        comma = next((k for k in range(i + 2, min(end - 2, i + SHORT)) if keys[k] in "،,"), None)
        if comma is None or any(complementiser(keys[k]) is not None for k in range(i + 1, comma)):
            return False
        opens = complementiser(keys[comma + 1]) is not None or self.tokens.kind[comma + 1] == MARK
        return not opens and keys[comma + 1] not in RELATIVES and self.phrases.read(i + 1, comma) is not None

    def _is_adverbial(self, first: int, end: int) -> bool:
        """«وإثر دعوة الوزير، أكد»: nothing but a time or an occasion stands before the verb."""
        word = self.tokens.key[first].removeprefix("و")
        return self.marks.words(first, end) < SHORT and self.lexicon.has("event_prepositions", word)

    def _bare_clause(self, i: int, first: int, end: int, form: Form) -> int | None:
        """«وقال الوزير بدأت المفاوضات أمس»: a clause without a complementiser after the subject."""
        if "bare_clause" not in form.verb.traits or form.part != "past" or i != first or end - i < 8:
            return None
        if form.prefix and self.lexicon.has("clause_starts", self.tokens.key[i + 1]):
            # «وأضاف تم الاتفاق على»
            return i + 1
        phrase = self.phrases.read(i + 1, min(end, i + 20))
        if phrase is None:
            return None
        start = max(phrase.end, phrase.role_end)
        head = self.tokens.key[phrase.first]
        known = (
            head.startswith("ال")
            or head in ("احد", "احدي")
            or self.phrases.is_title(head)
            or self.phrases.is_given(head)
        )
        if not known or start + 4 > end or self.tokens.kind[start] != WORD:
            return None
        word = self.tokens.key[start]
        verb = (
            (word.endswith(("ت", "نا")) and len(word) > 3) or self.lexicon.has("clause_starts", word) or word[0] == "ي"
        )
        return (
            start
            if verb and not self.lexicon.has("event_prepositions", word) or self.lexicon.has("clause_starts", word)
            else None
        )

    def _closes_speech(self, i: int, first: int, form: Form) -> bool:
        """«…»، تقول الوزيرة: the quotation stands before its verb, and nothing else introduces it."""
        if form.prefix or form.verb.category != "say" or form.part not in ("past", "present") or i - 2 < first:
            return False
        closing = i - 2 if self.tokens.key[i - 1] in "،," else i - 1
        opening = self.marks.opens.get(closing)
        if opening is None or self.marks.by_opening[opening].words < 4:
            return False
        return opening == 0 or opening == first or self.tokens.key[opening - 1] in (".", "؟", "!", "\n", "..", "…")

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
        form = self.lexicon.form(keys[i])
        if i > first and form is not None and self.is_litotes(i, form):
            # «ولم يستبعد», also spelled «و لم يستبعد»
            return i - 1 - (keys[i - 2] == "و")
        if i - 2 > first and keys[i - 1] == "ان" and keys[i - 2] in BEFORE_SUBJUNCTIVE:
            return i - 2
        if i - 2 > first and keys[i - 1] in RELATIVES and keys[i - 2] in "،,":
            return i - 1
        return self._contrast(i, first)

    def _contrast(self, i: int, first: int) -> int:
        """«، ولكن الوزير قال»: the contrast starts before the subject."""
        keys, kinds = self.tokens.key, self.tokens.kind
        for k in range(i - 1, max(first, i - 9), -1):
            if complementiser(keys[k]) == "" and keys[k - 1] in _EXCEPTIONS and keys[k - 2] in STARTS:
                # «، غير أن الوزير قال»
                return k - 1
            if kinds[k] != WORD or complementiser(keys[k]) is not None or self.lexicon.form(keys[k]):
                break
            if keys[k] in _CONTRASTS and keys[k - 1] in STARTS:
                return k
        return i
