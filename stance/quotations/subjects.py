"""Find the subject of a reporting verb: after it, before it, or further up in its sentence."""

from __future__ import annotations

from stance.quotations.cues import Cue
from stance.quotations.lexicon import Form, Lexicon
from stance.quotations.marks import Marks
from stance.quotations.openers import complementiser
from stance.quotations.phrases import Phrase, PhraseReader
from stance.quotations.sentence_subjects import INTRODUCTIONS, SKIPPED_SUBJECT_PREFIX, SentenceReader
from stance.quotations.sources import Mention
from stance.quotations.tokens import LINE, WORD, Tokens

_BACK = 34
# A new clause starts after these, also where a heading stands before them without a stop.
_CLAUSE_WORDS = frozenset("فيما بينما حين لكن ولكن وكان وكانت وكانوا".split())
# To whom, or likewise, between a verb and its subject.
_TOLD = frozenset("لي لنا له لها لهم ايضا كذلك بدوره بدورها".split())
_OTHERS_WORDS = frozenset("ما وما لم لن لا ولا ولم هل اين كيف هو هي هم وهو وهي وهم".split())


class SubjectFinder(SentenceReader):
    """Subjects of the verbs of one text."""

    def __init__(self, tokens: Tokens, marks: Marks, lexicon: Lexicon, reader: PhraseReader | None = None) -> None:
        super().__init__(tokens, marks, lexicon, reader)
        self._last_names = self.reader.last_names

    def _antecedent(self, cue: Cue) -> Mention | None:
        """«وسط تقارير أفادت بأن», «لكن منتقدين يقولون»: an indefinite noun right before its verb."""
        keys, form = self.tokens.key, cue.form
        for k in (cue.token - 1, cue.token - 2):
            if form is None or k < 0 or self.tokens.kind[k] != WORD or keys[k].startswith("ال") or keys[k] == "قد":
                return None
            plural = keys[k].endswith(("ين", "ون")) and len(keys[k]) > 5 and form.agreement == "3mp"
            report = self.lexicon.has("reports", keys[k]) and form.agreement == "3fs"
            if plural or report:
                return Mention(Phrase(k, cue.token), form.agreement)
        return None

    def _is_nominal(self, cue: Cue, first: int) -> bool:
        """«إلا أن الرئيس هدد الحزب»: after the complementiser the subject stands before the verb."""
        keys = self.tokens.key
        for k in range(cue.token - 1, max(first, cue.token - 22) - 1, -1):
            if self.tokens.kind[k] != WORD and keys[k] in "،,؛:":
                return False
            if keys[k] in ("ان", "بان", "لان"):
                head = keys[k + 1]
                alone = k + 2 == cue.token and len(head) > 3
                return k + 1 < cue.token and (alone or self._looks_like_noun(head) or self.reader.is_title(head))
        return False

    def _limit(self, cue: Cue) -> int:
        _, end = self.tokens.sentences[self.tokens.sentence(cue.token)]
        if cue.opener in ("after", "source"):
            return end
        return max(cue.opening, cue.end)

    def _after(self, cue: Cue, reach: int | None = None) -> Mention | None:
        """The subject after its verb: «قال الوزير إن»."""
        form = cue.form
        start = cue.end + (reach is not None and cue.end < reach and self.tokens.key[cue.end] in "،,")
        limit = reach or self._limit(cue)
        if form is None or form.agreement[1:] in ("mp", "md", "fd", "fp"):
            # A verb before its subject is singular.
            return None
        if form.verb.source:
            start += 1 + (self.tokens.key[start] in ("ايضا", "كذلك"))
        relayed = self._relayed(start, limit, "نقلا")
        if relayed:
            return relayed
        start = self._skip_time(start, limit)
        if start < limit and self.tokens.key[start] in _TOLD:
            # «قال لي سمير حداد»
            start += 1
        if start < limit and self.tokens.kind[start] == WORD and self.tokens.key[start] == "ل":
            return None
        if start < limit and self._addressee(start):
            return None
        word = self.tokens.key[start] if start < limit else ""
        # «تعلن بصرامة»: an adverb
        adverb = word[:1] == "ب" and word[-1:] == "ه" and len(word) > 3 and not self._looks_like_noun(word)
        adverb = adverb and word not in self._last_names and not self._goes_on_as_name(start + 1)
        if self.lexicon.has("honorifics", word) or adverb:
            return None
        if word[:1] == "ب" and len(word) > 3 and "بـ" in form.verb.takes and not self._may_be_name(word):
            # «ذكّر بموقف الحكومة»
            return None
        phrase = self.reader.read(start, limit)
        if phrase is None or self._is_object(phrase, form):
            return None
        if phrase.role_first == phrase.end and self.lexicon.has("tells", form.verb.past):
            # «اتهم النهدي رئيس اللجنة»: the title is the object's.
            phrase = Phrase(phrase.first, phrase.end, named=phrase.named)
        if self.lexicon.has("tells", form.verb.past) and not phrase.named:
            phrase = self._without_addressee(phrase)
        return Mention(phrase, self._number(phrase, form.agreement))

    def _goes_on_as_name(self, k: int) -> bool:
        """Say whether a word goes on as a name: «قال بوعزة الحداد»."""
        if k >= len(self.tokens) or self.tokens.kind[k] != WORD:
            return False
        return self.tokens.key[k].startswith("ال") or self.reader.is_given(self.tokens.key[k])

    def _may_be_name(self, word: str) -> bool:
        return self.reader.is_given(word) or word in self.reader.last_names or self._looks_like_noun(word)

    def _without_addressee(self, phrase: Phrase) -> Phrase:
        """«دعت الرياض المجتمع الدولي»: a second definite group is the one who is told."""
        for k in range(phrase.first + 1, phrase.end):
            word = self.tokens.key[k]
            group = self.lexicon.has("titles_group", word) or self.lexicon.has("common_nouns", self.reader.bare(word))
            if word.startswith("ال") and group and self.tokens.key[k - 1].startswith("ال"):
                return Phrase(phrase.first, k, prefix=phrase.prefix)
        return phrase

    def _is_object(self, phrase: Phrase, form: Form) -> bool:
        """Tell an object from a subject by gender («اتهم إيران») and by its pronoun («ردد موقف بلاده»)."""
        head = self.tokens.key[phrase.first]
        last = phrase.end - 1
        surface = self.tokens.text[self.tokens.start[last] : self.tokens.end[last]]
        known = self.reader.is_given(head) or self._looks_like_noun(head)
        if surface.endswith(("وه", "وها", "وهم")) and phrase.end - phrase.first == 1:
            # «قال ناشروها»: nominative
            return False
        if self._disagrees(phrase, form):
            return True
        if not known and surface.endswith(("ه", "ها", "هم")):
            return True
        if form.verb.past in ("رفض", "جدد", "كرر") and self.lexicon.has("object_nouns", self.reader.bare(head)):
            # «رفض التعليق»
            return True
        if (
            self.lexicon.has("tells", form.verb.past)
            and head.startswith("ال")
            and head.endswith("ين")
            and len(head) > 6
        ):
            # «حث المتمردين»: not nominative
            return not self.reader.is_given(self.reader.bare(head))
        if not self.lexicon.has("tells", form.verb.past) or form.agreement != "3ms" or (phrase.named and known):
            return False
        if head.startswith("ال") and self.reader.is_title(head) and not phrase.named:
            # «وطالب المستشارة بتأمين»: a masculine verb has no feminine subject
            return self.tokens.text[self.tokens.end[phrase.first] - 1] == "ة"
        feminine = self.tokens.text[self.tokens.start[last] : self.tokens.end[last]].endswith("ة")
        plain = phrase.end - phrase.first <= 2 and not self.reader.is_title(head)
        return plain and (feminine or self.lexicon.has("common_nouns", head))

    def _disagrees(self, phrase: Phrase, form: Form) -> bool:
        """«وطالبت المجتمع الدولي»: after a feminine verb, a noun with a masculine adjective is its object."""
        k = phrase.first + 1
        if form.agreement != "3fs" or phrase.named or k >= phrase.end or not self.lexicon.has("tells", form.verb.past):
            return False
        head, word = self.tokens.key[phrase.first], self.tokens.key[k]
        feminine = self.tokens.text[self.tokens.start[phrase.first] : self.tokens.end[phrase.first]].endswith("ة")
        masculine = word.startswith("ال") and word.endswith("ي") and self.reader.is_adjective(word)
        return head.startswith("ال") and not feminine and masculine

    def _addressee(self, j: int) -> bool:
        word = self.tokens.key[j]
        if word[0] != "ل" or len(word) < 4:
            return False
        return word[1] == "ل" or any(self.lexicon.has(name, word[1:]) for name in ("outlets", "audiences"))

    def _number(self, phrase: Phrase, agreement: str) -> str:
        """Read the number off the noun, for the verb before it is singular: «قال مسؤولون», then «وأضافوا»."""
        if self.lexicon.has("amounts", self.tokens.key[phrase.first]):
            # «أفاد عدد من الجنود», then «وأشاروا»
            return "3mp"
        head = self.tokens.key[phrase.role_first if phrase.role_end > phrase.role_first else phrase.first]
        name = phrase.named and not head.startswith("ال")
        if head.endswith("ون") and len(head) > 4 and not name:
            return "3mp"
        if head.endswith("ان") and any(self.reader.is_title(head[:-3] + end) for end in (head[-3], "ه")):
            # but «لجان», «ديوان»
            return "3md"
        return agreement

    def _before(self, cue: Cue) -> Mention | None:
        """The subject before its verb: «الوزير، فؤاد حسين، قال إن»."""
        first, _ = self.tokens.sentences[self.tokens.sentence(cue.token)]
        keys, kinds = self.tokens.key, self.tokens.kind
        start = max(first, cue.token - _BACK)
        # Another verb stands between the last clause boundary and the cue.
        blocked = False
        k = start
        while k < cue.token:
            if kinds[k] == LINE:
                start, blocked = k + 1, False
            elif k in self.marks.closes:
                if self.marks.closes[k] > cue.token:
                    start, blocked = k + 1, False
                elif self.marks.by_opening[k].words > 6:
                    start, blocked = self.marks.closes[k] + 1, False
                    k = start - 1
                else:
                    k = self.marks.closes[k]
            elif kinds[k] == WORD:
                form = self.lexicon.form(keys[k])
                if complementiser(keys[k]) is not None or keys[k] in _CLAUSE_WORDS:
                    start, blocked = k + 1, False
                elif (
                    form
                    and form.part in ("past", "present")
                    and (form.prefix or not form.verb.strict)
                    and keys[k - 1] not in ("الذي", "التي")
                ):
                    blocked = True
            k += 1
        return None if blocked else self._subject(start, cue)

    def _subject(self, start: int, cue: Cue) -> Mention | None:
        keys, kinds = self.tokens.key, self.tokens.kind
        agreement = cue.form.agreement if cue.form else "3"
        steps = 0
        while start < cue.token and steps < 6:
            steps += 1
            word = keys[start]
            if kinds[start] != WORD:
                start += 1
            elif (
                word.removeprefix("و") == "من" and start + 1 < cue.token and self.lexicon.has("sides", keys[start + 1])
            ):
                start += 2
            elif word in SKIPPED_SUBJECT_PREFIX:
                start += 1
            elif (
                word in INTRODUCTIONS or word.startswith("بال") or self.lexicon.has("weekdays", word.removeprefix("و"))
            ):
                comma = next((k for k in range(start, cue.token) if keys[k] in "،,"), None)
                if comma is None:
                    return None
                start = comma + 1
            else:
                break
        if start >= cue.token or kinds[start] != WORD or keys[start] in _OTHERS_WORDS or self._is_present(start):
            return None
        verb = self.lexicon.form(word)
        reports = verb is not None and verb.part == "past" and verb.agreement == "3fs"
        if word[-1] == "ت" and not self._may_be_name(word) and (reports or self.reader.is_given(keys[start + 1])):
            # «شنت هيلاري كلينتون هجوما وقالت», «تداولت صفحات صورة ادعت»
            start += 1
        segments = self.reader.segments(start, cue.token)
        if not segments or not self._leads_to(segments[-1][1], cue.token):
            return None
        known = self._looks_like_noun(word) or self._looks_like_noun(word[1:])
        if word[0] == "و" and not (known or word in self.lexicon.sets["waw_words"]):
            return None
        phrase = self.reader.read(start, cue.token)
        if phrase is None or phrase.end - phrase.first > 14:
            return None
        return Mention(phrase, agreement)

    def _is_present(self, k: int) -> bool:
        """«يتعلق», «ينم»: a verb, not the noun that starts a clause."""
        word = self.tokens.key[k]
        if word[0] == "ت" and self.reader.is_verb(word):
            return True
        return word[0] == "ي" and len(word) > 2 and not (self._looks_like_noun(word) or self.reader.is_title(word))

    def _leads_to(self, k: int, token: int) -> bool:
        """Say whether only asides stand between a subject and its verb."""
        keys, kinds = self.tokens.key, self.tokens.kind
        while k < token and kinds[k] != WORD:
            k += 1
            if keys[k - 1] == "(":
                k = next((j for j in range(k, token) if keys[j] == ")"), k)
        if k >= token:
            return True
        if keys[k] in ("قد", "كان", "كانت", "كانوا", "فقد"):
            return k + 1 == token
        if token - k > 18 and not self.lexicon.has("relatives", keys[k]):
            return False
        return any(self.lexicon.has(name, keys[k]) for name in ("event_prepositions", "relatives", "weekdays")) or keys[
            k
        ] in ("في", "من")

    def _of_verb_before(self, cue: Cue) -> Mention | None:
        """«واختتم حداد كلمته بقوله»: the subject of the verb right before."""
        for k in range(cue.token - 2, max(cue.token - 8, 0), -1):
            form = self.lexicon.form(self.tokens.key[k]) if self.tokens.kind[k] == WORD else None
            if self.tokens.kind[k] != WORD:
                return None
            if form and form.part == "past":
                phrase = self.reader.read(k + 1, cue.token)
                subject = phrase is not None and not self._is_object(phrase, form)
                return Mention(phrase, form.agreement) if subject and phrase else None
        return None
