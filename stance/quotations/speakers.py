"""Find who speaks: the noun phrase of each cue, before or after it, or the one who spoke last."""

from __future__ import annotations

from stance.quotations.contents import Content
from stance.quotations.cues import Cue
from stance.quotations.lexicon import Form, Lexicon
from stance.quotations.marks import Marks
from stance.quotations.phrases import PhraseReader
from stance.quotations.sources import Mention
from stance.quotations.subjects import SubjectFinder
from stance.quotations.tokens import WORD, Tokens

# How many speakers back a verb without subject may refer.
MEMORY = 8
# A sentence in which so many participles have found no subject has none.
MOST_PARTICIPLES = 5
_WITHIN = frozenset("فيها فيه خلالها خلاله فيهما".split())
# Relative pronouns and verbs of another gender or number: somebody else is the subject.
_OTHERS_VERBS = frozenset(
    [("الذي", "3fs"), ("الذي", "3mp"), ("التي", "3ms"), ("التي", "3mp"), ("الذين", "3fs"), ("الذين", "3ms")]
    + [(word, verb) for word in ("اللذين", "اللتين", "اللذان", "اللتان") for verb in ("3ms", "3fs", "3mp")]
)
# «لكنه أكد»: the pronoun takes up the one who speaks.
_CONTRASTS = frozenset("لكنه لكنها لكنهم ولكنه ولكنها ولكنهم".split())


class SpeakerFinder(SubjectFinder):
    """Speakers of the contents of one text."""

    def __init__(self, tokens: Tokens, marks: Marks, lexicon: Lexicon, reader: PhraseReader | None = None) -> None:
        super().__init__(tokens, marks, lexicon, reader)
        self._without_subject: dict[int, int] = {}

    def find(self, contents: list[Content], cues: list[Cue]) -> list[Mention | None]:
        """Find the speaker of every content.

        :param contents: Contents in order.
        :param cues: All cues, also those without content: «صرح الوزير قائلا».
        :return: A mention or ``None`` for each content.
        """
        by_cue = {id(content.cue): place for place, content in enumerate(contents) if content.cue is not None}
        found: list[Mention | None] = [None] * len(contents)
        history: list[Mention] = []
        in_sentence: dict[int, Mention] = {}
        spans = {id(content.cue): content for content in contents if content.cue is not None}
        # End of the statement that is being read, and the source of a statement inside it.
        outer_end, inner = -1, None
        for place, cue in enumerate(cues):
            sentence = self.tokens.sentence(cue.token)
            if id(cue) not in by_cue and not self._introduces(cue, cues[place + 1 : place + 2]):
                continue
            nested = cue.token < outer_end
            if not nested:
                inner = None
            mention = self._of_cue(cue, inner or in_sentence.get(sentence), history)
            has_content = id(cue) in by_cue
            if nested and mention and has_content and cue.opener != "source":
                inner = found[by_cue[id(cue)]] = mention
                continue
            if has_content and spans[id(cue)].first > cue.token:
                outer_end = spans[id(cue)].end
            if mention and cue.opener == "after" and not has_content:
                # «صرح الوزير … قائلا»: only a participle may take this subject up.
                if mention.phrase.named or self._looks_like_noun(self.tokens.key[mention.phrase.first]):
                    in_sentence.setdefault(sentence, mention)
            elif mention and self._is_aside(cue, mention, sentence in in_sentence, cues[place + 1 : place + 2]):
                _append(history, self._quoted_outlet(cue, mention))
            elif mention:
                in_sentence[sentence] = mention
                _append(history, mention)
                _append(history, self._outlet_of(cue))
            if has_content:
                found[by_cue[id(cue)]] = mention
        self._fill_without_cue(contents, found)
        return found

    def _fill_without_cue(self, contents: list[Content], found: list[Mention | None]) -> None:
        last = None
        for place, content in enumerate(contents):
            if content.cue is None:
                first, _ = self.tokens.sentences[self.tokens.sentence(content.first)]
                near = self._person_before(content.first, max(first, content.first - 16))
                found[place] = near or last
            last = found[place] or last

    def _of_cue(self, cue: Cue, current: Mention | None, history: list[Mention]) -> Mention | None:
        form = cue.form
        if cue.opener == "headline":
            return self._headline(cue)
        if form is None:
            return None
        if form.part == "source":
            return self._source(cue, current or (history[-1] if history else None))
        if form.part == "deed":
            phrase = self.reader.read(cue.end, self._limit(cue))
            return Mention(phrase, "3") if phrase else None
        if form.part == "noun":
            return self._of_noun(cue, current, history)
        if form.part == "participle":
            return (
                self._own_subject(cue, current)
                or self._of_comment(cue)
                or current
                or self._of_participle(cue)
                or _last(history, form.agreement)
            )
        if form.verb.category == "relay":
            return self._relayed(cue.end, self._limit(cue)) or self._after(cue)
        if form.verb.past == "علم":
            # «علمت الصحيفة من مصادر حكومية أن»
            return self._relayed(cue.end, self._limit(cue), preposition="من") or self._after(cue)
        return self._of_verb(cue, form, current, history)

    def _introduces(self, cue: Cue, following: list[Cue]) -> bool:
        """«صرح الوزير قائلا»: a verb without a quotation gives its subject to the participle after it."""
        if cue.opener == "source":
            # «وفق مقال نشره فلان»: the next verb without a subject is his.
            return True
        if cue.opener != "after" or not following or following[0].form is None:
            return False
        same = self.tokens.sentence(following[0].token) == self.tokens.sentence(cue.token)
        if cue.token and self.lexicon.has("relatives", self.tokens.key[cue.token - 1]):
            # «ورد المتحدث على الشهادات، التي أوردتها الإذاعة، بقوله»
            return False
        return same and following[0].form.part in ("participle", "noun")

    def _outlet_of(self, cue: Cue) -> Mention | None:
        """«نقلت الوكالة عن مسؤول أن», then «وأضافت»: the outlet goes on, if its gender tells it from the source."""
        form = cue.form
        if form is None or form.agreement != "3fs" or form.part not in ("past", "present"):
            return None
        phrase = self.reader.read(cue.end, self._limit(cue))
        relayed = form.verb.category == "relay" or self._relayed(cue.end, self._limit(cue), "نقلا") is not None
        outlet = Mention(phrase, "3fs") if phrase and relayed else None
        return outlet if outlet and self.is_outlet(outlet) else None

    def _quoted_outlet(self, cue: Cue, mention: Mention) -> Mention | None:
        """«وفقا لصحيفة الفجر. وقالت إن»: the outlet with the gender of its name."""
        if not self.is_outlet(mention) or cue.opener != "source":
            return None
        feminine = self.tokens.text[self.tokens.end[mention.phrase.first] - 1] == "ة"
        return Mention(mention.phrase, "3fs" if feminine else "3ms")

    def _own_subject(self, cue: Cue, current: Mention | None) -> Mention | None:
        """«…، مؤكدا وزير الدفاع حرص بلاده»: a participle with a subject of its own, where nobody has spoken."""
        form = cue.form
        if current or form is None or self.lexicon.has("tells", form.verb.past) or cue.end >= len(self.tokens):
            return None
        head = self.tokens.key[cue.end]
        if not self.reader.is_title(head) or self.reader.is_given(head) or form.agreement[1:] not in ("ms", "fs"):
            return None
        return self._after(cue)

    def _is_aside(self, cue: Cue, mention: Mention, spoken: bool, following: list[Cue]) -> bool:
        """Say whether a source leaves the speaker of its sentence as he was, as an outlet does.

        Not so «بحسب ما أكد مصدر مقرب منه لوكالة الفجر، مشيرا إلى أن»: the participle is that of the source, if it is a person.
        """
        if cue.opener != "source":
            return False
        form = following[0].form if following else None
        head = self.tokens.key[mention.phrase.first]
        known = self.reader.is_title(head) or self.reader.is_body(head) or self.lexicon.has("anonymous", head)
        if not (mention.phrase.named or known or mention.phrase.prefix):
            # «حسب الشواغر»
            return True
        if self.is_outlet(mention) or not spoken or form is None or form.part != "participle":
            return spoken or self.is_outlet(mention)
        phrase = mention.phrase
        end = max(phrase.end, phrase.role_end)
        person = phrase.named or self.reader.is_title(self.tokens.key[phrase.first])
        return not (person and end <= following[0].token <= end + 8)

    def _of_participle(self, cue: Cue) -> Mention | None:
        sentence = self.tokens.sentence(cue.token)
        if self._without_subject.get(sentence, 0) >= MOST_PARTICIPLES:
            return None
        found = self._of_relative(cue) or self._nearest(cue)
        if found is None:
            self._without_subject[sentence] = self._without_subject.get(sentence, 0) + 1
        return found

    def _of_verb(self, cue: Cue, form: Form, current: Mention | None, history: list[Mention]) -> Mention | None:
        first, _ = self.tokens.sentences[self.tokens.sentence(cue.token)]
        before = self.tokens.key[cue.token - 1].removeprefix("و") if cue.token > first else ""
        preceded = self._preceded(cue, first) if before == "ان" else None
        if preceded:
            return preceded
        if self.lexicon.has("relatives", before):
            # «الاتفاق الذي قالت إنه»: the subject is the one who speaks already.
            mismatch = (before, form.agreement) in _OTHERS_VERBS
            return (current or self._sentence_subject(cue)) if mismatch else self._of_relative(cue)
        return self._of_plain_verb(cue, form, current, history)

    def _of_plain_verb(self, cue: Cue, form: Form, current: Mention | None, history: list[Mention]) -> Mention | None:
        first, _ = self.tokens.sentences[self.tokens.sentence(cue.token)]
        before = self.tokens.key[cue.token - 1].removeprefix("و") if cue.token > first else ""
        if before == "ما" and self.tokens.key[cue.token].endswith(("ه", "ها")):
            # «وهو ما أكده المدير»
            found = self._after(cue, min(self._limit(cue), cue.end + 8))
            if found and found.phrase.named:
                return found
        if before == "ما" or before in _CONTRASTS:
            return current or _last(history, form.agreement)
        following = self.tokens.key[cue.end] if cue.end < len(self.tokens) else ""
        if following in _WITHIN and not form.prefix:
            # «رد الوزير بتدوينة قال فيها»
            found = current or self._sentence_subject(cue) or self._person_before(cue.token, first)
            return found or _last(history, form.agreement)
        if following == "هؤلاء":
            return _last(history, "3mp")
        pluperfect = (
            self.tokens.key[first].removeprefix("و") in ("كان", "كانت") and not form.prefix and cue.token > first + 1
        )
        bare = None if form.prefix else self._antecedent(cue)
        return bare or self._subject_of(cue, form, current, history, pluperfect=pluperfect)

    def _subject_of(
        self, cue: Cue, form: Form, current: Mention | None, history: list[Mention], *, pluperfect: bool
    ) -> Mention | None:
        """The subject behind or before a verb, else the one who speaks already."""
        first, _ = self.tokens.sentences[self.tokens.sentence(cue.token)]
        before = self.tokens.key[cue.token - 1].removeprefix("و") if cue.token > first else ""
        nominal = not form.prefix and self._is_nominal(cue, first)
        before_verb = before == "قد" or (pluperfect and form.part == "past") or nominal
        if nominal and not self.lexicon.has("tells", form.verb.past) and "اسم" not in form.verb.takes:
            # The verb has no object, so a noun after it is its subject: «وفي حين أن الأمر بعيد يقول الوزير إن».
            before_verb = self._after(cue) is None
        found = self._before(cue) if before_verb else None
        found = found or self._after(cue)
        if not found and not form.prefix and before not in ("كما", "ثم"):
            found = self._before(cue)
        if not found and current and _agree(current.agreement, form.agreement):
            found = current
        if not found and (form.prefix or before == "كما") and before and not current:
            found = self._sentence_subject(cue)
        if not found and not form.prefix and self._resumes(cue, form):
            found = self._sentence_subject(cue)
        found = found or _last(history, form.agreement) or (current if form.prefix else None)
        if not found and not form.prefix and cue.opener == "clause" and cue.opening == cue.end:
            # «تتداول صفحات صورة ادعت أن»: nobody else has been named.
            return self._sentence_subject(cue)
        return self._in_previous(cue) if not found and form.prefix and not history else found

    def _resumes(self, cue: Cue, form: Form) -> bool:
        """«اقترح الوزير أفكارا وصفها بأنها»: a verb whose pronoun takes up the noun before it has the subject of its sentence."""
        word = self.tokens.key[cue.token]
        before = self.tokens.key[cue.token - 1] if cue.token else ""
        noun = bool(before) and self.tokens.kind[cue.token - 1] == WORD and not before.startswith("ال")
        return noun and word.endswith(("ها", "ه", "هم")) and word not in self.lexicon.forms and form.part == "past"

    def _of_noun(self, cue: Cue, current: Mention | None, history: list[Mention]) -> Mention | None:
        """«عن مسؤول قوله إن»: the one after عن, else the pronoun's."""
        keys = self.tokens.key
        first, _ = self.tokens.sentences[self.tokens.sentence(cue.token)]
        for k in range(cue.token - 1, max(first, cue.token - 30) - 1, -1):
            attributed = keys[k] == "الي" and keys[k - 1].removeprefix("و") in ("نسبت", "نسب", "ناسبه", "ناسبا")
            if keys[k] in ("عن", "وعن") or attributed:
                phrase = self.reader.read(k + 1, cue.token)
                return Mention(phrase, cue.form.agreement if cue.form else "3") if phrase else None
        found = self._of_verb_before(cue) or current
        found = found or self._person_before(cue.token, max(first, cue.token - 16)) or self._sentence_subject(cue)
        return found or (history[-1] if history else None)


def _append(history: list[Mention], mention: Mention | None) -> None:
    """Remember who spoke, if somebody else spoke before."""
    if mention and (not history or history[-1].phrase != mention.phrase):
        history.append(mention)
        del history[:-MEMORY]


def _agree(mention: str, verb: str) -> bool:
    """Say whether a verb may refer to a mention; plural verbs also take up groups."""
    if mention == verb or len(mention) < 3 or len(verb) < 3:
        return True
    if verb[1:] in ("mp", "md", "fd", "fp"):
        return mention[2] in "pd" or mention[1:] == "fs"
    if mention[2] in "pd":
        return False
    return mention[1] == verb[1]


def _last(history: list[Mention], agreement: str) -> Mention | None:
    return next((mention for mention in reversed(history) if _agree(mention.agreement, agreement)), None)


__all__ = ["Mention", "SpeakerFinder"]
